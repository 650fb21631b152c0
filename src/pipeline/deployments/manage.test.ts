import assert from 'node:assert/strict';
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setAlias } from '../../registry/aliases.ts';
import { approve, retire } from '../../registry/decide.ts';
import { policyOf } from '../../registry/policy.ts';
import { registerBundle } from '../../registry/register.ts';
import { person, testBundle } from '../../registry/testing.ts';
import { membersOf, parseSpec } from '../../serving/deployments/spec.ts';
import { registeredDir } from '../../store/paths.ts';
import { openStore, type Store } from '../../store/store.ts';
import { changeDeployment, createDeployment, promoteCanary, rollbackDeployment, startCanary } from './manage.ts';
import { membersLeftOut, versionResolver } from './versions.ts';

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

test('a canary is the version that its alias named: one that moves on leaves no record to another', async () => {
  const digest = await registered('lens', 6);
  await registered('lens', 7);
  await registered('lens', 8);
  const deps = { policy: policyOf({}) };
  await setAlias(store, by.actor, 'lens@2', 'challenger', { reason: 'x' }, deps);
  await createDeployment(store, 'eyes', live('lens@1'), by);
  await startCanary(store, 'eyes', { model: 'lens@challenger', plan: {} }, by);
  await setAlias(store, by.actor, 'lens@3', 'challenger', { reason: 'x' }, deps);
  const { revision } = await promoteCanary(store, 'eyes', by);
  const [member] = parseSpec(revision.spec).live;
  assert.deepEqual([member!.name, member!.version, member!.alias], ['lens@2', 2, undefined]);
  assert.notEqual(member!.digest, digest);
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

test('a version that was retired keeps nobody from changing the rest, and is not named anew', async () => {
  for (const seed of [6, 7, 8]) await registered('nevus', seed);
  await createDeployment(store, 'clinic', live('nevus@1', 'nevus@2'), by);
  await startCanary(store, 'clinic', { model: 'nevus@3', plan: {} }, by);
  await retire(store, by.actor, 'nevus@2', { reason: 'unsafe' });
  const { revision } = await rollbackDeployment(store, 'clinic', by);
  assert.equal(parseSpec(revision.spec).canary, null);
  assert.equal((await startCanary(store, 'clinic', { model: 'nevus@3', plan: {} }, by)).revision.number, 4);
  await promoteCanary(store, 'clinic', by);
  const refused = { code: 'NOT_APPROVED', message: /^nevus@2 is retired/ };
  await assert.rejects(changeDeployment(store, 'clinic', live('nevus@3', 'nevus@2'), by), refused);
  await registerBundle(store, person('ada'), { name: 'nevus', bundle: await testBundle(home, 9) });
  await changeDeployment(store, 'clinic', { shadows: ['nevus@4'] }, by);
  const pending = { code: 'NOT_APPROVED', message: /^nevus@4 is pending/ };
  await assert.rejects(startCanary(store, 'clinic', { model: 'nevus@4', plan: {} }, by), pending);
  await retire(store, by.actor, 'nevus@1', { reason: 'unsafe' });
  await assert.rejects(rollbackDeployment(store, 'clinic', by, 1), { code: 'NOT_APPROVED' });
});

test('versions of other classes do not answer side by side, unless that is overridden; a shadow may', async () => {
  const other = async (seed: number, changes: Parameters<typeof testBundle>[2]): Promise<string> => {
    const { version } = await registerBundle(store, person('ada'), {
      name: 'lung',
      bundle: await testBundle(home, seed, changes),
    });
    const said = { reason: 'x', override: 'for the test' };
    await approve(store, by.actor, `lung@${version}`, said, { policy: policyOf({}) });
    return `lung@${version}`;
  };
  const labels = ['benign', 'malignant', 'unclear'];
  const first = await other(31, { labels: ['benign', 'malignant'], operatingPoint: null });
  const more = await other(32, { labels, operatingPoint: null });
  const turned = await other(33, { labels: ['malignant', 'benign'], operatingPoint: null });
  const point = { positive: ['malignant'], threshold: 0.5, rule: 'youden' };
  const pointed = await other(34, { labels: ['benign', 'malignant'], operatingPoint: point });
  const refused = (message: string) => ({ code: 'CLASSES_DIFFER', message });
  await assert.rejects(
    createDeployment(store, 'lungs', live(first, more), by),
    refused("lung@2 has other classes than lung@1: with unclear: they can't answer side by side."),
  );
  await createDeployment(store, 'lungs', { ...live(first), shadows: [more] }, by);
  await assert.rejects(
    changeDeployment(store, 'lungs', live(first, turned), by),
    refused("lung@3 has the classes of lung@1 in another order: they can't answer side by side."),
  );
  await assert.rejects(
    startCanary(store, 'lungs', { model: pointed, plan: {} }, by),
    refused("lung@4 has other positive classes than lung@1: malignant, not none: they can't answer side by side."),
  );
  const override = 'the page shows both';
  const { revision } = await changeDeployment(store, 'lungs', { ...live(first, pointed), override }, by);
  assert.equal(parseSpec(revision.spec).override, override);
  // All at once is a decision of its own: nobody is answered in two ways.
  await changeDeployment(store, 'lungs', { ...live(more), shadows: [], override: null }, by);
  await assert.rejects(changeDeployment(store, 'lungs', live(more, first), by), { code: 'CLASSES_DIFFER' });
  // What was in force once comes back at once.
  await rollbackDeployment(store, 'lungs', by, revision.number);
});

test('what is named anew must be whole; where its files are elsewhere, another machine looks at them', async () => {
  const first = await registered('brain', 41);
  const second = await registered('brain', 42);
  const model = join(registeredDir(home, second), 'model.onnx');
  const bytes = readFileSync(model);
  chmodSync(model, 0o644);
  writeFileSync(model, Buffer.from(bytes).fill(7, 10, 11));
  const refused = { code: 'BUNDLE_ALTERED', message: /model\.onnx/ };
  await assert.rejects(createDeployment(store, 'brains', live('brain@2'), by), refused);
  await createDeployment(store, 'brains', live('brain@1'), by);
  await assert.rejects(changeDeployment(store, 'brains', live('brain@1', 'brain@2'), by), refused);
  await assert.rejects(startCanary(store, 'brains', { model: 'brain@2', plan: {} }, by), refused);
  // One that answers already keeps nobody from changing the rest.
  writeFileSync(model, bytes);
  const { revision } = await changeDeployment(store, 'brains', live('brain@1', 'brain@2'), by);
  rmSync(registeredDir(home, first), { recursive: true });
  writeFileSync(model, 'damaged');
  await changeDeployment(store, 'brains', { limits: { queue: 3 } }, by);
  const left = await membersLeftOut(store, parseSpec(revision.spec));
  assert.deepEqual(
    left.map(({ member, error }) => [member.name, error.code]),
    [['brain@2', 'BUNDLE_ALTERED']],
  );
  await createDeployment(store, 'elsewhere', live('brain@1'), by);
  await assert.rejects(createDeployment(store, 'new', live('brain@1'), by), {
    code: 'USAGE',
    message: /cannot be called "new"/,
  });
  const shadowed = { ...live('brain@1'), shadows: ['brain@1'] };
  await assert.rejects(
    createDeployment(store, 'twice', shadowed, by),
    /brain@1 is live and a shadow at once; end its shadow first/,
  );
});
