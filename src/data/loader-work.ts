import type { AugmentSpec } from './augment/spec.ts';
import type { Geometry, Size } from './preprocess-spec.ts';

/** What a worker knows from its start. */
export interface WorkerSetup {
  spec: Geometry;
  augment: AugmentSpec | null;
  seed: number;
  classes: number;
  batchSize: number;
  /** Of the samples: ids (for their augmentation), paths, content hashes, class indices. */
  ids: string[];
  paths: string[];
  hashes: string[];
  labels: Int32Array;
  cacheDir: string | null;
  /** Batch slots, one after the other: pixels, then (when batches are mixed) targets. */
  slots: SharedArrayBuffer;
  layout: SlotLayout;
  /** One number: how many more images may be put into the cache by all workers together. */
  room: SharedArrayBuffer;
}

export interface SlotLayout {
  count: number;
  imageBytes: number;
  /** Bytes of a slot's pixels. */
  pixelBytes: number;
  /** Bytes of a slot's targets; 0 when batches are not mixed. */
  targetBytes: number;
  slotBytes: number;
}

export function slotLayout(
  spec: Geometry,
  batchSize: number,
  classes: number,
  mixed: boolean,
  count: number,
): SlotLayout {
  const imageBytes = spec.height * spec.width * spec.channels;
  const pixelBytes = Math.ceil((imageBytes * batchSize) / 64) * 64;
  const targetBytes = mixed ? Math.ceil((batchSize * classes * 4) / 64) * 64 : 0;
  return { count, imageBytes, pixelBytes, targetBytes, slotBytes: pixelBytes + targetBytes };
}

/** One epoch's work, handed to every worker at once: they share it among themselves without the main thread. */
export interface EpochWork {
  epoch: number;
  /** Sample indices of the whole epoch, Uint32. */
  order: SharedArrayBuffer;
  /** Of its images, in pixels. */
  size: Size;
  firstBatch: number;
  batches: number;
  /** Int32: see `Control`. */
  control: SharedArrayBuffer;
}

/**
 * Places in the control array. A slot's turn counts its uses: 2k means free for its k-th batch of this epoch, 2k + 1 that the
 * batch stands in it. So a worker knows by itself when it may write, and the main thread when it may read.
 */
export const Control = { next: 0, stop: 1, turns: 2 } as const;

/** What a worker says to the main thread. */
export type WorkerMessage =
  | { kind: 'idle' }
  | { kind: 'failed'; code: string; message: string; hint?: string | undefined };
