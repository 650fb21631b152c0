import { findGroup } from '../../store/groups.ts';
import { isGone } from '../../store/identity.ts';
import type { Store } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { settleKilledRuns } from '../settle.ts';

/** A process that has not said who it is within this time never will. */
const UNHEARD_MS = 60_000;

/** Trainings whose process was killed could not say so themselves: what became of them is read off their runs. */
export async function settleTrainings(store: Store): Promise<void> {
  const open = await store.trainings.list({ open: true, limit: 1_000 });
  const gone = open.filter(({ worker, begunAt }) =>
    worker === null ? Date.now() - Date.parse(begunAt) > UNHEARD_MS : isGone(worker),
  );
  if (gone.length === 0) return;
  await settleKilledRuns(store);
  for (const training of gone) {
    const state = await stateOf(store, training);
    const error =
      state === 'failed'
        ? {
            code: 'INTERRUPTED',
            message: 'Its process ended without a word: it was killed, or the machine was started anew.',
            hint: 'Begin it again; its log may say more.',
          }
        : null;
    await store.trainings.update(training.id, { state, error, progress: null, endedAt: new Date().toISOString() });
  }
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
