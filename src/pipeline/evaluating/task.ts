import { z } from 'zod';
import { CLASS_DECISIONS } from '../../evaluation/decisions/spec.ts';
import { RunId } from '../../store/run.ts';

/** What the process of an evaluation is to do: measure a run, or all runs of a group. */
export const EvaluateTask = z.strictObject({
  kind: z.literal('evaluate'),
  run: RunId.nullable(),
  group: RunId.nullable(),
  split: z.enum(['val', 'test']),
  /** How the threshold is chosen on validation. */
  rule: z.string().optional(),
  /** Classes that count as positive, empty for none; default: the recipe's. */
  positive: z.array(z.string()).optional(),
  /** Which of more than two classes is decided for; default: the recipe's. */
  decision: z.enum(CLASS_DECISIONS).optional(),
});
export type EvaluateTask = z.infer<typeof EvaluateTask>;
