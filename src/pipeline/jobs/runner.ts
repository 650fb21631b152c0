import { OslerError } from '../../errors.ts';
import type { JobRecord } from '../../store/jobs/types.ts';
import type { Store } from '../../store/store.ts';
import { JobSource, type KeptImages, openSource } from './source.ts';
import { JobTarget, type Scorer } from './target.ts';
import { isOver, workOnJob } from './work.ts';

export interface RunnerOptions {
  store: Store;
  kept: KeptImages;
  /** What answers; null where this process can't. Throws what keeps a model from being loaded. */
  open(target: JobTarget): Promise<Scorer | null>;
  /** @param job null where the jobs can't be looked up: told of once until they can again. */
  onTrouble?(job: string | null, error: unknown): void;
  onEnd?(job: JobRecord): void;
  /** Milliseconds between looks for jobs; default 1 s. */
  pollMs?: number;
}

/** Images that never came: of a sender that vanished. */
const STALE_MS = 3_600_000;

/** Works on the store's jobs, the oldest first, one at a time, beside any other runners. */
export class JobRunner {
  private readonly options: RunnerOptions;
  private readonly ended = new AbortController();
  private readonly working: Promise<void>;
  private awake = Promise.withResolvers<void>();
  /** Jobs that could not be worked on here: not tried again before others had their turn. */
  private readonly resting = new Map<string, number>();

  constructor(options: RunnerOptions) {
    this.options = options;
    this.working = this.loop();
  }

  /** There is something to do. */
  wake(): void {
    this.awake.resolve();
  }

  /** Lets go of what is under way; what is done of it is kept. */
  async close(): Promise<void> {
    this.ended.abort();
    this.awake.resolve();
    await this.working;
  }

  private async loop(): Promise<void> {
    const { signal } = this.ended;
    let isAway = false;
    while (!signal.aborted) {
      const done = await this.next().then(
        (worked) => {
          isAway = false;
          return worked;
        },
        (error: unknown) => {
          // A store that is away is told of once, not every second.
          if (!isAway) this.options.onTrouble?.(null, error);
          isAway = true;
          return false;
        },
      );
      if (!done) await this.rest();
    }
  }

  private async rest(): Promise<void> {
    const timer = setTimeout(() => this.awake.resolve(), this.options.pollMs ?? 1_000);
    await this.awake.promise;
    clearTimeout(timer);
    this.awake = Promise.withResolvers();
    if (this.ended.signal.aborted) this.awake.resolve();
  }

  /** Whether there was one to work on. */
  private async next(): Promise<boolean> {
    const { store, kept } = this.options;
    const now = Date.now();
    const open = await store.jobs.list({ states: ['receiving', 'waiting', 'running'] });
    for (const job of open.reverse()) {
      if (job.state === 'receiving') {
        if (now - job.createdAt > STALE_MS) await this.forget(job);
        continue;
      }
      if ((this.resting.get(job.id) ?? 0) > now) continue;
      // Those of a folder are the business of who began them, on that machine.
      if (JobSource.parse(job.source).kind !== 'upload' || !(await kept.has(job.id))) continue;
      if (await this.work(job)) return true;
    }
    return false;
  }

  private async work(job: JobRecord): Promise<boolean> {
    const { store, kept, open, onTrouble, onEnd } = this.options;
    let scorer: Scorer | null = null;
    try {
      scorer = await open(JobTarget.parse(job.target));
      if (scorer === null) return false;
      const reader = await openSource(job.id, JobSource.parse(job.source), kept);
      const ended = await workOnJob(job.id, {
        store,
        scorer,
        reader,
        signal: this.ended.signal,
        // Others wait for their answers.
        parts: 1,
      });
      await reader.close();
      if (isOver(ended)) await this.over(ended, onEnd);
      return true;
    } catch (error) {
      if (this.ended.signal.aborted) return false;
      // Whoever forgot it meanwhile ended the work on it.
      if (await isForgotten(store, job.id)) return true;
      onTrouble?.(job.id, error);
      await store.jobs.brokeOff(job.id, (error as Error).message, 5);
      this.resting.set(job.id, Date.now() + 10_000);
      return false;
    } finally {
      await scorer?.close();
    }
  }

  /** A finished job's images are not needed any more; one that failed may be gone on with. */
  private async over(job: JobRecord, onEnd?: (job: JobRecord) => void): Promise<void> {
    if (job.state !== 'failed') await this.options.kept.drop(job.id);
    onEnd?.(job);
  }

  private async forget({ id }: JobRecord): Promise<void> {
    await this.options.kept.drop(id);
    await this.options.store.jobs.delete(id);
  }
}

async function isForgotten(store: Store, id: string): Promise<boolean> {
  try {
    await store.jobs.get(id);
    return false;
  } catch (error) {
    if (error instanceof OslerError && error.code === 'NOT_FOUND') return true;
    throw error;
  }
}
