import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { buildHouse } from '../../src/server/house.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import { type PostgresServer, postgresPrograms, startPostgres } from '../../src/store/testing-postgres.ts';

const API = '/api/2.0/mlflow';
const DEEP = 50_000;
const nest = (depth: number): unknown => JSON.parse('['.repeat(depth) + ']'.repeat(depth));

/** What somebody may send where something else was meant. */
const POISON: unknown[] = [
  'a\0b',
  '\ud800',
  'x'.repeat(20_000),
  Array.from({ length: 9_000 }, (_, i) => String.fromCodePoint(0x4e00 + ((i * 7919) % 20_000))).join(''),
  '../../etc/passwd',
  '99999999999999999999999',
  '999999999999999',
  '-1',
  "'; drop table runs; --",
  '%',
  '{"a":',
  Buffer.from('{"offset":9007199254740991}').toString('base64'),
  Buffer.from('[1e300,1,"x"]').toString('base64'),
  2 ** 63,
  9_007_199_254_740_991,
  -9_007_199_254_740_991,
  1e308,
  0.5,
  true,
  null,
  [],
  ['a\0b'],
  {},
  [{ key: 'a\0b', value: 'a\0b' }],
  [{ key: 'k', value: 9e99, timestamp: 9e15, step: 2 ** 53 }],
  [null],
];

/** Each route with a request that it understands. */
function requests(
  run: string,
  experiment: string,
): [method: 'GET' | 'POST' | 'PATCH' | 'DELETE', path: string, body: Record<string, unknown>][] {
  const tag = { key: 'k', value: 'v' };
  const dataset = { name: 'd', digest: 'd', source_type: 's', source: 's', schema: '{}', profile: '{}' };
  const page = { filter: '', max_results: 5, order_by: [], page_token: '' };
  return [
    ['POST', '/experiments/create', { name: 'e', artifact_location: 's3://b/x', tags: [tag] }],
    ['POST', '/experiments/search', { ...page, view_type: 'ALL' }],
    ['GET', '/experiments/get', { experiment_id: experiment }],
    ['GET', '/experiments/get-by-name', { experiment_name: 'e' }],
    ['POST', '/experiments/update', { experiment_id: experiment, new_name: 'f' }],
    ['POST', '/experiments/set-experiment-tag', { experiment_id: experiment, ...tag }],
    ['POST', '/runs/create', { experiment_id: '0', user_id: 'u', start_time: 1, run_name: 'r', tags: [tag] }],
    ['POST', '/runs/update', { run_id: run, status: 'FINISHED', end_time: 2, run_name: 'r' }],
    ['GET', '/runs/get', { run_id: run }],
    ['POST', '/runs/search', { ...page, experiment_ids: ['0'], run_view_type: 'ALL' }],
    [
      'POST',
      '/runs/log-metric',
      { run_id: run, key: 'm', value: 1, timestamp: 1, step: 1, model_id: '', dataset_name: 'd', dataset_digest: 'd' },
    ],
    ['POST', '/runs/log-parameter', { run_id: run, key: 'p', value: 'v' }],
    ['POST', '/runs/set-tag', { run_id: run, ...tag }],
    ['POST', '/runs/delete-tag', { run_id: run, key: 'k' }],
    ['POST', '/runs/log-batch', { run_id: run, metrics: [], params: [], tags: [] }],
    [
      'POST',
      '/runs/log-model',
      { run_id: run, model_json: '{"artifact_path":"m","flavors":{},"utc_time_created":"x","run_id":"y"}' },
    ],
    ['POST', '/runs/log-inputs', { run_id: run, datasets: [{ dataset, tags: [tag] }], models: [{ model_id: 'm' }] }],
    ['GET', '/metrics/get-history', { run_id: run, metric_key: 'm', page_token: '', max_results: 5 }],
    ['GET', '/metrics/get-history-bulk', { run_id: run, metric_key: 'm', max_results: 5 }],
    [
      'GET',
      '/metrics/get-history-bulk-interval',
      { run_ids: run, metric_key: 'm', start_step: 0, end_step: 5, max_results: 5 },
    ],
    ['GET', '/artifacts/list', { run_id: run, path: 'a', page_token: '' }],
    ['POST', '/registered-models/create', { name: 'model', tags: [tag], description: 'd' }],
    ['GET', '/registered-models/get', { name: 'model' }],
    ['GET', '/registered-models/search', page],
    ['POST', '/registered-models/set-tag', { name: 'model', ...tag }],
    ['PATCH', '/registered-models/update', { name: 'model', description: 'd' }],
    ['POST', '/registered-models/alias', { name: 'model', alias: 'a', version: '1' }],
    ['GET', '/registered-models/alias', { name: 'model', alias: 'a' }],
    ['POST', '/registered-models/get-latest-versions', { name: 'model', stages: ['None'] }],
    [
      'POST',
      '/model-versions/create',
      { name: 'model', source: 's3://b/m', run_id: run, tags: [tag], run_link: 'l', description: 'd', model_id: '' },
    ],
    ['GET', '/model-versions/get', { name: 'model', version: '1' }],
    ['GET', '/model-versions/search', page],
    ['POST', '/model-versions/set-tag', { name: 'model', version: '1', ...tag }],
    [
      'POST',
      '/model-versions/transition-stage',
      { name: 'model', version: '1', stage: 'Staging', archive_existing_versions: false },
    ],
    [
      'POST',
      '/logged-models',
      { experiment_id: '0', name: 'lm', model_type: 't', source_run_id: run, params: [tag], tags: [tag] },
    ],
    [
      'POST',
      '/logged-models/search',
      { experiment_ids: ['0'], filter: '', max_results: 5, order_by: [], page_token: '', datasets: [] },
    ],
  ];
}

const programs = postgresPrograms();
for (const engine of ['SQLite', 'PostgreSQL'] as const)
  describe(`hostile requests over ${engine}`, { skip: engine === 'PostgreSQL' && programs === undefined }, () => {
    let home: string;
    let store: Store;
    let app: FastifyInstance;
    let server: PostgresServer | undefined;
    let run: string;
    let experiment: string;
    const send = async (
      method: 'GET' | 'POST' | 'PATCH' | 'DELETE',
      path: string,
      body: Record<string, unknown> | string,
    ) => {
      const text = typeof body === 'string' ? body : JSON.stringify(body);
      const query = new URLSearchParams();
      if (method === 'GET' && typeof body === 'object')
        for (const [name, value] of Object.entries(body))
          query.append(name, typeof value === 'string' ? value : JSON.stringify(value));
      const answer = await app.inject({
        method,
        url: `${API}${path}${query.size === 0 ? '' : `?${query}`}`,
        ...(method === 'GET' ? {} : { payload: text, headers: { 'content-type': 'application/json' } }),
      });
      return {
        status: answer.statusCode,
        body: answer.json() as {
          error_code?: string;
          message?: string;
          run?: { info: { run_id: string } };
          experiment_id?: string;
        },
      };
    };
    before(async () => {
      home = await mkdtemp(join(tmpdir(), 'osler-hostile-'));
      if (engine === 'PostgreSQL') server = await startPostgres(programs!);
      store = await openStore(home, await server?.database());
      app = await buildHouse({ store, version: '1.2.3' });
      run = (await send('POST', '/runs/create', { experiment_id: '0', start_time: 1, run_name: 'first' })).body.run!
        .info.run_id;
      experiment = (await send('POST', '/experiments/create', { name: 'mine' })).body.experiment_id!;
      await send('POST', '/registered-models/create', { name: 'model' });
    });
    after(async () => {
      await app.close();
      await store.close();
      server?.stop();
      await rm(home, { recursive: true, force: true });
    });

    it('are the fault of who sends them, whatever stands in whichever field', { timeout: 120_000 }, async () => {
      const failed: string[] = [];
      for (const [method, path, good] of requests(run, experiment))
        for (const field of Object.keys(good))
          for (const poison of POISON) {
            const { status, body } = await send(method, path, { ...good, [field]: poison });
            // MLflow's own answer where versions can't be archived is 500.
            if (status < 500 || status === 501) continue;
            failed.push(`${method} ${path} ${field}=${JSON.stringify(poison).slice(0, 60)}: ${status} ${body.message}`);
          }
      assert.deepEqual(failed, []);
      // All that went before did not harm it.
      assert.equal((await send('GET', '/runs/get', { run_id: run })).status, 200);
      const problems: string[] = [];
      for await (const problem of store.check()) problems.push(problem);
      assert.deepEqual(problems, []);
    });

    it('with whole numbers that JSON changes are refused and say so; none is kept as another', async () => {
      const metric = (step: string) =>
        send(
          'POST',
          '/runs/log-batch',
          `{"run_id":"${run}","metrics":[{"key":"exact","value":1,"timestamp":1,"step":${step}}]}`,
        );
      for (const step of ['9223372036854775807', '9007199254740993', '"9223372036854775807"', '-9223372036854775808']) {
        const { status, body } = await metric(step);
        assert.deepEqual([status, body.error_code], [400, 'INVALID_PARAMETER_VALUE'], step);
        assert.match(body.message!, /'metrics\[0\]\.step'.* 9007199254740991 \(2\^53 - 1\)/);
      }
      assert.deepEqual(await store.logs.history(run, 'exact'), []);
      assert.equal((await metric('9007199254740991')).status, 200);
      assert.equal((await metric('"-9007199254740991"')).status, 200);
      const steps = (await store.logs.history(run, 'exact')).map(({ step }) => step);
      assert.deepEqual(steps, [-9_007_199_254_740_991, 9_007_199_254_740_991]);
    });

    it('that write into the tags of MLflow itself break nothing', async () => {
      const model_json = '{"artifact_path":"m","flavors":{},"utc_time_created":"x","run_id":"y"}';
      const key = 'mlflow.log-model.history';
      for (const value of ['no list', '{}', '"x"', `${'['.repeat(200)}${']'.repeat(200)}`]) {
        assert.equal((await send('POST', '/runs/set-tag', { run_id: run, key, value })).status, 200);
        const answer = await send('POST', '/runs/log-model', { run_id: run, model_json });
        assert.deepEqual([answer.status, answer.body.error_code], [400, 'INVALID_PARAMETER_VALUE'], value.slice(0, 20));
      }
      await send('POST', '/runs/delete-tag', { run_id: run, key });
      assert.equal((await send('POST', '/runs/log-model', { run_id: run, model_json })).status, 200);
    });

    it('that are nested without end are refused', async () => {
      const text = JSON.stringify(nest(DEEP / 100)).replace('[]', `${'['.repeat(DEEP)}${']'.repeat(DEEP)}`);
      const model = { artifact_path: 'm', flavors: {}, utc_time_created: 'x', run_id: 'y' };
      const body = (field: string, value: string) => `{"run_id":"${run}","${field}":${value}}`;
      for (const [path, sent] of [
        ['/runs/log-batch', body('metrics', text)],
        ['/runs/set-tag', body('key', text)],
        // As old clients send it: JSON in a JSON text.
        ['/runs/set-tag', JSON.stringify(body('key', text))],
        [
          '/runs/log-model',
          body('model_json', JSON.stringify(`${JSON.stringify(model).slice(0, -1)},"signature":${text}}`)),
        ],
      ] as const) {
        const answer = await send('POST', path, sent);
        assert.deepEqual([answer.status, answer.body.error_code], [400, 'INVALID_PARAMETER_VALUE'], path);
        assert.match(answer.body.message!, /levels deep/);
      }
    });
  });
