import { z } from 'zod';
import { Estimate } from '../estimate.ts';

/** A column of the samples' own data that was cut into levels. */
export const SubgroupColumn = z.object({
  name: z.string(),
  /** `quantiles`: numbers, cut into parts of about equal size. */
  kind: z.enum(['values', 'quantiles']),
  levels: z.array(z.object({ name: z.string(), samples: z.int() })),
  /** Samples that say nothing in this column: they are in no level. */
  missing: z.int(),
});
export type SubgroupColumn = z.infer<typeof SubgroupColumn>;

/** The samples of one level, or of one level of each of two columns. */
export const SubgroupCell = z.object({
  /** "sex: female", "sex: female, age: under 45" */
  name: z.string(),
  columns: z.array(z.string()).min(1).max(2),
  levels: z.array(z.string()).min(1).max(2),
  samples: z.int(),
  /** Patients or lesions among them. */
  groups: z.int(),
  /** Samples of the positive classes; null without any. */
  positives: z.int().nullable(),
  /** Why its numbers are not to be taken as certain; null where there is enough to go by. Small cells are in no gap. */
  small: z.string().nullable(),
  metrics: z.record(z.string(), Estimate),
});
export type SubgroupCell = z.infer<typeof SubgroupCell>;

/** The largest difference of one metric within one column, or within two crossed. */
export const SubgroupGap = z.object({
  metric: z.string(),
  columns: z.array(z.string()).min(1).max(2),
  /** Names of the cells. */
  better: z.string(),
  worse: z.string(),
  /** Of the better over the worse, 0 or more, with its 95% interval (of this pair alone). */
  difference: z.number(),
  low: z.number(),
  high: z.number(),
  /** Of a gap this large between any two levels, were all levels alike: the choice of the largest is counted in. */
  p: z.number(),
  /** Corrected for all gaps tested (Holm). */
  adjusted: z.number(),
});
export type SubgroupGap = z.infer<typeof SubgroupGap>;

/** Performance by what is known of the samples besides their label. */
export const Subgroups = z.object({
  columns: z.array(SubgroupColumn),
  /** Columns that were there, or asked for, and cannot be cut into subgroups. */
  skipped: z.array(z.object({ name: z.string(), reason: z.string() })),
  /** Names of the metrics in each cell, the most telling first. */
  metrics: z.array(z.string()),
  /** The same metrics of all samples. */
  overall: z.record(z.string(), Estimate),
  cells: z.array(SubgroupCell),
  /** The most certain first; the same gap is in it once for every metric. */
  gaps: z.array(SubgroupGap),
  /** A cell with fewer positives, negatives or samples of a class than this is small. */
  minimum: z.int(),
  /** How many gaps were tested: the correction counts all. */
  tests: z.int(),
  alpha: z.number(),
});
export type Subgroups = z.infer<typeof Subgroups>;
