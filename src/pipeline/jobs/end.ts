import { rm } from 'node:fs/promises';
import type { JobRecord } from '../../store/jobs/types.ts';
import { jobDir } from '../../store/paths.ts';
import type { Store } from '../../store/store.ts';

/** What is done of it is kept; whoever works on it stops after the parts under way. Throws NOT_FOUND. */
export async function cancelJob(store: Store, reference: string): Promise<JobRecord> {
  const { id } = await store.jobs.get(reference);
  const job = await store.jobs.end(id, 'cancelled', null);
  await store.jobs.queue.drop(id);
  await rm(jobDir(store.home, id), { recursive: true, force: true });
  return job;
}

/** With its answers, and with images that were sent for it. Throws NOT_FOUND. */
export async function deleteJob(store: Store, reference: string): Promise<JobRecord> {
  const job = await cancelJob(store, reference);
  await store.jobs.delete(job.id);
  return job;
}
