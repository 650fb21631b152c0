/** The alerts and the dashboard that are shipped, in a real Prometheus that scrapes a real server: every rule fires once, and none before. */
import assert from 'node:assert/strict';
import { readFile } from 'node:fs/promises';
import { after, before, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import type { FastifyInstance } from 'fastify';
import { parse } from 'yaml';
import { OslerError } from '../../src/errors.ts';
import { type Check, Health, type Status } from '../../src/pipeline/operation/health.ts';
import { buildApp } from '../../src/server/app.ts';
import { DeploymentMetrics } from '../../src/server/routes/deployments/metrics.ts';
import type { ServedDeployments } from '../../src/server/routes/deployments/plugin.ts';
import { FakePredictor, saying } from '../../src/serving/deployments/testing.ts';
import { picture } from '../../src/serving/testing.ts';
import { type Alert, noPrometheus, type Prometheus, promtool, startPrometheus } from '../prometheus.ts';

const shipped = (path: string): string => fileURLToPath(new URL(`../../deploy/${path}`, import.meta.url));
const RULES = shipped('prometheus/osler.rules.yml');

/** What is wrong with the server at the moment. */
const trouble = { is: false };
const health = (
  kind: string,
  figures: (bad: boolean) => Record<string, number> = () => ({}),
  bad: Status = 'failed',
) => ({
  name: kind,
  vital: kind === 'model',
  look: async () => ({ status: trouble.is ? bad : 'ok', words: 'As the test says.', figures: figures(trouble.is) }),
});
const CHECKS = [
  health('model'),
  health('store'),
  health('credentials', undefined, 'degraded'),
  health('disk', (bad) => ({ freeBytes: bad ? 1e6 : 50e9, totalBytes: 100e9 })),
  health('memory', (bad) => ({ limitBytes: bad ? 1e6 : 1e12 })),
] as Check[];

const metrics = new DeploymentMetrics();
const log = { waiting: 0, held: 0, spooled: 0, lost: 0 };
const host = {
  all: [
    {
      name: 'derma',
      load: { active: 1, waiting: 0 },
      row: { revision: { number: 1 } },
      leftOut: [],
      members: [{ name: 'skin@2', role: 'shadow' }],
    },
  ],
  state: { opening: false, faults: {} as Record<string, string>, log, engine: { threads: 2, broken: 0, replaced: 0 } },
};

/** An answer of the deployment, as its host tells of it. */
function answer(good: boolean, unlike: boolean): void {
  metrics.observe(
    {
      ...{ id: 'x', variant: 'skin@1', role: 'live', deploymentId: 1, revision: 1, model: 'skin', version: 1 },
      ...{ digest: 'd', at: 0, key: null, image: null, outcome: good ? 'ok' : 'ENGINE_FAILED' },
      answer: good ? { outOfDistribution: { verdict: unlike, falseAlarmRate: 0.05 } } : null,
      milliseconds: trouble.is ? 700 : 20,
    },
    'derma',
    { waited: 1, stages: { queue: 1, decode: 5, infer: 10, post: 1 } },
  );
}

describe('alerts and dashboard', { skip: noPrometheus() }, () => {
  let app: FastifyInstance;
  let url: string;
  let watch: Health;
  let prometheus: Prometheus;
  let image: Buffer;
  let stop = false;
  const traffic: Promise<void>[] = [];
  const seen = new Map<string, Alert>();

  before(async () => {
    image = await picture(1);
    let call = 0;
    const predictor = new FakePredictor(async () => {
      call += 1;
      if (!trouble.is || call % 3 === 0) return saying(0.7);
      return call % 3 === 1 ? new OslerError('QUEUE_FULL', 'busy') : new OslerError('ENGINE_FAILED', 'gone');
    });
    watch = new Health(CHECKS, { everyMs: 300, freshMs: 0 });
    app = await buildApp({
      predictor,
      deployments: { host, store: {}, metrics } as unknown as ServedDeployments,
      health: watch,
      version: '0.0.0',
    });
    url = await app.listen({ host: '127.0.0.1', port: 0 });
    await watch.start();
    const { groups } = parse(await readFile(RULES, 'utf8')) as { groups: unknown };
    // A minute of the rules is a second here.
    const text = JSON.stringify({ groups }).replace(/(\[|"for":")(\d+)([mh])/g, (_, before, n, unit) => {
      return `${before}${Number(n) * (unit === 'h' ? 60 : 1)}s`;
    });
    prometheus = await startPrometheus(text, [new URL(url).host]);
    traffic.push(load(), block());
  });
  after(async () => {
    stop = true;
    await Promise.all(traffic);
    watch.close();
    await prometheus?.stop();
    await app?.close();
  });

  async function load(): Promise<void> {
    const headers = { 'content-type': 'image/png' };
    const body = image as unknown as NonNullable<RequestInit['body']>;
    while (!stop) {
      // Several at a time, as the thread has little time for them.
      for (let n = 0; n < 4; n++) answer(!trouble.is || n % 2 === 0, trouble.is && n === 0);
      if (trouble.is) {
        metrics.onDropped('derma', 'skin@2');
        log.lost += 1;
        host.state.engine.replaced += 1;
      }
      await fetch(`${url}/predict/image`, { method: 'POST', headers, body }).catch(() => undefined);
      await sleep(50);
    }
  }

  /** The thread is busy most of the time. */
  async function block(): Promise<void> {
    while (!stop) {
      if (trouble.is) for (const until = performance.now() + 600; performance.now() < until; );
      await sleep(150);
    }
  }

  async function look(): Promise<Alert[]> {
    const firing = (await prometheus.alerts()).filter(({ state }) => state === 'firing');
    for (const alert of firing) seen.set(alert.labels.alertname!, alert);
    return firing;
  }

  it('promtool finds nothing wrong', async () => {
    assert.match(await promtool('check', 'rules', RULES), /SUCCESS: [12][0-9] rules found/);
    assert.match(await promtool('check', 'config', shipped('prometheus/prometheus.yml')), /SUCCESS/);
  });

  it('says nothing while all is well', async () => {
    for (let i = 0; i < 12; i++) {
      assert.deepEqual(await look(), []);
      await sleep(1_000);
    }
    const { groups } = parse(await readFile(RULES, 'utf8')) as { groups: { rules: { expr: string }[] }[] };
    // Each rule speaks of something that is there: without its threshold it finds a series.
    for (const { expr } of groups.flatMap(({ rules }) => rules)) {
      const name = /(osler|nodejs|process|up)[a-z0-9_]*/.exec(expr)![0];
      assert.ok((await prometheus.query(name)).length > 0, `${name}: no series`);
    }
  });

  it('every rule fires once', async () => {
    const { groups } = parse(await readFile(RULES, 'utf8')) as { groups: { rules: { alert: string }[] }[] };
    const all = groups.flatMap(({ rules }) => rules.map(({ alert }) => alert));
    trouble.is = true;
    Object.assign(log, { spooled: 40 });
    host.state.faults.derma = 'skin@3 left out of derma';
    metrics.onMove('derma', { what: 'canary.rollback', why: 'worse', spec: {} });
    const missing = (): string[] => all.filter((name) => !seen.has(name));
    for (let i = 0; i < 60 && missing().length > 1; i++) {
      await sleep(1_000);
      await look();
    }
    assert.deepEqual(missing(), ['OslerDown']);

    const { panels } = JSON.parse(await readFile(shipped('grafana/osler.json'), 'utf8')) as {
      panels: { title: string; targets?: { expr: string }[] }[];
    };
    for (const { title, targets = [] } of panels) {
      for (const { expr } of targets) {
        const whole = expr.replaceAll('$__rate_interval', '10s').replaceAll(/\$(instance|deployment)/g, '.*');
        assert.ok((await prometheus.query(whole)).length > 0, `${title}: ${whole} shows nothing`);
      }
    }

    trouble.is = false;
    await app.close();
    for (let i = 0; i < 20 && missing().length > 0; i++) {
      await sleep(1_000);
      await look();
    }
    assert.deepEqual(missing(), []);
    for (const [name, { annotations, labels }] of seen) {
      assert.doesNotMatch(JSON.stringify(annotations), /error expanding|<no value>|%!/, name);
      assert.ok(['critical', 'warning', 'info'].includes(labels.severity!), name);
    }
  });
});
