import type { Trial } from '../../store/sweep.ts';
import { runTask } from '../../threads/task.ts';
import type { SweepPlan } from '../plan.ts';
import { type fanova, LEAST_TRIALS } from './fanova.ts';

export interface ImportanceAsked {
  space: SweepPlan['space'];
  trials: readonly Trial[];
  seed: number;
}

/** What mattered, in a thread of its own: a forest over hundreds of trials takes seconds, which a server owes others. */
export async function importanceInThread({ space, trials, seed }: ImportanceAsked): Promise<ReturnType<typeof fanova>> {
  const finished = trials.filter(({ state }) => state === 'finished');
  if (finished.length < LEAST_TRIALS) return null;
  return runTask(new URL('./task.ts', import.meta.url), { space, trials: finished, seed });
}
