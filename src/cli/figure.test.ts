import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure } from './figure.ts';

test('what rounds to zero has no sign; what is not known is a dash', () => {
  assert.deepEqual([-0.00017, 0.00017, -0.0006, 0.9124, null].map(figure), ['0.000', '0.000', '-0.001', '0.912', '–']);
});
