import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { until } from '../../../test/until.ts';
import { OslerError } from '../../errors.ts';
import { runDir } from '../../store/paths.ts';
import type { RunRecord } from '../../store/run.ts';
import { openStore } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { exampleRun } from '../../store/testing.ts';
import { smallConfig } from '../testing.ts';
import { resume } from '../train.ts';
import { heedStops } from './heed.ts';
import { stopRun, stopTraining } from './stop.ts';

const FAR = JSON.stringify({ host: 'gpu-9/b/n', pid: 4711, started: '1' });

test('who trains on another machine is asked through the store, and hears it; who resumes forgets what was asked before', async (t) => {
  const home = mkdtempSync(join(tmpdir(), 'osler-stop-'));
  t.after(() => rmSync(home, { recursive: true, force: true }));
  await using store = await openStore(home);
  const { id } = await store.runs.create(exampleRun({ config: smallConfig() as unknown as RunRecord['config'] }));
  const run = await store.tracked.get(id);
  const usage = (error: unknown) => error instanceof OslerError && error.code === 'USAGE';
  await assert.rejects(stopRun(store, run, 'anna'), usage, 'nobody trains it');
  mkdirSync(runDir(home, id), { recursive: true });
  writeFileSync(join(runDir(home, id), 'lock'), JSON.stringify({ pid: process.pid, started: '1', worker: FAR }));
  await stopRun(store, run, 'anna');
  assert.equal(await store.stops.isAsked(id), true);

  const given = new AbortController();
  const heeding = heedStops(store, id, given.signal, 5);
  await until('it heard', () => heeding.signal.aborted);
  assert.equal((heeding.signal.reason as OslerError).code, 'INTERRUPTED');
  const heard = async () => !(await store.stops.isAsked(id));
  await until('it said that it heard', heard);
  await stopRun(store, run, 'otto');
  await until('asked again while it stops, it heard', heard);
  await heeding.close();

  rmSync(join(runDir(home, id), 'lock'));
  await store.stops.ask(id, 'anna');
  const signal = AbortSignal.abort(new OslerError('INTERRUPTED', 'before its process was started'));
  await assert.rejects(resume(await store.runs.get(id), { store, version: '0.1.0', signal }), /before its process/);
  assert.equal(await store.stops.isAsked(id), false, 'asked before it began');
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
  await stopTraining(store, { ...record, worker: null }, 'otto');
  assert.equal(await store.stops.isAsked(record.id), true);
  const heeding = heedStops(store, record.id, undefined, 5);
  await until('it heard what was asked while it started', () => heeding.signal.aborted);
  await heeding.close();
  await assert.rejects(stopTraining(store, { ...record, state: 'finished' }, 'otto'), /has ended already/);
});
