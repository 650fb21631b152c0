import { mkdirSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { type RunningServer, startMlflow, startOsler } from '../../test/conformance/mlflow/servers.ts';

export interface Engine {
  name: string;
  folder: string;
  /** A fresh database of PostgreSQL's; undefined for SQLite. */
  database(): Promise<string> | undefined;
}

export interface Side {
  name: 'osler' | 'mlflow';
  server: RunningServer;
  /** Where its tables are, as SQLAlchemy and Osler say it. */
  store: string;
  home: string;
}

/** Both servers, each on a store of its own. */
export async function sides(engine: Engine, workers: number): Promise<Side[]> {
  return [await oslerSide(engine), await mlflowSide(engine, workers)];
}

export async function oslerSide(engine: Engine): Promise<Side> {
  mkdirSync(engine.folder, { recursive: true });
  const home = join(engine.folder, `home-${++made}`);
  const url = await engine.database();
  const server = await startOsler(home, url === undefined ? {} : { OSLER_DATABASE_URL: url });
  return { name: 'osler', server, store: url ?? home, home };
}

export async function mlflowSide(engine: Engine, workers: number): Promise<Side> {
  mkdirSync(engine.folder, { recursive: true });
  const home = join(engine.folder, `mlflow-${++made}`);
  const url = await engine.database();
  const store = url?.replace('postgresql:', 'postgresql+psycopg2:') ?? `sqlite:///${home}.db`;
  return { name: 'mlflow', server: await startMlflow(home, store, workers), store, home };
}

let made = 0;

/** Processor time of a server with all it started, so far, in milliseconds. Undefined where there is no /proc. */
export function processorTime(server: RunningServer): number | undefined {
  try {
    return tree(server.process.pid!).reduce((sum, pid) => {
      const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ');
      return sum + (Number(fields[11]) + Number(fields[12])) * 10;
    }, 0);
  } catch {
    return undefined;
  }
}

/**
 * Waits until a server does nothing by itself: MLflow's starts helpers that are busy for seconds after its first answer. Throws after two
 * minutes.
 */
export async function atRest(server: RunningServer): Promise<void> {
  let before = processorTime(server);
  for (let second = 0; before !== undefined; second++) {
    if (second === 120) throw new Error('A server that nobody asks anything is still busy after two minutes.');
    await sleep(1_000);
    const now = processorTime(server)!;
    if (now - before < 50) return;
    before = now;
  }
}

/** Largest resident memory so far, in megabytes. */
export function peakMemory(server: RunningServer): number {
  const [, kilobytes] = /VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${server.process.pid}/status`, 'utf8'))!;
  return Number(kilobytes) / 1_024;
}

function tree(root: number): number[] {
  const parents = new Map<number, number>();
  for (const name of readdirSync('/proc').filter((entry) => /^\d+$/.test(entry))) {
    try {
      parents.set(Number(name), Number(readFileSync(`/proc/${name}/stat`, 'utf8').split(') ')[1]!.split(' ')[1]));
    } catch {
      // It has ended meanwhile.
    }
  }
  const found = [root];
  for (const pid of found) for (const [child, parent] of parents) if (parent === pid) found.push(child);
  return found;
}
