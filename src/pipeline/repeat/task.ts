import { z } from 'zod';
import { Acceptance } from '../../data/sample.ts';
import { RunId } from '../../store/run.ts';
import { TrainConfig } from '../../training/config.ts';

/** What the process of several trainings is to do; `group` is its id, also where it has not begun. */
export const RepeatTask = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('repeat'),
    group: RunId,
    recipe: z.string(),
    config: TrainConfig,
    plan: z.strictObject({ kind: z.enum(['seeds', 'folds']), of: z.int() }),
    accepted: Acceptance.nullable(),
  }),
  z.strictObject({ kind: z.literal('resume-group'), group: RunId }),
]);
export type RepeatTask = z.infer<typeof RepeatTask>;
