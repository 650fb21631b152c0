import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { until } from '../../test/until.ts';
import { OslerError } from '../errors.ts';
import { died, prepareChild, runInChild } from './launch.ts';

test('a child that a person ends was interrupted; one that ends by itself failed, and the words say at what', () => {
  for (const signal of ['SIGINT', 'SIGTERM'] as const) {
    const error = died('infer', null, signal);
    assert.equal(error.code, 'INTERRUPTED');
    assert.equal(error.exitCode, 130);
    assert.equal(error.message, `Interrupted by ${signal} while predicting.`);
  }
  const crashed = died('infer', null, 'SIGSEGV');
  assert.equal(crashed.code, 'ENGINE_FAILED');
  assert.match(crashed.message, /by SIGSEGV while predicting/);
  assert.match(died('train', null, 'SIGKILL').hint!, /batchSize/);
  assert.match(died('findLr', 3, null).message, /with exit code 3 while looking for a learning rate/);
});

test('what is interrupted already starts no process', async () => {
  const reason = new OslerError('INTERRUPTED', 'Interrupted by SIGINT.');
  await assert.rejects(runInChild({ kind: 'findLr' } as never, { signal: AbortSignal.abort(reason) }), reason);
});

test('a process that was started ahead takes the next job, and answers errors as any', async () => {
  const pid = prepareChild();
  assert.ok(pid);
  assert.equal(prepareChild(), undefined, 'one waits already');
  const job = { kind: 'infer', home: '/nowhere', dataset: 'none@1', config: { training: {}, seed: 0 }, threads: 1 };
  for (const _ of ['the one that waits', 'one of its own']) {
    await assert.rejects(
      runInChild(job as never),
      (error: Error) => error instanceof OslerError && error.code === 'NOT_FOUND',
    );
    assert.equal(alive(pid), false, 'it had the first job, and has ended');
  }
});

test('one that no job comes for holds nobody and ends with its parent', async () => {
  const launch = fileURLToPath(new URL('./launch.ts', import.meta.url));
  const script = `console.log((await import(${JSON.stringify(launch)})).prepareChild());`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script]);
  const pid = Number(stdout);
  assert.ok(pid > 0);
  await until('it has ended', () => !alive(pid));
});

function alive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
