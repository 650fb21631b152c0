import assert from 'node:assert/strict';
import { mkdir, writeFile } from 'node:fs/promises';
import { test } from 'node:test';
import { OslerError } from '../errors.ts';
import { explainSystemError } from './system-error.ts';

test('what the disk refuses becomes a sentence with a hint', async () => {
  const full = Object.assign(new Error('x'), { code: 'ENOSPC', syscall: 'write', path: '/d/f' });
  const explained = explainSystemError(full);
  assert.ok(explained instanceof OslerError);
  assert.equal(explained.code, 'STORE_FAILED');
  assert.match(explained.message, /\/d\/f.*disk is full/);
  assert.match(explained.hint ?? '', /OSLER_HOME/);
  const sqlite = explainSystemError(Object.assign(new Error('database or disk is full'), { errcode: 13 }));
  assert.ok(sqlite instanceof OslerError && /full/.test(sqlite.message));
});

test('other errors stay what they are', async () => {
  const missing = await writeFile('/nowhere/at/all', '').catch((error: unknown) => error);
  assert.equal(explainSystemError(missing), missing);
  const made = await mkdir('/nowhere/at/all').catch((error: unknown) => error);
  assert.ok(explainSystemError(made) instanceof OslerError, 'but a folder that cannot be made is explained');
  assert.equal(explainSystemError('text'), 'text');
});
