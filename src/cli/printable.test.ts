import assert from 'node:assert/strict';
import { test } from 'node:test';
import { printable } from './printable.ts';

test('what steers a terminal is made visible; lines, tabs and letters of any script stay', () => {
  assert.equal(printable('a\u001b[2Jb\u0007\u009bc\u202ed\n\tÄ 肺'), 'a\ufffd[2Jb\ufffd\ufffdc\ufffdd\n\tÄ 肺');
});
