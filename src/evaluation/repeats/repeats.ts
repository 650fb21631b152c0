import { z } from 'zod';
import { Estimate, METRICS, type MetricName } from '../evaluation.ts';
import { Exposure } from '../exposure/result.ts';
import { Subgroups } from '../subgroups/subgroups.ts';

/** A metric over several trainings of one recipe. Null where one of them cannot tell; then `reason` says why. Never NaN. */
const Spread = z.object({
  mean: z.number().nullable(),
  /** Standard deviation over the trainings (n - 1). */
  sd: z.number().nullable(),
  lowest: z.number().nullable(),
  highest: z.number().nullable(),
  /** 95% interval of the mean: over new patients and, for seeds, new seeds. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  reason: z.string().optional(),
});
export type Spread = z.infer<typeof Spread>;

/** How a recipe does when it is trained again: with other seeds on the same samples, or on k folds. */
export const Repeats = z.object({
  format: z.literal('osler-repeats/1'),
  /** `seeds`: all members are measured on the same samples. `folds`: each on its own, which it was not trained on. */
  kind: z.enum(['seeds', 'folds']),
  split: z.string(),
  samples: z.int(),
  groups: z.int(),
  members: z.array(
    z.object({ name: z.string(), run: z.string(), metrics: z.partialRecord(z.enum(METRICS), z.number().nullable()) }),
  ),
  metrics: z.partialRecord(z.enum(METRICS), Spread),
  /** Folds: all out-of-fold predictions measured as one set. */
  together: z.partialRecord(z.enum(METRICS), Estimate).nullable(),
  /** Samples that train knows beside the others, means over trainings; null where the split does not leak. */
  exposure: Exposure.nullable().default(null),
  /** Means over trainings by columns of the samples; of folds the out-of-fold predictions as one set. Null when none were asked for. */
  subgroups: Subgroups.nullable().default(null),
  intervals: z.object({ method: z.string(), level: z.literal(0.95), resamples: z.int(), seed: z.int() }),
  notes: z.array(z.string()),
});
export type Repeats = z.infer<typeof Repeats>;

/** The means as estimates, for what tells of one training's. */
export function meansOf(result: Repeats): {
  samples: number;
  split: string;
  exposure: Exposure | null;
  metrics: Record<MetricName, Estimate>;
} {
  const { samples, split, exposure, metrics } = result;
  const all = METRICS.map((name) => [name, estimateOf(metrics[name])]);
  return { samples, split, exposure, metrics: Object.fromEntries(all) as Record<MetricName, Estimate> };
}

/** A mean over trainings as an estimate. */
export function estimateOf(spread: Spread | undefined): Estimate {
  if (spread === undefined) return { value: null, low: null, high: null, reason: 'not estimable: it was not measured' };
  const { mean: value, low, high, reason } = spread;
  return { value, low, high, ...(reason === undefined ? {} : { reason }) };
}

/** Without positive classes auroc is macroAuroc once more; with two classes the other way round. */
export function repeatsAgain({ metrics }: Repeats, name: MetricName): boolean {
  return name === 'macroAuroc' && metrics.auroc?.mean != null && metrics.auroc.mean === metrics.macroAuroc?.mean
    ? metrics.sensitivity?.mean != null
    : name === 'auroc' && metrics.sensitivity?.mean == null;
}
