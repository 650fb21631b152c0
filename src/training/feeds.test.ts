import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Sample } from '../data/sample.ts';
import { classesInTurn } from './feeds.ts';

test('classes take turns until each is used up, and no sample is lost', () => {
  const samples = ['a', 'a', 'a', 'b', 'c', 'c'].map((label, i) => ({ id: String(i), label }) as Sample);
  assert.equal(
    classesInTurn(samples)
      .map(({ label }) => label)
      .join(''),
    'abcaca',
  );
  assert.deepEqual(new Set(classesInTurn(samples)), new Set(samples));
  assert.deepEqual(classesInTurn([]), []);
});
