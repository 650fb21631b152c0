import { z } from 'zod';

/**
 * How a 95% interval was made.
 *
 * - wilson, clopperPearson: of a share of independent samples (statistics/proportion.ts)
 * - wilsonGroups: of a share, with as many samples as the groups are worth (Rao & Scott 1992)
 * - clopperPearsonGroups: of a share that no resample changes, each group counting as one sample
 * - delong: of an AUROC; delongGroups: where groups hold several samples (Obuchowski 1997)
 * - delongLogOdds, delongLogOddsGroups: the same on the log-odds, of an AUROC near 1
 * - disjointPairs: of an AUROC without an error, exact (statistics/delong.ts)
 * - delta: normal on the log-odds, from how far each group moves the metric (subgroups/intervals.ts)
 * - bca: bias-corrected and accelerated bootstrap over groups (Efron 1987)
 * - basic: the draws mirrored at the value (Davison and Hinkley 1997), for errors of calibration, which chance makes larger in the
 *   sample and once more in each draw; down to 0 where chance alone could have made the error
 * - percentile: percentiles of the same draws, where the correction cannot be told
 */
export const IntervalMethod = z.enum([
  'wilson',
  'clopperPearson',
  'wilsonGroups',
  'clopperPearsonGroups',
  'delong',
  'delongGroups',
  'delongLogOdds',
  'delongLogOddsGroups',
  'disjointPairs',
  'delta',
  'bca',
  'basic',
  'percentile',
]);
export type IntervalMethod = z.infer<typeof IntervalMethod>;

/**
 * A metric with its 95% interval. `value` is null when the data cannot say (then `reason` says why); `low` and `high` are null
 * when there is no interval. Never NaN.
 */
export const Estimate = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  reason: z.string().optional(),
  /** Of the interval; absent where there is none, and in files from before there was a choice. */
  method: IntervalMethod.optional(),
});
export type Estimate = z.infer<typeof Estimate>;
