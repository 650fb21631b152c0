import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { holderOf, isLocked, lockRun } from './lock.ts';

test('one holder at a time; the lock of a process that is gone counts for nothing', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const free = await lockRun(folder);
  await assert.rejects(lockRun(folder, 0), /being trained by process/);
  free();
  assert.ok(!existsSync(join(folder, 'lock')));
  const { pid } = spawnSync(process.execPath, ['-e', '']);
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid, started: null }));
  (await lockRun(folder, 0))();
  // The id of a living process that started at another time.
  writeFileSync(join(folder, 'lock'), JSON.stringify({ pid: process.pid, started: '1' }));
  if (process.platform === 'linux') (await lockRun(folder, 0))();
});

test('machines that share a home heed the lock of another while it is young', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'lock');
  // The process id is one that lives here: it says nothing of that machine's.
  const far = {
    pid: process.pid,
    started: '1',
    worker: JSON.stringify({ host: 'gpu-9/b/n', pid: 4711, started: '1' }),
  };
  writeFileSync(path, JSON.stringify(far));
  await assert.rejects(lockRun(folder, 0), /being trained by process gpu-9 4711/);
  assert.deepEqual(holderOf(folder), { pid: null });
  const old = Date.now() / 1_000 - 600;
  utimesSync(path, old, old);
  assert.equal(isLocked(folder), false);
  const free = await lockRun(folder, 0);
  assert.deepEqual(holderOf(folder), { pid: process.pid });
  free();
  assert.deepEqual(readdirSync(folder), []);
});
