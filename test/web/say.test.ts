import assert from 'node:assert/strict';
import test from 'node:test';
import { figures, measure } from '../../web/src/say.ts';

test('what was measured has the same digits whatever it is; settings and counts stay as they are', () => {
  assert.deepEqual(
    [1, 0, -1, 0.5].map((value) => measure(value)),
    ['1.000', '0.000', '-1.000', '0.500'],
  );
  assert.deepEqual([measure(1, 2), measure(0.00004), measure(2e7)], ['1.00', '4.00e-5', '2.00e+7']);
  assert.deepEqual(
    [1, 32, 0.5, Number.NaN].map((value) => figures(value)),
    ['1', '32', '0.500', 'not a number'],
  );
});
