import { z } from 'zod';
import { OperatingPoint } from './evaluation.ts';

export const EvaluateOptions = z.strictObject({
  /** Name of the split in the report. */
  split: z.string().default('test'),
  /** Classes whose probabilities are summed for the binary metrics. Default: the second of two, else none. */
  positive: z.array(z.string()).nullish(),
  /** youden, sensitivity=0.95, specificity=0.9, threshold=0.5 */
  rule: z.string().default('youden'),
  resamples: z.int().min(0).max(1_000_000).default(2000),
  seed: z.int().min(0).default(0),
  /** Instead of fitting one on validation, as a bundle brings it. */
  temperature: z.number().positive().optional(),
  /** Instead of fitting one on validation; its positive classes then count, whatever `positive` says. */
  operatingPoint: OperatingPoint.optional(),
});
export type EvaluateOptions = z.input<typeof EvaluateOptions>;
export type ResolvedOptions = z.output<typeof EvaluateOptions>;
