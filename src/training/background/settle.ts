import { findGroup } from '../../store/groups.ts';
import { isGone, pidOf } from '../../store/identity.ts';
import type { Store } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { settleKilledRuns } from '../settle.ts';

/** A process that has not said who it is within this time never will; nor will one hear that it is to stop, which looks every two seconds. */
const UNHEARD_MS = 60_000;

/**
 * Trainings whose process was killed could not say so themselves: what became of them is read off their runs. Of a process of another
 * machine, or of a container that was started anew, it can't be told whether it lives: one that was asked to stop and does not hear it counts
 * as gone. The wish stays, for one that was only cut off from the store.
 */
export async function settleTrainings(store: Store): Promise<void> {
  const open = await store.trainings.list({ open: true, limit: 1_000 });
  const gone: TrainingRecord[] = [];
  for (const training of open) if (await isOver(store, training)) gone.push(training);
  if (gone.length === 0) return;
  await settleKilledRuns(store);
  for (const training of gone) {
    const state = await stateOf(store, training);
    const error =
      state === 'failed'
        ? {
            code: 'INTERRUPTED',
            message: 'Its process ended without a word: it was killed, or its machine was started anew or is gone.',
            hint: 'Begin it again; its log may say more.',
          }
        : null;
    await store.trainings.update(training.id, { state, error, progress: null, endedAt: new Date().toISOString() });
  }
}

async function isOver(store: Store, { id, worker, begunAt }: TrainingRecord): Promise<boolean> {
  if (worker === null) return Date.now() - Date.parse(begunAt) > UNHEARD_MS;
  return isGone(worker) || (pidOf(worker) === null && (await store.stops.isAsked(id, UNHEARD_MS)));
}

async function stateOf(store: Store, { kind, run, task }: TrainingRecord): Promise<'finished' | 'stopped' | 'failed'> {
  // What is done with a run or a group that was trained before does not show in it.
  if (kind !== 'train' && kind !== 'resume') return 'failed';
  // Of several trainings each run may be whole, and the group is not.
  if (typeof task.group === 'string') return (await findGroup(store.home, task.group)) === null ? 'failed' : 'stopped';
  if (run === null) return 'failed';
  const { status } = await store.tracked.get(run);
  // A run of another home is still said to run: it is found there that it does not.
  return status === 'finished' ? 'finished' : status === 'interrupted' || status === 'running' ? 'stopped' : 'failed';
}
