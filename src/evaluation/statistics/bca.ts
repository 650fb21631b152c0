import { normalCdf, normalQuantile } from './distributions.ts';
import type { Interval } from './proportion.ts';

/**
 * Percentile interval of the draws that could tell (Efron 1981); quantiles interpolated linearly, as numpy does. Null when fewer
 * than half of the draws could: what they have in common is then no longer the sample's.
 */
export function percentileInterval(draws: Float64Array, level: number): Interval | null {
  const known = knownDraws(draws);
  return known === null ? null : { low: quantile(known, (1 - level) / 2), high: quantile(known, (1 + level) / 2) };
}

/**
 * Bias-corrected and accelerated interval (Efron 1987): the quantiles are moved by how far the draws' median lies from the value, and
 * by how fast the standard error changes with it. Draws that equal the value count half.
 *
 * Null as `percentileInterval` is, and when all draws lie on one side of the value: the correction would be infinite.
 */
export function bcaInterval(draws: Float64Array, value: number, acceleration: number, level: number): Interval | null {
  const known = knownDraws(draws);
  if (known === null) return null;
  // Sums in another order differ in the last bits.
  const same = 1e-12 * Math.max(1, Math.abs(value));
  let below = 0;
  for (const x of known) below += x < value - same ? 1 : x <= value + same ? 0.5 : 0;
  if (below === 0 || below === known.length) return null;
  const bias = normalQuantile(below / known.length);
  const moved = (p: number) => {
    const z = bias + normalQuantile(p);
    return normalCdf(bias + z / Math.max(1e-6, 1 - acceleration * z));
  };
  return { low: quantile(known, moved((1 - level) / 2)), high: quantile(known, moved((1 + level) / 2)) };
}

/**
 * Interval of an error that is never below 0 and that chance makes larger, in the sample and again in each draw: the draws are
 * mirrored at the value, which takes the inflation off (Davison and Hinkley 1997, 5.2). `chance` holds what the draws would be if
 * there were no error: while the value lies within them, the interval begins at 0. Null as `percentileInterval` is.
 */
export function mirroredInterval(
  draws: Float64Array,
  value: number,
  level: number,
  chance?: Float64Array,
): Interval | null {
  const interval = percentileInterval(draws, level);
  if (interval === null) return null;
  const byChance = chance === undefined ? null : knownDraws(chance);
  const none = byChance !== null && value <= quantile(byChance, (1 + level) / 2);
  return { low: none ? 0 : Math.max(0, 2 * value - interval.high), high: Math.max(0, 2 * value - interval.low) };
}

/**
 * Acceleration from a jackknife: a sixth of the skewness of the values' influence (Efron 1987). `left` holds the metric without each
 * block of units in turn. With blocks instead of single units skewness shrinks as the number of values does, so that the quotient
 * stays the same. 0 where the values do not differ, or cannot tell.
 */
export function acceleration(left: ArrayLike<number>): number {
  let mean = 0;
  for (let i = 0; i < left.length; i++) mean += left[i]! / left.length;
  let squares = 0;
  let cubes = 0;
  for (let i = 0; i < left.length; i++) {
    const d = mean - left[i]!;
    squares += d * d;
    cubes += d * d * d;
  }
  const a = cubes / (6 * squares ** 1.5);
  return Number.isFinite(a) ? a : 0;
}

/** Quantile of sorted values, linearly interpolated. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const a = sorted[below]!;
  const b = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return a + (b - a) * (at - below);
}

function knownDraws(draws: Float64Array): Float64Array | null {
  const known = draws.filter((x) => !Number.isNaN(x)).sort();
  return known.length === 0 || known.length < draws.length / 2 ? null : known;
}
