import { betaQuantile, normalQuantile } from './distributions.ts';

export interface Interval {
  low: number;
  high: number;
}

/**
 * Wilson's score interval of `hits` out of `n` independent samples (Wilson 1927), without correction for continuity; n > 0.
 * Its coverage is close to the level on average, where Wald's falls far below it for small n and for shares near 0 or 1.
 */
export function wilson(hits: number, n: number, level = 0.95): Interval {
  const z = normalQuantile((1 + level) / 2);
  const p = hits / n;
  const scale = 1 + (z * z) / n;
  const centre = (p + (z * z) / (2 * n)) / scale;
  const half = (z / scale) * Math.sqrt((p * (1 - p)) / n + (z * z) / (4 * n * n));
  // Exactly 0 and 1 at the ends, where rounding would leave 1e-17.
  return { low: hits === 0 ? 0 : Math.max(0, centre - half), high: hits === n ? 1 : Math.min(1, centre + half) };
}

/** Clopper and Pearson's exact interval (1934): never covers less often than `level`, so it is the wider one; n > 0. */
export function clopperPearson(hits: number, n: number, level = 0.95): Interval {
  const tail = (1 - level) / 2;
  return {
    low: hits === 0 ? 0 : betaQuantile(tail, hits, n - hits + 1),
    high: hits === n ? 1 : betaQuantile(1 - tail, hits + 1, n - hits),
  };
}
