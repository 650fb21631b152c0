import { z } from 'zod';
import { TrainConfig } from '../../training/config.ts';

/** What the process of a demo is to do. */
export const DemoTask = z.strictObject({ kind: z.literal('demo'), count: z.int().positive(), config: TrainConfig });
export type DemoTask = z.infer<typeof DemoTask>;
