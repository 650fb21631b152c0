import { z } from 'zod';

/**
 * How an epoch draws training samples. `shuffle`: every sample once. `balanced`: every class equally often. `weighted`: a class's
 * share of the data times its factor (1 where none is given). The last two keep an epoch's length: samples of favoured classes
 * come more than once, others not every time.
 */
export const SamplingSpec = z
  .union([
    z.enum(['shuffle', 'balanced']),
    z.strictObject({ weighted: z.record(z.string(), z.number().nonnegative()) }),
  ])
  .default('shuffle');
export type SamplingSpec = z.infer<typeof SamplingSpec>;
