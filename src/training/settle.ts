import { existsSync } from 'node:fs';
import { runConfigFile, runDir } from '../store/paths.ts';
import type { Store } from '../store/store.ts';
import { isLocked } from './lock.ts';

/** A run whose process was killed could not say so itself: it is marked as interrupted, and can be resumed. */
export async function settleKilledRuns(store: Store): Promise<void> {
  for (const { id } of await store.runs.list({ status: 'running' }))
    if (wasKilled(store, id)) await store.runs.update(id, { status: 'interrupted' });
}

/** Of a run that is said to be trained: whether it was, in this home, and nobody does any more. */
export function wasKilled(store: Store, id: string): boolean {
  // On one PostgreSQL there may be homes of several machines: of a run that is trained in another, the lock is there.
  const isHere = store.engine.kind === 'sqlite' || existsSync(runConfigFile(store.home, id));
  return isHere && !isLocked(runDir(store.home, id));
}
