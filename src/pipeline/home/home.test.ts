/** What the house tells of itself: changes, and what waits for a person. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, test } from 'node:test';
import { approve } from '../../registry/decide.ts';
import { policyOf } from '../../registry/policy.ts';
import { registerBundle } from '../../registry/register.ts';
import { person, testBundle } from '../../registry/testing.ts';
import { openStore, type Store } from '../../store/store.ts';
import { exampleRun } from '../../store/testing.ts';
import { changeDeployment, createDeployment } from '../deployments/manage.ts';
import { StoreWatch } from './changes.ts';
import { findByName } from './find.ts';
import { houseOverview } from './overview.ts';

let home: string;
let store: Store;
beforeEach(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-home-'));
  store = await openStore(home);
});
afterEach(async () => {
  await store.close();
  rmSync(home, { recursive: true, force: true });
});

async function deployed(): Promise<void> {
  for (const seed of [1, 2]) {
    await registerBundle(store, person('ada'), { name: 'skin', bundle: await testBundle(home, seed) });
    await approve(store, person('ben'), `skin@${seed}`, { reason: 'good' }, { policy: policyOf({}) });
  }
  const by = { actor: person('ben'), why: 'first' };
  await createDeployment(store, 'derma', { live: [{ model: 'skin@1', weight: 1 }], shadows: ['skin@2'] }, by);
}

test('a run is seen to begin, to go on, and to end', async () => {
  const watch = new StoreWatch(store);
  assert.deepEqual(await watch.look(), []);
  const { id } = await store.runs.create(exampleRun());
  assert.deepEqual(await watch.look(), [{ kind: 'run', id, what: 'started' }, { kind: 'runs' }]);
  assert.deepEqual(await watch.look(), []);
  const time = Date.now() + 1_000;
  await store.metrics.append(id, [{ key: 'loss', step: 1, epoch: 1, value: 1, time }]);
  assert.deepEqual(await watch.look(), [{ kind: 'run', id, what: 'progress' }]);
  await store.runs.update(id, { status: 'finished', endedAt: new Date().toISOString() });
  assert.deepEqual(await watch.look(), [{ kind: 'run', id, what: 'ended' }, { kind: 'runs' }]);
  await store.runs.delete(id);
  assert.deepEqual(await watch.look(), [{ kind: 'runs' }]);
});

test('a run that began and ended between two looks is noticed', async () => {
  const watch = new StoreWatch(store);
  await watch.look();
  await store.runs.create(exampleRun({ status: 'finished', endedAt: new Date().toISOString() }));
  assert.deepEqual(await watch.look(), [{ kind: 'runs' }]);
});

test('models and deployments are told by name, once however much happened', async () => {
  const watch = new StoreWatch(store);
  await watch.look();
  await deployed();
  assert.deepEqual(await watch.look(), [
    { kind: 'model', name: 'skin' },
    { kind: 'deployment', name: 'derma' },
  ]);
  await store.deployments.delete(person('ben'), 'derma', 'over');
  assert.deepEqual(await watch.look(), [{ kind: 'deployment', name: 'derma' }]);
});

test('a scoring job is told as it goes, and one that was over at once', async () => {
  const watch = new StoreWatch(store);
  await watch.look();
  const source = { kind: 'upload' };
  const target = { kind: 'deployment', name: 'derma' };
  const begin = async (id: string) => {
    await store.jobs.create({ id, name: 'x', who: 'ada', fingerprint: id, source, target });
    await store.jobs.add(id, [{ name: 'a.png', content: null }]);
    await store.jobs.open(id);
  };
  const end = (id: string) =>
    store.jobs.write(id, [{ number: 0, outcome: 'ok', image: null, answer: {}, milliseconds: 1 }]);
  const [slow, quick] = ['1'.repeat(32), '2'.repeat(32)] as const;
  await begin(slow);
  assert.deepEqual(await watch.look(), [{ kind: 'scoring', id: slow }]);
  assert.deepEqual(await watch.look(), []);
  await end(slow);
  assert.deepEqual(await watch.look(), [{ kind: 'scoring', id: slow }]);
  await begin(quick);
  await end(quick);
  assert.ok((await watch.look()).some((change) => change.kind === 'scoring' && change.id === quick));
});

test('a demo under way is told as it goes', async () => {
  const watch = new StoreWatch(store);
  await watch.look();
  const id = 'ab'.repeat(16);
  await store.trainings.create({
    id,
    kind: 'demo',
    name: 'demo',
    state: 'starting',
    who: 'ada',
    begunAt: new Date().toISOString(),
    endedAt: null,
    task: {},
    run: null,
    worker: null,
    progress: null,
    error: null,
  });
  assert.deepEqual(await watch.look(), [{ kind: 'job', id }]);
  await store.trainings.update(id, { progress: { task: 'a', done: 1 } });
  assert.deepEqual(await watch.look(), [{ kind: 'job', id }]);
  assert.deepEqual(await watch.look(), []);
  await store.trainings.update(id, { state: 'finished', endedAt: new Date().toISOString() });
  assert.deepEqual(await watch.look(), [{ kind: 'job', id }]);
});

test('an empty house has nothing to say', async () => {
  assert.deepEqual(await houseOverview(store), {
    counts: { runs: 0, datasets: 0, models: 0, deployments: 0 },
    running: [],
    live: [],
    waiting: [],
  });
});

test('what runs, with its epoch; what is live; what waits, the most pressing first', async () => {
  await deployed();
  await registerBundle(store, person('ada'), { name: 'skin', bundle: await testBundle(home, 3) });
  const { id } = await store.runs.create(exampleRun({ name: 'night' }));
  await store.metrics.append(id, [{ key: 'loss', step: 9, epoch: 1, value: 1, time: Date.now() }]);
  const ended = { status: 'interrupted' as const, endedAt: new Date().toISOString() };
  const broken = await store.runs.create(exampleRun({ name: 'broken', ...ended }));
  await store.runs.create(exampleRun({ name: 'old', status: 'failed', endedAt: '2020-01-01T00:00:00.000Z' }));
  const { counts, running, live, waiting } = await houseOverview(store, { derma: 'The bundle was altered.' });
  assert.deepEqual(counts, { runs: 3, datasets: 0, models: 1, deployments: 1 });
  assert.deepEqual(
    running.map(({ name, epoch, epochs }) => [name, epoch, epochs]),
    [['night', 1, 2]],
  );
  assert.deepEqual(live[0]!.members, [
    { name: 'skin@1', role: 'live', share: 1 },
    { name: 'skin@2', role: 'shadow', share: 0 },
  ]);
  assert.deepEqual([live[0]!.who, live[0]!.fault], ['ben', 'The bundle was altered.']);
  assert.deepEqual(
    waiting.map(({ kind, subject }) => [kind, subject]),
    [
      ['fault', 'derma'],
      ['approve', 'skin@3'],
      ['broken', broken.id],
    ],
  );
});

test('evidence that tells variants apart waits for a decision until the traffic follows it', async () => {
  await deployed();
  const by = { actor: person('ben'), why: 'compare' };
  const live = [1, 2].map((version) => ({ model: `skin@${version}`, weight: 1 }));
  const row = await changeDeployment(store, 'derma', { live, shadows: [] }, by);
  const entry = (n: number, version: number, label: string) => ({
    id: `${version}-${n}`,
    variant: `skin@${version}`,
    role: 'live' as const,
    deploymentId: row.id,
    revision: row.revision.number,
    model: 'skin',
    version,
    digest: 'ab'.repeat(32),
    at: Date.now(),
    key: null,
    image: null,
    outcome: 'ok',
    answer: { label, probabilities: { benign: 0.5, malignant: 0.5 } },
    milliseconds: 5,
  });
  for (let n = 0; n < 150; n++) {
    // The first is right half the time, the second always.
    await store.predictions.write([entry(n, 1, n % 2 === 0 ? 'benign' : 'malignant'), entry(n, 2, 'benign')]);
    for (const version of [1, 2])
      await store.predictions.addFeedback({ prediction: `${version}-${n}`, at: n, who: 'ben', label: 'benign' });
  }
  const evidence = async () => (await houseOverview(store)).waiting.filter(({ kind }) => kind === 'evidence');
  const [found] = await evidence();
  assert.equal(found!.subject, 'derma');
  assert.match(found!.words, /skin@2 is better than skin@1/);
  await changeDeployment(store, 'derma', { live: [live[1]!] }, by);
  assert.deepEqual(await evidence(), []);
  // As shadows: the worse one has nothing to lose, the better one something to win.
  for (const [served, watched, waits] of [
    [1, 0, 0],
    [0, 1, 1],
  ] as const) {
    await changeDeployment(store, 'derma', { live: [live[served]!], shadows: [live[watched]!.model] }, by);
    for (let n = 0; n < 60; n++) {
      const id = `pair-${served}-${n}`;
      const [mine, theirs] = [served, watched].map((i) => entry(n, i + 1, i === 0 ? 'malignant' : 'benign'));
      await store.predictions.write([
        { ...mine!, id, at: Date.now() },
        { ...theirs!, id, role: 'shadow', at: Date.now() },
      ]);
      await store.predictions.addFeedback({ prediction: id, at: n, who: 'ben', label: 'benign' });
    }
    assert.equal((await evidence()).length, waits);
  }
});

test('a sweep that was cut off waits, and its trials do not', async () => {
  const { id } = await store.runs.create(
    exampleRun({ name: 'night 3', status: 'interrupted', endedAt: new Date().toISOString() }),
  );
  await store.logs.write(id, { tags: [{ key: 'osler.sweep', value: 'cd'.repeat(16) }] });
  await store.trainings.create({
    id: 'ab'.repeat(16),
    kind: 'sweep',
    name: 'night',
    state: 'failed',
    who: 'ada',
    begunAt: new Date().toISOString(),
    endedAt: new Date().toISOString(),
    task: { sweep: 'cd'.repeat(16) },
    run: null,
    worker: null,
    progress: null,
    error: { code: 'INTERRUPTED', message: 'killed' },
  });
  assert.deepEqual(
    (await houseOverview(store)).waiting.map(({ kind, words }) => [kind, words]),
    [['begun', 'The sweep night was interrupted: it can be begun again.']],
  );
});

test('everything is found by a part of its name, the nearest first', async () => {
  await deployed();
  const { id } = await store.runs.create(exampleRun({ name: 'Skin at night' }));
  assert.deepEqual(await findByName(store, 'SKIN'), [
    { kind: 'model', id: 'skin', name: 'skin' },
    { kind: 'run', id, name: 'Skin at night' },
  ]);
  assert.deepEqual(await findByName(store, 'erm'), [{ kind: 'deployment', id: 'derma', name: 'derma' }]);
  assert.deepEqual(await findByName(store, id.slice(0, 8)), [{ kind: 'run', id, name: 'Skin at night' }]);
  assert.deepEqual(await findByName(store, '  '), []);
});
