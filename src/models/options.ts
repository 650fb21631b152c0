import { z } from 'zod';

/** How a network of the registry is to be built. */
export const ModelOptions = z.strictObject({
  /** Number of logits. */
  classes: z.int().min(1).max(100_000),
  /** Of the input image: 1 grey, 3 RGB. */
  channels: z.union([z.literal(1), z.literal(3)]),
  /** Dropout rate before (or inside) the head; default as published. */
  dropout: z.number().min(0).max(0.95).optional(),
  /** Drop rate of the deepest residual block (EfficientNet only); default 0.2 as published. */
  stochasticDepth: z.number().min(0).max(0.95).optional(),
});
export type ModelOptions = z.infer<typeof ModelOptions>;
