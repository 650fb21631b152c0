import assert from 'node:assert/strict';
import { appendFile, chmod, cp, mkdir, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { after, before, beforeEach, describe, it } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OslerError } from '../errors.ts';
import { policyFile, registeredDir } from '../store/paths.ts';
import { openStore, type Store } from '../store/store.ts';
import { deleteAlias, setAlias, setStage } from './aliases.ts';
import { unlikeBefore } from './classes.ts';
import { approve, reject, retire } from './decide.ts';
import type { ChampionComparison, CompareVersions } from './evidence.ts';
import { deleteModel, registerExternal, renameModel, setModelTag } from './metadata.ts';
import { findVersion, parseVersionRef } from './names.ts';
import { openRegistered } from './open.ts';
import { loadPolicy, policyOf } from './policy.ts';
import { type Registration, registerBundle } from './register.ts';
import { liveOf, toldAt } from './replay.ts';
import { rollback } from './rollback.ts';
import { person, testBundle } from './testing.ts';

const tina = person('tina');
const ann = person('ann');
const ben = person('ben');
const eve = person('eve');
let root: string;
let store: Store;
let count = 0;
before(async () => {
  root = await mkdtemp(join(tmpdir(), 'osler-registry-'));
});
beforeEach(async () => {
  await store?.close();
  store = await openStore(join(root, String(count++)));
});
after(async () => {
  await store.close();
  await rm(root, { recursive: true, force: true });
});

const rejects = (promise: Promise<unknown>, code: string, words = /./) =>
  assert.rejects(promise, (error) => error instanceof OslerError && error.code === code && words.test(error.message));
const plain = { policy: policyOf({}) };
const register = async (seed: number, fields: Partial<Registration> = {}, manifest = {}) =>
  registerBundle(store, tina, {
    name: 'skin',
    bundle: await testBundle(store.home, seed, manifest),
    trainer: 'tina',
    ...fields,
  });
const why = { reason: 'because' };

describe('names', () => {
  it('are read as people and MLflow write them', () => {
    assert.deepEqual(parseVersionRef('skin'), { model: 'skin' });
    assert.deepEqual(parseVersionRef('skin@3'), { model: 'skin', version: 3 });
    assert.deepEqual(parseVersionRef('models:/skin/3'), { model: 'skin', version: 3 });
    assert.deepEqual(parseVersionRef('models:/a@b@champion'), { model: 'a@b', alias: 'champion' });
    assert.deepEqual(parseVersionRef('models:/skin/latest'), { model: 'skin' });
    for (const wrong of ['', 'a:b', 'models:/skin/x/y', '..', 'models:/skin/Production'])
      assert.throws(() => parseVersionRef(wrong), OslerError, wrong);
    for (const wrong of ['skin@0', 'skin@01', 'models:/skin/0', 'skin@99999999999'])
      assert.throws(
        () => parseVersionRef(wrong),
        /no version of a model: they are numbered from 1 to 999999999/,
        wrong,
      );
  });
});

describe('registration', () => {
  it('keeps a bundle of its own, signed, with lineage; a version is a bundle once', async () => {
    const bundle = await testBundle(store.home, 1);
    const version = await register(1, { description: 'first', tags: { ward: 'A3' } });
    assert.deepEqual([version.version, version.status, version.tags], [1, 'pending', { ward: 'A3' }]);
    assert.deepEqual(version.record.lineage.dataset, bundle.manifest.dataset);
    assert.equal(version.record.lineage.trainer, 'tina');
    await rm(bundle.dir, { recursive: true });
    const opened = await openRegistered(store.home, version);
    assert.deepEqual(opened.manifest.files, bundle.manifest.files);
    await rejects(register(1), 'ALREADY_EXISTS', /This very bundle is skin@1/);
    await rejects(
      register(1, {}, { createdAt: '2027-01-01T00:00:00.000Z' }),
      'ALREADY_EXISTS',
      /same answers is skin@1/,
    );
    assert.equal((await readdir(dirname(registeredDir(store.home, 'x')))).length, 1, 'what was refused leaves no copy');
    const second = await register(2, { parent: 'skin@1' });
    assert.deepEqual(second.record.lineage.parent, { model: 'skin', version: 1 });
    await rejects(register(3, { parent: 'skin@9' }), 'NOT_FOUND');
    await rejects(register(3, { name: 'a/b' }), 'USAGE');
  });

  it('is checked at every load: bundle, digest, signature of the record, key', async () => {
    const version = await register(1);
    const dir = registeredDir(store.home, version.record.bundle!.digest);
    const file = join(dir, 'model.onnx');
    const bytes = await readFile(file);
    await chmod(file, 0o644);
    await appendFile(file, 'x');
    await rejects(openRegistered(store.home, version), 'BUNDLE_ALTERED', /model\.onnx/);
    await writeFile(file, bytes);
    await openRegistered(store.home, version);
    const other = await testBundle(store.home, 2);
    const changed = { ...version, record: { ...version.record, source: 's3://evil' } };
    await rejects(openRegistered(store.home, changed), 'BUNDLE_ALTERED', /registration of skin@1 was altered/);
    // Another bundle, well signed, in its place.
    await rm(dir, { recursive: true });
    await cp(other.dir, dir, { recursive: true });
    await rejects(openRegistered(store.home, version), 'BUNDLE_ALTERED', /not the one that was registered/);
    await rm(dir, { recursive: true });
    await rejects(openRegistered(store.home, version), 'NOT_FOUND', /not in this home/);
    await rejects(openRegistered(join(root, 'elsewhere'), version), 'BUNDLE_ALTERED', /does not trust/);
  });
});

describe('approval', () => {
  it('wants gates on interval bounds, no leak, and another than the trainer; keeps the evidence', async () => {
    const policy = policyOf({ models: { skin: { gates: ['auroc.low >= 0.86', 'auroc.value >= 0.9'] } } });
    await register(1, {}, { stamps: ['leaky'] });
    await rejects(approve(store, ann, 'skin@1', why, { policy }), 'NOT_APPROVED', /auroc\.low >= 0\.86.*stamped leaky/);
    await rejects(approve(store, ann, 'skin@1', { reason: ' ' }, plain), 'USAGE', /needs a reason/);
    await register(2);
    await rejects(approve(store, tina, 'skin@2', why, plain), 'NOT_APPROVED', /tina trained it/);
    const { version, evidence } = await approve(store, ann, 'skin@2', why, plain);
    assert.equal(version.status, 'approved');
    const [decision] = await store.registry.decisions(version.modelId, 2);
    assert.deepEqual(decision!.evidence, evidence);
    assert.deepEqual([decision!.who, decision!.override], ['ann', null]);
    await rejects(approve(store, ben, 'skin@2', why, plain), 'USAGE', /approved already/);
  });

  it('counts different people; an override needs a reason and stays', async () => {
    const policy = policyOf({ default: { approvers: 2, gates: ['auroc.low >= 0.99'] } });
    await register(1);
    await rejects(approve(store, ann, 'skin@1', { reason: 'x', override: '' }, { policy }), 'USAGE', /override needs/);
    const first = await approve(store, ann, 'skin@1', { reason: 'x', override: 'urgent' }, { policy });
    assert.deepEqual([first.version.status, first.approvers, first.override], ['pending', ['ann'], 'urgent']);
    await rejects(approve(store, ann, 'skin@1', { reason: 'x', override: 'again' }, { policy }), 'ALREADY_EXISTS');
    const second = await approve(store, ben, 'skin@1', { reason: 'y', override: 'urgent' }, { policy });
    assert.equal(second.version.status, 'approved');
    await setAlias(store, ann, 'skin@1', 'champion', {}, { policy });
    const [live] = liveOf(await toldAt(await store.trail.read(), '9999'));
    assert.deepEqual(
      live!.standing.approvals.map(({ who, override, failed }) => [who, override, failed]),
      [
        ['ann', 'urgent', ['auroc.low >= 0.99']],
        ['ben', 'urgent', ['auroc.low >= 0.99']],
      ],
    );
  });

  it('takes a name written otherwise for the same person', async () => {
    const policy = policyOf({ default: { approvers: 2 } });
    await register(1);
    for (const who of ['Tina', ' TINA ', 'ｔｉｎａ'])
      await rejects(approve(store, person(who), 'skin@1', why, { policy }), 'NOT_APPROVED', /tina trained it/);
    await approve(store, ann, 'skin@1', why, { policy });
    await rejects(approve(store, person('Ann'), 'skin@1', why, { policy }), 'ALREADY_EXISTS');
    assert.equal((await approve(store, ben, 'skin@1', why, { policy })).version.status, 'approved');
  });

  it('compares with the champion, and again when the champion has moved since', async () => {
    const policy = policyOf({ default: { champion: { margin: 0.02 } } });
    const seen: string[] = [];
    const compare =
      (kind: string): CompareVersions =>
      async (champion, candidate, { margin }) => {
        seen.push(`${champion.version}:${candidate.version}`);
        const difference = { first: 1, second: 1, difference: 0, low: 0, high: 0, p: 1, adjusted: 1, method: null };
        const verdict = { kind, words: `a verdict: ${kind}`, p: null };
        return {
          on: 'test',
          samples: 9,
          groups: 9,
          metric: 'auroc',
          margin,
          verdict,
          difference,
          notes: [],
        } satisfies ChampionComparison;
      };
    for (const seed of [1, 2, 3]) await register(seed);
    await approve(store, ann, 'skin@1', why, { policy });
    await setAlias(store, ann, 'skin@1', 'champion', {}, { policy });
    await rejects(approve(store, ann, 'skin@2', why, { policy }), 'NOT_APPROVED', /was not compared with version 1/);
    await rejects(
      approve(store, ann, 'skin@2', why, { policy, compare: compare('undecided') }),
      'NOT_APPROVED',
      /undecided/,
    );
    await approve(store, ann, 'skin@2', why, { policy, compare: compare('notWorse') });
    await approve(store, ann, 'skin@3', why, { policy, compare: compare('better') });
    await setAlias(store, ann, 'skin@2', 'champion', {}, { policy });
    const late = setAlias(store, ann, 'skin@3', 'champion', {}, { policy, compare: compare('undecided') });
    await rejects(late, 'NOT_APPROVED', /undecided/);
    await setAlias(store, ann, 'skin@3', 'champion', {}, { policy, compare: compare('better') });
    assert.deepEqual(seen, ['1:2', '1:2', '1:3', '2:3', '2:3']);
    const { modelId } = (await store.registry.version('skin', 3))!;
    assert.deepEqual(
      (await store.registry.decisions(modelId, 3)).map(({ decision }) => decision),
      ['approve', 'promote'],
    );
  });

  it('reads policy.yaml, names what is wrong with it, and tells the trail when it changed', async () => {
    const file = policyFile(store.home);
    await mkdir(dirname(file), { recursive: true });
    await writeFile(file, 'default:\n  approvers: 2\nmodels:\n  skin:\n    approvers: 1\n');
    assert.deepEqual([loadPolicy(store.home).of('skin').approvers, loadPolicy(store.home).of('x').approvers], [1, 2]);
    await register(1);
    await approve(store, ann, 'skin@1', why, { policy: loadPolicy(store.home) });
    await writeFile(file, 'models:\n  skin:\n    gates: [auroc.low > 0.9]\n');
    assert.throws(
      () => loadPolicy(store.home),
      (error: OslerError) => /policy\.yaml:3.*no gate/s.test(error.message) && /docs\/registry\.md/.test(error.hint!),
    );
    const changes = (await store.trail.read()).filter(({ what }) => what === 'policy.change');
    assert.equal(changes.length, 1);
  });
});

describe('classes', () => {
  const without = { operatingPoint: null };

  it('of another kind than the champion are not approved unless that is overridden, and are told when registered', async () => {
    await register(1, {}, { ...without, labels: ['mel', 'nv'] });
    await approve(store, ann, 'skin@1', why, plain);
    await setAlias(store, ann, 'skin@1', 'champion', {}, plain);
    const more = await register(2, {}, { ...without, labels: ['bcc', 'mel'] });
    const words = 'other classes than skin@1: without nv, with bcc';
    assert.equal(await unlikeBefore(store.registry, more), `skin@2 has ${words}.`);
    await rejects(
      approve(store, ann, 'skin@2', why, plain),
      'NOT_APPROVED',
      new RegExp(`champion's classes: ${words}`),
    );
    const { evidence } = await approve(store, ann, 'skin@2', { ...why, override: 'they were asked for' }, plain);
    assert.equal(evidence.checks.find(({ rule }) => rule === 'classes')?.passed, false);
    const alike = await register(3, {}, { ...without, labels: ['bcc', 'mel'] });
    assert.equal(await unlikeBefore(store.registry, alike), null);
  });
});

describe('aliases', () => {
  it('lets approved versions alone be champion; an override is a decision of its own', async () => {
    await register(1);
    await setAlias(store, ann, 'skin@1', 'challenger', {}, plain);
    await rejects(setAlias(store, ann, 'skin@1', 'champion', {}, plain), 'NOT_APPROVED', /it is pending/);
    await rejects(setAlias(store, ann, 'skin@1', 'latest', {}, plain), 'USAGE');
    await setAlias(store, eve, 'skin@1', 'champion', { override: 'only one here' }, plain);
    const { modelId } = (await store.registry.version('skin', 1))!;
    const [decision] = await store.registry.decisions(modelId, 1);
    assert.deepEqual([decision!.decision, decision!.who, decision!.override], ['promote', 'eve', 'only one here']);
    await setStage(store, ann, { model: 'skin', version: 1 }, 'Staging', false, plain.policy);
    const live = setStage(store, ann, { model: 'skin', version: 1 }, 'Production', false, plain.policy);
    await rejects(live, 'NOT_APPROVED');
    await registerExternal(store, ann, { name: 'skin', source: 's3://x' });
    await setAlias(store, ann, 'skin@2', 'champion', {}, plain);
    const strict = { policy: policyOf({ default: { external: 'approval' } }) };
    await deleteAlias(store, ann, 'skin', 'champion');
    await rejects(setAlias(store, ann, 'skin@2', 'champion', {}, strict), 'NOT_APPROVED');
  });

  it('rolls back to what was champion before and may be still; retired versions lose everything', async () => {
    for (const seed of [1, 2, 3]) {
      await register(seed);
      await approve(store, ann, `skin@${seed}`, why, plain);
      await setAlias(store, ann, `skin@${seed}`, 'champion', {}, plain);
    }
    await retire(store, ann, 'skin@2', why);
    const moved = await rollback(store, ben, 'skin', why, plain);
    assert.deepEqual([moved.from, moved.version.version], [3, 1]);
    await rejects(rollback(store, ben, 'skin', { ...why, to: 2 }, plain), 'NOT_FOUND');
    assert.equal((await rollback(store, ben, 'skin', { ...why, to: 3 }, plain)).version.version, 3);
    const retired = await retire(store, ann, 'skin@3', why);
    assert.deepEqual([retired.status, retired.aliases], ['retired', []]);
    await rejects(setAlias(store, ann, 'skin@3', 'champion', {}, plain), 'NOT_APPROVED', /it is retired/);
    await register(4);
    await reject(store, ann, 'skin@4', why);
    await rejects(approve(store, ann, 'skin@4', why, plain), 'USAGE', /rejected already/);
    await rejects(reject(store, ann, 'skin@1', why), 'USAGE');
    await rejects(findVersion(store.registry, { model: 'skin', alias: 'champion' }), 'NOT_FOUND');
  });
});

describe('what is over', () => {
  const live = async (seed: number): Promise<void> => {
    await register(seed);
    await approve(store, ann, `skin@${seed}`, why, plain);
    await setAlias(store, ann, `skin@${seed}`, 'champion', {}, plain);
  };
  const back = async (to?: number): Promise<number> => {
    const said = { ...why, ...(to === undefined ? {} : { to }) };
    return (await rollback(store, ben, 'skin', said, plain)).version.version;
  };

  it('a second rollback goes further back, never to what was rolled back from', async () => {
    for (const seed of [1, 2, 3]) await live(seed);
    assert.deepEqual([await back(), await back()], [2, 1]);
    await rejects(back(), 'NOT_FOUND', /nothing earlier/);
    // Put there again, it counts again.
    assert.equal(await back(3), 3);
    await live(4);
    assert.equal(await back(), 3);
    await rejects(back(), 'NOT_FOUND', /nothing earlier/);
    await setAlias(store, ann, 'skin@2', 'champion', {}, plain);
    assert.equal(await back(), 3);
    await rejects(back(), 'NOT_FOUND', /nothing earlier/);
  });

  it('a retired version takes no alias and no stage, a rejected one none that is protected, whatever overrides', async () => {
    const said = { override: 'now' };
    await live(1);
    await retire(store, ann, 'skin@1', why);
    await rejects(setAlias(store, ann, 'skin@1', 'champion', said, plain), 'NOT_APPROVED', /it is retired, for ever/);
    await rejects(setAlias(store, ann, 'skin@1', 'any', said, plain), 'NOT_APPROVED', /it is retired, for ever/);
    const one = { model: 'skin', version: 1 };
    await rejects(setStage(store, ann, one, 'Staging', false, plain.policy), 'NOT_APPROVED', /retired/);
    await setStage(store, ann, one, 'Archived', false, plain.policy);
    await register(2);
    await reject(store, ann, 'skin@2', why);
    await rejects(setAlias(store, ann, 'skin@2', 'champion', said, plain), 'NOT_APPROVED', /it is rejected, for ever/);
    await setAlias(store, ann, 'skin@2', 'to-study', {}, plain);
  });
});

describe('what was live', () => {
  it('is exact at the moment of each event, through renames, deletions and rollbacks', async () => {
    for (const seed of [1, 2]) {
      await register(seed);
      await approve(store, ann, `skin@${seed}`, { reason: `why ${seed}` }, plain);
      await setAlias(store, ann, `skin@${seed}`, 'champion', {}, plain);
    }
    for (const step of [
      () => renameModel(store, ann, 'skin', 'derm'),
      () => rollback(store, ben, 'derm', why, plain),
      () => setModelTag(store, ann, 'derm', 'k', 'v'),
      () => deleteModel(store, ann, 'derm'),
    ]) {
      // So that each has a millisecond of its own.
      await sleep(3);
      await step();
    }
    const events = await store.trail.read();
    const told = async (at: string): Promise<string[]> =>
      liveOf(await toldAt(events, at)).map(({ model, version, since }) => `${model}@${version} ${since.who}`);
    const at = (what: string, n = 0): string => events.filter((event) => event.what === what)[n]!.at;
    const justBefore = (iso: string): string => new Date(Date.parse(iso) - 1).toISOString();
    assert.deepEqual(await told(justBefore(at('model.create'))), []);
    assert.deepEqual(await told(at('alias.set', 0)), ['skin@1 ann']);
    assert.deepEqual(await told(at('alias.set', 1)), ['skin@2 ann']);
    assert.deepEqual(await told(at('model.rename')), ['derm@2 ann']);
    assert.deepEqual(await told(at('alias.set', 2)), ['derm@1 ben']);
    assert.deepEqual(await told(at('model.delete')), []);
    const [live] = liveOf(await toldAt(events, at('alias.set', 2)));
    assert.deepEqual(
      live!.standing.approvals.map(({ who, why }) => [who, why]),
      [['ann', 'why 1']],
    );
    assert.equal(live!.rollback, true);
  });
});
