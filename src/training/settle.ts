import { runDir } from '../store/paths.ts';
import type { Store } from '../store/store.ts';
import { isLocked } from './lock.ts';

/** A run whose process was killed could not say so itself: it is marked as interrupted, and can be resumed. */
export async function settleKilledRuns(store: Store): Promise<void> {
  for (const run of await store.runs.list({ status: 'running' })) {
    if (!isLocked(runDir(store.home, run.id))) await store.runs.update(run.id, { status: 'interrupted' });
  }
}
