import { Client, rate } from './load.ts';
import { uniforms } from './random.ts';
import type { Row } from './run.ts';
import { atRest, type Engine, processorTime, type Side } from './sides.ts';

const API = '/api/2.0/mlflow';
const WARM_SECONDS = 3;

interface Load {
  what: string;
  unit: string;
  /** Metrics in one request. */
  size: number;
  clients: number;
  body(run: string, step: number): { path: string; body: string; steps: number };
}

const batch = (names: number) => (run: string, step: number) => {
  const next = uniforms(step);
  const metrics = Array.from({ length: 1_000 }, (_, i) => ({
    key: `metric ${i % names}`,
    value: next(),
    timestamp: 1_700_000_000_000 + step,
    step: step + Math.floor(i / names),
  }));
  return { path: '/runs/log-batch', body: JSON.stringify({ run_id: run, metrics }), steps: 1_000 / names };
};
const single = (run: string, step: number) => ({
  path: '/runs/log-metric',
  body: JSON.stringify({ run_id: run, key: 'loss', value: 1 / (step + 1), timestamp: 1_700_000_000_000 + step, step }),
  steps: 1,
});

const LOADS: Load[] = [
  { what: 'log-batch, 10 names x 100 steps, 1 client', unit: 'metrics/s', size: 1_000, clients: 1, body: batch(10) },
  { what: 'log-batch, 10 names x 100 steps, 8 clients', unit: 'metrics/s', size: 1_000, clients: 8, body: batch(10) },
  { what: 'log-batch, 1,000 names x 1 step, 1 client', unit: 'metrics/s', size: 1_000, clients: 1, body: batch(1_000) },
  {
    what: 'log-batch, 1,000 names x 1 step, 8 clients',
    unit: 'metrics/s',
    size: 1_000,
    clients: 8,
    body: batch(1_000),
  },
  { what: 'log-metric, 1 client', unit: 'calls/s', size: 1, clients: 1, body: single },
  { what: 'log-metric, 8 clients', unit: 'calls/s', size: 1, clients: 8, body: single },
];

/**
 * Each client writes to a run of its own, for three seconds before it is measured: in its first hundred requests MLflow is a third as fast as
 * afterwards. Stops both servers.
 */
export async function logging(
  sides: Side[],
  engine: Engine,
  seconds: number,
  say: (text: string) => void,
): Promise<Row[]> {
  const rows: Row[] = [];
  try {
    for (const side of sides) await atRest(side.server);
    for (const load of LOADS) {
      const found = new Map<Side['name'], number>();
      for (const side of sides) found.set(side.name, await measure(side, load, seconds, say, engine.name));
      const [osler, mlflow] = [found.get('osler')!, found.get('mlflow')!];
      rows.push({ engine: engine.name, what: load.what, unit: load.unit, osler, mlflow, ratio: osler / mlflow });
    }
  } finally {
    await Promise.all(sides.map(({ server }) => server.stop()));
  }
  return rows;
}

async function measure(
  { name, server }: Side,
  load: Load,
  seconds: number,
  say: (text: string) => void,
  engine: string,
): Promise<number> {
  const clients = Array.from({ length: load.clients }, () => new Client(server.url));
  const title = `${load.what} ${Math.random()}`;
  const { experiment_id } = await clients[0]!.json<{ experiment_id: string }>(`${API}/experiments/create`, {
    name: title,
  });
  const runs: string[] = [];
  for (const client of clients) {
    const made = await client.json<{ run: { info: { run_id: string } } }>(`${API}/runs/create`, {
      experiment_id,
      start_time: 1,
    });
    runs.push(made.run.info.run_id);
  }
  const reached = clients.map(() => 0);
  const next = (n: number) => async (client: Client) => {
    const { path, body, steps } = load.body(runs[n]!, reached[n]!);
    reached[n]! += steps;
    await client.post(API + path, body);
  };
  await rate(clients, WARM_SECONDS, next);
  const before = processorTime(server);
  const { requests, perSecond } = await rate(clients, seconds, next);
  const after = processorTime(server);
  for (const client of clients) client.close();
  const cpu =
    before === undefined || after === undefined
      ? ''
      : `, ${((after - before) / Math.max(1, requests)).toFixed(2)} ms of processor each`;
  say(`${engine}, ${name}, ${load.what}: ${perSecond.toFixed(1)} requests/s${cpu}`);
  return perSecond * load.size;
}
