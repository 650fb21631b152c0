import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { fileURLToPath } from 'node:url';
import { openStore } from '../../src/store/store.ts';
import { MLFLOW, startOsler } from '../../test/conformance/mlflow/servers.ts';
import { peer } from '../../test/conformance/venv.ts';
import { EXPERIMENT, filledRuns, fillOsler } from './fill.ts';
import { Client } from './load.ts';
import type { Row } from './run.ts';
import { type Engine, mlflowSide, oslerSide, type Side } from './sides.ts';

const FILL = fileURLToPath(new URL('./fill_mlflow.py', import.meta.url));
const API = '/api/2.0/mlflow';

const QUERIES = [
  {
    what: 'search by a metric, ordered by it, 100 of',
    filter: 'metrics."val/auroc" > 0.5',
    order_by: ['metrics."val/auroc" DESC'],
    max_results: 100,
  },
  {
    what: 'search by a metric, ordered by another, 100 of',
    filter: 'metrics."val/auroc" > 0.9',
    order_by: ['metrics."val/loss" ASC'],
    max_results: 100,
  },
  {
    what: 'search by a metric, ordered by it, 1,000 of',
    filter: 'metrics."val/auroc" > 0.5',
    order_by: ['metrics."val/auroc" DESC'],
    max_results: 1_000,
  },
];

/** Searches that warm a side up take at least so long, as its batches do, and are at least so many. */
const WARM = { ms: 3_000, times: 5 };
const TIMES = 15;

/** Medians of 15 searches each, on warm servers, over the same runs on both sides. */
export async function searching(
  engine: Engine,
  workers: number,
  count: number,
  say: (text: string) => void,
): Promise<Row[]> {
  const osler = await oslerSide(engine);
  const mlflow = await mlflowSide(engine, workers);
  try {
    say(`${engine.name}: writing ${count.toLocaleString('en')} runs into both stores`);
    await osler.server.stop();
    const url = engine.name === 'postgresql' ? osler.store : undefined;
    {
      await using store = await openStore(osler.home, url);
      await fillOsler(store, count);
    }
    osler.server = await startOsler(osler.home, url === undefined ? {} : { OSLER_DATABASE_URL: url });
    const client = new Client(mlflow.server.url);
    const { experiment_id } = await client.json<{ experiment_id: string }>(`${API}/experiments/create`, {
      name: EXPERIMENT,
    });
    client.close();
    await fillMlflow(mlflow.store, experiment_id, count);
    const rows: Row[] = [];
    for (const { what, ...query } of QUERIES) {
      const ours = await median(osler, '1', query);
      const theirs = await median(mlflow, experiment_id, query);
      if (JSON.stringify(ours.ids) !== JSON.stringify(theirs.ids))
        throw new Error(`${what}: the servers found other runs`);
      say(`${engine.name}, ${what} ${count}: osler ${ours.ms.toFixed(1)} ms, mlflow ${theirs.ms.toFixed(1)} ms`);
      rows.push({
        engine: engine.name,
        what: `${what} ${count.toLocaleString('en')}`,
        unit: 'ms',
        osler: ours.ms,
        mlflow: theirs.ms,
        ratio: theirs.ms / ours.ms,
      });
    }
    return rows;
  } finally {
    await Promise.all([osler.server.stop(), mlflow.server.stop()]);
  }
}

async function median({ server }: Side, experiment: string, query: object): Promise<{ ms: number; ids: string[] }> {
  const client = new Client(server.url);
  const body = JSON.stringify({ experiment_ids: [experiment], ...query });
  const times: number[] = [];
  let ids: string[] = [];
  const warm = performance.now() + WARM.ms;
  for (let i = 0; times.length < TIMES; i++) {
    const begin = performance.now();
    const answer = await client.post(`${API}/runs/search`, body);
    if (i >= WARM.times && begin > warm) times.push(performance.now() - begin);
    ids = (JSON.parse(answer.toString('utf8')) as { runs: { info: { run_id: string } }[] }).runs.map(
      (run) => run.info.run_id,
    );
  }
  client.close();
  times.sort((a, b) => a - b);
  return { ms: times[TIMES >> 1]!, ids };
}

async function fillMlflow(store: string, experiment: string, count: number): Promise<void> {
  const python = await peer('mlflow', MLFLOW);
  const child = spawn(python, [FILL, store, experiment], { stdio: ['pipe', 'inherit', 'inherit'] });
  const lines = function* () {
    for (const run of filledRuns(count)) yield `${JSON.stringify(run)}\n`;
  };
  const ended = once(child, 'exit');
  await pipeline(Readable.from(lines()), child.stdin!);
  const [code] = await ended;
  if (code !== 0) throw new Error(`${FILL} ended with ${code}`);
}
