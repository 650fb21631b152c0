import { z } from 'zod';
import { LeakStamp } from './leak-stamp.ts';

export const RunId = z.string().regex(/^[0-9a-f]{32}$/, 'a run id is 32 hex digits');
export const RunStatus = z.enum(['running', 'finished', 'failed', 'interrupted']);
export type RunStatus = z.infer<typeof RunStatus>;

/**
 * One training, from its start: `run.json` in the run's folder and the row in the store hold the same record.
 * Times are ISO 8601 in UTC.
 */
export const RunRecord = z.object({
  id: RunId,
  name: z.string().min(1),
  status: RunStatus,
  createdAt: z.iso.datetime(),
  /** Null while it runs. */
  endedAt: z.iso.datetime().nullable(),
  /** The resolved recipe. */
  config: z.record(z.string(), z.json()),
  dataset: z.object({ name: z.string(), version: z.int().positive(), digest: z.string() }),
  seed: z.int(),
  /** Of Osler itself; `commit` is null outside a git checkout. */
  code: z.object({ version: z.string(), commit: z.string().nullable(), dirty: z.boolean() }),
  engine: z.object({
    libtorch: z.string(),
    capability: z.string(),
    threads: z.int(),
    device: z.string(),
    /** Units that computed convolutions in bf16 precision. */
    bf16Convolutions: z.enum(['bf16', 'f32']).default('bf16'),
  }),
  model: z.object({
    name: z.string(),
    classes: z.int().positive(),
    channels: z.int().positive(),
    inputSize: z.tuple([z.int(), z.int()]),
  }),
  /** Index = class index. */
  labels: z.array(z.string()),
  /** What data/ calls PreprocessSpec; spelt out, as the store stands on a lower floor. A test keeps the two equal. */
  preprocess: z.object({
    height: z.int().min(8).max(2048),
    width: z.int().min(8).max(2048),
    trim: z.number().min(0).max(0.4).optional(),
    fit: z.enum(['stretch', 'crop', 'pad']),
    channels: z.union([z.literal(1), z.literal(3)]),
    mean: z.array(z.number()),
    std: z.array(z.number().positive()),
  }),
  /** Classes whose probabilities are summed for the operating point. */
  positive: z.array(z.string()).nullable(),
  best: z.object({ epoch: z.int(), metric: z.string(), value: z.number() }).nullable(),
  /** Training time so far, over all resumptions. */
  seconds: z.number(),
  imagesPerSecond: z.number(),
  /** Why it failed, with what to do about it; null unless it failed, and in runs of before this was kept. */
  failure: z.string().nullable().default(null),
  stamps: z.array(z.string()),
  /** What `leaky` among the stamps is for; null without it, and in runs of before there were counts. */
  leaks: LeakStamp.nullable().default(null),
  /** Of several trainings of one recipe, which one this is, from 0; null when it was trained alone. */
  group: z
    .object({ id: RunId, kind: z.enum(['seeds', 'folds']), index: z.int().min(0), of: z.int().positive() })
    .nullable()
    .default(null),
});
export type RunRecord = z.infer<typeof RunRecord>;
