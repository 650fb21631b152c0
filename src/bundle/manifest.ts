import { z } from 'zod';
import { PreprocessSpec } from '../data/preprocess-spec.ts';
import { Calibration, ClassRule, Conformal, OutOfDistribution } from '../evaluation/decisions/spec.ts';
import { Views } from '../evaluation/views.ts';
import { LeakStamp } from '../store/leak-stamp.ts';

const Interval = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });

/** Relative, forward slashes, each part plain letters, digits, `.`, `_`, `-` and not starting with a dot: no way out of the folder. */
export const BundlePath = z
  .string()
  .regex(/^[A-Za-z0-9][A-Za-z0-9._-]*(\/[A-Za-z0-9][A-Za-z0-9._-]*)*$/, 'is not a plain relative path');

/** `bundle.json`: everything a server needs to know beside the graph. */
export const BundleManifest = z.object({
  /** 2: calibrated by more than a temperature, 3: with a rule for several classes; a reader of the one before would not see it. */
  format: z.enum(['osler-bundle/1', 'osler-bundle/2', 'osler-bundle/3']),
  /** 32 hex: of the run it was made from. */
  run: z.string().regex(/^[0-9a-f]{32}$/),
  createdAt: z.string(),
  model: z.object({ name: z.string(), parameters: z.int(), embedding: z.int() }),
  /** Index = class index. */
  labels: z.array(z.string()).min(2),
  preprocess: PreprocessSpec,
  /** In which views the graph looks at an image before it answers, by itself: whoever runs it need not know. Absent: once, as it is. */
  views: Views.optional(),
  /** Fitted on validation; probabilities = softmax(logits / temperature), unless `calibration` says otherwise. */
  temperature: z.number().positive(),
  /** Null: the temperature. */
  calibration: Calibration.nullable().default(null),
  /** Verdict: positive when the summed probability of `positive` reaches `threshold`. Null when no positive classes are named. */
  operatingPoint: z
    .object({ positive: z.array(z.string()).min(1), threshold: z.number().min(0).max(1), rule: z.string() })
    .nullable(),
  /** Which of several classes is decided for; null: the most probable one. */
  classRule: ClassRule.nullable().default(null),
  /** Fitted on validation; null where it was too small, and in bundles from before there were any. */
  conformal: Conformal.nullable().default(null),
  outOfDistribution: OutOfDistribution.nullable().default(null),
  /** Of the evaluation on the test split, by name; empty when none was made. */
  metrics: z.record(z.string(), Interval),
  dataset: z.object({ name: z.string(), version: z.int(), digest: z.string() }),
  lineage: z.object({ oslerVersion: z.string(), code: z.string().nullable(), engine: z.string(), seed: z.int() }),
  stamps: z.array(z.string()),
  /** What `leaky` among the stamps is for. */
  leaks: LeakStamp.nullable().default(null),
  parity: z.object({ samples: z.int(), maxDifference: z.number() }),
  /** sha256 of every other file of the bundle, by relative path. */
  files: z.record(BundlePath, z.string().regex(/^[0-9a-f]{64}$/)),
});
export type BundleManifest = z.infer<typeof BundleManifest>;
