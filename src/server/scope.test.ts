/** Keys for some deployments alone, and whose name the audit trail has. */
import assert from 'node:assert/strict';
import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import { connect, type Socket } from 'node:net';
import { after, before, test } from 'node:test';
import { until } from '../../test/until.ts';
import { createDeployment } from '../pipeline/deployments/manage.ts';
import { approve } from '../registry/decide.ts';
import { policyOf } from '../registry/policy.ts';
import { registerBundle } from '../registry/register.ts';
import { person } from '../registry/testing.ts';
import { createKey } from '../security/keys.ts';
import type { Role } from '../security/permission.ts';
import { numberedBundle } from '../serving/deployments/testing.ts';
import { picture } from '../serving/testing.ts';
import { type Guarded, openGuarded } from './testing-guarded.ts';

type Body = NonNullable<RequestInit['body']>;

let house: Guarded;
let image: Buffer;
let key: string;
/** The server's ends of all connections. */
const opened: Socket[] = [];

before(async () => {
  image = await picture(1);
  house = await openGuarded({
    prepare: async (store, home) => {
      for (const number of [1, 2]) {
        await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, number) });
        await approve(store, person('ben'), `skin@${number}`, { reason: 'x' }, { policy: policyOf({}) });
      }
      const by = { actor: person('ada'), why: 'test' };
      for (const name of ['derma', 'other'])
        await createDeployment(store, name, { live: [{ model: 'skin@1', weight: 1 }] }, by);
      const limits = { concurrency: 1, queue: 3 };
      await createDeployment(store, 'small', { live: [{ model: 'skin@1', weight: 1 }], limits }, by);
    },
  });
  house.app.server.on('connection', (socket) => void opened.push(socket));
  const asked = { name: 'gateway', roles: ['clinician'], deployments: ['derma'], expiresAt: null };
  key = (await createKey(house.store, person('ada'), asked)).text;
});
after(() => house.close());

const ask = (path: string, body: Body | null = null, type = 'image/png') =>
  fetch(`${house.url}${path}`, {
    method: body === null ? 'GET' : 'POST',
    body,
    headers: { authorization: `Bearer ${key}`, ...(body === null ? {} : { 'content-type': type }) },
  });
const json = (value: unknown): [string, string] => [JSON.stringify(value), 'application/json'];

test('a key for one deployment asks that one, by every protocol, and nothing else', async () => {
  const own = await ask('/v1/predict?deployment=derma', image as never);
  assert.equal(own.status, 200);
  const { requestId } = (await own.json()) as { requestId: string };
  assert.equal((await ask('/v1/predict?deployment=other', image as never)).status, 403);
  assert.equal(
    (await ask('/v1/predict', ...json({ image: image.toString('base64'), deployment: 'other' }))).status,
    403,
  );
  const items = [{ image: image.toString('base64') }];
  assert.equal((await ask('/v1/predict/batch', ...json({ items, deployment: 'other' }))).status, 403);
  assert.equal((await ask('/v1/predict/batch', ...json({ items, deployment: 'derma' }))).status, 200);
  const inputs = [{ name: 'image', datatype: 'BYTES', shape: [1], data: [image.toString('base64')] }];
  assert.equal((await ask('/v2/models/derma/infer', ...json({ inputs }))).status, 200);
  assert.equal((await ask('/v2/models/other/infer', ...json({ inputs }))).status, 403);
  assert.equal((await ask('/invocations', image as never)).status, 200);
  for (const path of ['/v1/runs', '/v1/deployments', '/metrics', '/model/info', '/api/2.0/mlflow/experiments/search'])
    assert.equal((await ask(path)).status, 403, path);
  assert.equal((await ask('/predict/image', image as never)).status, 403);

  const theirs = await house.ask('clinician', 'POST', '/v1/predict?deployment=other', {
    body: image as never,
    headers: { 'content-type': 'image/png' },
  });
  const other = ((await theirs.json()) as { requestId: string }).requestId;
  assert.equal((await ask('/v1/feedback', ...json({ prediction: requestId, label: 'benign' }))).status, 201);
  assert.equal((await ask('/v1/feedback', ...json({ prediction: other, label: 'benign' }))).status, 403);
});

/** Ends these connections, on the server's side too. */
async function freed(sockets: readonly Socket[]): Promise<void> {
  const ports = sockets.map(({ localPort }) => localPort);
  for (const socket of sockets) socket.destroy();
  await until('the server knows', () => !opened.some((one) => !one.destroyed && ports.includes(one.remotePort)));
}

/** A request whose image does not come. */
function stalled(authorization: string): Socket {
  const { hostname, port } = new URL(house.url);
  const socket = connect(Number(port), hostname);
  const head = ['POST /v1/predict?deployment=small HTTP/1.1', 'Host: x', `Authorization: Bearer ${authorization}`];
  socket.write([...head, 'Content-Type: image/png', 'Content-Length: 9', '', ''].join('\r\n'));
  return socket;
}

test('a key takes no place of a deployment that it is not for', { timeout: 60_000 }, async () => {
  const socket = stalled(key);
  const [said] = (await once(socket, 'data')) as [Buffer];
  assert.match(said.toString(), /^HTTP\/1\.1 403 /, 'before its image is there');
  socket.destroy();
});

test('who may not ask a deployment changes nothing for those who may', { timeout: 60_000 }, async (t) => {
  // Nothing calms down meanwhile.
  const now = performance.now();
  t.mock.method(performance, 'now', () => now);
  const own = house.keys.clinician;
  const post = async (bearer: string | null): Promise<number> => {
    const headers = { 'content-type': 'image/png', 'x-osler-priority': 'high' };
    const authorization: Record<string, string> = bearer === null ? {} : { authorization: `Bearer ${bearer}` };
    const path = `${house.url}/v1/predict?deployment=small`;
    const answer = await fetch(path, {
      method: 'POST',
      body: image as never,
      headers: { ...headers, ...authorization },
    });
    await answer.arrayBuffer();
    return answer.status;
  };
  assert.equal(await post(own), 200);
  const sockets = [1, 2, 3, 4].map(() => stalled(own));
  await until('all places are taken', async () => (await post(null)) === 429);
  assert.deepEqual([await post(key), await post('no key')], [429, 429]);
  await freed(sockets.splice(2));
  assert.equal(await post(null), 401);
  assert.deepEqual([await post(key), await post(own)], [403, 200]);

  sockets.push(stalled(own), stalled(own));
  await until('all are taken again', async () => (await post(null)) === 429);
  assert.equal(await post(own), 429);
  await freed(sockets.splice(2));
  assert.equal(await post(null), 429, 'those of who may count: places are few now');
  await freed(sockets);
});

test('the trail has the name of who holds the key, whatever name the request carries', async () => {
  const change = { live: [{ model: 'skin@2', weight: 1 }], why: 'better', who: 'somebody else' };
  const [body, type] = json(change);
  const headers = { 'content-type': type };
  const response = await house.ask('approver', 'PATCH', '/v1/deployments/derma', { body, headers });
  assert.equal(response.status, 200, await response.text());
  const registered = await house.ask('engineer', 'POST', '/api/2.0/mlflow/registered-models/create', {
    body: JSON.stringify({ name: 'from-mlflow' }),
  });
  assert.equal(registered.status, 200);
  const basic = Buffer.from(`somebody else:${house.keys.engineer}`).toString('base64');
  const tagged = await fetch(`${house.url}/api/2.0/mlflow/registered-models/set-tag`, {
    method: 'POST',
    headers: { authorization: `Basic ${basic}` },
    body: JSON.stringify({ name: 'from-mlflow', key: 'a', value: 'b' }),
  });
  assert.equal(tagged.status, 200);
  const last = (await house.store.trail.read({ last: 3 })).map(({ who, via, what }) => [
    who,
    what,
    via.replace(/ [0-9a-z]{10}$/, ''),
  ]);
  assert.deepEqual(last, [
    ['the approver', 'deployment.change', 'HTTP API at 127.0.0.1, by key'],
    ['the engineer', 'model.create', 'MLflow client at 127.0.0.1, by key'],
    ['the engineer', 'model.tag', 'MLflow client at 127.0.0.1, by key'],
  ]);
});

test("moving what is live is a decision, by MLflow's protocol too", async () => {
  const alias = (role: 'engineer' | 'approver', name: string) =>
    house.ask(role, 'POST', '/api/2.0/mlflow/registered-models/alias', {
      body: JSON.stringify({ name: 'skin', alias: name, version: '2' }),
    });
  assert.equal((await alias('engineer', 'tried')).status, 200);
  const refused = await alias('engineer', 'champion');
  assert.deepEqual(
    [refused.status, ((await refused.json()) as { error_code: string }).error_code],
    [403, 'PERMISSION_DENIED'],
  );
  const by = { actor: person('ada'), why: 'test' };
  await createDeployment(house.store, 'following', { live: [{ model: 'skin@tried', weight: 1 }] }, by);
  assert.equal((await alias('engineer', 'tried')).status, 403, 'a deployment follows it now');
  const stage = await house.ask('engineer', 'POST', '/api/2.0/mlflow/model-versions/transition-stage', {
    body: JSON.stringify({ name: 'skin', version: '2', stage: 'Production' }),
  });
  assert.equal(stage.status, 403);
  assert.equal((await alias('approver', 'champion')).status, 403, 'who approves writes nothing by MLflow');
});

test('who decides steers the work that a decision of theirs began, and no other', async () => {
  const begin = async (what: string): Promise<string> => {
    const id = randomUUID();
    await house.store.tasks.create({
      ...{
        id,
        what,
        subject: `dataset ${id}@1`,
        who: 'the approver',
        state: 'running',
        work: { kind: 'tell', ref: id },
      },
      ...{ startedAt: new Date().toISOString(), endedAt: null, worker: 'elsewhere', result: null, error: null },
    });
    return id;
  };
  const [acceptance, audit] = [await begin('dataset.accept'), await begin('dataset.audit')];
  const stop = async (role: Role, id: string) => (await house.ask(role, 'DELETE', `/v1/tasks/${id}`)).status;
  const again = async (role: Role, id: string) => (await house.ask(role, 'POST', `/v1/tasks/${id}/again`)).status;
  assert.deepEqual([await stop('viewer', acceptance), await stop('approver', audit)], [403, 403]);
  assert.deepEqual([await stop('approver', acceptance), await stop('engineer', audit)], [200, 200]);
  assert.deepEqual([await again('viewer', acceptance), await again('approver', audit)], [403, 403]);
  assert.deepEqual([await again('approver', acceptance), await again('engineer', audit)], [202, 202]);
});
