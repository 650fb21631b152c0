import { z } from 'zod';
import { RunId } from '../../store/run.ts';

/** What the process that judges labels is to do: a run or a group judges those of the version it was trained on. */
export const SuspectsTask = z.strictObject({
  kind: z.literal('suspects'),
  run: RunId.nullable(),
  group: RunId.nullable(),
  /** NAME@VERSION, for people. */
  dataset: z.string(),
});
export type SuspectsTask = z.infer<typeof SuspectsTask>;
