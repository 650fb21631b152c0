import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { lockRun } from './lock.ts';

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
