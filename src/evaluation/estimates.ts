import { bootstrap } from './bootstrap.ts';
import type { Estimate, IntervalMethod } from './estimate.ts';
import { exactIntervals } from './exact.ts';
import { AT, CALIBRATION_ERRORS, chanceOffset } from './metrics/names.ts';
import { FEWEST_GROUPS, NO_RESAMPLE_DIFFERS, tooFewGroups } from './reasons.ts';
import type { Scorer } from './scorer.ts';
import { acceleration, bcaInterval, mirroredInterval, percentileInterval } from './statistics/bca.ts';
import type { Interval } from './statistics/proportion.ts';

/** Reads the estimate at a place of the scorer's answer; `why` says why there is none, where there is none. */
export type Estimates = (at: number, why: () => string) => Estimate;

export interface IntervalOptions {
  resamples: number;
  seed: number;
  proportions?: 'wilson' | 'clopperPearson' | undefined;
}

const LEVEL = 0.95;
/** Blocks of units that the jackknife leaves out in turn; with fewer units than that, single ones. */
const BLOCKS = 400;

/** Measures the sample itself, its resamples, and what has an interval by formula. */
export function estimates(scorer: Scorer, options: IntervalOptions): Estimates {
  const units = scorer.data.unitCount;
  const value = new Float64Array(scorer.length);
  scorer.measure(new Float64Array(units).fill(1), value);
  scorer.refine(value);
  const exact = exactIntervals(scorer.data, options.proportions ?? 'wilson');
  const resampled = units >= FEWEST_GROUPS && options.resamples > 0;
  const draws = resampled ? bootstrap(scorer, options.resamples, options.seed) : [];
  const accelerations = resampled ? jackknife(scorer) : [];
  const { classes } = scorer.data;
  const inflated = new Map<number, number | null>(
    CALIBRATION_ERRORS.map((name) => [AT[name], chanceOffset(classes, name)]),
  );
  // Less its reliability's inflation, which it shares.
  inflated.set(AT.brierResolution, null);
  const resampledInterval = (at: number, v: number): { interval: Interval | null; method: IntervalMethod } => {
    const chance = inflated.get(at);
    if (chance !== undefined) {
      const by = chance === null ? undefined : draws[chance]!;
      return { interval: mirroredInterval(draws[at]!, v, LEVEL, by), method: 'basic' };
    }
    const corrected = bcaInterval(draws[at]!, v, accelerations[at]!, LEVEL);
    if (corrected !== null) return { interval: corrected, method: 'bca' };
    return { interval: percentileInterval(draws[at]!, LEVEL), method: 'percentile' };
  };
  return (at, why) => {
    const v = value[at]!;
    if (Number.isNaN(v)) return { value: null, low: null, high: null, reason: why() };
    const known = exact.get(at);
    if (known !== undefined) return { value: v, ...known };
    const without = (reason: string): Estimate => ({ value: v, low: null, high: null, reason });
    if (options.resamples === 0) return without('no interval: no resamples were asked for');
    if (units < FEWEST_GROUPS) return without(tooFewGroups(units));
    const { interval, method } = resampledInterval(at, v);
    if (interval === null) return without('no interval: most resamples lack a class or an answer');
    // The order of a sum makes resamples of equal scores differ in their last bits.
    if (interval.high - interval.low <= 1e-9 * Math.max(1, Math.abs(v))) return without(NO_RESAMPLE_DIFFERS);
    return { value: v, low: Math.min(v, interval.low), high: Math.max(v, interval.high), method };
  };
}

/** Acceleration of each metric. */
function jackknife(scorer: Scorer): number[] {
  return leftOut(scorer).map((values) => acceleration(values.filter((x) => !Number.isNaN(x))));
}

/** Each metric without each block of units in turn, blocks always the same for the same number of units. */
export function leftOut(scorer: Scorer): Float64Array[] {
  const units = scorer.data.unitCount;
  const blocks = Math.min(units, BLOCKS);
  const left = Array.from({ length: scorer.length }, () => new Float64Array(blocks));
  const counts = new Float64Array(units);
  const out = new Float64Array(scorer.length);
  for (let b = 0; b < blocks; b++) {
    counts.fill(1);
    // Units in turn, not side by side: neighbours in a list are often alike.
    for (let u = b; u < units; u += blocks) counts[u] = 0;
    scorer.measure(counts, out);
    for (let m = 0; m < left.length; m++) left[m]![b] = out[m]!;
  }
  return left;
}
