import { z } from 'zod';
import {
  CALIBRATION_METHODS,
  Calibration,
  CLASS_DECISIONS,
  ClassRule,
  Conformal,
  OutOfDistribution,
} from './decisions/spec.ts';
import { OperatingPoint } from './evaluation.ts';
import { DEFAULT_REFERENCES } from './metrics/names.ts';

export const EvaluateOptions = z.strictObject({
  /** Name of the split in the report. */
  split: z.string().default('test'),
  /** Classes whose probabilities are summed for the binary metrics. Default: the second of two, else none. */
  positive: z.array(z.string()).nullish(),
  /** youden, sensitivity=0.95, specificity=0.9, cost=10:1@0.02, threshold=0.5 */
  rule: z.string().default('youden'),
  resamples: z.int().min(0).max(1_000_000).default(10_000),
  seed: z.int().min(0).default(0),
  /** Interval of a share of independent samples: Wilson's, or Clopper and Pearson's, which is never too narrow. */
  proportions: z.enum(['wilson', 'clopperPearson']).default('wilson'),
  /** Where sensitivityAtSpecificity, specificityAtSensitivity and partialAuroc are read off the curve. */
  references: z
    .strictObject({
      sensitivity: z.number().gt(0).lte(1).default(DEFAULT_REFERENCES.sensitivity),
      specificity: z.number().gt(0).lte(1).default(DEFAULT_REFERENCES.specificity),
      falsePositiveRate: z.number().gt(0).lte(1).default(DEFAULT_REFERENCES.falsePositiveRate),
    })
    .prefault({}),
  /** Columns of the samples' own data to measure by, `all` of them, or null for none. */
  subgroups: z
    .union([z.literal('all'), z.array(z.string()).min(1)])
    .nullable()
    .default(null),
  /** `auto`: the best by log loss on validation. */
  calibrationMethod: z.enum(['auto', 'none', ...CALIBRATION_METHODS]).default('auto'),
  /** Which of more than two classes is decided for: the most probable, or with the shares of the classes taken out, as validation bids. */
  decision: z.enum(CLASS_DECISIONS).default('likeliest'),
  /** Share of each class' samples whose conformal set shall hold the truth. */
  coverage: z.number().min(0.5).max(0.999).default(0.9),
  /** Share of images like those of validation that may be called unlike them. */
  falseAlarmRate: z.number().min(0.001).max(0.5).default(0.05),
  /** Instead of fitting one on validation, as a bundle brings it. */
  temperature: z.number().positive().optional(),
  /** Instead of fitting one on validation; its positive classes then count, whatever `positive` says. */
  operatingPoint: OperatingPoint.optional(),
  /** The same; by itself it leaves the temperature as it is. */
  calibration: Calibration.optional(),
  /** The same, whatever `decision` says. */
  classRule: ClassRule.optional(),
  conformal: Conformal.optional(),
  outOfDistribution: OutOfDistribution.optional(),
});
export type EvaluateOptions = z.input<typeof EvaluateOptions>;
export type ResolvedOptions = z.output<typeof EvaluateOptions>;
