import { z } from 'zod';
import { RunId } from '../../store/run.ts';

/** What the process of an evaluation is to do: measure a run, or all runs of a group. */
export const EvaluateTask = z.strictObject({
  kind: z.literal('evaluate'),
  run: RunId.nullable(),
  group: RunId.nullable(),
  split: z.enum(['val', 'test']),
  /** How the threshold is chosen on validation. */
  rule: z.string().optional(),
});
export type EvaluateTask = z.infer<typeof EvaluateTask>;
