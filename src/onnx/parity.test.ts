import assert from 'node:assert/strict';
import { test } from 'node:test';
import { checkParity } from './parity.ts';

test('the largest difference is found, and a large one refused by sample', () => {
  assert.deepEqual(checkParity(['a', 'b'], [0.5, 0.5, 1, 0], [0.5, 0.5, 1 - 2 ** -15, 2 ** -15]), {
    samples: 2,
    maxDifference: 2 ** -15,
  });
  for (const wrong of [0.3, Number.NaN]) {
    assert.throws(() => checkParity(['a', 'b'], [0.5, 0.5, 1, 0], [0.5, 0.5, wrong, 0]), {
      code: 'EXPORT_MISMATCH',
      message: /sample b/,
    });
  }
  assert.throws(() => checkParity(['a'], [0.5], [0.5, 0.5]), { code: 'EXPORT_MISMATCH' });
  assert.throws(() => checkParity([], [], []), { code: 'EXPORT_MISMATCH' });
});
