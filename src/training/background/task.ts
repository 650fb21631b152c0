import { z } from 'zod';
import { Acceptance } from '../../data/sample.ts';
import { RunId } from '../../store/run.ts';
import { TrainConfig } from '../config.ts';

/** What a process in the background is to do; the store keeps it with the training's record. */
export const TrainTask = z.discriminatedUnion('kind', [
  z.strictObject({
    kind: z.literal('train'),
    /** Name of the recipe that the settings were laid on. */
    recipe: z.string(),
    config: TrainConfig,
    accepted: Acceptance.nullable(),
  }),
  z.strictObject({ kind: z.literal('resume'), run: RunId }),
]);
export type TrainTask = z.infer<typeof TrainTask>;
