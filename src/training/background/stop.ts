import { OslerError } from '../../errors.ts';
import { pidOf } from '../../store/identity.ts';
import { runDir } from '../../store/paths.ts';
import type { Store } from '../../store/store.ts';
import { OPEN, type TrainingRecord } from '../../store/studio/trainings.ts';
import type { RunInfo } from '../../store/tracked-run.ts';
import { holderOf } from '../lock.ts';
import { wasKilled } from '../settle.ts';

/** Asks a training that was begun from the page to stop at its next step, on whatever machine it is. Throws USAGE where it has ended. */
export async function stopTraining(store: Store, training: TrainingRecord, who: string): Promise<void> {
  if (!OPEN.includes(training.state)) throw ended(training.name);
  const pid = training.worker === null ? null : pidOf(training.worker);
  if (pid === null || !signal(pid, training.name)) await store.stops.ask(training.id, who);
}

/**
 * Asks whoever trains a run to stop at its next step: a process that the page began, or an `osler train` in some terminal, on whatever
 * machine. The run keeps a checkpoint and can go on. Throws USAGE where nobody trains it, or it is a trial of a sweep.
 */
export async function stopRun(store: Store, run: RunInfo, who: string): Promise<void> {
  const what = `Run ${run.id.slice(0, 12)}`;
  if (run.foreign)
    throw new OslerError('USAGE', `${what} is another program's: Osler can't stop it.`, { hint: 'Stop that program.' });
  const sweep = (await store.logs.tags(run.id)).find(({ key }) => key === 'osler.sweep')?.value;
  if (sweep !== undefined)
    throw new OslerError('USAGE', `${what} is a trial of sweep ${sweep.slice(0, 12)}.`, {
      hint: 'Stop the sweep: what it has begun it finishes.',
    });
  const pid = holderOf(runDir(store.home, run.id))?.pid ?? null;
  if (pid !== null && signal(pid, what)) return;
  if (run.status !== 'running') throw ended(what);
  if (wasKilled(store, run.id))
    throw new OslerError('USAGE', `${what} is not trained on this machine: its process was killed.`, {
      hint: 'It can be resumed.',
    });
  await store.stops.ask(run.id, who);
}

/** False for a process of another account, which looks for wishes as those of other machines do. */
function signal(pid: number, what: string): boolean {
  try {
    process.kill(pid, 'SIGTERM');
    return true;
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') throw ended(what);
    return false;
  }
}

function ended(what: string): OslerError {
  return new OslerError('USAGE', `${what} has ended already.`);
}
