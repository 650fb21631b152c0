/** The demo as the page begins it: a process of its own, from drawn images to a version that waits for a decision. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { OslerError } from '../../src/errors.ts';
import { beginDemo, lastDemo } from '../../src/pipeline/demo/begin.ts';
import { houseOverview } from '../../src/pipeline/home/overview.ts';
import { openStore, type Store } from '../../src/store/store.ts';
import type { TrainingRecord } from '../../src/store/studio/trainings.ts';
import { stopTraining } from '../../src/training/background/stop.ts';

const SMALL = { count: 120, settings: ['model.name=simple_cnn', 'training.epochs=2'] };

let home: string;
let store: Store;
before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-demo-'));
  store = await openStore(home);
});
after(async () => {
  await store?.close();
  rmSync(home, { recursive: true, force: true });
});

async function ended(): Promise<TrainingRecord & { said: Set<string> }> {
  const said = new Set<string>();
  for (let i = 0; i < 1_200; i++) {
    const demo = (await lastDemo(store))!;
    if (demo.progress !== null) said.add(demo.progress.task);
    if (demo.endedAt !== null) return { ...demo, said };
    await sleep(250);
  }
  throw new Error('The demo did not end within five minutes.');
}

test('settings that are none are refused before anything begins', async () => {
  await assert.rejects(
    beginDemo(store, { settings: ['training.epoch=2'] }, 'ada'),
    (error) => error instanceof OslerError && error.code === 'CONFIG_INVALID',
  );
  assert.equal(await lastDemo(store), null);
});

test('it is stopped half way, and nothing half is left', async () => {
  const begun = await beginDemo(store, { ...SMALL, settings: [...SMALL.settings, 'training.epochs=500'] }, 'ada');
  await assert.rejects(
    beginDemo(store, SMALL, 'ben'),
    (error) => error instanceof OslerError && error.code === 'ALREADY_EXISTS',
  );
  for (let i = 0; i < 1_000 && (await store.pulse.open(1)).length === 0; i++) await sleep(100);
  await stopTraining(store, await store.trainings.get(begun.id), 'ada');
  const { state, error } = await ended();
  assert.deepEqual([state, error], ['stopped', null]);
  assert.deepEqual((await houseOverview(store)).counts, { runs: 1, datasets: 1, models: 0, deployments: 0 });
});

test('begun again it goes through, uses what is there, and leaves a version that waits for a decision', async () => {
  await beginDemo(store, SMALL, 'ada');
  const { state, error, run, said } = await ended();
  assert.deepEqual([state, error], ['finished', null]);
  assert.equal((await store.runs.get(run!)).status, 'finished');
  assert.ok(
    [...said].every((task) => /^Step [1-5] of 5: /.test(task)),
    [...said].join('\n'),
  );
  const { counts, waiting } = await houseOverview(store);
  assert.deepEqual(counts, { runs: 2, datasets: 1, models: 1, deployments: 0 });
  const approve = waiting.find(({ kind }) => kind === 'approve')!;
  assert.equal(approve.subject, 'demo@1');
  assert.match(approve.words, /registered by ada/);
  const { record } = (await store.registry.version('demo', 1))!;
  assert.deepEqual([record.kind, record.lineage.trainer, record.runId], ['bundle', 'ada', run]);
});
