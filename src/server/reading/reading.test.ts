import assert from 'node:assert/strict';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { artifactsDir } from '../../store/paths.ts';
import { openStore, type Store } from '../../store/store.ts';
import { exampleRun } from '../../store/testing.ts';
import { buildHouse } from '../house.ts';

let home: string;
let store: Store;
let app: FastifyInstance;
const ids: string[] = [];

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-reading-'));
  store = await openStore(home);
  app = await buildHouse({ store, version: '0.0.0' });
  for (let n = 0; n < 5; n++) {
    const { id } = await store.tracked.start({ experimentId: 0, name: `run ${n}`, startedAt: n * 1_000 });
    ids.push(id);
    await store.logs.write(id, {
      metrics: Array.from({ length: 500 }, (_, step) => ({
        key: 'loss',
        step,
        timestamp: step,
        value: n + step / 1e3,
      })),
      params: [
        { key: 'lr', value: String(n) },
        { key: 'epochs', value: '3' },
      ],
    });
  }
  const odd = [1, Number.NaN, Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY, 2];
  await store.logs.write(ids[0]!, {
    metrics: odd.map((value, step) => ({ key: 'odd', value, step, timestamp: 0 })),
    tags: [{ key: 'team', value: 'derm' }],
  });
});
after(async () => {
  await app.close();
  await store.close();
  await rm(home, { recursive: true, force: true });
});

// biome-ignore lint/suspicious/noExplicitAny: answers are read as JSON
async function get(url: string, status = 200): Promise<any> {
  const answer = await app.inject({ url });
  assert.equal(answer.statusCode, status, answer.body);
  return answer.json();
}

/** All items of a list, page by page. */
async function all(url: string, name: string, limit: number): Promise<unknown[]> {
  const items: unknown[] = [];
  for (let cursor = ''; ; ) {
    const page = await get(`${url}${url.includes('?') ? '&' : '?'}limit=${limit}${cursor}`);
    assert.ok(page[name].length <= limit);
    items.push(...page[name]);
    if (page.next === null) return items;
    cursor = `&cursor=${encodeURIComponent(page.next)}`;
  }
}

describe('reading API', () => {
  it('lists runs by filter and order, in pages', async () => {
    const names = async (query: string) =>
      (await all(`/v1/runs${query}`, 'runs', 2)).map((run) => (run as { name: string }).name);
    assert.deepEqual(await names(''), ['run 4', 'run 3', 'run 2', 'run 1', 'run 0']);
    assert.deepEqual(await names('?order=metrics.loss%20asc&filter=metrics.loss%20%3E%202'), [
      'run 2',
      'run 3',
      'run 4',
    ]);
    assert.deepEqual(await names("?filter=tags.team%20%3D%20'derm'&experiment=0"), ['run 0']);
    const run = await get(`/v1/runs/${ids[0]}`);
    assert.deepEqual(
      [run.params, run.tags.team, run.metrics.loss, run.origin, run.record],
      [{ epochs: '3', lr: '0' }, 'derm', 0.499, 'other', null],
    );
    assert.equal((await get('/v1/experiments')).experiments[0].name, 'Default');
  });

  it('has the whole record of a training', async () => {
    const trained = await store.runs.create(exampleRun({ createdAt: '1960-01-01T00:00:00.000Z', status: 'finished' }));
    const run = await get(`/v1/runs/${trained.id.slice(0, 10)}`);
    assert.deepEqual([run.origin, run.record], ['osler', trained]);
    await store.runs.delete(trained.id);
    assert.equal((await get(`/v1/runs/${trained.id}`)).deleted, true);
    assert.equal((await get(`/v1/runs/${trained.id.slice(0, 10)}`, 404)).error.code, 'NOT_FOUND');
  });

  it("names a run's logged models", async () => {
    assert.deepEqual((await get(`/v1/runs/${ids[2]}`)).loggedModels, []);
    const made = { experimentId: 0, name: 'lesions', modelType: 'toy', sourceRunId: ids[2]! };
    const { id } = await store.loggedModels.create(made);
    await store.inputs.log(ids[3]!, { models: [id] });
    const told = { id, name: 'lesions', type: 'toy', status: 'pending' };
    assert.deepEqual((await get(`/v1/runs/${ids[2]}`)).loggedModels, [{ ...told, role: 'made' }]);
    assert.deepEqual((await get(`/v1/runs/${ids[3]}`)).loggedModels, [{ ...told, role: 'read' }]);
  });

  it('pages through the values of a metric, NaN and infinities too', async () => {
    const values = await all(`/v1/runs/${ids[0]}/metrics/values?key=odd`, 'values', 1);
    assert.deepEqual(
      values.map((row) => (row as { value: unknown }).value),
      [1, 'NaN', 'Infinity', '-Infinity', 2],
    );
    const some = await all(`/v1/runs/${ids[0]}/metrics/values?key=loss&from=100&to=350`, 'values', 100);
    assert.deepEqual([some.length, (some[0] as { step: number }).step], [251, 100]);
    assert.deepEqual(
      (await all(`/v1/runs/${ids[0]}/metrics`, 'metrics', 1)).map((m) => (m as { key: string }).key),
      ['loss', 'odd'],
    );
  });

  it('samples curves of one run and of several', async () => {
    const { curves } = await get(`/v1/runs/${ids[1]}/curves?points=5`);
    assert.deepEqual(curves[0].step, [49.5, 149.5, 249.5, 349.5, 449.5]);
    assert.deepEqual([curves[0].low[0], curves[0].high[0], curves[0].every], [1, 1.099, false]);
    const odd = await get(`/v1/runs/${ids[0]}/curves?key=odd`);
    assert.deepEqual([odd.curves[0].mean, odd.curves[0].low], [[1, 'NaN', 'Infinity', '-Infinity', 2], undefined]);
    const both = await get(`/v1/compare/curves?run=${ids[1]}&run=${ids[0]}&key=loss&points=10`);
    assert.deepEqual(
      both.curves.map((curve: { run: string }) => curve.run),
      [ids[1], ids[0]],
    );
  });

  it('puts runs side by side', async () => {
    const runs = `run=${ids[0]}&run=${ids[1]}`;
    assert.deepEqual(await get(`/v1/compare/settings?${runs}`), {
      runs: [ids[0], ids[1]],
      settings: [{ key: 'lr', values: ['0', '1'], same: false }],
      next: null,
    });
    assert.equal((await all(`/v1/compare/settings?${runs}&all=true`, 'settings', 1)).length, 2);
    const { metrics } = await get(`/v1/compare/metrics?${runs}`);
    assert.deepEqual(metrics[1], { key: 'odd', values: [2, null], same: false });
  });

  it('lists artifacts and sends their bytes, checked', async () => {
    const bytes = async function* () {
      yield Buffer.from('<script>1</script>');
    };
    for (const path of ['a/1.html', 'a/2.html', 'b'])
      await store.artifacts.write(ids[2]!, { path, kind: 'file' }, bytes());
    assert.equal((await all(`/v1/runs/${ids[2]}/artifacts`, 'artifacts', 2)).length, 3);
    assert.equal((await all(`/v1/runs/${ids[2]}/artifacts?under=a/`, 'artifacts', 1)).length, 2);
    const url = `/v1/runs/${ids[2]}/artifacts/content?path=a/1.html`;
    const answer = await app.inject({ url });
    assert.deepEqual([answer.statusCode, answer.body], [200, '<script>1</script>']);
    assert.match(String(answer.headers['content-disposition']), /^attachment; filename\*=UTF-8''1\.html$/);
    assert.equal(answer.headers['content-type'], 'application/octet-stream');
    const again = await app.inject({ url, headers: { 'if-none-match': String(answer.headers.etag) } });
    assert.deepEqual([again.statusCode, again.body], [304, '']);
    for (const path of ['../osler.db', '/etc/passwd', 'a', '..%2f..%2fosler.db'])
      assert.equal((await get(`/v1/runs/${ids[2]}/artifacts/content?path=${path}`, 404)).error.code, 'NOT_FOUND');
    // Over a real connection: what was altered does not arrive.
    const { sha256 } = await store.artifacts.get(ids[2]!, 'b');
    const blob = join(artifactsDir(home), sha256.slice(0, 2), sha256);
    await rm(blob);
    await writeFile(blob, '<script>2</script>');
    const address = await app.listen({ host: '127.0.0.1', port: 0 });
    const altered = await fetch(`${address}/v1/runs/${ids[2]}/artifacts/content?path=b`);
    const { error } = (await altered.json()) as { error: { code: string } };
    assert.deepEqual([altered.status, altered.headers.get('etag'), error.code], [500, null, 'ARTIFACT_ALTERED']);
  });

  it('says what is wrong in one shape, and describes itself', async () => {
    const wrong: [string, number, RegExp][] = [
      ['/v1/runs?filter=metrics.loss%20~%203', 400, /Invalid clause/],
      ['/v1/runs?cursor=eyJ4IjoxfQ', 400, /cursor is not one of this list/],
      ['/v1/runs?limit=0', 400, /limit/],
      ...[
        'experiments',
        'runs',
        `runs/${ids[0]}`,
        `runs/${ids[0]}/metrics`,
        `runs/${ids[0]}/metrics/values?key=loss`,
        `runs/${ids[0]}/curves`,
        `runs/${ids[0]}/artifacts`,
        `runs/${ids[0]}/artifacts/content?path=a`,
        `compare/curves?run=${ids[0]}`,
        `compare/settings?run=${ids[0]}`,
        `compare/metrics?run=${ids[0]}`,
        'models',
        'models/none',
        'models/none/versions',
        'models/none/versions/1',
      ].map((path): [string, number, RegExp] => [`/v1/${path}${path.includes('?') ? '&' : '?'}bogus=1`, 400, /bogus/]),
      ['/v1/runs?experiment=x', 400, /not the id of an experiment/],
      ['/v1/runs/none', 404, /There is no run "none"/],
      [`/v1/runs/${'0'.repeat(32)}`, 404, /not found/],
      ['/v1/compare/curves', 400, /run/],
      ['/v1/models/none', 404, /no registered model/],
      ['/v1/nothing', 404, /There is no GET \/v1\/nothing/],
    ];
    for (const [url, status, message] of wrong) {
      const { error } = await get(url, status);
      assert.match(error.message, message, url);
      assert.ok(['USAGE', 'NOT_FOUND'].includes(error.code), url);
    }
    const { paths } = await get('/docs/json');
    const run = ['', '/metrics', '/metrics/values', '/curves', '/artifacts', '/artifacts/content'];
    const model = ['', '/{name}', '/{name}/versions', '/{name}/versions/{version}'];
    for (const path of [
      '/v1/experiments',
      '/v1/runs',
      ...run.map((rest) => `/v1/runs/{run}${rest}`),
      ...['curves', 'settings', 'metrics'].map((what) => `/v1/compare/${what}`),
      ...model.map((rest) => `/v1/models${rest}`),
    ])
      assert.ok(paths[path]?.get?.summary, `${path} is described`);
    assert.deepEqual(await get('/v1/models'), { models: [], next: null });
  });
});
