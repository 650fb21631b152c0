import assert from 'node:assert/strict';
import { test } from 'node:test';
import { coloured, inLine, printable } from './printable.ts';
import { tableLines } from './table.ts';

test('what steers a terminal is made visible; lines, tabs and letters of any script stay', () => {
  assert.equal(printable('a\u001b[2Jb\u0007\u009bc\u202ed\n\tÄ 肺'), 'a\ufffd[2Jb\ufffd\ufffdc\ufffdd\n\tÄ 肺');
});

test('what somebody wrote begins no line of its own, in a table neither', () => {
  assert.equal(inLine('skin\nfake  alias.set\u2028\u001b[31m'), 'skin\ufffdfake  alias.set\ufffd\ufffd[31m');
  const lines = tableLines([{ name: 'a\nb\u001b[2J' }], [{ title: 'name', cell: ({ name }) => name }]);
  assert.equal(lines.length, 2);
  assert.equal(lines[1], 'a\ufffdb\ufffd[2J');
});

test('a line keeps its colours and loses all else that would steer', () => {
  assert.equal(coloured('\u001b[31mred\u001b[39m\n\u001b[2J\u0007'), '\u001b[31mred\u001b[39m\n\ufffd[2J\ufffd');
});
