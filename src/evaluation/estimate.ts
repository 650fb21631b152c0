import { z } from 'zod';

/**
 * A metric with its 95% interval. `value` is null when the data cannot say (then `reason` says why); `low` and `high` are null
 * when there is no interval. Never NaN.
 */
export const Estimate = z.object({
  value: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  reason: z.string().optional(),
});
export type Estimate = z.infer<typeof Estimate>;
