import assert from 'node:assert/strict';
import test from 'node:test';
import { association } from '../../web/src/pages/experiments/association.ts';

const near = (a: number, b: number) => assert.ok(Math.abs(a - b) < 1e-12, `${a} is not ${b}`);

test('a setting that the result follows goes with it; one that differs in every run, or in none, does not', () => {
  const result = [0.71, 0.74, 0.9, 0.93, 0.8, 0.82];
  near(association([1, 2, 5, 6, 3, 4], result), 1);
  // 1 - 6 * 20 / (6 * 35), squared, adjusted with one degree of freedom of five.
  near(association([1, 2, 3, 4, 5, 6], result), 1 - ((1 - (1 - (6 * 16) / 210) ** 2) * 5) / 4);
  assert.equal(association(['a', 'b', 'c', 'd', 'e', 'f'], result), 0, 'names of runs explain nothing');
  assert.equal(association([3, 3, 3, 3, 3, 3], result), 0);
});

test('groups that have no order count as groups, words and numbers alike', () => {
  const result = [1, 2, 11, 12, 3, 4];
  // Ranks 1 2, 5 6, 3 4: within the groups 3 * 0.5 of 17.5; two degrees of freedom.
  const share = 1 - ((1.5 / 17.5) * 5) / 3;
  near(association(['a', 'a', 'b', 'b', 'c', 'c'], result), share);
  near(association([1, 1, 2, 2, 3, 3], result), share);
});

test('runs that lack one of the two are left out, and few runs say nothing', () => {
  const whole = association([1, 2, 3, 4], [0.1, 0.2, 0.3, 0.4]);
  assert.equal(association([1, 2, null, 3, 9, 4], [0.1, 0.2, 7, 0.3, null, 0.4]), whole);
  near(association([1, 2, 3, 4, 5], [0.1, 0.2, Number.NaN, 0.3, 0.4]), 1);
  assert.equal(association([1, 2], [0.1, 0.2]), 0);
  assert.equal(association([], []), 0);
  assert.equal(association([1, 2, 3, 4], [5, 5, 5, 5]), 0);
});
