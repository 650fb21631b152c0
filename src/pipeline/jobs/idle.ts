import { setTimeout as sleep } from 'node:timers/promises';
import type { JobRecord } from '../../store/jobs/types.ts';
import type { Store } from '../../store/store.ts';

/** Longer than a worker takes from one part to the next. */
const BETWEEN_PARTS_MS = 250;

/**
 * Ids of those jobs that are under way by their state, though nobody works on them: their workers were stopped, or have vanished. A job
 * whose model is still being loaded, or that waits a moment to try a part again, may be among them.
 */
export async function idleJobs(store: Store, jobs: readonly JobRecord[]): Promise<ReadonlySet<string>> {
  const once = await left(
    store,
    jobs.filter(({ state }) => state === 'running'),
  );
  if (once.length === 0) return new Set();
  await sleep(BETWEEN_PARTS_MS);
  return new Set((await left(store, once)).map(({ id }) => id));
}

async function left(store: Store, jobs: readonly JobRecord[]): Promise<JobRecord[]> {
  const found: JobRecord[] = [];
  for (const job of jobs) if ((await store.jobs.queue.inHands(job.id)) === 0) found.push(job);
  return found;
}
