/** A real Prometheus, Debian's package, for tests: in a temporary folder, on a free port of the loopback address. */
import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { promisify } from 'node:util';

const PROGRAM = '/usr/bin/prometheus';
const PROMTOOL = '/usr/bin/promtool';

export interface Alert {
  labels: Record<string, string>;
  annotations: Record<string, string>;
  state: 'pending' | 'firing';
}

export interface Prometheus {
  /** A query's result. Throws with Prometheus's own words. */
  query(expression: string): Promise<{ metric: Record<string, string>; value: [number, string] }[]>;
  alerts(): Promise<Alert[]>;
  stop(): Promise<void>;
}

/** Why no test with Prometheus can run here, or false. */
export function noPrometheus(): string | false {
  return existsSync(PROGRAM) && existsSync(PROMTOOL)
    ? false
    : 'no Prometheus here (Debian: apt-get install prometheus): alerts and dashboard were not tested';
}

/** Throws with promtool's output where it finds something wrong. */
export async function promtool(...args: string[]): Promise<string> {
  const { stdout } = await promisify(execFile)(PROMTOOL, args);
  return stdout;
}

/** @param targets `host:port` of what is scraped each second, as the job `osler`. */
export async function startPrometheus(rules: string, targets: readonly string[]): Promise<Prometheus> {
  const folder = await mkdtemp(join(tmpdir(), 'osler-prometheus-'));
  await writeFile(join(folder, 'rules.yml'), rules);
  await writeFile(
    join(folder, 'prometheus.yml'),
    JSON.stringify({
      global: { scrape_interval: '1s', scrape_timeout: '1s', evaluation_interval: '1s' },
      rule_files: ['rules.yml'],
      scrape_configs: [{ job_name: 'osler', static_configs: [{ targets }] }],
    }),
  );
  const address = `127.0.0.1:${await freePort()}`;
  const child = spawn(
    PROGRAM,
    [
      `--config.file=${join(folder, 'prometheus.yml')}`,
      `--storage.tsdb.path=${join(folder, 'data')}`,
      `--web.listen-address=${address}`,
      '--log.level=error',
    ],
    { stdio: ['ignore', 'ignore', 'inherit'] },
  );
  const ended = once(child, 'exit');
  for (let i = 0; ; i++) {
    const ready = await fetch(`http://${address}/-/ready`).catch(() => null);
    if (ready?.ok === true) break;
    if (i > 300 || child.exitCode !== null) throw new Error('Prometheus does not start');
    await sleep(100);
  }
  const get = async <T>(path: string): Promise<T> => {
    const response = await fetch(`http://${address}/api/v1/${path}`);
    const body = (await response.json()) as { status: string; error?: string; data: T };
    if (body.status !== 'success') throw new Error(`${decodeURIComponent(path)}: ${body.error}`);
    return body.data;
  };
  return {
    query: async (expression) => (await get<{ result: never }>(`query?query=${encodeURIComponent(expression)}`)).result,
    alerts: async () => (await get<{ alerts: Alert[] }>('alerts')).alerts,
    async stop() {
      child.kill('SIGTERM');
      await ended;
      await rm(folder, { recursive: true, force: true });
    },
  };
}

function freePort(): Promise<number> {
  return new Promise((resolve, reject) => {
    const server = createServer();
    server.on('error', reject);
    server.listen(0, '127.0.0.1', () => {
      const { port } = server.address() as { port: number };
      server.close(() => resolve(port));
    });
  });
}
