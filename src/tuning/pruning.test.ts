import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Trial } from '../store/sweep.ts';
import { bracketOf, bracketsOf, PruningConfig, shouldPrune } from './pruning.ts';

const trial = (number: number, epochs: (number | null)[], state: Trial['state'] = 'finished'): Trial => ({
  number,
  state,
  epochs,
  params: {},
  value: null,
  runs: [],
  failures: 0,
  error: null,
  worker: null,
  startedAt: '',
  endedAt: null,
});
const rule = (config: unknown, epochs = 27, direction: 'min' | 'max' = 'max') => ({
  config: PruningConfig.parse(config),
  direction,
  epochs,
});

test('median: worse at its best than half of those that finished had been by then', () => {
  const others = [0.5, 0.6, 0.7, 0.8].map((v, i) => trial(i, [v - 0.1, v, 0.9]));
  const judge = (epochs: (number | null)[], config = {}) =>
    shouldPrune(rule({ kind: 'median', startup: 4, ...config }, 3), trial(9, epochs, 'running'), [
      ...others,
      trial(9, epochs, 'running'),
    ]);
  // Medians at the end of epochs 1 and 2: 0.55 and 0.65.
  assert.equal(judge([0.54]), true);
  assert.equal(judge([0.55]), false);
  assert.equal(judge([0.66, 0.1]), false, 'its best counts');
  assert.equal(judge([0.54], { warmupEpochs: 1 }), false);
  assert.equal(judge([0.1, 0.54], { warmupEpochs: 1 }), true);
  assert.equal(judge([0.54], { startup: 5 }), false);
  assert.equal(judge([null, null]), true);
  assert.equal(judge([0, 0, 0]), false, 'the last epoch is done already');
  assert.equal(
    shouldPrune(rule({ kind: 'median', startup: 4 }, 3, 'min'), trial(9, [0.54]), [...others, trial(9, [0.54])]),
    false,
  );
});

test('halving: on a rung, one of three goes on; between rungs nobody is judged', () => {
  const config = { kind: 'halving', minEpochs: 2, factor: 3 };
  const others = [0.1, 0.2, 0.3, 0.4, 0.5].map((v, i) => trial(i, [0, v, v]));
  const judge = (epochs: (number | null)[]) =>
    shouldPrune(rule(config), trial(9, epochs), [...others, trial(9, epochs)]);
  assert.equal(judge([0]), false);
  assert.equal(judge([0, 0.35]), true);
  assert.equal(judge([0, 0.45]), false, 'second of six');
  assert.equal(judge([0, 0.45, 0]), false);
  assert.equal(judge([0, 0, 0, 0, 0, 0.1]), false, 'the first on its rung');
  assert.equal(judge([0, null]), true);
});

test('hyperband: brackets as Li et al. count them, each with rivals of its own', () => {
  const hyperband = PruningConfig.parse({ kind: 'hyperband', minEpochs: 1, factor: 3 }) as {
    minEpochs: number;
    factor: number;
  };
  assert.deepEqual(bracketsOf(hyperband, 81), [81, 34, 15, 8, 5]);
  assert.deepEqual(bracketsOf({ minEpochs: 3, factor: 3 }, 9), [3, 2]);
  assert.deepEqual(bracketsOf({ minEpochs: 3, factor: 3 }, 2), [1]);
  const brackets = bracketsOf(hyperband, 27);
  const round = brackets.reduce((a, b) => a + b, 0);
  const counts = brackets.map(() => 0);
  for (let n = 0; n < 3 * round; n++) counts[bracketOf(n, brackets)]! += 1;
  assert.deepEqual(
    counts,
    brackets.map((size) => 3 * size),
  );
  // Number 0 is in the severest bracket, judged after the first epoch; find one of the mildest, judged at the end alone.
  const mild = Array.from({ length: round }, (_, n) => n).find((n) => bracketOf(n, brackets) === brackets.length - 1)!;
  assert.equal(bracketOf(0, brackets), 0);
  const rivals = Array.from({ length: 40 }, (_, n) => trial(100 + n, new Array<number>(9).fill(0.9)));
  const judge = (n: number, epochs: number[]) =>
    shouldPrune(rule({ kind: 'hyperband' }), trial(n, epochs), [...rivals, trial(n, epochs)]);
  assert.equal(judge(0, [0.1]), true);
  assert.equal(judge(mild, [0.1]), false);
  assert.equal(judge(mild, new Array<number>(26).fill(0.1)), false);
});
