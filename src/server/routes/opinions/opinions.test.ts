/** Models asked by themselves: real bundles of tiny networks, registered and not, in the whole house and in the slim server. */
import assert from 'node:assert/strict';
import { appendFileSync, chmodSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import sharp from 'sharp';
import type { OslerError } from '../../../errors.ts';
import { openOpinions } from '../../../pipeline/opinions/store-opinions.ts';
import { registerBundle } from '../../../registry/register.ts';
import { person } from '../../../registry/testing.ts';
import type { Version } from '../../../serving/deployments/loaded.ts';
import { numberedBundle } from '../../../serving/deployments/testing.ts';
import { createPredictor, type PredictOptions, type Predictor } from '../../../serving/predictor.ts';
import { picture, tinyBundle } from '../../../serving/testing.ts';
import { registeredDir } from '../../../store/paths.ts';
import { openStore, type Store } from '../../../store/store.ts';
import { buildApp } from '../../app.ts';
import { buildHouse } from '../../house.ts';
import type { AskableInfo, AskedInfo, Opinion } from './contract.ts';

let folder: string;
let store: Store;
let app: FastifyInstance;

before(async () => {
  folder = mkdtempSync(join(tmpdir(), 'osler-opinions-'));
  store = await openStore(join(folder, 'home'));
  for (const number of [1, 2]) {
    await registerBundle(store, person('ada'), { name: 'skin', bundle: await numberedBundle(store.home, number) });
  }
  // That of skin@2 goes: what was registered is kept elsewhere. The other one lies about under a name of its own too.
  rmSync(join(store.home, 'bundles', 'tiny-2'), { recursive: true });
  await tinyBundle(store.home, {}, 'loose', 7);
  app = await buildHouse({ store, version: '0', threads: 1 });
});
after(async () => {
  await app?.close();
  await store?.close();
  rmSync(folder, { recursive: true, force: true });
});

const headers = { 'content-type': 'image/png' };

async function ask(of: string, image: Buffer, heatmap = ''): Promise<{ status: number; body: Opinion }> {
  const url = `/v1/opinions?of=${encodeURIComponent(of)}${heatmap && `&heatmap=${heatmap}`}`;
  const answer = await app.inject({ method: 'POST', url, headers, payload: image });
  return { status: answer.statusCode, body: answer.json() as Opinion };
}

test('what can be asked: registered versions, and bundles that nobody registered', async () => {
  const { models } = (await app.inject({ url: '/v1/opinions/models' })).json() as { models: AskableInfo[] };
  assert.deepEqual(
    models.map(({ of, status, version }) => [of, status, version]),
    [
      ['version:skin@2', 'pending', 2],
      ['version:skin@1', 'pending', 1],
      ['bundle:loose', null, null],
    ],
  );
  const { info, asked } = (await app.inject({ url: '/v1/opinions/info?of=version:skin@2' })).json() as AskedInfo;
  assert.deepEqual([asked.version, info.labels, info.operatingPoint?.threshold], [2, ['benign', 'malignant'], 0.4]);
  for (const of of [
    'version:skin@9',
    'version:none@1',
    'bundle:none',
    'bundle:..',
    'bundle:../../x',
    'skin',
    'version:',
  ]) {
    const answer = await app.inject({ url: `/v1/opinions/info?of=${encodeURIComponent(of)}` });
    assert.equal(answer.statusCode, 404, `${of}: ${answer.body}`);
  }
});

test('two versions on one image, each with a map of its own; nothing is written down', async () => {
  const image = await picture(3, 300, 200);
  const [one, two, again] = [
    await ask('version:skin@1', image, 'map'),
    await ask('version:skin@2', image),
    await ask('bundle:loose', image),
  ];
  assert.deepEqual([one.status, two.status, again.status], [200, 200, 200], JSON.stringify([one, two, again]));
  assert.deepEqual([one.body.model.version, two.body.model.version, again.body.model.version], [1, 2, null]);
  assert.notDeepEqual(one.body.probabilities, two.body.probabilities);
  assert.equal(one.body.abstention, null);
  assert.deepEqual([two.body.heatmap, again.body.heatmap], [undefined, undefined]);
  const map = Buffer.from(one.body.heatmap!.image.split(',')[1]!, 'base64');
  const { channels, format } = await sharp(map).metadata();
  assert.deepEqual([channels, format], [4, 'png']);
  const over = await ask('version:skin@1', image, 'true');
  assert.deepEqual(over.body.probabilities, one.body.probabilities);
  // Laid over the image, the map gives what the server draws itself.
  const drawn = sharp(Buffer.from(over.body.heatmap!.image.split(',')[1]!, 'base64'));
  assert.equal((await drawn.metadata()).channels, 3);
  assert.deepEqual(await store.predictions.get(one.body.requestId), []);
  const feedback = await app.inject({
    method: 'POST',
    url: '/v1/feedback',
    payload: { prediction: one.body.requestId, label: 'benign' },
  });
  assert.equal(feedback.statusCode, 404);
});

test('as many models stay in memory as are wanted; whoever is asked again is loaded again', async () => {
  const opinions = openOpinions(store, { most: 1, threads: 1 });
  try {
    const image = new Uint8Array(await picture(2));
    const said = async (of: string) => (await opinions.ask(of, image, { heatmap: false })).prediction.probabilities;
    const first = await said('version:skin@1');
    const both = await Promise.all([said('version:skin@2'), said('version:skin@1'), said('bundle:loose')]);
    assert.deepEqual([both[1], await said('version:skin@1')], [first, first]);
    assert.notDeepEqual(both[0], first);
  } finally {
    await opinions.close();
  }
});

test('a model that is being asked by many refuses more, and where somebody serves it, it is theirs', async () => {
  let letGo = 0;
  const release = async (): Promise<void> => {
    letGo += 1;
  };
  const { promise, resolve } = Promise.withResolvers<never[]>();
  const said: (PredictOptions | undefined)[] = [];
  const predict: Predictor['predict'] = (_images, options) => {
    said.push(options);
    return promise;
  };
  const predictor = { predict } as unknown as Predictor;
  const held: Version[] = [];
  const opinions = openOpinions(store, {
    hold: async (version) => {
      held.push(version);
      return { predictor, release };
    },
  });
  const { signal: wanted } = new AbortController();
  const ask = () => opinions.ask('version:skin@1', new Uint8Array(1), { heatmap: false, wanted });
  const under = Array.from({ length: 16 }, () => ask().catch((error: OslerError) => error.code));
  while (held.length === 0) await new Promise((turn) => setImmediate(turn));
  await new Promise((turn) => setTimeout(turn, 50));
  await assert.rejects(ask(), { code: 'OVERLOADED' });
  assert.equal(said.length, 16);
  for (const one of said) assert.deepEqual([one?.priority, one?.wanted], ['low', wanted], 'answers go first');
  resolve([]);
  assert.deepEqual(new Set(await Promise.all(under)), new Set(['INTERNAL']));
  assert.deepEqual(
    held.map(({ model, version }) => [model, version]),
    [['skin', 1]],
  );
  await opinions.close();
  assert.equal(letGo, 1);
});

test('an image that is none is told so; an altered bundle is not asked', async () => {
  const none = await app.inject({
    method: 'POST',
    url: '/v1/opinions?of=version:skin@1',
    headers,
    payload: 'no image',
  });
  assert.equal(none.statusCode, 415, none.body);
  const { digest } = (await store.registry.version('skin', 2))!.record.bundle!;
  const graph = join(registeredDir(store.home, digest), 'model.onnx');
  chmodSync(graph, 0o644);
  appendFileSync(graph, ' ');
  // A fresh server: what was loaded before answers on.
  const fresh = await buildHouse({ store, version: '0', threads: 1 });
  try {
    const answer = await fresh.inject({
      method: 'POST',
      url: '/v1/opinions?of=version:skin@2',
      headers,
      payload: await picture(1),
    });
    assert.deepEqual([answer.statusCode, answer.json().error.code], [500, 'BUNDLE_ALTERED'], answer.body);
  } finally {
    await fresh.close();
  }
});

test('the slim server has the one that it serves', async () => {
  const bundle = await tinyBundle(join(folder, 'slim'));
  const predictor = await createPredictor(bundle, { threads: 1 });
  const slim = await buildApp({ predictor, version: '0', model: 'tiny', digest: 'ab'.repeat(32) });
  try {
    const { models } = (await slim.inject({ url: '/v1/opinions/models' })).json() as { models: AskableInfo[] };
    assert.deepEqual(
      models.map(({ of, digest }) => [of, digest?.length]),
      [['bundle:tiny', 64]],
    );
    const answer = await slim.inject({
      method: 'POST',
      url: '/v1/opinions?of=bundle:tiny',
      headers,
      payload: await picture(1),
    });
    assert.equal(answer.statusCode, 200, answer.body);
    assert.equal((await slim.inject({ url: '/v1/opinions/info?of=bundle:other' })).statusCode, 404);
  } finally {
    await slim.close();
    await predictor.close();
  }
});
