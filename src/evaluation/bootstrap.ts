import { generator } from './random.ts';
import type { Scorer } from './scorer.ts';

/**
 * Draws `resamples` times as many units as there are, with replacement, and measures each draw. Answers one row per metric, each
 * of length `resamples`, in the order drawn; NaN where a draw could not tell.
 */
export function bootstrap(scorer: Scorer, units: number, resamples: number, seed: number): Float64Array[] {
  const rows = Array.from({ length: scorer.length }, () => new Float64Array(resamples));
  const next = generator(seed);
  const counts = new Uint16Array(units);
  const out = new Float64Array(scorer.length);
  for (let r = 0; r < resamples; r++) {
    counts.fill(0);
    for (let i = 0; i < units; i++) counts[Math.floor(next() * units)]! += 1;
    scorer.measure(counts, out);
    for (let m = 0; m < rows.length; m++) rows[m]![r] = out[m]!;
  }
  return rows;
}

/**
 * Percentile interval of the draws that could tell (Efron 1981); quantiles interpolated linearly, as numpy does. Null when fewer
 * than half of the draws could: what they have in common is then no longer the sample's.
 */
export function percentileInterval(draws: Float64Array, level: number): { low: number; high: number } | null {
  const known = draws.filter((x) => !Number.isNaN(x)).sort();
  if (known.length === 0 || known.length < draws.length / 2) return null;
  return { low: quantile(known, (1 - level) / 2), high: quantile(known, (1 + level) / 2) };
}

/** Quantile of sorted values, linearly interpolated. */
export function quantile(sorted: ArrayLike<number>, q: number): number {
  const at = q * (sorted.length - 1);
  const below = Math.floor(at);
  const a = sorted[below]!;
  const b = sorted[Math.min(below + 1, sorted.length - 1)]!;
  return a + (b - a) * (at - below);
}
