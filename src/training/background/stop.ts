import { OslerError } from '../../errors.ts';
import { pidOf } from '../../store/identity.ts';
import { runDir } from '../../store/paths.ts';
import type { Store } from '../../store/store.ts';
import { OPEN, type TrainingRecord } from '../../store/studio/trainings.ts';
import type { RunInfo } from '../../store/tracked-run.ts';
import { holderOf } from '../lock.ts';

/** Asks a training that was begun from the page to stop at its next step. Throws USAGE where it has ended, or runs on another machine. */
export function stopTraining(training: TrainingRecord): void {
  if (!OPEN.includes(training.state)) throw ended(training.name);
  const pid = training.worker === null ? null : pidOf(training.worker);
  if (pid === null)
    throw new OslerError('USAGE', `"${training.name}" is not trained on this machine.`, {
      hint: 'Stop it where it runs.',
    });
  ask(pid, training.name);
}

/**
 * Asks whoever trains a run to stop at its next step: a process that the page began, or an `osler train` in some terminal. The run keeps a
 * checkpoint and can go on. Throws USAGE where no process of this machine trains it, or it is a trial of a sweep.
 */
export async function stopRun(store: Store, run: RunInfo): Promise<void> {
  const what = `Run ${run.id.slice(0, 12)}`;
  if (run.foreign)
    throw new OslerError('USAGE', `${what} is another program's: Osler can't stop it.`, { hint: 'Stop that program.' });
  const sweep = (await store.logs.tags(run.id)).find(({ key }) => key === 'osler.sweep')?.value;
  if (sweep !== undefined)
    throw new OslerError('USAGE', `${what} is a trial of sweep ${sweep.slice(0, 12)}.`, {
      hint: 'Stop the sweep: what it has begun it finishes.',
    });
  const holder = holderOf(runDir(store.home, run.id));
  if (holder !== null) return ask(holder.pid, what);
  if (run.status !== 'running') throw ended(what);
  throw new OslerError('USAGE', `${what} is not trained on this machine, or its process was killed.`, {
    hint: 'One that was killed can be resumed.',
  });
}

function ask(pid: number, what: string): void {
  try {
    process.kill(pid, 'SIGTERM');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ESRCH') throw ended(what);
    throw new OslerError('FORBIDDEN', `${what} is trained by another account of this machine.`, {
      hint: 'Stop it as that account.',
      cause,
    });
  }
}

function ended(what: string): OslerError {
  return new OslerError('USAGE', `${what} has ended already.`);
}
