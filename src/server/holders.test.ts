/** What holders of keys can't do beyond what their roles say: to what is live, to others' names, to the machine, after their end. */
import assert from 'node:assert/strict';
import { existsSync, mkdirSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { connect } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { zipSync } from 'fflate';
import { pino } from 'pino';
import { createDeployment } from '../pipeline/deployments/manage.ts';
import { approve } from '../registry/decide.ts';
import { policyOf } from '../registry/policy.ts';
import { registerBundle } from '../registry/register.ts';
import { person } from '../registry/testing.ts';
import { createKey, revokeKey } from '../security/keys.ts';
import { numberedBundle } from '../serving/deployments/testing.ts';
import { picture } from '../serving/testing.ts';
import { uploadsDir } from '../store/paths.ts';
import { type Guarded, openGuarded } from './testing-guarded.ts';

let house: Guarded;
let image: Buffer;

before(async () => {
  image = await picture(1);
  house = await openGuarded({
    prepare: async (store, home) => {
      for (const number of [1, 2]) {
        await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, number) });
        await approve(store, person('ben'), `skin@${number}`, { reason: 'x' }, { policy: policyOf({}) });
      }
      const by = { actor: person('ada'), why: 'test' };
      await createDeployment(store, 'derma', { live: [{ model: 'skin@1', weight: 1 }] }, by);
    },
  });
});
after(() => house.close());

const MLFLOW = '/api/2.0/mlflow';
const send = (role: 'engineer' | 'clinician' | 'admin', method: string, path: string, body: object) =>
  house.ask(role, method, path, { body: JSON.stringify(body), headers: { 'content-type': 'application/json' } });

test('what answers is not taken from under a deployment by clients that know of none', async () => {
  for (const role of ['engineer', 'admin'] as const)
    for (const [method, path, body] of [
      ['DELETE', 'model-versions/delete', { name: 'skin', version: '1' }],
      ['DELETE', 'registered-models/delete', { name: 'skin' }],
      ['POST', 'registered-models/rename', { name: 'skin', new_name: 'gone' }],
    ] as const) {
      const response = await send(role, method, `${MLFLOW}/${path}`, body);
      assert.equal(response.status, 403, path);
      assert.match(((await response.json()) as { message: string }).message, /skin@1 answers in deployment derma/);
    }
  const other = await send('engineer', 'DELETE', `${MLFLOW}/model-versions/delete`, { name: 'skin', version: '2' });
  assert.equal(other.status, 200, 'one that nobody asks may go');
});

test('feedback is in the name of who gives it', async (t) => {
  const written = t.mock.method(house.store.predictions, 'addFeedback');
  const asked = await house.ask('clinician', 'POST', '/v1/predict', {
    body: image as never,
    headers: { 'content-type': 'image/png' },
  });
  const { requestId } = (await asked.json()) as { requestId: string };
  const said = { prediction: requestId, label: 'benign', who: 'the chief physician' };
  assert.equal((await send('clinician', 'POST', '/v1/feedback', said)).status, 201);
  assert.equal(written.mock.calls[0]!.arguments[0].who, 'the clinician');
});

test('nobody elsewhere has the server read a file or call an address', async () => {
  for (const setting of [
    'model.pretrained=/etc/passwd',
    'model.pretrained=https://127.0.0.1:1/weights.safetensors',
    'tracking=[{mlflow: {uri: "http://127.0.0.1:1"}}]',
  ])
    for (const [path, body] of [
      ['/v1/trainings', { recipe: 'demo', settings: [setting] }],
      ['/v1/trainings/check', { recipe: 'demo', settings: [setting] }],
      ['/v1/demo', { settings: [setting] }],
      ['/v1/sweeps', { sweep: 'sweeps/first-try', settings: [setting] }],
    ] as const) {
      const response = await send('engineer', 'POST', path, body);
      assert.equal(response.status, 400, path);
      assert.match(await response.text(), /from here: the server itself would go there/, path);
    }
});

test('an upload in parts leaves the images that are kept alone, however old they are', async () => {
  const day = join(uploadsDir(house.home), '2026-01-01');
  const broken = join(uploadsDir(house.home), '0'.repeat(32));
  for (const folder of [day, broken]) {
    mkdirSync(folder, { recursive: true });
    writeFileSync(join(folder, 'x'), 'x');
    utimesSync(folder, 0, 0);
  }
  const created = await send('engineer', 'POST', `${MLFLOW}/runs/create`, { experiment_id: '0' });
  const { run } = (await created.json()) as { run: { info: { run_id: string } } };
  const path = `/api/2.0/mlflow-artifacts/mpu/create/0/${run.info.run_id}/artifacts`;
  assert.equal((await send('engineer', 'POST', path, { path: 'a.bin', num_parts: 1 })).status, 200);
  assert.deepEqual([existsSync(day), existsSync(broken)], [true, false]);
});

test('who listens is let go of when their key has ended', { timeout: 120_000 }, async () => {
  const asked = { name: 'leaver', roles: ['viewer'], expiresAt: null };
  const { key, text } = await createKey(house.store, person('ada'), asked);
  const response = await fetch(`${house.url}/v1/events`, { headers: { authorization: `Bearer ${text}` } });
  assert.equal(response.status, 200);
  let over = false;
  const heard = (async () => {
    for await (const _ of response.body!);
    over = true;
  })();
  await sleep(300);
  assert.equal(over, false);
  await revokeKey(house.store, person('ada'), key.id, 'left');
  await heard;
});

test('what a browser adds by itself is not taken from pages elsewhere', async () => {
  const basic = `Basic ${Buffer.from(`any:${house.keys.engineer}`).toString('base64')}`;
  const create = (headers: Record<string, string>) =>
    fetch(`${house.url}${MLFLOW}/experiments/create`, {
      method: 'POST',
      headers,
      body: JSON.stringify({ name: String(Math.random()) }),
    });
  const away = { origin: 'https://evil.example' };
  assert.equal((await create({ authorization: basic })).status, 200);
  assert.equal((await create({ authorization: basic, ...away })).status, 403);
  assert.equal((await create({ authorization: `Bearer ${house.keys.engineer}`, ...away })).status, 200);
});

test('a batch is not held in memory beyond its bound', async () => {
  const form = new FormData();
  for (let i = 0; i < 5; i++) form.append('file', new Blob([new Uint8Array(20 * 2 ** 20)]), `${i}.png`);
  const response = await house.ask('clinician', 'POST', '/v1/predict/batch', { body: form });
  assert.equal(response.status, 413);
  assert.match(await response.text(), /64 MiB together/);
});

test('an archive of many images that are nothing but size fills no disk', async () => {
  const empty = new Uint8Array(20 * 2 ** 20);
  const many = Object.fromEntries(Array.from({ length: 4 }, (_, i) => [`${i}.png`, empty] as const));
  const form = new FormData();
  form.set('file', new Blob([zipSync(many, { level: 1 }) as Uint8Array<ArrayBuffer>]), 'a.zip');
  const response = await house.ask('clinician', 'POST', '/v1/jobs', { body: form });
  assert.equal(response.status, 400);
  assert.match(await response.text(), /more than 100 times its size/);
  assert.deepEqual(await house.store.jobs.list({ limit: 10 }), [], 'nothing of it stays');
});

test('a job is ended by who began it, or by an admin; a name in it is no formula', async () => {
  const form = new FormData();
  form.append('file', new Blob([image as never]), '=1+cmd.png');
  const begun = await house.ask('clinician', 'POST', '/v1/jobs', { body: form });
  assert.equal(begun.status, 202);
  const { id } = (await begun.json()) as { id: string };
  for (const [method, path] of [
    ['POST', `/v1/jobs/${id}/cancel`],
    ['DELETE', `/v1/jobs/${id}`],
  ] as const) {
    const refused = await house.ask('engineer', method, path);
    assert.deepEqual([refused.status, /The job is the clinician's/.test(await refused.text())], [403, true]);
  }
  const table = await (await house.ask('clinician', 'GET', `/v1/jobs/${id}/result?format=csv`)).text();
  assert.match(table, /^'=1\+cmd\.png,/m);
  assert.equal((await house.ask('admin', 'POST', `/v1/jobs/${id}/cancel`)).status, 200);
  assert.equal((await house.ask('clinician', 'DELETE', `/v1/jobs/${id}`)).status, 204);
});

test('nobody else of this machine reads what a new home holds', { skip: process.platform === 'win32' }, () => {
  assert.equal(statSync(join(house.home, 'osler.db')).mode & 0o007, 0);
});

test('connections that break off in the middle are no fault of the server', async () => {
  const lines: string[] = [];
  const logger = pino({ level: 'error' }, { write: (line: string) => void lines.push(line) });
  const own = await openGuarded({ logger });
  try {
    const { port } = new URL(own.url);
    const request = `GET /v1/runs HTTP/1.1\r\nHost: a\r\nAuthorization: Bearer ${own.keys.viewer}\r\n\r\n`;
    for (let i = 0; i < 20; i++)
      await new Promise<void>((resolve) => {
        const socket = connect(Number(port), '127.0.0.1', () => {
          socket.write(request.repeat(3));
          socket.resetAndDestroy();
        });
        socket.on('error', () => undefined).on('close', () => resolve());
      });
    assert.equal((await own.ask('viewer', 'GET', '/v1/runs')).status, 200);
    assert.deepEqual(lines, []);
  } finally {
    await own.close();
  }
});
