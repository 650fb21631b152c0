import { z } from 'zod';
import { Split } from '../data/sample.ts';

/** Samples and groups of one class, in one split, in one subgroup. */
export const Cell = z.object({
  split: Split,
  label: z.string(),
  /** Column and value of the subgroup; null in the table of class by split alone. */
  column: z.string().nullable(),
  value: z.string().nullable(),
  samples: z.int(),
  /** Distinct patients, lesions or tied images: what counts as independent. */
  units: z.int(),
});
export type Cell = z.infer<typeof Cell>;

/** A cell that says little, with how wide its sensitivity's interval would be. */
export const SmallCell = Cell.extend({
  /** Expected whole width of the 95% interval of a proportion at `expected`; null for an empty cell. */
  width: z.number().nullable(),
  /** Further units needed for the wished width. */
  missing: z.int(),
});
export type SmallCell = z.infer<typeof SmallCell>;

/** How many independent samples a figure needs for an interval of the wished whole width. */
export const SampleSize = z.object({
  /** `sensitivity`: units of the class. `auroc`: units of the class, the other classes as they are. */
  metric: z.enum(['sensitivity', 'auroc']),
  label: z.string(),
  width: z.number(),
  expected: z.number(),
  /** Units of the class; null when no number of them would do, the others being too few. */
  needed: z.int().nullable(),
  /** In the test split. */
  present: z.int(),
  enough: z.boolean(),
});
export type SampleSize = z.infer<typeof SampleSize>;

export const BalanceResult = z.object({
  /** Class by split; then class by split by each subgroup. */
  cells: z.array(Cell),
  /** Columns that were used, with the values they were cut into; and those that were not, with the reason. */
  columns: z.array(z.object({ name: z.string(), values: z.array(z.string()) })),
  left: z.array(z.object({ name: z.string(), reason: z.string() })),
  /** Below the wished width, smallest first; a class that a split lacks is among them. */
  smallest: z.array(SmallCell),
  sampleSizes: z.array(SampleSize),
  /** The wished whole width of a 95% interval, and the proportion it was reckoned at. */
  width: z.number(),
  expected: z.number(),
  /** Largest class over smallest, in training. */
  imbalance: z.number().nullable(),
  /** For a terminal, one finding a line; each says what training does by default and which switch changes that. */
  summary: z.array(z.string()),
});
export type BalanceResult = z.infer<typeof BalanceResult>;
