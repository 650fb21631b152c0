import { z } from 'zod';
import { LeakStamp } from '../store/leak-stamp.ts';
import { Views } from './views.ts';

/** A column of what is known of the samples, told by split: one row of a reviewer's table 1. */
const Characteristic = z.object({
  column: z.string(),
  kind: z.enum(['values', 'numbers']),
  /** Of a column of values: the commonest, as they are told. Empty for numbers. */
  levels: z.array(z.string()),
  splits: z.record(
    z.string(),
    z.object({
      /** Samples of each level. */
      counts: z.array(z.int()),
      /** Samples with another value, and those with none. */
      other: z.int(),
      missing: z.int(),
      /** Of numbers: quartiles; null where there is none. */
      quartiles: z.tuple([z.number(), z.number(), z.number()]).nullable(),
    }),
  ),
});
export type Characteristic = z.infer<typeof Characteristic>;

/** What became of the images of a source until they were samples of a split. Absent in reports of earlier versions. */
const Flow = z.object({
  format: z.string(),
  createdAt: z.string(),
  /** Usable samples and their patients or lesions (0: none are named). */
  samples: z.int(),
  groups: z.int(),
  /** Samples kept in the manifest and out of every split, by reason. */
  excluded: z.record(z.string(), z.int()),
  /** Files or rows that were no sample, by reason. */
  leftOut: z.array(z.object({ reason: z.string(), count: z.int() })),
  duplicates: z.int(),
  nearDuplicates: z.int(),
  /** Groups (or what moves as one) of each split. */
  units: z.record(z.string(), z.int()),
  rule: z.object({
    kind: z.enum(['given', 'carved', 'made', 'fold']),
    fractions: z.object({ train: z.number(), val: z.number(), test: z.number() }),
    seed: z.int(),
    folds: z.int().optional(),
    fold: z.int().optional(),
  }),
  leaks: z
    .object({
      groups: z.int(),
      exact: z.int(),
      near: z.int(),
      exposed: z.object({ val: z.int(), test: z.int() }),
    })
    .nullable(),
  accepted: z.object({ reason: z.string(), by: z.string(), at: z.string() }).nullable(),
  characteristics: z.array(Characteristic),
  /** Width and height in pixels, smallest and largest. */
  sizes: z.object({ smallest: z.tuple([z.int(), z.int()]), largest: z.tuple([z.int(), z.int()]) }).nullable(),
});
export type Flow = z.infer<typeof Flow>;

/** How the network was made, from the run's record. */
const Training = z.object({
  run: z.string(),
  parameters: z.int().nullable(),
  /** The resolved recipe. */
  config: z.record(z.string(), z.json()),
  seconds: z.number(),
  best: z.object({ epoch: z.int(), metric: z.string(), value: z.number() }).nullable(),
});
export type Training = z.infer<typeof Training>;

/** What was evaluated, for the report. Everything but the title may be unknown. */
export const Subject = z.object({
  kind: z.enum(['run', 'bundle']),
  id: z.string(),
  name: z.string(),
  model: z.string(),
  dataset: z
    .object({
      name: z.string(),
      version: z.int(),
      digest: z.string(),
      /** Samples by split and class. */
      splits: z.record(z.string(), z.record(z.string(), z.int())),
      unreadable: z.int(),
      flow: Flow.optional(),
    })
    .nullable(),
  /** Words for the head of the page: input size, checkpoint, seed, engine, code... */
  facts: z.array(z.tuple([z.string(), z.string()])),
  /** In which views each image was looked at, all that is fitted on validation included; absent: as it is, once. */
  views: Views.optional(),
  stamps: z.array(z.string()),
  /** What `leaky` among them is for. */
  leaks: LeakStamp.nullish(),
  training: Training.nullish(),
  /** Measured on a folder that is no part of the dataset: its name, and the files in it that could not be read. */
  folder: z.object({ name: z.string(), unreadable: z.int() }).nullish(),
  /** What no record can know, said by a person: intended use, ethics, funding... by the key of STATEMENTS. */
  about: z.record(z.string(), z.string()).optional(),
});
export type Subject = z.infer<typeof Subject>;
