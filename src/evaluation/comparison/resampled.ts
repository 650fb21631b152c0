import { quantile } from '../statistics/bca.ts';
import { normalCdf, normalQuantile } from '../statistics/distributions.ts';
import { subtract } from '../statistics/rounding.ts';
import { notEstimable, type Tested } from './differences.ts';
import { withGroups } from './few.ts';

export interface Resampled {
  low: number;
  high: number;
  /** Two-sided, of no difference. */
  p: number;
  /** Standard error of the difference. */
  error: number;
  /** One-sided, of a true difference of x or less. */
  atMost(x: number): number;
}

/**
 * Interval and tests of a difference from paired resamples: the same groups were drawn for both models. Bias-corrected and accelerated
 * (Efron 1987); the p-value is the level at which the interval's end reaches zero, so that both always say the same.
 * Null when fewer than half of the resamples know an answer, or all of them know the same one: then they tell nothing of its spread.
 *
 * @param first metric of the first model in each resample; NaN where it has none
 * @param seen the difference of the samples themselves
 * @param acceleration of the difference, from its jackknife
 */
export function resampled(
  first: Float64Array,
  second: Float64Array,
  seen: number,
  acceleration: number,
): Resampled | null {
  const draws = second.map((x, r) => subtract(x, first[r]!)).filter((x) => !Number.isNaN(x));
  draws.sort();
  const n = draws.length;
  if (n === 0 || n < second.length / 2 || draws[0] === draws[n - 1]) return null;
  const bias = normalQuantile(share(draws, seen));
  const bound = (level: number): number => {
    const u = bias + normalQuantile(level);
    return quantile(draws, normalCdf(bias + u / (1 - acceleration * u)));
  };
  /** Level at which the lower end of a one-sided interval reaches x. */
  const atMost = (x: number): number => {
    const v = normalQuantile(share(draws, x)) - bias;
    return normalCdf(v / (1 + acceleration * v) - bias);
  };
  const below = atMost(0);
  const mean = draws.reduce((sum, x) => sum + x, 0) / n;
  const square = draws.reduce((sum, x) => sum + (x - mean) ** 2, 0);
  return {
    low: Math.min(seen, bound(0.025)),
    high: Math.max(seen, bound(0.975)),
    p: Math.min(1, 2 * Math.min(below, 1 - below)),
    error: Math.sqrt(square / Math.max(1, n - 1)),
    atMost,
  };
}

/**
 * A difference that only resampling can tell.
 *
 * @param groups how many the metric rests on: where it weighs two sides by themselves, those of the smaller one
 */
export function resampledDifference(
  values: { first: number; second: number },
  draws: { first: Float64Array; second: Float64Array },
  acceleration: number,
  groups: number,
): Tested {
  const { first, second } = values;
  if (Number.isNaN(first) || Number.isNaN(second)) {
    const whole = (x: number) => (Number.isNaN(x) ? null : x);
    return notEstimable(whole(first), whole(second), 'not estimable: one of the models has no value');
  }
  const difference = subtract(second, first);
  const known = resampled(draws.first, draws.second, difference, acceleration);
  if (known === null) {
    const lacking = draws.second.filter((x, r) => Number.isNaN(x - draws.first[r]!)).length;
    const why =
      2 * lacking > draws.second.length || lacking === draws.second.length
        ? 'most resamples lack a class or an answer'
        : 'no resample differs';
    return { ...notEstimable(first, second, `no interval: ${why}`), difference };
  }
  const { low, high, p, error, atMost } = known;
  const errors = { null: error, alternative: error };
  return withGroups({ first, second, difference, low, high, p, method: 'paired bootstrap', errors, atMost }, groups);
}

/** Share of sorted draws below x, those equal to it by half; never quite 0 or 1, as so many draws can't say that. */
function share(draws: Float64Array, x: number): number {
  const n = draws.length;
  const below = firstAtLeast(draws, x, (a, b) => a >= b);
  const upTo = firstAtLeast(draws, x, (a, b) => a > b);
  return Math.min(1 - 1 / (n + 1), Math.max(1 / (n + 1), (below + upTo) / 2 / n));
}

function firstAtLeast(sorted: Float64Array, x: number, reached: (a: number, b: number) => boolean): number {
  let low = 0;
  let high = sorted.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (reached(sorted[middle]!, x)) high = middle;
    else low = middle + 1;
  }
  return low;
}
