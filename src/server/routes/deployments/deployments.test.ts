/** Deployments over HTTP: real bundles, a real store, a real listener. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setImmediate } from 'node:timers/promises';
import type { FastifyInstance } from 'fastify';
import { until } from '../../../../test/until.ts';
import { openHost } from '../../../pipeline/deployments/host.ts';
import { createDeployment } from '../../../pipeline/deployments/manage.ts';
import { approve, retire } from '../../../registry/decide.ts';
import { policyOf } from '../../../registry/policy.ts';
import { registerBundle } from '../../../registry/register.ts';
import { person } from '../../../registry/testing.ts';
import type { DeploymentHost } from '../../../serving/deployments/host.ts';
import { numberedBundle } from '../../../serving/deployments/testing.ts';
import { picture } from '../../../serving/testing.ts';
import { openStore, type Store } from '../../../store/store.ts';
import { buildApp } from '../../app.ts';
import type { ErrorBody, PredictAnswer } from '../../contract.ts';
import type { DeploymentInfo, V1Answer } from './contract.ts';
import { DeploymentMetrics } from './metrics.ts';
import { asPredictor } from './plugin.ts';

type Sent = NonNullable<RequestInit['body']>;

let home: string;
let store: Store;
let host: DeploymentHost;
let app: FastifyInstance;
let url: string;

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-deployments-'));
  store = await openStore(home);
  for (const number of [1, 2, 3]) {
    await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(home, number) });
    if (number < 3) await approve(store, person('ben'), `skin@${number}`, { reason: 'x' }, { policy: policyOf({}) });
  }
  const by = { actor: person('ada'), why: 'test' };
  await createDeployment(store, 'derma', { live: [{ model: 'skin@1', weight: 1 }], shadows: ['skin@3'] }, by);
  await createDeployment(
    store,
    'small',
    { live: [{ model: 'skin@2', weight: 1 }], limits: { concurrency: 1, queue: 1 }, sticky: 'session' },
    by,
  );
  const limits = { concurrency: 1, queue: 4 };
  await createDeployment(store, 'batches', { live: [{ model: 'skin@2', weight: 1 }], limits }, by);
  const metrics = new DeploymentMetrics();
  const { observe, onDropped, onMove } = metrics;
  const names = ['derma', 'small', 'batches'];
  host = await openHost({ store, names, threads: 1, pollMs: 50, observe, onDropped, onMove });
  const deployments = { host, store, metrics };
  app = await buildApp({ predictor: asPredictor(host, () => 'page'), deployments, version: '0.0.0' });
  url = await app.listen({ host: '127.0.0.1', port: 0 });
});
after(async () => {
  await app?.close();
  await host?.close();
  await store?.close();
  rmSync(home, { recursive: true, force: true });
});

async function call<T>(
  path: string,
  init: RequestInit = {},
): Promise<{ status: number; body: T & ErrorBody; headers: Headers }> {
  const response = await fetch(`${url}${path}`, init);
  const text = await response.text();
  return { status: response.status, body: JSON.parse(text || 'null') as T & ErrorBody, headers: response.headers };
}
const send = <T>(method: string, path: string, document: unknown) =>
  call<T>(path, { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(document) });
const raw = async (seed: number, headers: Record<string, string> = {}, query = '') =>
  call<V1Answer>(`/v1/predict${query}`, {
    method: 'POST',
    headers: { 'content-type': 'image/png', ...headers },
    body: (await picture(seed)) as unknown as Sent,
  });

test('a slip in a field beside an image is refused, and not passed over', async () => {
  const image = await picture(1);
  const ask = async (...fields: [string, string][]): Promise<{ status: number; words: string }> => {
    const form = new FormData();
    for (const [name, value] of fields) form.append(name, value);
    form.set('file', new Blob([image as unknown as Uint8Array<ArrayBuffer>]), 'a.png');
    const { status, body } = await call<{ error?: { message: string } }>('/v1/predict', { method: 'POST', body: form });
    return { status, words: body.error?.message ?? '' };
  };
  assert.equal((await ask(['key', 'p'], ['priority', 'high'], ['heatmap', 'false'])).status, 200);
  for (const [fields, words] of [
    [[['kay', 'p']], /"kay", which means nothing here/],
    [
      [
        ['key', 'p'],
        ['key', 'q'],
      ],
      /says "key" twice/,
    ],
    [[['priority', 'urgent']], /"priority" of the request is not "high", "normal" or "low"/],
  ] as [[string, string][], RegExp][]) {
    const { status, words: said } = await ask(...fields);
    assert.equal(status, 400);
    assert.match(said, words);
  }
});

test('a form, raw bytes and JSON give the same answer, with all that it rests on', async () => {
  const image = await picture(1);
  const form = new FormData();
  form.set('key', 'patient-1');
  form.set('file', new Blob([image as unknown as Uint8Array<ArrayBuffer>]), 'a.png');
  const answers = [
    await call<V1Answer>('/v1/predict', { method: 'POST', body: form }),
    await raw(1, { 'x-osler-key': 'patient-1' }),
    await send<V1Answer>('POST', '/v1/predict', { image: image.toString('base64'), key: 'patient-1' }),
  ];
  for (const { status, body, headers } of answers) {
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(headers.get('x-request-id'), body.requestId);
    assert.deepEqual(body.probabilities, answers[0]!.body.probabilities);
    assert.deepEqual(body.routing, {
      deployment: 'derma',
      revision: 1,
      variant: 'skin@1',
      role: 'live',
      by: 'patient',
    });
    assert.deepEqual([body.model.name, body.model.version, body.model.run], ['skin', 1, '1'.repeat(32)]);
    assert.equal(body.abstention, null);
  }
  const heat = await raw(2, {}, '?heatmap=true&deployment=small');
  assert.match(heat.body.heatmap!.image, /^data:image\/png/);
  assert.deepEqual([heat.body.routing.deployment, heat.body.routing.by], ['small', 'request']);
  const session = await raw(2, { 'x-osler-key': 's1', 'x-osler-version': 'skin@2' }, '?deployment=small');
  assert.equal(session.body.routing.by, 'version');
  assert.equal((await raw(2, { 'x-osler-key': 's1' }, '?deployment=small')).body.routing.by, 'session');
});

test('what is wrong is said', async () => {
  assert.equal((await raw(1, {}, '?deployment=none')).body.error.code, 'NOT_FOUND');
  const misspelt = await raw(1, {}, '?deployment=small&heatmp=true');
  assert.deepEqual([misspelt.status, misspelt.body.error.code], [400, 'USAGE']);
  assert.match(misspelt.body.error.message, /heatmp/);
  assert.match((await raw(1, { 'x-osler-priority': 'urgent' })).body.error.message, /priority/);
  assert.equal((await send('POST', '/v1/predict', { image: '' })).status, 400);
  assert.equal(
    (await call('/v1/predict', { method: 'POST', body: 'x', headers: { 'content-type': 'text/plain' } })).status,
    415,
  );
  const broken = await call('/v1/predict', {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: (await picture(1)).subarray(0, 200) as unknown as Sent,
  });
  assert.deepEqual([broken.status, broken.body.error.code], [400, 'IMAGE_UNREADABLE']);
});

test('the routes of one bundle, and the page, see the first deployment', async () => {
  const image = await picture(4);
  const old = await call<PredictAnswer>('/predict/image', {
    method: 'POST',
    headers: { 'content-type': 'image/png' },
    body: image as unknown as Sent,
  });
  assert.deepEqual(old.body.probabilities, (await raw(4)).body.probabilities);
  assert.equal((await call<{ run: string }>('/model/info')).body.run, '1'.repeat(32));
});

test('a batch is answered in its order, a broken image in its place', async () => {
  const items = [];
  for (const seed of [1, 2, 3]) items.push({ image: (await picture(seed)).toString('base64'), key: `p${seed}` });
  items.splice(1, 0, { image: Buffer.from('no image').toString('base64'), key: 'p' });
  const { status, body } = await send<{ answers: (V1Answer & ErrorBody)[]; answered: number }>(
    'POST',
    '/v1/predict/batch',
    { items },
  );
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual([body.answers.length, body.answered], [4, 3]);
  assert.equal(body.answers[1]!.error.code, 'IMAGE_TYPE');
  assert.deepEqual(body.answers[2]!.probabilities, (await raw(2)).body.probabilities);
  const form = new FormData();
  for (const seed of [1, 2, 3, 4, 5, 6])
    form.append('file', new Blob([(await picture(seed)) as unknown as Uint8Array<ArrayBuffer>]));
  const files = await call<{ answered: number }>('/v1/predict/batch', { method: 'POST', body: form });
  assert.equal(files.body.answered, 6, JSON.stringify(files.body));
});

test('a batch that has begun is answered whole, also where others find no place', { timeout: 60_000 }, async () => {
  let arrived = 0;
  app.server.on('request', () => void arrived++);
  const slow = [1, 2, 3, 4].map(() => {
    const socket = connect(Number(new URL(url).port), '127.0.0.1');
    const head = 'POST /v1/predict?deployment=batches HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: image/png\r\n';
    socket.write(`${head}X-Osler-Priority: low\r\nContent-Length: 9\r\n\r\n`);
    return socket;
  });
  await until('all but one place are taken', () => arrived >= 4);
  const image = (await picture(1)).toString('base64');
  const items = Array.from({ length: 100 }, () => ({ image }));
  const path = '/v1/predict/batch?deployment=batches';
  const batch = send<{ answered: number }>('POST', path, { items });
  while (host.get('batches').load.active === 0) await setImmediate();
  await raw(2, { 'x-osler-priority': 'high' }, '?deployment=batches');
  const { body } = await batch;
  for (const socket of slow) socket.destroy();
  assert.equal(body.answered, 100);
});

test('more than may wait is refused with 429 and Retry-After; nothing else fails', async () => {
  const all = await Promise.all(Array.from({ length: 30 }, (_, i) => raw(i, { 'x-osler-deployment': 'small' })));
  const refused = all.filter(({ status }) => status === 429);
  assert.ok(refused.length > 0 && refused.length < 30, `${refused.length} of 30`);
  for (const { body, headers } of refused) {
    assert.equal(body.error.code, 'QUEUE_FULL');
    assert.ok(Number(headers.get('retry-after')) >= 1);
  }
  assert.deepEqual([...new Set(all.map(({ status }) => status))].sort(), [200, 429]);
  assert.equal((await raw(1, { 'x-osler-deployment': 'small' })).status, 200);
});

test('where low priority takes all places, high priority gets one each time, whatever the body is', {
  timeout: 60_000,
}, async () => {
  let over = false;
  const lows: number[] = [];
  const clients = Array.from({ length: 6 }, async (_, i) => {
    while (!over) lows.push((await raw(i, { 'x-osler-deployment': 'small', 'x-osler-priority': 'low' })).status);
  });
  await until('some are refused', async () => lows.includes(429));
  const image = await picture(1);
  const headers = { 'x-osler-deployment': 'small', 'x-osler-priority': 'high' };
  const highs: number[] = [];
  for (let i = 0; i < 5; i++) {
    highs.push((await raw(i, headers)).status);
    const form = new FormData();
    form.append('file', new Blob([image as Uint8Array<ArrayBuffer>]));
    highs.push((await call('/v1/predict', { method: 'POST', headers, body: form })).status);
    const json = JSON.stringify({ image: image.toString('base64') });
    const typed = { ...headers, 'content-type': 'application/json' };
    highs.push((await call('/v1/predict', { method: 'POST', headers: typed, body: json })).status);
  }
  over = true;
  await Promise.all(clients);
  assert.deepEqual(highs, Array(15).fill(200));
  assert.deepEqual([...new Set(lows)].sort(), [200, 429]);
});

test("feedback, a prediction's log entry with its shadow, replay, comparison", async () => {
  const { body: answer } = await raw(6, { 'x-osler-key': 'Jane Roe' });
  const log = () => call<{ variants: { variant: string; role: string }[] }>(`/v1/predictions/${answer.requestId}`);
  await until('the shadow too', async () => (await log()).body.variants.length === 2);
  const said = await send<{ variants: { variant: string; correct: boolean }[] }>('POST', '/v1/feedback', {
    prediction: answer.requestId,
    label: answer.label,
    who: 'Dr Lee',
  });
  assert.equal(said.status, 201, JSON.stringify(said.body));
  assert.deepEqual(said.body.variants[0], { variant: 'skin@1', label: answer.label, correct: true });
  assert.equal((await send('POST', '/v1/feedback', { prediction: 'none', label: 'x' })).status, 404);
  const wrong = await send('POST', '/v1/feedback', { prediction: answer.requestId, label: 'x' });
  assert.deepEqual([wrong.status, wrong.body.error.hint], [400, 'It knows benign, malignant.']);
  const { body: logged } = await log();
  assert.deepEqual(
    logged.variants.map(({ variant, role }) => [variant, role]),
    [
      ['skin@1', 'live'],
      ['skin@3', 'shadow'],
    ],
  );
  assert.ok(!JSON.stringify(logged).includes('Jane'));
  const replay = (seed: number, id = answer.requestId) =>
    picture(seed).then((image) =>
      call<{ variants: { same: boolean }[] }>(`/v1/predictions/${id}/replay`, {
        method: 'POST',
        headers: { 'content-type': 'image/png' },
        body: image as unknown as Sent,
      }),
    );
  assert.deepEqual(
    (await replay(6)).body.variants.map(({ same }) => same),
    [true, true],
  );
  assert.equal((await replay(7)).status, 400);
  // What else would have been said shows, each part of it.
  const [entry] = await store.predictions.get(answer.requestId);
  const { probabilities } = answer;
  for (const [i, other] of [
    { label: 'other' },
    { positive: { ...answer.positive, verdict: !answer.positive!.verdict } },
    { set: { labels: [], coverage: 0.9 } },
    { outOfDistribution: { verdict: true } },
    { probabilities: { ...probabilities, malignant: probabilities.malignant! + 2e-5 } },
  ].entries()) {
    await store.predictions.write([{ ...entry!, id: `other-${i}`, answer: { ...entry!.answer, ...other } }]);
    assert.equal((await replay(6, `other-${i}`)).body.variants[0]!.same, false, JSON.stringify(other));
  }
  const { body } = await call<{ variants: { variant: string; labelled: number }[]; tests: { design: string }[] }>(
    '/v1/deployments/derma/comparison',
  );
  assert.deepEqual(
    body.variants.map(({ variant, labelled }) => [variant, labelled]),
    [
      ['skin@1', 1],
      ['skin@3', 1],
    ],
  );
  assert.equal(body.tests[0]!.design, 'paired');
});

test('the API changes deployments as the command line does, at once on this server, and tells the trail who', async () => {
  const info = await call<DeploymentInfo>('/v1/deployments/derma');
  assert.deepEqual([info.body.revision.number, info.body.served!.revision], [1, 1]);
  const live = [
    { model: 'skin@1', weight: 1 },
    { model: 'skin@2', weight: 1 },
  ];
  const patched = await send<DeploymentInfo>('PATCH', '/v1/deployments/derma', {
    live,
    shadows: [],
    who: 'eve',
    why: 'even',
  });
  assert.deepEqual([patched.status, patched.body.served?.revision], [200, 2], JSON.stringify(patched.body));
  const keyed = await Promise.all(Array.from({ length: 24 }, (_, i) => raw(i, { 'x-osler-key': `p${i}` })));
  assert.deepEqual([...new Set(keyed.map(({ body }) => body.routing.variant))].sort(), ['skin@1', 'skin@2']);
  // A header's bytes are UTF-8, as a form and JSON are: else one patient would be two, and answered by two versions.
  const bytes = await picture(1);
  for (const key of Array.from({ length: 16 }, (_, i) => `Ü患${i}`)) {
    const inHeader = await raw(1, { 'x-osler-key': Buffer.from(key, 'utf8').toString('latin1') });
    const inJson = await send<V1Answer>('POST', '/v1/predict', { image: bytes.toString('base64'), key });
    assert.equal(inHeader.body.routing.variant, inJson.body.routing.variant, key);
  }
  const refused = await send('PATCH', '/v1/deployments/derma', { live: [{ model: 'skin@3' }] });
  assert.deepEqual([refused.status, refused.body.error.code], [403, 'NOT_APPROVED']);
  assert.equal((await send('POST', '/v1/deployments/derma/rollback', {})).status, 400);
  const back = await send<DeploymentInfo>('POST', '/v1/deployments/derma/rollback', { why: 'no', who: 'eve' });
  assert.deepEqual(
    back.body.served?.members.map(({ name }) => name),
    ['skin@1', 'skin@3'],
  );
  const made = await send<DeploymentInfo>('POST', '/v1/deployments', {
    name: 'other',
    live: [{ model: 'skin', weight: 1 }],
    override: 'a trial',
  });
  assert.deepEqual(
    [made.status, made.body.members[0]?.name, made.body.served],
    [201, 'skin@3', null],
    JSON.stringify(made.body),
  );
  assert.equal((await send('DELETE', '/v1/deployments/other', { why: 'over' })).status, 204);
  const events = await store.trail.read({ subject: 'deployment derma' });
  assert.deepEqual(
    events.map(({ what, who }) => [what, who]),
    [
      ['deployment.create', 'ada'],
      ['deployment.change', 'eve'],
      ['deployment.rollback', 'eve'],
    ],
  );
  assert.match(events[1]!.via, /not authenticated/);
});

test('a canary climbs by itself and becomes live; a slow one goes back by itself', async () => {
  const plan = { steps: [30, 60], minRequests: 5, minSeconds: 0, maxLatencyRatio: 1_000 };
  const begun = await send<DeploymentInfo>('POST', '/v1/deployments/derma/canary', { model: 'skin@2', plan });
  assert.equal(begun.status, 200, JSON.stringify(begun.body));
  const first = begun.body.revision.number;
  const canaries = new Set<string>();
  const goesTo = async (done: (info: DeploymentInfo) => boolean): Promise<DeploymentInfo> => {
    for (let n = 0; n < 60; n++) {
      const answers = await Promise.all(Array.from({ length: 12 }, (_, i) => raw(i, { 'x-osler-key': `k${n}.${i}` })));
      for (const { body } of answers) if (body.routing?.role === 'canary') canaries.add(body.routing.variant);
      const { body } = await call<DeploymentInfo>('/v1/deployments/derma');
      if (done(body)) return body;
    }
    assert.fail('the canary did not move');
  };
  const up = await goesTo(({ revision }) => revision.spec.canary === null);
  assert.deepEqual(
    [up.revision.what, up.revision.number, up.revision.spec.live[0]!.name],
    ['canary.promote', first + 2, 'skin@2'],
  );
  assert.deepEqual([up.revision.who, [...canaries]], ['osler', ['skin@2']]);
  assert.match(up.revision.why!, /^skin@2 at 60%: \d+ answers, 0 failed/);
  // No engine is a thousand times as fast as itself.
  const fast = { steps: [50], minRequests: 1_000_000, minSeconds: 0, maxLatencyRatio: 0.001 };
  await send('POST', '/v1/deployments/derma/canary', { model: 'skin@1', plan: fast });
  const down = await goesTo(({ revision }) => revision.spec.canary === null);
  assert.deepEqual([down.revision.what, down.revision.spec.live[0]!.name], ['canary.rollback', 'skin@2']);
  assert.match(down.revision.why!, /times as long/);
});

test('Prometheus hears of variants, and OpenAPI describes the routes', async () => {
  const metrics = await (await fetch(`${url}/metrics`)).text();
  assert.match(
    metrics,
    /osler_inference_requests_total\{deployment="derma",model="skin",variant="skin@3",role="shadow",outcome="ok"\} \d+/,
  );
  for (const stage of ['queue', 'decode', 'infer', 'post']) {
    const count = new RegExp(
      `osler_inference_stage_seconds_count\\{stage="${stage}",deployment="derma",model="skin",variant="skin@1"\\} [1-9]`,
    );
    assert.match(metrics, count);
  }
  // Told of when it is written: a moment later than it is seen.
  const isTold = async () =>
    /canary_moves_total\{deployment="derma",what="canary.rollback"\} [1-9]/.test(
      await (await fetch(`${url}/metrics`)).text(),
    );
  await until('the rollback is counted', isTold);
  assert.match(metrics, /osler_deployment_revision\{deployment="small"\} 1/);
  const { body } = await call<{ paths: Record<string, unknown> }>('/docs/json');
  for (const path of ['/v1/predict', '/v1/feedback', '/v1/deployments/{name}/rollback'])
    assert.ok(path in body.paths, path);
});

test('a version is retired: status and metrics tell of it, and what was loaded answers', async () => {
  const left = async () => (await call<DeploymentInfo>('/v1/deployments/derma')).body.served!;
  await send('PATCH', '/v1/deployments/derma', { live: [{ model: 'skin@1' }, { model: 'skin@2' }], shadows: [] });
  assert.deepEqual((await left()).leftOut, []);
  // Of two that answer, the older route names the one that did, under the id that the log has.
  const image = (await picture(7)) as unknown as Sent;
  const headers = { 'content-type': 'image/png' };
  const runs = new Set<string>();
  for (let i = 0; i < 60 && runs.size < 2; i++) {
    const { body } = await call<PredictAnswer>('/predict/image', { method: 'POST', headers, body: image });
    const logged = await call<{ variants: { version: number }[] }>(`/v1/predictions/${body.requestId}`);
    assert.equal(body.model.run, String(logged.body.variants[0]!.version).repeat(32));
    runs.add(body.model.run);
  }
  assert.equal(runs.size, 2);
  await retire(store, person('ben'), 'skin@2', { reason: 'unsafe' });
  await host.refresh();
  const { leftOut, members, fault } = await left();
  assert.deepEqual(leftOut, [{ name: 'skin@2', role: 'live', why: "skin@2 is retired: it can't answer." }]);
  assert.deepEqual([members.map(({ name }) => name), fault?.slice(0, 24)], [['skin@1'], 'skin@2 left out of derma']);
  const metrics = await (await fetch(`${url}/metrics`)).text();
  for (const line of ['left_out{deployment="derma"} 1', 'fault{deployment="derma"} 1', 'fault{deployment="small"} 1'])
    assert.ok(metrics.includes(`osler_deployment_${line}`), line);
  assert.equal((await raw(1, {}, '?deployment=small')).body.model.version, 2);
});
