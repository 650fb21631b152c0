import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { errorBody, OslerError } from '../../errors.ts';
import type { OnProgress } from '../../progress.ts';
import { mapInOrder } from '../../serving/map-in-order.ts';
import type { ItemResult, JobItem, JobRecord, TakenPart } from '../../store/jobs/types.ts';
import type { Store } from '../../store/store.ts';
import type { SourceReader } from './source.ts';
import type { Scorer } from './target.ts';

export interface WorkOptions {
  store: Store;
  scorer: Scorer;
  reader: SourceReader;
  signal: AbortSignal;
  onProgress?: OnProgress;
  /** Parts at once; default 2, so that one is written while another computes. */
  parts?: number;
}

/** Milliseconds between signs of life. */
const KEEP_MS = 5_000;
/** While all parts are in others' hands. */
const WAIT_MS = 500;
/** Parts that may break off before the job has failed. */
const MOST_FAILURES = 5;

/**
 * Works on a job until it has ended, beside any other workers: parts are handed out one by one, and what is done is in the store part by
 * part, so that a kill costs the parts under way and nothing more. Returns how it ended.
 * Throws INTERRUPTED when `signal` says so: it can be gone on with.
 */
export async function workOnJob(id: string, options: WorkOptions): Promise<JobRecord> {
  const { store, parts = 2 } = options;
  await store.jobs.begin(id);
  // One that fails ends the others, who give their parts back.
  const failed = new AbortController();
  const signal = AbortSignal.any([options.signal, failed.signal]);
  const all = await Promise.allSettled(
    Array.from({ length: parts }, () =>
      oneAfterTheOther(id, { ...options, signal }).catch((error: unknown) => {
        failed.abort(error);
        throw error;
      }),
    ),
  );
  if (options.signal.aborted) throw stopped();
  const first = all.find((one) => one.status === 'rejected');
  if (first !== undefined) throw failed.signal.reason;
  const job = await store.jobs.get(id);
  if (isOver(job)) await store.jobs.queue.drop(id);
  return job;
}

export const isOver = ({ state }: JobRecord): boolean =>
  state === 'finished' || state === 'failed' || state === 'cancelled';

/** Queues what is open; what another worker has in hand may then be done twice, which changes nothing. */
export async function queueOpenParts(store: Store, id: string): Promise<void> {
  await store.jobs.queue.fill(id, await store.jobs.openParts(id));
}

async function oneAfterTheOther(id: string, options: WorkOptions): Promise<void> {
  const { store, signal, onProgress } = options;
  const { jobs } = store;
  for (;;) {
    if (signal.aborted) throw stopped();
    const part = await jobs.queue.take(id);
    const job = part === null ? await jobs.get(id) : await doPart(part, options);
    onProgress?.({
      task: 'scoring',
      done: job.done,
      total: job.total,
      ...(job.failed === 0 ? {} : { note: `${job.failed} with an error` }),
    });
    if (isOver(job)) return;
    if (part !== null) continue;
    // A queue that lost its parts, with a backup or a move, is filled again.
    if ((await jobs.queue.size(id)) === 0) await queueOpenParts(store, id);
    await sleep(WAIT_MS, undefined, { signal }).catch(() => undefined);
  }
}

/** How the job stands afterwards. A part that breaks off is given back with what was done of it. */
async function doPart(part: TakenPart, { store, scorer, reader, signal }: WorkOptions): Promise<JobRecord> {
  const { jobs } = store;
  const alive = setInterval(() => void jobs.queue.keep(part).catch(() => undefined), KEEP_MS);
  const results: ItemResult[] = [];
  try {
    const items = await jobs.openItems(part.job, part.number);
    const all = mapInOrder(items, scorer.atOnce, (item) => doItem(part.job, item, scorer, reader, signal));
    for await (const result of all) results.push(result);
    await scorer.settle();
    const job = await jobs.write(part.job, results);
    await jobs.queue.done(part);
    return job;
  } catch (error) {
    await jobs.write(part.job, results).catch(() => undefined);
    await jobs.queue.giveBack(part).catch(() => undefined);
    if (signal.aborted) throw stopped();
    const job = await jobs.brokeOff(part.job, (error as Error).message, MOST_FAILURES);
    // What it stumbled over may pass: a full disk, a model that is being swapped.
    if (!isOver(job)) await sleep(WAIT_MS * job.failures, undefined, { signal }).catch(() => undefined);
    return job;
  } finally {
    clearInterval(alive);
  }
}

/** Throws what is not the image's own fault. */
async function doItem(
  job: string,
  item: JobItem,
  scorer: Scorer,
  reader: SourceReader,
  signal: AbortSignal,
): Promise<ItemResult> {
  signal.throwIfAborted();
  const started = performance.now();
  const { number } = item;
  let image: string | null = null;
  const end = (outcome: string, answer: Record<string, unknown>): ItemResult => ({
    number,
    outcome,
    image,
    answer,
    milliseconds: performance.now() - started,
  });
  try {
    const bytes = await reader.read(item);
    image = createHash('sha256').update(bytes).digest('hex');
    return end('ok', await scorer.score(`${job}.${number}`, bytes, signal));
  } catch (error) {
    if (error instanceof OslerError && error.httpStatus < 500) return end(error.code, errorBody(error));
    throw error;
  }
}

const stopped = (): OslerError =>
  new OslerError('INTERRUPTED', 'The job was stopped; what is done is kept.', {
    hint: 'The same command goes on with it.',
  });
