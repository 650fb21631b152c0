import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { writeGroup } from '../../store/groups.ts';
import { ownIdentity } from '../../store/identity.ts';
import { openStore } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { exampleRun } from '../../store/testing.ts';
import { settleTrainings } from './settle.ts';

test("a group's training that was killed can be gone on with; what was done with a trained group has failed", async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-settle-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  await using store = await openStore(home);
  const id = () => randomBytes(16).toString('hex');
  const { dataset, config } = exampleRun();
  const group = id();
  const members = [0, 1].map((seed) => ({ seed, fold: null, run: null, done: false }));
  const createdAt = new Date().toISOString();
  const of = { format: 'osler-group/1', name: 'three', kind: 'seeds', createdAt, dataset, config } as const;
  await writeGroup(home, { ...of, id: group, members, chosen: null });
  const worker = ownIdentity(spawnSync(process.execPath, ['-e', '']).pid);
  const endOf = async (kind: TrainingRecord['kind'], task: TrainingRecord['task']) => {
    const begun = { id: id(), kind, task, name: 'three', who: 'anna', begunAt: createdAt, endedAt: null, worker };
    await store.trainings.create({ ...begun, state: 'running', run: null, progress: null, error: null });
    await settleTrainings(store);
    const { state, error } = await store.trainings.get(begun.id);
    return [state, error?.code];
  };
  assert.deepEqual(await endOf('train', { kind: 'repeat', group }), ['stopped', undefined]);
  assert.deepEqual(await endOf('train', { kind: 'repeat', group: id() }), ['failed', 'INTERRUPTED'], 'it never began');
  assert.deepEqual(await endOf('evaluate', { kind: 'evaluate', group }), ['failed', 'INTERRUPTED']);
  assert.deepEqual(await endOf('suspects', { kind: 'suspects', group }), ['failed', 'INTERRUPTED']);
});

test('one of a machine or a container that is gone ends when it was asked to stop and does not hear it for a minute', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-settle-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  await using store = await openStore(home);
  const own = JSON.parse(ownIdentity()) as { host: string };
  const [name, boot] = own.host.split('/');
  const begin = async (worker: string) => {
    const begun = { id: randomBytes(16).toString('hex'), name: 'skin', who: 'anna', endedAt: null, worker };
    const of = { kind: 'evaluate', task: {}, state: 'running', run: null, progress: null, error: null } as const;
    await store.trainings.create({ ...begun, ...of, begunAt: new Date().toISOString() }, `evaluate ${begun.id}`);
    return begun.id;
  };
  const far = await begin(JSON.stringify({ host: 'gpu-9/b/n', pid: 1, started: '1' }));
  const restarted = await begin(JSON.stringify({ ...own, host: `${name}/${boot}/pid:[1]` }));
  const unasked = await begin(JSON.stringify({ host: 'gpu-9/b/n', pid: 2, started: '1' }));
  const here = await begin(ownIdentity());
  const states = async () => {
    await settleTrainings(store);
    const all = [far, restarted, unasked, here].map((id) => store.trainings.get(id));
    return (await Promise.all(all)).map(({ state }) => state);
  };
  for (const id of [far, restarted, here]) await store.stops.ask(id, 'otto');
  assert.deepEqual(await states(), ['running', 'running', 'running', 'running']);
  t.mock.timers.enable({ apis: ['Date'], now: Date.now() + 61_000 });
  assert.deepEqual(await states(), ['failed', 'failed', 'running', 'running']);
});
