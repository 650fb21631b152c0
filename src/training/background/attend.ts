import { resolve } from 'node:path';
import { processEnvironment } from '../../config/environment.ts';
import { errorBody, OslerError } from '../../errors.ts';
import type { Progress } from '../../progress.ts';
import { pushInBackground } from '../../store/artifacts/background.ts';
import { ownIdentity } from '../../store/identity.ts';
import type { Store } from '../../store/store.ts';
import { openStore } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import type { TrainDeps } from '../train.ts';
import { heedStops } from './heed.ts';

export interface Attended {
  store: Store;
  record: TrainingRecord;
  deps: TrainDeps &
    Required<Pick<TrainDeps, 'signal' | 'onProgress' | 'onLine' | 'onWarning'>> & {
      /** Says that it is under way, where no run begins that would say so. */
      onBegun: () => void;
    };
}

/** How often the page hears of the progress. */
const TOLD_MS = 1_000;

/**
 * The main function of a process that `launch` started: does the work and keeps its record in step with it. SIGTERM asks it to stop at its
 * next step, as the page does.
 */
export async function attend(id: string | undefined, work: (of: Attended) => Promise<void>): Promise<void> {
  if (id === undefined)
    throw new OslerError('USAGE', 'This process is started by Osler itself, with the id of a training.');
  const { home, version, databaseUrl, artifacts } = processEnvironment();
  const stop = new AbortController();
  for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const)
    process.on(name, () => stop.abort(new OslerError('INTERRUPTED', 'The training was stopped.')));
  await using store = await openStore(resolve(home), databaseUrl, artifacts);
  const record = await store.trainings.get(id);
  await store.trainings.update(id, { worker: ownIdentity() });
  const teller = new Teller(store, id);
  const say = (text: string) => void process.stdout.write(`${text}\n`);
  const warn = (text: string) => say(`warning ${text}`);
  const heeding = heedStops(store, id, stop.signal);
  const { signal } = heeding;
  const push =
    artifacts === undefined ? async () => {} : pushInBackground(store.artifacts, { signal, onWarning: warn });
  const deps = {
    store,
    version,
    onProgress: (progress: Progress) => teller.progress(progress),
    onLine: say,
    onWarning: warn,
    onBegun: () => teller.run(null),
    onStart: (run: { id: string }) => teller.run(record.kind === 'sweep' ? null : run.id),
    signal,
  };
  let end: Partial<TrainingRecord>;
  try {
    signal.throwIfAborted();
    await work({ store, record, deps });
    end = { state: 'finished' };
  } catch (thrown) {
    const { error } = errorBody(thrown);
    const stopped = error.code === 'INTERRUPTED';
    if (!stopped) say(`error ${(thrown as Error)?.stack ?? String(thrown)}`);
    end = { state: stopped ? 'stopped' : 'failed', error: stopped ? null : error };
  }
  await teller.close();
  await push();
  await heeding.close();
  await store.trainings.update(id, { ...end, progress: null, endedAt: new Date().toISOString() });
}

/** Writes the latest progress into the record, once a second at most, one write at a time. */
class Teller {
  private latest: Progress | undefined;
  private timer: NodeJS.Timeout | undefined;
  private writing: Promise<unknown> = Promise.resolve();
  private readonly store: Store;
  private readonly id: string;

  constructor(store: Store, id: string) {
    this.store = store;
    this.id = id;
  }

  progress({ task, done, total, note }: Progress): void {
    this.latest = { task, done, ...(total === undefined ? {} : { total }), ...(note === undefined ? {} : { note }) };
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.write({ progress: this.latest ?? null });
    }, TOLD_MS);
  }

  run(run: string | null): void {
    this.write({ state: 'running', ...(run === null ? {} : { run }) });
  }

  async close(): Promise<void> {
    clearTimeout(this.timer);
    await this.writing;
  }

  /** What can't be told now is told the next time: the training does not wait for it, nor fail by it. */
  private write(change: Parameters<Store['trainings']['update']>[1]): void {
    this.writing = this.writing.then(() => this.store.trainings.update(this.id, change)).catch(() => undefined);
  }
}
