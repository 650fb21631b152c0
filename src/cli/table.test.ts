import assert from 'node:assert/strict';
import { test } from 'node:test';
import { tableLines } from './table.ts';

test('columns are filled up, but for the last: painted spaces would wrap at the edge of a terminal', () => {
  const rows = [
    { file: 'a.png', said: 'positive' },
    { file: 'longer.png', said: 'it is cut off before the end of its JPEG' },
  ];
  const lines = tableLines(rows, [
    { title: 'file', cell: ({ file }) => file },
    { title: 'verdict', cell: ({ said }) => said, paint: (text) => `<${text}>` },
  ]);
  assert.deepEqual(lines.slice(1), [
    'a.png       <positive>',
    'longer.png  <it is cut off before the end of its JPEG>',
  ]);
});
