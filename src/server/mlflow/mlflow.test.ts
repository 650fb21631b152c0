import assert from 'node:assert/strict';
import { createHash } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { openStore, type Store } from '../../store/store.ts';
import { exampleRun } from '../../store/testing.ts';
import { buildHouse } from '../house.ts';
import { placeOf } from './artifacts.ts';
import { checkName } from './limits.ts';
import { floatNumber, wholeNumber } from './request.ts';

const API = '/api/2.0/mlflow';

describe("MLflow's API", () => {
  let home: string;
  let store: Store;
  let app: FastifyInstance;
  let run: string;
  before(async () => {
    home = await mkdtemp(join(tmpdir(), 'osler-mlflow-api-'));
    store = await openStore(home);
    app = await buildHouse({ store, version: '1.2.3' });
    run = (await post('/runs/create', { experiment_id: '0', start_time: 1, run_name: 'first' })).body.run.info.run_id;
  });
  after(async () => {
    await app.close();
    await store.close();
    await rm(home, { recursive: true, force: true });
  });

  async function post(path: string, payload: unknown) {
    const answer = await app.inject({ method: 'POST', url: API + path, payload: payload as object });
    return { status: answer.statusCode, body: answer.json() };
  }
  async function get(path: string, query: Record<string, string>) {
    const answer = await app.inject({ method: 'GET', url: API + path, query });
    return { status: answer.statusCode, body: answer.json() };
  }

  it('writes a batch, and shows a training of Osler like any other run', async () => {
    const metrics = [
      { key: 'loss', value: 'NaN', timestamp: '5', step: 0 },
      { key: 'loss', value: 0.25, timestamp: 6, step: 1 },
    ];
    assert.deepEqual(await post('/runs/log-batch', { run_id: run, metrics, params: [{ key: 'lr', value: '0.1' }] }), {
      status: 200,
      body: {},
    });
    const history = await get('/metrics/get-history', { run_id: run, metric_key: 'loss' });
    assert.deepEqual(history.body.metrics, [
      { key: 'loss', value: 'NaN', timestamp: 5, step: 0 },
      { key: 'loss', value: 0.25, timestamp: 6, step: 1 },
    ]);
    const trained = await store.runs.create(exampleRun({ status: 'interrupted', endedAt: new Date().toISOString() }));
    const found = await post('/runs/search', { experiment_ids: ['0'], filter: "status = 'KILLED'" });
    assert.equal(found.body.runs[0].info.run_id, trained.id);
  });

  it('answers mistakes with MLflow’s codes', async () => {
    const key = 'k'.repeat(251);
    const cases: [
      Promise<{ status: number; body: { error_code: string; message: string } }>,
      number,
      string,
      RegExp,
    ][] = [
      [post('/experiments/create', {}), 400, 'INVALID_PARAMETER_VALUE', /Missing value for required parameter 'name'/],
      [post('/experiments/create', { name: 'Default' }), 400, 'RESOURCE_ALREADY_EXISTS', /already exists/],
      [get('/runs/get', { run_id: '0'.repeat(32) }), 404, 'RESOURCE_DOES_NOT_EXIST', /not found/],
      [
        post('/runs/log-metric', { run_id: run, key, value: 1, timestamp: 1 }),
        400,
        'INVALID_PARAMETER_VALUE',
        /maximum length of 250/,
      ],
      [
        post('/runs/log-parameter', { run_id: run, key: 'lr', value: '0.2' }),
        400,
        'INVALID_PARAMETER_VALUE',
        /Changing param values/,
      ],
      [get('/none', {}), 404, 'ENDPOINT_NOT_FOUND', /There is no GET/],
      [
        post('/runs/search', { experiment_ids: ['0'], filter: 'a or b' }),
        400,
        'INVALID_PARAMETER_VALUE',
        /Invalid clause/,
      ],
    ];
    for (const [answer, status, code, message] of cases) {
      const seen = await answer;
      assert.deepEqual([seen.status, seen.body.error_code], [status, code]);
      assert.match(seen.body.message, message);
    }
    const broken = await app.inject({
      method: 'POST',
      url: `${API}/runs/create`,
      payload: '{',
      headers: { 'content-type': 'application/json' },
    });
    assert.deepEqual([broken.statusCode, broken.json().error_code], [400, 'BAD_REQUEST']);
  });

  it('keeps a part of an artifact only with its upload, and joins the parts in their order', async () => {
    const proxy = '/api/2.0/mlflow-artifacts';
    const folder = `0/${run}/artifacts/weights`;
    const made = await app.inject({
      method: 'POST',
      url: `${proxy}/mpu/create/${folder}`,
      payload: { path: '/x/w.bin', num_parts: 2 },
    });
    const { upload_id, credentials } = made.json() as {
      upload_id: string;
      credentials: { url: string; part_number: number }[];
    };
    const parts: { part_number: number; etag: string }[] = [];
    for (const { url, part_number } of credentials.reverse()) {
      const sent = await app.inject({ method: 'PUT', url: new URL(url).pathname, payload: `part ${part_number};` });
      parts.unshift({ part_number, etag: String(sent.headers.etag) });
    }
    const complete = (payload: object) =>
      app.inject({
        method: 'POST',
        url: `${proxy}/mpu/complete/${folder}`,
        payload: { path: '/x/w.bin', upload_id, ...payload },
      });
    assert.equal((await complete({ parts: parts.slice(1) })).statusCode, 400);
    assert.equal((await complete({ parts: [{ part_number: 1, etag: 'f'.repeat(32) }] })).statusCode, 400);
    assert.equal((await complete({ parts })).statusCode, 200);
    const read = await app.inject({ method: 'GET', url: `${proxy}/artifacts/${folder}/w.bin` });
    assert.equal(read.body, 'part 1;part 2;');
    assert.equal((await complete({ parts })).statusCode, 404);
    const up = await app.inject({
      method: 'PUT',
      url: `${proxy}/artifacts/0/${run}/artifacts/%2e%2e%2fx`,
      payload: 'x',
    });
    assert.equal(up.statusCode, 400);
  });

  it('writes no file below another experiment, and tells the audit trail what was deleted, without its name', async () => {
    const proxy = '/api/2.0/mlflow-artifacts/artifacts';
    const put = (path: string) => app.inject({ method: 'PUT', url: `${proxy}/${path}`, payload: 'x' });
    const elsewhere = await put(`7/${run}/artifacts/a.txt`);
    assert.deepEqual([elsewhere.statusCode, elsewhere.json().error_code], [400, 'INVALID_PARAMETER_VALUE']);
    assert.match(elsewhere.json().message, /is not below the artifacts of/);
    assert.equal((await put(`0/${'b'.repeat(32)}/artifacts/a.txt`)).statusCode, 404);
    for (const name of ['a/1.txt', 'a/2.txt', 'ab.txt'])
      assert.equal((await put(`0/${run}/artifacts/${name}`)).statusCode, 200);
    const deleted = await app.inject({ method: 'DELETE', url: `${proxy}/0/${run}/artifacts/a` });
    assert.equal(deleted.statusCode, 200);
    await app.inject({ method: 'DELETE', url: `${proxy}/0/${run}/artifacts/a` });
    const [event, ...more] = await store.trail.read({ subject: `run ${run}` });
    assert.deepEqual([event?.what, more.length], ['artifact.delete', 0]);
    // Of the one byte that each of them held.
    const sha256 = createHash('sha256').update('x').digest('hex');
    const file = { bytes: 1, sha256 };
    assert.deepEqual(JSON.parse(event!.before!), { count: 2, files: [file, file] });
    assert.ok((await store.artifacts.list(run)).some(({ path }) => path === 'ab.txt'));
  });
});

describe('what a request holds', () => {
  it('reads numbers as protocol buffers write them', () => {
    assert.deepEqual(['12', '-3', 4, '1.5', 1.5, 'x', true].map(wholeNumber), [
      12,
      -3,
      4,
      undefined,
      undefined,
      undefined,
      undefined,
    ]);
    assert.deepEqual(['NaN', 'Infinity', '-Infinity', '1e-3', 2, '', 'x'].map(floatNumber), [
      Number.NaN,
      Number.POSITIVE_INFINITY,
      Number.NEGATIVE_INFINITY,
      0.001,
      2,
      undefined,
      undefined,
    ]);
  });

  it('takes names that lead nowhere else', () => {
    for (const name of ['loss', 'val/auroc', 'a b', 'ü', 'a.b-c:d', '.hidden', 'a/.b'])
      assert.equal(checkName(name, 'key'), name);
    for (const name of ['', '/a', 'a/', 'a//b', '../a', 'a/../b', './a', 'a/.', '.', 'a?', 'a\n'])
      assert.throws(() => checkName(name, 'key'), `${name} was taken`);
  });

  it('finds the run or model in an artifact’s path', () => {
    const id = 'a'.repeat(32);
    assert.deepEqual(placeOf(`0/${id}/artifacts/x/y`), { owner: id, path: 'x/y' });
    assert.deepEqual(placeOf(`far/away/${id}/artifacts`), { owner: id, path: '' });
    assert.deepEqual(placeOf(`3/models/m-${id}/artifacts/MLmodel`), { owner: `m-${id}`, path: 'MLmodel' });
    assert.equal(placeOf('0/traces/x'), undefined);
    for (const path of [
      `0/${id}/artifacts/../x`,
      `0/${id}/artifacts/%2e%2e/x`,
      `0/${id}/artifacts/%252e%252e/x`,
      '/etc/passwd',
    ])
      assert.throws(() => placeOf(path), /Invalid path/);
  });
});
