import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { RunId } from '../store/run.ts';
import type { Store } from '../store/store.ts';
import type { TrainingRecord } from '../store/studio/trainings.ts';
import type { SweepRecord } from '../store/sweep.ts';
import { launch } from '../training/background/launch.ts';
import { settleTrainings } from '../training/background/settle.ts';

const ENTRY = fileURLToPath(new URL('./process.ts', import.meta.url));

export const SweepTask = z.strictObject({ sweep: RunId, workers: z.int().positive().max(256) });
export type SweepTask = z.infer<typeof SweepTask>;

/** Works on a sweep in a process of its own. Throws ALREADY_EXISTS where one that the page began is still at it. */
export async function workInBackground(
  store: Store,
  sweep: SweepRecord,
  workers: number,
  who: string,
): Promise<TrainingRecord> {
  await settleTrainings(store);
  const begun = await workOf(store, sweep.id);
  if (begun !== undefined)
    throw new OslerError('ALREADY_EXISTS', `The sweep ${sweep.name} is being worked on.`, {
      hint: 'Further workers join with: osler sweep --resume',
    });
  const task: SweepTask = { sweep: sweep.id, workers };
  return launch(store, ENTRY, { kind: 'sweep', name: sweep.name, task, run: null, who, claim: `sweep ${sweep.id}` });
}

/** The process that the page began for a sweep, while it is at it. */
export async function workOf(store: Store, sweep: string): Promise<TrainingRecord | undefined> {
  const open = await store.trainings.list({ open: true, limit: 1_000 });
  return open.find(({ kind, task }) => kind === 'sweep' && task.sweep === sweep);
}
