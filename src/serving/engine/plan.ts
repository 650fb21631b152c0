/** How the threads that may compute are used. */
export interface Plan {
  /** Threads of JavaScript, each of which takes one image at a time. */
  workers: number;
  /** Processors that they and their runtimes may use together. */
  threads: number;
}

/** More threads than this would cost memory for copies of the networks; from there on each image gets several processors instead. */
const MOST_WORKERS = 8;
/** Of all copies of one network, in bytes of its file. */
const MOST_COPIES = 512 * 2 ** 20;

/**
 * One image on one processor from its bytes to its answer is the most that a machine can do: nothing waits for anything. A network
 * whose layers several processors share answers a lone image sooner, and all images together later.
 */
export function planThreads(threads: number): Plan {
  return { workers: Math.max(1, Math.min(threads, MOST_WORKERS)), threads };
}

/** In how many threads a network is loaded. */
export function replicasFor(bytes: number, { workers }: Plan): number {
  return Math.max(1, Math.min(workers, Math.floor(MOST_COPIES / Math.max(1, bytes))));
}
