import { Client } from './load.ts';
import { uniforms } from './random.ts';
import { type Engine, oslerSide, peakMemory } from './sides.ts';

const API = '/api/2.0/mlflow';

/** What must work at all: how long it took, and the server's largest memory after each. */
export async function limits(engine: Engine, say: (text: string) => void): Promise<Record<string, string>> {
  const { server } = await oslerSide(engine);
  const client = new Client(server.url);
  const out: Record<string, string> = {};
  const timed = async (what: string, work: () => Promise<string>): Promise<void> => {
    const begin = performance.now();
    const seen = await work();
    const seconds = ((performance.now() - begin) / 1_000).toFixed(1);
    out[`${engine.name}, ${what}`] = `${seconds} s, ${seen}, ${Math.round(peakMemory(server))} MB of memory at most`;
    say(`${engine.name}, ${what}: ${out[`${engine.name}, ${what}`]}`);
  };
  const { experiment_id } = await client.json<{ experiment_id: string }>(`${API}/experiments/create`, {
    name: 'limits',
  });
  const run = async (name: string): Promise<string> =>
    (
      await client.json<{ run: { info: { run_id: string } } }>(`${API}/runs/create`, {
        experiment_id,
        start_time: 1,
        run_name: name,
      })
    ).run.info.run_id;
  try {
    await timed('12,000 metrics in one run, and that run read', async () => {
      const id = await run('wide');
      for (let first = 0; first < 12_000; first += 1_000) {
        const metrics = Array.from({ length: 1_000 }, (_, i) => ({
          key: `m${first + i}`,
          value: i,
          timestamp: 1,
          step: 0,
        }));
        await client.post(`${API}/runs/log-batch`, JSON.stringify({ run_id: id, metrics }));
      }
      const answer = JSON.parse((await client.get(`${API}/runs/get?run_id=${id}`)).toString('utf8')) as {
        run: { data: { metrics: unknown[] } };
      };
      return `${answer.run.data.metrics.length.toLocaleString('en')} read`;
    });
    await timed('1,000,000 steps of one metric, and all of them read by pages', async () => {
      const id = await run('long');
      const next = uniforms(3);
      for (let first = 0; first < 1_000_000; first += 1_000) {
        const metrics = Array.from({ length: 1_000 }, (_, i) => ({
          key: 'loss',
          value: next(),
          timestamp: first + i,
          step: first + i,
        }));
        await client.post(`${API}/runs/log-batch`, JSON.stringify({ run_id: id, metrics }));
      }
      let read = 0;
      for (let token: string | undefined = ''; token !== undefined; ) {
        const page = JSON.parse(
          (
            await client.get(
              `${API}/metrics/get-history?run_id=${id}&metric_key=loss&max_results=25000&page_token=${encodeURIComponent(token)}`,
            )
          ).toString('utf8'),
        ) as { metrics: unknown[]; next_page_token?: string };
        read += page.metrics.length;
        token = page.next_page_token;
      }
      return `${read.toLocaleString('en')} read`;
    });
    await timed('30,000 runs in one experiment, each with a metric, and searched', async () => {
      const clients = [client, ...Array.from({ length: 3 }, () => new Client(server.url))];
      await Promise.all(
        clients.map(async (one, n) => {
          for (let i = n; i < 30_000; i += clients.length) {
            const made = await one.json<{ run: { info: { run_id: string } } }>(`${API}/runs/create`, {
              experiment_id,
              start_time: i,
            });
            const metric = { run_id: made.run.info.run_id, key: 'auroc', value: (i % 997) / 997, timestamp: 1 };
            await one.post(`${API}/runs/log-metric`, JSON.stringify(metric));
          }
        }),
      );
      for (const one of clients.slice(1)) one.close();
      const query = {
        experiment_ids: [experiment_id],
        filter: 'metrics.auroc > 0.9',
        order_by: ['metrics.auroc DESC'],
        max_results: 50,
      };
      const begin = performance.now();
      await client.post(`${API}/runs/search`, JSON.stringify(query));
      return `searched in ${Math.round(performance.now() - begin)} ms`;
    });
  } finally {
    client.close();
    await server.stop();
  }
  return out;
}
