import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../../test/until.ts';
import { OslerError } from '../../errors.ts';
import { runDir } from '../../store/paths.ts';
import { openStore } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { exampleRun } from '../../store/testing.ts';
import { heedStops } from './heed.ts';
import { stopRun, stopTraining } from './stop.ts';

const FAR = JSON.stringify({ host: 'gpu-9/b/n', pid: 4711, started: '1' });

test('who trains on another machine is asked through the store, and hears it; what was asked before is forgotten', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-stop-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  await using store = await openStore(home);
  const { id } = await store.runs.create(exampleRun());
  const run = await store.tracked.get(id);
  const usage = (error: unknown) => error instanceof OslerError && error.code === 'USAGE';
  await assert.rejects(stopRun(store, run, 'anna'), usage, 'nobody trains it');
  mkdirSync(runDir(home, id), { recursive: true });
  writeFileSync(join(runDir(home, id), 'lock'), JSON.stringify({ pid: process.pid, started: '1', worker: FAR }));
  await stopRun(store, run, 'anna');
  assert.equal(await store.stops.isAsked(id), true);

  const given = new AbortController();
  const heeding = await heedStops(store, id, given.signal, 5);
  assert.equal(await store.stops.isAsked(id), false, 'asked before it began');
  assert.equal(heeding.signal.aborted, false);
  await stopRun(store, run, 'anna');
  await until('it heard', () => heeding.signal.aborted);
  assert.equal((heeding.signal.reason as OslerError).code, 'INTERRUPTED');
  await heeding.close();
  assert.equal(await store.stops.isAsked(id), false);
});

test('what the page began on another machine is asked to stop as well; what has ended is not', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-stop-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  await using store = await openStore(home);
  const record: TrainingRecord = {
    ...{ id: 'a'.repeat(32), kind: 'train', name: 'skin', state: 'running', who: 'anna' },
    ...{ begunAt: new Date().toISOString(), endedAt: null, task: {}, run: null, progress: null, error: null },
    worker: FAR,
  };
  await store.trainings.create(record);
  await stopTraining(store, record, 'otto');
  assert.equal(await store.stops.isAsked(record.id), true);
  await assert.rejects(stopTraining(store, { ...record, state: 'finished' }, 'otto'), /has ended already/);
});
