import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { mapBounded } from '../../data/pool.ts';
import type { Dataset, Sample } from '../../data/sample.ts';
import type { OnProgress } from '../../progress.ts';
import { Scratch } from '../../store/scratch.ts';
import { ThreadPool } from '../../threads/thread-pool.ts';
import { MEASURE_VERSION, type Measurement } from './measure/measurement.ts';
import type { MeasureAnswer } from './measure/worker.ts';

export interface MeasureDeps {
  /** OSLER_HOME: what was measured is kept under its cache, by the content of the file. Without it nothing is kept. */
  home?: string;
  /** Threads; one a core by default. */
  threads?: number;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

/** Measures the samples' images in threads. Files that cannot be read any more are named and left out. */
export async function measureAll(
  dataset: Pick<Dataset, 'path'>,
  samples: readonly Sample[],
  { home, threads = availableParallelism(), onProgress, signal }: MeasureDeps,
): Promise<{ samples: Sample[]; measurements: Measurement[]; unreadable: string[] }> {
  using file = new Scratch(home === undefined ? ':memory:' : join(home, 'cache', 'shortcut.db'), {
    durable: home !== undefined,
  });
  const cache = file.map(`measure_${MEASURE_VERSION}`);
  const pool = new ThreadPool<{ path: string; id: string }, MeasureAnswer>({
    file: new URL('./measure/worker.ts', import.meta.url),
    name: 'measure',
    size: threads,
    each: 2,
  });
  const found = new Map<string, Measurement>();
  const unreadable: string[] = [];
  let done = 0;
  const measure = async (sample: Sample): Promise<void> => {
    signal?.throwIfAborted();
    const known = cache.get(sample.sha256);
    if (known !== undefined) found.set(sample.id, JSON.parse(known) as Measurement);
    else {
      const request = { path: dataset.path(sample), id: sample.id };
      const answer = await pool.run(() => ({ request, transfer: [] }));
      if ('unreadable' in answer) unreadable.push(sample.id);
      else {
        found.set(sample.id, answer.measurement);
        cache.set(sample.sha256, JSON.stringify(answer.measurement));
      }
    }
    done += 1;
    onProgress?.({ task: 'measuring what is not anatomy', done, total: samples.length });
  };
  try {
    for await (const _ of mapBounded(each(samples), 2 * threads, measure));
  } finally {
    await pool.close();
  }
  const readable = samples.filter(({ id }) => found.has(id));
  return { samples: readable, measurements: readable.map(({ id }) => found.get(id)!), unreadable: unreadable.sort() };
}

async function* each<T>(items: readonly T[]): AsyncGenerator<T> {
  yield* items;
}
