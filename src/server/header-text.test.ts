import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headerText } from './header-text.ts';

test('a header is UTF-8 where it can be, else what Node read', () => {
  const read = (text: string) => Buffer.from(text, 'utf8').toString('latin1');
  for (const text of ['patient-17', 'Ü患3', '']) assert.equal(headerText(read(text)), text);
  assert.equal(headerText('J\u00fcrgen'), 'J\u00fcrgen');
});
