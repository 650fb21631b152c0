/** The whole house over HTTP: real bundles, a real store, a real listener. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { DatabaseSync } from 'node:sqlite';
import { after, before, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { until } from '../../test/until.ts';
import { openHost } from '../pipeline/deployments/host.ts';
import { createDeployment } from '../pipeline/deployments/manage.ts';
import { approve } from '../registry/decide.ts';
import { policyOf } from '../registry/policy.ts';
import { registerBundle } from '../registry/register.ts';
import { person } from '../registry/testing.ts';
import type { DeploymentHost } from '../serving/deployments/host.ts';
import { numberedBundle } from '../serving/deployments/testing.ts';
import { picture } from '../serving/testing.ts';
import { databasePath, registeredDir } from '../store/paths.ts';
import { openStore, type Store } from '../store/store.ts';
import { exampleRun } from '../store/testing.ts';
import type { ErrorBody } from './contract.ts';
import { buildHouse } from './house.ts';
import type { About } from './routes/about/contract.ts';
import type { DeploymentInfo, V1Answer } from './routes/deployments/contract.ts';
import { DeploymentMetrics } from './routes/deployments/metrics.ts';
import type { Home } from './routes/home/contract.ts';

let folder: string;
let store: Store;
let host: DeploymentHost;
let app: FastifyInstance;
let url: string;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'osler-house-'));
  const page = join(folder, 'page');
  mkdirSync(join(page, 'assets'), { recursive: true });
  writeFileSync(join(page, 'index.html'), '<!doctype html><title>Studio</title>');
  writeFileSync(join(page, 'assets', 'app-1.js'), 'run()');
  store = await openStore(join(folder, 'home'));
  const { id } = await store.tracked.start({ experimentId: 0, name: 'left', startedAt: 1 });
  asDatabase((db) => db.prepare('insert into unsettled (run_id) values (?)').run(id));
  const metrics = new DeploymentMetrics();
  host = await openHost({ store, names: 'all', threads: 1, pollMs: 50, observe: metrics.observe });
  app = await buildHouse({ store, version: '1.2.3', page, deployments: { host, store, metrics } });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
after(async () => {
  await app?.close();
  await host?.close();
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

function asDatabase<T>(work: (db: DatabaseSync) => T): T {
  const db = new DatabaseSync(databasePath(store.home));
  try {
    return work(db);
  } finally {
    db.close();
  }
}

const get = (path: string, accept = 'application/json'): Promise<Response> =>
  fetch(`${url}${path}`, { headers: { accept } });
const read = async <T>(response: Promise<Response> | Response): Promise<T> => (await (await response).json()) as T;
const HTML = 'text/html,application/xhtml+xml,*/*;q=0.8';
const send = async (image: Buffer): Promise<Response> =>
  fetch(`${url}/v1/predict`, { method: 'POST', headers: { 'content-type': 'image/png' }, body: new Uint8Array(image) });

async function register(numbers: number[]): Promise<void> {
  for (const number of numbers) {
    await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(store.home, number) });
    const which = `skin@${(await store.registry.versions('skin'))[0]!.version}`;
    await approve(store, person('ben'), which, { reason: 'x' }, { policy: policyOf({}) });
  }
}

describe('one port for all', () => {
  test('what a server that was killed left for later is done', async () => {
    await until('it is', async () => asDatabase((db) => db.prepare('select * from unsettled').all()).length === 0);
  });

  test("Osler's API, MLflow's API and the page stand side by side", async () => {
    const about = await read<About>(get('/v1/about'));
    assert.deepEqual(
      [about.version, about.rooms],
      ['1.2.3', ['home', 'predict', 'jobs', 'datasets', 'experiments', 'models', 'deployments']],
    );
    assert.equal((await get('/api/2.0/mlflow/experiments/search?max_results=5')).status, 200);
    assert.match(await (await get('/')).text(), /Studio/);
    const script = await get('/assets/app-1.js');
    assert.match(script.headers.get('cache-control')!, /immutable/);
    assert.equal((await get('/health/live')).status, 200);
    assert.match((await get('/metrics')).headers.get('content-type')!, /^text\/plain/);
  });

  test('a place in the page opens from its address; what is no place is said in the words of who asks', async () => {
    for (const place of ['/runs/3f2a?tab=curves', '/models/skin%20one/3', '/predict', '/deployments']) {
      const response = await get(place, HTML);
      assert.deepEqual([response.status, response.headers.get('cache-control')], [200, 'no-cache'], place);
      assert.match(await response.text(), /Studio/);
      // The page's own place and a route's: a program is told how that is asked.
      const program = await get(place);
      assert.equal(program.status, place === '/predict' ? 405 : 404, `${place} for a program`);
      assert.equal(program.headers.get('allow'), place === '/predict' ? 'POST' : null);
    }
    for (const path of ['/v1/nothing', '/assets/gone.js', '/api-that-is-none']) {
      const response = await get(path, path.startsWith('/api-') ? 'application/json' : HTML);
      assert.equal(response.status, 404, path);
      assert.equal((await read<ErrorBody>(response)).error.code, 'NOT_FOUND');
    }
    const mlflow = await get('/api/2.0/mlflow/nothing', HTML);
    assert.equal((await read<{ error_code: string }>(mlflow)).error_code, 'ENDPOINT_NOT_FOUND');
    assert.equal((await fetch(`${url}/runs`, { method: 'POST', headers: { accept: HTML } })).status, 404);
  });

  test('one document describes all routes but those of other protocols', async () => {
    const { paths, openapi } = await read<{ paths: object; openapi: string }>(get('/docs/json'));
    assert.match(openapi, /^3\.1/);
    for (const path of ['/v1/runs', '/v1/predict', '/v1/home', '/v1/events', '/v1/about', '/v1/deployments/{name}'])
      assert.ok(path in paths, path);
    assert.deepEqual(
      Object.keys(paths).filter((path) => /^\/(api|ajax-api)\//.test(path)),
      [],
    );
  });
});

describe('deployments come and go while the house stands', () => {
  test('without one a prediction is refused in words; one that is made is served, and one that is deleted no more', async () => {
    const image = await picture(1);
    await host.refresh();
    const none = await send(image);
    assert.equal(none.status, 404);
    const said = (await read<ErrorBody>(none)).error;
    assert.match(said.message, /No deployment is served here/);
    assert.match(said.hint!, /osler deploy create/);
    assert.equal((await get('/model/info')).status, 404);

    await register([1, 2]);
    // By another process, as the command line does.
    const by = { actor: person('ben'), why: 'first' };
    await createDeployment(store, 'derma', { live: [{ model: 'skin@1', weight: 1 }] }, by);
    const answer = await until('an answer', async () => {
      const response = await send(image);
      return response.status === 200 ? read<V1Answer>(response) : undefined;
    });
    assert.deepEqual([answer.routing.deployment, answer.model.version], ['derma', 1]);
    assert.equal((await get('/model/info')).status, 200);

    // Through this server's own API it is in force with the answer.
    const headers = { 'content-type': 'application/json' };
    const body = JSON.stringify({ name: 'aaa', live: [{ model: 'skin@2', weight: 1 }], why: 'second' });
    const made = await fetch(`${url}/v1/deployments`, { method: 'POST', headers, body });
    assert.equal(made.status, 201);
    assert.equal((await read<DeploymentInfo>(made)).served!.members[0]!.version, 2);
    const first = await read<V1Answer>(send(image));
    assert.equal(first.routing.deployment, 'aaa', 'the first by name answers where none is named');

    const deleted = await fetch(`${url}/v1/deployments/aaa`, { method: 'DELETE', headers, body: '{"why": "over"}' });
    assert.equal(deleted.status, 204);
    assert.equal((await read<V1Answer>(send(image))).routing.deployment, 'derma');
  });

  test('one that can not be loaded keeps no other from being served, is said to be at fault, and is served once it can be', async () => {
    await register([3]);
    const by = { actor: person('ben'), why: 'x' };
    const { digest } = (await store.registry.version('skin', 3))!.record.bundle!;
    const bundle = registeredDir(store.home, digest);
    renameSync(bundle, `${bundle}.away`);
    await createDeployment(store, 'broken', { live: [{ model: 'skin@3', weight: 1 }] }, by);
    await until('the fault is told', () => host.state.faults.broken);
    const named = new FormData();
    named.set('deployment', 'broken');
    named.set('file', new Blob([new Uint8Array(await picture(1))]), 'a.png');
    const refused = await fetch(`${url}/v1/predict`, { method: 'POST', body: named });
    assert.equal(refused.status, 404);
    assert.match((await read<ErrorBody>(refused)).error.message, /"broken" is not served here/);
    assert.equal((await read<V1Answer>(send(await picture(1)))).routing.deployment, 'derma');
    const { waiting } = await read<Home>(get('/v1/home'));
    assert.deepEqual([waiting[0]!.kind, waiting[0]!.subject], ['fault', 'broken']);

    renameSync(`${bundle}.away`, bundle);
    await store.deployments.delete(person('ben'), 'broken', 'anew');
    await createDeployment(store, 'broken', { live: [{ model: 'skin@3', weight: 1 }] }, by);
    await until('it is served', () => host.all.find(({ name }) => name === 'broken'));
    assert.equal(host.state.faults.broken, undefined);
  });
});

/** Reads server-sent events until `done` says so. */
async function listen(
  path: string,
  headers: Record<string, string>,
  done: (events: { id: string; data: string }[]) => boolean,
) {
  const abort = new AbortController();
  const response = await fetch(`${url}${path}`, { headers, signal: abort.signal });
  assert.equal(response.status, 200);
  assert.match(response.headers.get('content-type')!, /^text\/event-stream/);
  const events: { id: string; data: string }[] = [];
  let text = '';
  const timer = setTimeout(() => abort.abort(), 60_000);
  try {
    for await (const chunk of response.body!.pipeThrough(new TextDecoderStream())) {
      text += chunk;
      const whole = text.split('\n\n');
      text = whole.pop()!;
      for (const one of whole) {
        const id = /^id: (.+)$/m.exec(one)?.[1];
        const data = /^data: (.+)$/m.exec(one)?.[1];
        if (id !== undefined && data !== undefined) events.push({ id, data });
      }
      if (done(events)) break;
    }
  } finally {
    clearTimeout(timer);
    abort.abort();
  }
  return events;
}

describe('GET /v1/events', () => {
  test('tells what changes, and what was missed to who comes back', async (t) => {
    const kinds = (events: { data: string }[]): string[] => events.map(({ data }) => JSON.parse(data).kind);
    const { mock: looks } = t.mock.method(store.pulse, 'mark');
    const heard = listen('/v1/events', {}, (events) => kinds(events).includes('runs'));
    // The first look takes in how things are; it has ended once there is a second one.
    await until('the second look', () => looks.callCount() > 1);
    await store.runs.create(exampleRun({ name: 'heard' }));
    const events = await heard;
    assert.deepEqual(kinds(events).sort(), ['run', 'runs']);
    const last = events.at(-1)!.id;
    await store.deployments.delete(person('ben'), 'derma', 'over');
    const missed = await listen('/v1/events', { 'last-event-id': last }, (all) => all.length > 0);
    assert.deepEqual(
      missed.map(({ data }) => JSON.parse(data)),
      [{ kind: 'deployment', name: 'derma' }],
    );
    // Who has heard nothing yet has a place to come back to all the same.
    const abort = new AbortController();
    const silent = await fetch(`${url}/v1/events`, { signal: abort.signal });
    const { value } = await silent.body!.getReader().read();
    abort.abort();
    const place = /^id: (.+)$/m.exec(Buffer.from(value!).toString())![1]!;
    await store.runs.create(exampleRun({ name: 'missed' }));
    const later = await listen('/v1/events', { 'last-event-id': place }, (all) => all.length > 1);
    assert.deepEqual(kinds(later).sort(), ['run', 'runs']);
    const reset = await listen('/v1/events?after=of-another-life', {}, (all) => all.length > 0);
    assert.deepEqual(kinds(reset), ['reset']);
  });

  test('a connection on which nobody has asked anything keeps no server from ending', async () => {
    const other = await buildHouse({ store, version: '0' });
    const { port } = new URL(await other.listen({ host: '127.0.0.1', port: 0 }));
    const socket = connect(Number(port), '127.0.0.1');
    await once(socket, 'connect');
    // Until the server has taken it.
    await sleep(50);
    const closed = once(socket, 'close');
    await Promise.race([
      other.close(),
      sleep(60_000, undefined, { ref: false }).then(() => assert.fail('it did not end')),
    ]);
    await closed;
  });

  test('a server that ends lets its listeners go', async () => {
    const other = await buildHouse({ store, version: '0' });
    const address = await other.listen({ host: '127.0.0.1', port: 0 });
    const response = await fetch(`${address}/v1/events`);
    const reader = response.body!.getReader();
    await reader.read();
    await other.close();
    for (;;) {
      const { done } = await reader.read();
      if (done) break;
    }
  });
});
