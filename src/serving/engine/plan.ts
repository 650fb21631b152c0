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

/** Of a network's file, in bytes: from there on its weights are read from memory for each image, and images together share the reading. */
const HEAVY = 64 * 2 ** 20;

/**
 * Images that are computed together at most. One by one a light network's layers stay in a processor's caches: four images of
 * EfficientNet-B0 together take a tenth more time than one after the other.
 */
export function batchFor(bytes: number, most: number): number {
  return bytes < HEAVY ? 1 : most;
}
