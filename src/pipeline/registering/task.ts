import { z } from 'zod';

/** What the process of a registration is to do. */
export const RegisterTask = z.strictObject({
  kind: z.literal('register'),
  run: z.string(),
  model: z.string(),
  description: z.string().optional(),
  reason: z.string().optional(),
  parent: z.string().optional(),
  /** How who asked was known, for the trail. */
  via: z.string(),
});
export type RegisterTask = z.infer<typeof RegisterTask>;
