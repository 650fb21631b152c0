import assert from 'node:assert/strict';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, it } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { deleteAlias, setAlias } from '../../registry/aliases.ts';
import { approve, retire } from '../../registry/decide.ts';
import { policyOf } from '../../registry/policy.ts';
import { registerBundle } from '../../registry/register.ts';
import { person, testBundle } from '../../registry/testing.ts';
import { openStore, type Store } from '../../store/store.ts';
import { buildHouse } from '../house.ts';

const ann = person('ann');
const plain = { policy: policyOf({}) };
const why = { reason: 'because' };
let home: string;
let store: Store;
let app: FastifyInstance;
before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-protected-'));
  store = await openStore(home);
  app = await buildHouse({ store, version: '1.2.3' });
});
after(async () => {
  await app.close();
  await store.close();
  await rm(home, { recursive: true, force: true });
});

async function ask(method: 'POST' | 'DELETE', path: string, payload: object) {
  const answer = await app.inject({ method, url: `/api/2.0/mlflow/${path}`, payload });
  return { status: answer.statusCode, body: answer.json() };
}
async function denied(method: 'POST' | 'DELETE', path: string, payload: object, way: RegExp): Promise<void> {
  const { status, body } = await ask(method, path, payload);
  assert.deepEqual([status, body.error_code], [403, 'PERMISSION_DENIED'], path);
  assert.match(body.message, way, path);
}
const done = async (method: 'POST' | 'DELETE', path: string, payload: object): Promise<void> =>
  assert.equal((await ask(method, path, payload)).status, 200, path);

it("takes nothing that the policy protects from a bundle of Osler's; what others registered stays theirs", async () => {
  for (const seed of [1, 2]) {
    await registerBundle(store, person('tina'), { name: 'skin', bundle: await testBundle(home, seed) });
    await approve(store, ann, `skin@${seed}`, why, plain);
  }
  await setAlias(store, ann, 'skin@1', 'champion', {}, plain);
  await setAlias(store, ann, 'skin@1', 'best', {}, plain);
  const skin = { name: 'skin' };
  await done('POST', 'model-versions/create', { ...skin, source: 's3://bucket/m' });
  const way = /skin@1 is "champion".*osler models alias skin champion --delete/;
  await denied('DELETE', 'registered-models/alias', { ...skin, alias: 'champion' }, way);
  await denied('POST', 'registered-models/alias', { ...skin, alias: 'champion', version: '3' }, way);
  await denied('DELETE', 'model-versions/delete', { ...skin, version: '1' }, way);
  await denied('POST', 'registered-models/rename', { ...skin, new_name: 'derm' }, way);
  await denied('DELETE', 'registered-models/delete', skin, way);
  await done('DELETE', 'registered-models/alias', { ...skin, alias: 'best' });
  await done('POST', 'registered-models/alias', { ...skin, alias: 'champion', version: '2' });
  assert.equal((await store.registry.model('skin'))!.aliases.champion, 2);

  const live = (version: string, stage: string, archive_existing_versions = false) => ({
    ...skin,
    version,
    stage,
    archive_existing_versions,
  });
  const stage = 'model-versions/transition-stage';
  await done('POST', stage, live('1', 'Production'));
  const retiring = /skin@1 is "Production".*osler models retire skin@1/;
  await denied('POST', stage, live('1', 'Archived'), retiring);
  await denied('POST', stage, live('3', 'Production', true), retiring);
  await deleteAlias(store, ann, 'skin', 'champion', why);
  await denied('DELETE', 'registered-models/delete', skin, retiring);
  await done('POST', stage, live('2', 'Production', true));
  await retire(store, ann, 'skin@2', why);
  await done('DELETE', 'model-versions/delete', { ...skin, version: '1' });
  await done('POST', 'registered-models/rename', { ...skin, new_name: 'derm' });
  await done('DELETE', 'registered-models/delete', { name: 'derm' });

  const other = { name: 'other' };
  await done('POST', 'registered-models/create', other);
  await done('POST', 'model-versions/create', { ...other, source: 's3://bucket/m' });
  await done('POST', 'registered-models/alias', { ...other, alias: 'champion', version: '1' });
  await done('POST', stage, { ...other, version: '1', stage: 'Production' });
  await done('POST', stage, { ...other, version: '1', stage: 'None' });
  await done('POST', 'registered-models/rename', { ...other, new_name: 'another' });
  await done('DELETE', 'registered-models/alias', { name: 'another', alias: 'champion' });
  await done('DELETE', 'registered-models/delete', { name: 'another' });
});
