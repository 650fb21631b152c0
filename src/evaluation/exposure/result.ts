import { z } from 'zod';
import { Estimate } from '../estimate.ts';
import { METRICS } from '../metrics/names.ts';

/** How a sample is known to train: the same picture, a near copy of it, one of the same group, or tied to it over others. */
export const ExposureKind = z.enum(['exact', 'near', 'group', 'tied']);
export type ExposureKind = z.infer<typeof ExposureKind>;

const Part = z.object({
  samples: z.int(),
  groups: z.int(),
  /** Samples of each class: parts that differ in this differ in difficulty too. */
  classes: z.record(z.string(), z.int()),
  metrics: z.record(z.enum(METRICS), Estimate),
});

/** What a split that leaks does to the numbers: samples that train knows, and samples that it does not, side by side. */
export const Exposure = z.object({
  exposed: Part.extend({ kinds: z.record(ExposureKind, z.int()) }),
  unexposed: Part,
  /**
   * Exposed less unexposed, with its 95% interval out of the two parts' intervals (the parts share no patient, so they are
   * independent; MOVER, Zou and Donner 2008).
   */
  differences: z.record(z.enum(METRICS), Estimate),
  /** All samples less the unexposed ones: by how much the leak flatters the number that is reported. Null where not estimable. */
  inflation: z.record(z.enum(METRICS), z.number().nullable()),
  /** Classes that only one part has; averages over classes are then not compared. */
  lopsided: z.array(z.string()),
});
export type Exposure = z.infer<typeof Exposure>;
