/** A model of a split that leaks says so, with counts, whoever asks and in whatever way. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { openHost } from '../pipeline/deployments/host.ts';
import { createDeployment } from '../pipeline/deployments/manage.ts';
import { setAlias } from '../registry/aliases.ts';
import { approve } from '../registry/decide.ts';
import { policyOf } from '../registry/policy.ts';
import { registerBundle } from '../registry/register.ts';
import { person } from '../registry/testing.ts';
import type { DeploymentHost } from '../serving/deployments/host.ts';
import { picture, tinyBundle } from '../serving/testing.ts';
import { openStore, type Store } from '../store/store.ts';
import { exampleRun } from '../store/testing.ts';
import { buildApp } from './app.ts';
import { buildHouse } from './house.ts';
import { DeploymentMetrics } from './routes/deployments/metrics.ts';
import { asPredictor } from './routes/deployments/plugin.ts';

const counts = { groups: 2, exact: 1, near: 0, exposed: { val: 0, test: 3 } };
const moleCounts = { groups: 5, exact: 0, near: 5, exposed: { val: 1, test: 4 } };
const accepted = { reason: 'a benchmark', by: 'somebody', at: '2026-01-01' };

let home: string;
let store: Store;
let host: DeploymentHost;
let slim: FastifyInstance;
let house: FastifyInstance;

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-leaky-'));
  store = await openStore(home);
  const policy = policyOf({ default: { leaky: 'allow' } });
  for (const [name, leaks] of Object.entries({ skin: counts, mole: moleCounts })) {
    const run = name === 'skin' ? '1'.repeat(32) : '2'.repeat(32);
    const bundle = await tinyBundle(home, { run, stamps: ['leaky'], leaks: { ...leaks, accepted } }, name);
    await registerBundle(store, person('ada'), { name, bundle });
    await approve(store, person('ben'), `${name}@1`, { reason: 'x' }, { policy });
    await setAlias(store, person('ben'), `${name}@1`, 'champion', { reason: 'x' }, { policy });
  }
  const skin = { model: 'skin@1', weight: 1 };
  const why = { actor: person('ada'), why: 'test' };
  await createDeployment(store, 'derma', { live: [skin] }, why);
  await createDeployment(store, 'both', { live: [skin, { model: 'mole@1', weight: 1 }] }, why);
  const metrics = new DeploymentMetrics();
  const { observe, onDropped, onMove } = metrics;
  host = await openHost({ store, names: ['derma', 'both'], threads: 1, observe, onDropped, onMove });
  const deployments = { host, store, metrics };
  slim = await buildApp({ predictor: asPredictor(host, () => 'page'), deployments, version: '0' });
  house = await buildHouse({ store, version: '0', threads: 1 });
});
after(async () => {
  await slim?.close();
  await house?.close();
  await host?.close();
  await store?.close();
  rmSync(home, { recursive: true, force: true });
});

test('every answer of every protocol carries the stamp and its counts, and no name', async () => {
  const bytes = await picture(1);
  const image = bytes.toString('base64');
  const { height, width, channels } = host.get('derma').manifest.preprocess;
  const rows = [new Array(height * width * channels).fill(100)];
  const ask = async (url: string, payload: unknown, to = slim) => {
    const headers = { 'content-type': Buffer.isBuffer(payload) ? 'image/png' : 'application/json' };
    const answer = await to.inject({ method: 'POST', url, headers, payload: payload as Buffer });
    assert.equal(answer.statusCode, 200, `${url}: ${answer.payload}`);
    assert.ok(!answer.payload.includes('somebody'), url);
    return JSON.parse(answer.payload);
  };
  const single = {
    'Osler, one bundle': await ask('/predict/image', bytes),
    'Osler, a deployment': await ask('/v1/predict', bytes),
    'Osler, several images': (await ask('/v1/predict/batch', { items: [{ image }] })).answers[0],
    'Osler, one version asked by itself': await ask('/v1/opinions?of=version:skin@1', bytes, house),
    SageMaker: await ask('/invocations', bytes),
    MLflow: (await ask('/invocations', { instances: [image] })).predictions[0],
    'a tutorial’s': await ask('/inference', bytes),
    'a tutorial’s, rows': (await ask('/predict', { data: rows })).answers[0],
  };
  for (const [way, { stamps, leaks }] of Object.entries(single))
    assert.deepEqual([stamps, leaks], [['leaky'], counts], way);
  const inputs = [{ name: 'image', datatype: 'BYTES', shape: [1], data: [image] }];
  // Whatever outputs are asked for.
  for (const outputs of [undefined, [{ name: 'label' }]]) {
    const { parameters } = await ask('/v2/models/derma/infer', { inputs, outputs });
    assert.equal(parameters.stamps, 'leaky');
    assert.deepEqual(JSON.parse(parameters.leaks), { 1: counts });
  }
});

test('lists and what was made from it say the counts too', async () => {
  const run = '1'.repeat(32);
  const training = exampleRun({ id: run, stamps: ['leaky'], leaks: { ...counts, accepted } });
  await store.runs.create(training);
  const get = async (url: string) => {
    const answer = await house.inject(url);
    assert.equal(answer.statusCode, 200, `${url}: ${answer.payload}`);
    return JSON.parse(answer.payload);
  };
  // biome-ignore lint/suspicious/noExplicitAny: answers are read as JSON
  const one = (list: any[], is: (one: any) => boolean) => list.find(is);
  const { models } = await get('/v1/opinions/models');
  const said = {
    'the list of runs': one((await get('/v1/runs')).runs, ({ id }) => id === run),
    'a run': await get(`/v1/runs/${run}`),
    'the models': one((await get('/v1/registry')).models, ({ name }) => name === 'skin').champion,
    'what can be asked': one(models, ({ of }) => of === 'version:skin@1'),
    lineage: one((await get('/v1/models/skin/lineage')).nodes, ({ kind }) => kind === 'version'),
  };
  for (const [way, of] of Object.entries(said)) {
    const { stamps, leaks } = of as { stamps: string[]; leaks: object };
    assert.deepEqual([stamps, leaks], [['leaky'], counts], way);
  }
});

test('two models that answer by the same number are told apart, and their counts', async () => {
  const data = Array.from({ length: 16 }, async (_, i) => (await picture(i)).toString('base64'));
  const inputs = [{ name: 'image', datatype: 'BYTES', shape: [16], data: await Promise.all(data) }];
  const ask = async (url: string) => {
    const answer = await slim.inject({ method: 'POST', url, payload: { inputs } });
    assert.equal(answer.statusCode, 200, answer.payload);
    return JSON.parse(answer.payload);
  };
  const { versions } = (await slim.inject('/v2/models/both')).json();
  assert.deepEqual(versions.toSorted(), ['mole@1', 'skin@1']);
  const { model_version, parameters, outputs } = await ask('/v2/models/both/infer');
  // By the request's id, which is another one each time, each image goes to either.
  const leaks = JSON.parse(parameters.leaks);
  const said = outputs.find(({ name }: { name: string }) => name === 'version').data;
  assert.deepEqual(Object.keys(leaks).toSorted(), [...new Set(said)].toSorted());
  assert.deepEqual(model_version.split(',').toSorted(), [...new Set(said)].toSorted());
  for (const [version, of] of [['skin@1', counts] as const, ['mole@1', moleCounts] as const]) {
    if (said.includes(version)) assert.deepEqual(leaks[version], of);
    const one = await ask(`/v2/models/both/versions/${version}/infer`);
    assert.equal(one.model_version, version);
    assert.deepEqual(JSON.parse(one.parameters.leaks), { [version]: of });
  }
  const ambiguous = await slim.inject('/v2/models/both/versions/1');
  assert.deepEqual([ambiguous.statusCode, ambiguous.payload.includes('skin@1')], [404, true]);
});
