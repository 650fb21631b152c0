import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { Resampler } from './random.ts';
import type { Scored, Scorer } from './scorer.ts';

/** Resamples that are drawn from one stream of random numbers, by whichever thread is free. */
const CHUNK = 100;
/** Samples times rankings times resamples (about 5 ns each) from which on a second thread is worth the start of it. */
const MUCH = 60_000_000;
/** A thread that has not finished a chunk in so many milliseconds is given up: its chunk is made again here. */
const PATIENCE = 20_000;

/** What the threads share. */
export interface Work {
  scored: Scored;
  resamples: number;
  seed: number;
  /** [metrics, resamples] */
  draws: Float64Array;
  /** Next chunk to take; then for each chunk 1 when it is done. */
  chunks: Int32Array;
}

/**
 * Draws `resamples` times as many units as there are, with replacement, and measures each draw. Answers one row per metric, each
 * of length `resamples`, in the order drawn; NaN where a draw could not tell. The same seed gives the same rows, to the last bit,
 * on any number of threads.
 *
 * Large work is shared with other threads through shared memory while this one takes part and then waits: a pure function stays one,
 * and nothing is copied back.
 */
export function bootstrap(scorer: Scorer, resamples: number, seed: number): Float64Array[] {
  const { length } = scorer;
  const { classes, labels } = scorer.data;
  const count = Math.ceil(resamples / CHUNK);
  const helpers = labels.length * (classes + 3) * resamples < MUCH ? 0 : Math.min(availableParallelism(), 8, count) - 1;
  const memory = helpers > 0 ? SharedArrayBuffer : ArrayBuffer;
  const work: Work = {
    scored: scorer.data,
    resamples,
    seed,
    draws: new Float64Array(new memory(8 * length * resamples)),
    chunks: new Int32Array(new memory(4 * (count + 1))),
  };
  for (let t = 0; t < helpers; t++) startHelper(work);
  takeChunks(work, scorer);
  if (helpers > 0) finish(work, scorer);
  return Array.from({ length }, (_, m) => work.draws.subarray(m * resamples, (m + 1) * resamples));
}

/** Takes chunks until none is left. */
export function takeChunks(work: Work, scorer: Scorer): void {
  for (;;) {
    const chunk = Atomics.add(work.chunks, 0, 1);
    if (chunk >= work.chunks.length - 1) return;
    measureChunk(work, scorer, chunk);
  }
}

function measureChunk({ resamples, seed, draws, chunks }: Work, scorer: Scorer, chunk: number): void {
  const resampler = new Resampler(seed, chunk);
  const counts = new Float64Array(scorer.data.unitCount);
  const out = new Float64Array(scorer.length);
  for (let r = chunk * CHUNK; r < Math.min(resamples, (chunk + 1) * CHUNK); r++) {
    resampler.draw(counts);
    scorer.measure(counts, out);
    for (let m = 0; m < out.length; m++) draws[m * resamples + r] = out[m]!;
  }
  Atomics.store(chunks, chunk + 1, 1);
  Atomics.notify(chunks, chunk + 1);
}

/** Waits for chunks that other threads have taken. */
function finish(work: Work, scorer: Scorer): void {
  for (let chunk = 0; chunk < work.chunks.length - 1; chunk++) {
    if (Atomics.wait(work.chunks, chunk + 1, 0, PATIENCE) === 'timed-out') measureChunk(work, scorer, chunk);
  }
}

function startHelper(work: Work): void {
  const thread = new Worker(new URL('./bootstrap-thread.ts', import.meta.url), { workerData: work, execArgv: [] });
  // Whatever becomes of it, its chunks are made: by it, or here.
  thread.on('error', () => {});
  thread.unref();
}
