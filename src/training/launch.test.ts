import assert from 'node:assert/strict';
import { test } from 'node:test';
import { OslerError } from '../errors.ts';
import { died, runInChild } from './launch.ts';

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
