import { bootstrap, percentileInterval } from './bootstrap.ts';
import type { Estimate } from './evaluation.ts';
import type { Scorer } from './scorer.ts';

/** Reads the estimate at a place of the scorer's answer; `why` says why there is none, where there is none. */
export type Estimates = (at: number, why: () => string) => Estimate;

/** Measures the sample itself and its resamples. */
export function estimates(scorer: Scorer, units: number, options: { resamples: number; seed: number }): Estimates {
  const value = new Float64Array(scorer.length);
  scorer.measure(new Uint8Array(units).fill(1), value);
  const draws = units > 1 ? bootstrap(scorer, units, options.resamples, options.seed) : [];
  return (at, why) => {
    const v = value[at]!;
    if (Number.isNaN(v)) return { value: null, low: null, high: null, reason: why() };
    const without = (reason: string): Estimate => ({ value: v, low: null, high: null, reason });
    if (options.resamples === 0) return without('no interval: no resamples were asked for');
    if (units < 2) return without('no interval: one group only');
    const interval = percentileInterval(draws[at]!, 0.95);
    if (interval === null) return without('no interval: most resamples lack a class or an answer');
    // Binning makes a resample's calibration error larger than the sample's own; the estimate still belongs to the interval.
    return { value: v, low: Math.min(v, interval.low), high: Math.max(v, interval.high) };
  };
}
