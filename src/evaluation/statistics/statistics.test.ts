import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { acceleration, bcaInterval } from './bca.ts';
import { aurocInterval, delong } from './delong.ts';
import {
  betaCdf,
  betaQuantile,
  binomialCdf,
  binomialProbability,
  chiSquareQuantile,
  chiSquareTail,
  normalCdf,
  normalQuantile,
  studentCdf,
  studentQuantile,
} from './distributions.ts';
import { clopperPearson, wilson } from './proportion.ts';

type Pairs = [number, number][];
const goldens = JSON.parse(readFileSync(new URL('../goldens/statistics.json', import.meta.url), 'utf8')) as {
  normal: { cdf: Pairs; quantile: Pairs };
  student: { df: number; cdf: Pairs; quantile: Pairs }[];
  beta: { a: number; b: number; cdf: Pairs; quantile: Pairs }[];
  chiSquare: { df: number; tail: Pairs; quantile: Pairs }[];
  binomial: [number, number, number, number, number][];
  proportions: { hits: number; n: number; level: number; wilson: number[]; clopperPearson: number[] }[];
  bca: { name: string; value: number; left: number[]; draws: number[]; interval: [number, number] }[];
  delong: {
    positive: number[];
    units: number[];
    scores: number[][];
    aucs: number[];
    covariance: number[][];
    clustered: number[][];
  }[];
};

/** Relative to the expected value, so that tails are held to as many digits. */
function close(actual: number, expected: number, name: string, within = 1e-10) {
  const scale = Math.max(Math.abs(expected), 1e-290);
  assert.ok(Math.abs(actual - expected) <= within * scale, `${name}: ${actual} is not ${expected}`);
}

function all(pairs: Pairs, f: (x: number) => number, name: string, within?: number) {
  for (const [x, y] of pairs) close(f(x), y, `${name}(${x})`, within);
}

test('distributions equal those of scipy', () => {
  all(goldens.normal.cdf, normalCdf, 'normal cdf');
  all(goldens.normal.quantile, normalQuantile, 'normal quantile');
  for (const { df, cdf, quantile } of goldens.student) {
    all(cdf, (x) => studentCdf(x, df), `t cdf, df ${df}`);
    all(quantile, (p) => studentQuantile(p, df), `t quantile, df ${df}`, 1e-6);
  }
  for (const { a, b, cdf, quantile } of goldens.beta) {
    all(cdf, (x) => betaCdf(x, a, b), `beta cdf ${a} ${b}`, 1e-9);
    all(quantile, (p) => betaQuantile(p, a, b), `beta quantile ${a} ${b}`, 1e-9);
  }
  for (const { df, tail, quantile } of goldens.chiSquare) {
    all(tail, (x) => chiSquareTail(x, df), `chi-square tail, df ${df}`);
    all(quantile, (p) => chiSquareQuantile(p, df), `chi-square quantile, df ${df}`, 1e-7);
  }
  for (const [k, n, p, probability, cdf] of goldens.binomial) {
    close(binomialProbability(k, n, p), probability, `binomial ${k} of ${n}`);
    close(binomialCdf(k, n, p), cdf, `binomial cdf ${k} of ${n}`);
  }
});

test('quantiles at the ends', () => {
  assert.equal(normalQuantile(0), -Infinity);
  assert.equal(normalQuantile(1), Infinity);
  assert.equal(betaQuantile(0, 2, 3), 0);
  assert.equal(betaQuantile(1, 2, 3), 1);
  assert.equal(studentQuantile(0.5, 3), 0);
});

test("intervals of proportions equal statsmodels'", () => {
  for (const golden of goldens.proportions) {
    const { hits, n, level } = golden;
    const score = wilson(hits, n, level);
    const exact = clopperPearson(hits, n, level);
    const pairs = [score.low, score.high, exact.low, exact.high];
    [...golden.wilson, ...golden.clopperPearson].forEach((expected, i) => {
      assert.ok(Math.abs(pairs[i]! - expected) < 1e-10, `${hits} of ${n} at ${level}: ${pairs[i]} is not ${expected}`);
    });
  }
});

test('DeLong and its form for clusters equal the printed equations', () => {
  for (const { positive, units, scores, aucs, covariance, clustered } of goldens.delong) {
    const alone = delong(positive, scores)!;
    const grouped = delong(positive, scores, units)!;
    for (let r = 0; r < 2; r++) {
      close(alone.aucs[r]!, aucs[r]!, 'AUROC', 1e-12);
      for (let s = 0; s < 2; s++) {
        close(alone.covariance[r]![s]!, covariance[r]![s]!, `covariance ${r} ${s}`);
        close(grouped.covariance[r]![s]!, clustered[r]![s]!, `clustered covariance ${r} ${s}`);
      }
    }
  }
});

test("BCa intervals equal scipy's, from the same draws", () => {
  for (const { name, value, left, draws, interval } of goldens.bca) {
    const found = bcaInterval(Float64Array.from(draws), value, acceleration(left), 0.95)!;
    close(found.low, interval[0]!, `${name}, low`);
    close(found.high, interval[1]!, `${name}, high`);
  }
});

test('BCa: no interval where the correction has no end, or most draws cannot tell', () => {
  assert.equal(bcaInterval(Float64Array.of(1, 2, 3), 0, 0, 0.95), null);
  assert.equal(bcaInterval(Float64Array.of(NaN, NaN, NaN, 1, 2), 1.5, 0, 0.95), null);
  assert.equal(acceleration([1, 1, 1]), 0);
  assert.equal(acceleration([]), 0);
});

test('an AUROC without an error has an exact bound, not an interval without width', () => {
  const perfect = delong([0, 0, 0, 1, 1, 1, 1], [[1, 2, 3, 4, 5, 6, 7]])!;
  const interval = aurocInterval(perfect)!;
  assert.deepEqual([interval.high, interval.by], [1, 'pairs']);
  assert.ok(Math.abs(interval.low - 0.025 ** (1 / 3)) < 1e-12, 'three disjoint pairs, all ordered rightly');
  const almost = aurocInterval(delong([0, 0, 0, 1, 1, 1, 1], [[1, 2, 4.5, 4, 5, 6, 7]])!)!;
  assert.equal(almost.by, 'logOdds');
  assert.ok(almost.low > 0.2 && almost.low < 0.9 && almost.high > 0.95 && almost.high < 1);
  assert.equal(delong([1, 1], [[1, 2]]), null);
  assert.equal(aurocInterval(delong([1, 0, 0], [[2, 1, 3]])!), null, 'one positive: no variance');
});
