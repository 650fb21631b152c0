import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { approve } from '../../registry/decide.ts';
import { policyOf } from '../../registry/policy.ts';
import { registerBundle } from '../../registry/register.ts';
import { person, testBundle } from '../../registry/testing.ts';
import { membersOf, parseSpec } from '../../serving/deployments/spec.ts';
import { openStore, type Store } from '../../store/store.ts';
import { changeDeployment, createDeployment, promoteCanary, rollbackDeployment, startCanary } from './manage.ts';
import { versionResolver } from './versions.ts';

let home: string;
let store: Store;
const by = { actor: person('ben'), why: 'test' };
const live = (...models: string[]) => ({ live: models.map((model) => ({ model, weight: 1 })) });

async function registered(model: string, seed: number): Promise<string> {
  const version = await registerBundle(store, person('ada'), { name: model, bundle: await testBundle(home, seed) });
  await approve(store, by.actor, `${model}@${version.version}`, { reason: 'x' }, { policy: policyOf({}) });
  return version.record.bundle!.digest;
}

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-manage-'));
  store = await openStore(home);
});
after(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

test('a numbered version is pinned to its bundle: another one under its name does not answer', async () => {
  const [first, second] = [await registered('mole', 1), await registered('mole', 2)];
  await createDeployment(store, 'ward', live('mole@1'), by);
  await startCanary(store, 'ward', { model: 'mole@2', plan: {} }, by);
  const { revision } = await promoteCanary(store, 'ward', by);
  assert.equal(parseSpec(revision.spec).live[0]!.digest, second);
  const { revision: back } = await rollbackDeployment(store, 'ward', by, 1);
  const spec = parseSpec(back.spec);
  const [member] = membersOf(spec);
  assert.equal(member!.digest, first);
  const resolve = versionResolver(store);
  assert.equal((await resolve(member!, spec)).digest, first);
  await assert.rejects(resolve({ ...member!, digest: second }, spec), {
    code: 'BUNDLE_ALTERED',
    message: /^mole@1 is another bundle \(\w{12}\.\.\.\) than when the deployment was written \(\w{12}\.\.\.\)/,
  });
});

test('what can not be done says why, as the history shows it', async () => {
  await registered('skin', 4);
  await registered('skin', 5);
  await createDeployment(store, 'derma', live('skin@1'), by);
  await assert.rejects(rollbackDeployment(store, 'derma', by), { message: 'derma was never anything else.' });
  await changeDeployment(store, 'derma', live('skin@2'), by);
  await assert.rejects(startCanary(store, 'derma', { model: 'skin@2', plan: {} }, by), {
    code: 'ALREADY_EXISTS',
    message: 'skin@2 is live already: it answers its share.',
  });
  await rollbackDeployment(store, 'derma', by);
  await assert.rejects(rollbackDeployment(store, 'derma', by), {
    code: 'NOT_FOUND',
    message: 'derma is back at revision 1: it was nothing else before that.',
  });
});
