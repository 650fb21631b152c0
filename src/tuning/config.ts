import { z } from 'zod';
import { PruningConfig } from './pruning.ts';
import { AnyValue, SpaceConfig } from './space.ts';

/** How the next settings are chosen. */
export const MethodConfig = z.discriminatedUnion('kind', [
  /** Every combination, once. */
  z.strictObject({ kind: z.literal('grid') }),
  z.strictObject({ kind: z.literal('random') }),
  /** Quasi-random: scrambled Sobol points. */
  z.strictObject({ kind: z.literal('sobol') }),
  z.strictObject({
    kind: z.literal('tpe'),
    /** Trials that are spread evenly before there is a past to learn from. */
    startup: z.int().min(1).default(10),
    candidates: z.int().min(1).max(10_000).default(24),
    multivariate: z.boolean().default(true),
    priorWeight: z.number().positive().default(1),
  }),
  /** Gaussian process, expected improvement. */
  z.strictObject({ kind: z.literal('gp'), startup: z.int().min(2).default(10) }),
]);
export type MethodConfig = z.infer<typeof MethodConfig>;

/** A sweep's file. Unknown keys are errors. */
export const SweepConfig = z.strictObject({
  name: z.string().min(1).nullable().default(null),
  /** The recipe whose settings are searched. */
  recipe: z.string().min(1),
  /** Laid on the recipe, for all trials alike. */
  settings: z.record(z.string(), AnyValue).default({}),
  method: MethodConfig.prefault({ kind: 'tpe' }),
  pruning: PruningConfig.prefault({ kind: 'none' }),
  /** How many; null: a grid's all. */
  trials: z.int().positive().nullable().default(null),
  /** A failed trial is trained again so many times. */
  retries: z.int().min(0).max(100).default(1),
  seed: z
    .int()
    .min(0)
    .max(2 ** 31 - 1)
    .default(1),
  /** A worker that was not heard of for so long has lost its trial. */
  leaseSeconds: z.number().min(2).max(86_400).default(60),
  /** Settings that are tried before any other; what they leave out is chosen. */
  first: z.array(z.record(z.string(), AnyValue)).default([]),
  space: SpaceConfig,
});
export type SweepConfig = z.infer<typeof SweepConfig>;
