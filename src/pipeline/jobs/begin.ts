import { createHash, randomBytes } from 'node:crypto';
import { OslerError } from '../../errors.ts';
import { canonicalJson } from '../../store/canonical.ts';
import type { JobRecord } from '../../store/jobs/types.ts';
import type { Store } from '../../store/store.ts';
import { type JobSource, listSource } from './source.ts';
import { type JobTarget, targetName } from './target.ts';
import { queueOpenParts } from './work.ts';

export interface NewScoring {
  name: string;
  who: string;
  source: JobSource;
  target: JobTarget;
}

export const newJobId = (): string => randomBytes(16).toString('hex');

/** The same images by the same model. */
export function fingerprintOf({ source, target }: Pick<NewScoring, 'source' | 'target'>): string {
  return createHash('sha256').update(canonicalJson({ source, target })).digest('hex');
}

/** Lists a folder or an archive, and queues it. Throws USAGE where there is no image in it. */
export async function beginJob(store: Store, asked: NewScoring): Promise<{ job: JobRecord; skipped: number }> {
  const { items, skipped } = await listSource(asked.source);
  if (items.length === 0) {
    throw new OslerError('USAGE', `There is no image in ${asked.name}.`, {
      hint: 'Looked for JPEG, PNG, TIFF, BMP and WebP, sub-folders included.',
    });
  }
  const id = newJobId();
  await store.jobs.create({ id, ...asked, fingerprint: fingerprintOf(asked) });
  await store.jobs.add(id, items);
  return { job: await readyJob(store, id), skipped };
}

/** All its images are there. */
export async function readyJob(store: Store, id: string): Promise<JobRecord> {
  const job = await store.jobs.open(id);
  await queueOpenParts(store, id);
  return job;
}

/** Goes on with a job, whoever worked on it before. Throws USAGE for one that is finished, or was never wholly received. */
export async function goOn(store: Store, reference: string): Promise<JobRecord> {
  const { id, state } = await store.jobs.get(reference);
  if (state === 'finished')
    throw new OslerError('USAGE', `Job ${id.slice(0, 12)} is finished.`, {
      hint: `osler jobs result ${id.slice(0, 12)}`,
    });
  if (state === 'receiving') throw new OslerError('USAGE', `Not all images of job ${id.slice(0, 12)} have arrived.`);
  const job = await store.jobs.reopen(id);
  await queueOpenParts(store, id);
  return job;
}

export const jobTargetName = ({ target }: JobRecord): string => targetName(target as JobTarget);
