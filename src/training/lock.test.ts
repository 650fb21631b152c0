import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { Worker } from 'node:worker_threads';
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

test('a holder that slept until another took its lock leaves that alone', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'lock');
  t.mock.timers.enable({ apis: ['setInterval'] });
  const free = await lockRun(folder, 0);
  const own = readFileSync(path, 'utf8');
  t.mock.timers.tick(20_000);
  assert.equal(readFileSync(path, 'utf8'), `${own} `, 'a beat');
  const other = JSON.stringify({ pid: 1, started: null, worker: JSON.stringify({ host: 'gpu-9/b/n', pid: 1 }) });
  writeFileSync(path, other);
  t.mock.timers.tick(20_000);
  free();
  assert.equal(readFileSync(path, 'utf8'), other);
});

test('nobody ever reads a lock that is not whole', async (t) => {
  const folder = mkdtempSync(join(tmpdir(), 'osler-lock-'));
  t.after(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, 'lock');
  const reader = new Worker(
    `const { readFileSync } = require('node:fs');
    const { parentPort, workerData } = require('node:worker_threads');
    let done = false, whole = 0, cut = 0;
    parentPort.on('message', () => { done = true; });
    (function look() {
      for (let i = 0; i < 200; i++)
        try {
          if (readFileSync(workerData, 'utf8').endsWith('}')) whole += 1;
          else cut += 1;
        } catch {}
      if (done) parentPort.postMessage({ whole, cut });
      else setImmediate(look);
    })();
    parentPort.postMessage('ready');`,
    { eval: true, workerData: path },
  );
  t.after(() => reader.terminate());
  const said = () => new Promise<unknown>((resolve) => reader.once('message', resolve));
  await said();
  for (let i = 0; i < 1_000; i++) (await lockRun(folder, 0))();
  const free = await lockRun(folder, 0);
  reader.postMessage('end');
  const { whole, cut } = (await said()) as { whole: number; cut: number };
  free();
  assert.equal(cut, 0);
  assert.ok(whole > 0);
});
