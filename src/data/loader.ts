import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { type ErrorCode, OslerError } from '../errors.ts';
import type { AugmentSpec } from './augment/spec.ts';
import { makeRoom, PixelCache } from './cache.ts';
import type { SamplingSpec } from './loader-spec.ts';
import { Control, type EpochWork, slotLayout, type WorkerMessage, type WorkerSetup } from './loader-work.ts';
import type { Geometry, Size } from './preprocess-spec.ts';
import type { Dataset, Sample, Split } from './sample.ts';
import { Sampler } from './sampler.ts';

export interface LoaderOptions {
  split: Split;
  spec: Geometry;
  batchSize: number;
  seed: number;
  /** None for validation and test. */
  augment?: AugmentSpec | null;
  /** Default: shuffle. Has no meaning without `shuffle`. */
  sampling?: SamplingSpec;
  /** Share of each class's samples that is used, the same ones in every epoch; default 1. Has no meaning without `shuffle`. */
  subsample?: number;
  /** Threads that decode and augment; null, 0 and the default take one a core, at most four. */
  workers?: number | null;
  /** Batches that may stand ready or in the making; default 4. */
  ahead?: number;
  /** What the disk cache may take in all, packs used longest ago making room; default 20 GiB, 0 for none. */
  cacheBytes?: number;
  /** Random order and class sampling; default: for `train` only. */
  shuffle?: boolean;
  /** Leaves out a last batch that is not full; default: as `shuffle`. */
  dropLast?: boolean;
  /** Of an epoch's images where it is smaller than the spec's: they are scaled down, then augmented. Default: the spec's. */
  sizeAt?: ((epoch: number) => Size) | undefined;
  /** Ends an epoch after so many batches. */
  limitBatches?: number | null;
  /** Folder of the disk cache (`OSLER_HOME/cache`); null for none. */
  cacheDir: string | null;
  /** These instead of all samples of the split. */
  samples?: readonly Sample[];
}

/**
 * A batch of 8-bit images [N, H, W, C] as they come out of preprocessing and augmentation; the network's side normalises them
 * with the same spec. `images` and `targets` are views of a slot that is filled anew once the next batch is asked for: use or
 * copy them before.
 */
export interface Batch {
  /** 0-based, within the epoch. */
  index: number;
  /** Of its images: the spec's, or smaller (`LoaderOptions.sizeAt`). */
  size: Size;
  /** On a SharedArrayBuffer, N * H * W * C bytes. */
  images: Uint8Array;
  /** Class index of each image. */
  labels: Int32Array;
  /** [N, classes], with mixup or cutmix only. */
  targets?: Float32Array;
  ids: string[];
}

export interface Loader {
  readonly batchesPerEpoch: number;
  /** Samples an epoch draws from. */
  readonly samples: number;
  /**
   * The batches of epoch `epoch`, the same whenever and with however many workers they are asked for; from `startBatch` on after
   * a resume. Only one epoch runs at a time: asking for another gives up the one before.
   * @throws OslerError IMAGE_UNREADABLE and the like, naming the sample.
   */
  epoch(epoch: number, from?: { startBatch?: number }): AsyncGenerator<Batch, void, undefined>;
  /** Begins an epoch's work before its batches are asked for: the first ones are decoded meanwhile. */
  begin(epoch: number, from?: { startBatch?: number }): void;
  /** Ends the workers. */
  close(): Promise<void>;
}

/** @throws OslerError DATA_INVALID when the split is empty or a label is not one of the dataset's classes. */
export function createLoader(dataset: Dataset, options: LoaderOptions): Loader {
  return new WorkerLoader(dataset, options);
}

class WorkerLoader implements Loader {
  readonly batchesPerEpoch: number;
  private readonly sampler: Sampler;
  private readonly setup: WorkerSetup;
  private readonly batchSize: number;
  private readonly mixed: boolean;
  private readonly sizeAt: (epoch: number) => Size;
  private readonly workerCount: number;
  private workers: Worker[] = [];
  private control: Int32Array | undefined;
  /** Workers that have not yet left the running epoch. */
  private busy = 0;
  private whenIdle: (() => void) | undefined;
  private begun: { epoch: number; startBatch: number; order: Uint32Array } | undefined;
  private failure: OslerError | undefined;
  private whenFailed: ((error: OslerError) => void) | undefined;

  constructor(dataset: Dataset, options: LoaderOptions) {
    const {
      split,
      spec,
      batchSize,
      seed,
      augment = null,
      shuffle = split === 'train',
      dropLast = shuffle,
      cacheDir,
    } = options;
    const { sampling = 'shuffle', subsample = 1, workers = null, ahead = 4, cacheBytes = 20 * 2 ** 30 } = options;
    const samples = options.samples ?? dataset.samples(split);
    if (samples.length === 0) throw new OslerError('DATA_INVALID', `${dataset.record.name} has no ${split} samples.`);
    this.sampler = new Sampler(samples, { sampling, subsample: shuffle ? subsample : 1, seed, shuffle });
    // A set smaller than one batch still makes a batch.
    const whole = dropLast && this.sampler.length >= batchSize ? Math.floor : Math.ceil;
    this.batchesPerEpoch = Math.min(
      whole(this.sampler.length / batchSize),
      options.limitBatches ?? Number.POSITIVE_INFINITY,
    );
    this.batchSize = batchSize;
    this.mixed = augment !== null && (augment.mixup !== null || augment.cutmix !== null);
    const { height, width } = spec;
    this.sizeAt = options.sizeAt ?? (() => ({ height, width }));
    this.workerCount = Math.min(workers || Math.min(4, availableParallelism()), this.batchesPerEpoch);
    const { classes } = dataset.record;
    const layout = slotLayout(spec, batchSize, classes.length, this.mixed, Math.min(ahead, this.batchesPerEpoch));
    this.setup = {
      spec,
      augment,
      seed,
      classes: classes.length,
      batchSize,
      ids: samples.map((sample) => sample.id),
      paths: samples.map((sample) => dataset.path(sample)),
      hashes: samples.map((sample) => sample.sha256),
      labels: classIndices(samples, classes),
      cacheDir: cacheBytes > 0 ? cacheDir : null,
      slots: new SharedArrayBuffer(layout.count * layout.slotBytes),
      layout,
      room: new SharedArrayBuffer(4),
    };
    if (this.setup.cacheDir !== null) this.prepareCache(this.setup.cacheDir, cacheBytes);
  }

  get samples(): number {
    return this.sampler.length;
  }

  begin(epoch: number, { startBatch = 0 }: { startBatch?: number } = {}): void {
    // Only while nothing runs: an epoch in the making is not given up for one that nobody asked for yet, and workers that are
    // still leaving the last one would be counted as leaving this.
    if (this.control !== undefined || this.busy > 0 || startBatch >= this.batchesPerEpoch) return;
    this.failure = undefined;
    this.begun = { epoch, startBatch, order: this.start(epoch, startBatch) };
  }

  async *epoch(
    epoch: number,
    { startBatch = 0 }: { startBatch?: number } = {},
  ): AsyncGenerator<Batch, void, undefined> {
    const { begun } = this;
    this.begun = undefined;
    const same = begun?.epoch === epoch && begun.startBatch === startBatch;
    if (!same) await this.settle();
    if (startBatch >= this.batchesPerEpoch) return;
    const order = same ? begun.order : this.start(epoch, startBatch);
    const control = this.control!;
    const { count } = this.setup.layout;
    const size = this.sizeAt(epoch);
    try {
      for (let index = startBatch; index < this.batchesPerEpoch; index++) {
        const slot = (index - startBatch) % count;
        const turn = 2 * Math.floor((index - startBatch) / count);
        await this.waitFor(control, Control.turns + slot, turn + 1);
        yield this.batch(index, size, slot, order.subarray(index * this.batchSize, (index + 1) * this.batchSize));
        Atomics.store(control, Control.turns + slot, turn + 2);
        Atomics.notify(control, Control.turns + slot);
      }
    } finally {
      this.stop(control);
      if (this.control === control) this.control = undefined;
    }
  }

  async close(): Promise<void> {
    if (this.control !== undefined) this.stop(this.control);
    const workers = this.workers;
    this.workers = [];
    this.busy = 0;
    await Promise.all(workers.map((worker) => worker.terminate()));
  }

  /** Waits until no worker writes to a slot any more: after an epoch that was left early. */
  private async settle(): Promise<void> {
    if (this.control !== undefined) this.stop(this.control);
    if (this.busy > 0) await new Promise<void>((resolve) => (this.whenIdle = resolve));
    this.failure = undefined;
  }

  private start(epoch: number, firstBatch: number): Uint32Array {
    if (this.workers.length === 0) this.workers = Array.from({ length: this.workerCount }, () => this.spawn());
    const order = this.sampler.order(epoch);
    const shared = new SharedArrayBuffer(order.byteLength);
    new Uint32Array(shared).set(order);
    const control = new Int32Array(new SharedArrayBuffer(4 * (Control.turns + this.setup.layout.count)));
    control[Control.next] = firstBatch;
    this.control = control;
    this.busy = this.workers.length;
    const work: EpochWork = {
      epoch,
      order: shared,
      size: this.sizeAt(epoch),
      firstBatch,
      batches: this.batchesPerEpoch,
      control: control.buffer as SharedArrayBuffer,
    };
    for (const worker of this.workers) worker.postMessage(work);
    return order;
  }

  private spawn(): Worker {
    const worker = new Worker(new URL('./loader-worker.ts', import.meta.url), { workerData: this.setup });
    worker.on('message', (message: WorkerMessage) => {
      if (message.kind === 'failed')
        this.fail(
          new OslerError(
            message.code as ErrorCode,
            message.message,
            message.hint === undefined ? {} : { hint: message.hint },
          ),
        );
      else if (--this.busy === 0) this.whenIdle?.();
    });
    worker.on('error', (error) => {
      this.workers = this.workers.filter((other) => other !== worker);
      if (--this.busy <= 0) this.whenIdle?.();
      this.fail(
        new OslerError('INTERNAL', `A loader thread ended: ${error instanceof Error ? error.message : String(error)}`, {
          cause: error,
        }),
      );
    });
    return worker;
  }

  private fail(error: OslerError): void {
    this.failure ??= error;
    if (this.control !== undefined) this.stop(this.control);
    this.whenFailed?.(this.failure);
  }

  private stop(control: Int32Array): void {
    Atomics.store(control, Control.stop, 1);
    for (let place: number = Control.turns; place < control.length; place++) Atomics.notify(control, place);
  }

  /** Resolves when the slot's turn has come, leaving the event loop free; throws when a worker failed instead. */
  private async waitFor(control: Int32Array, place: number, turn: number): Promise<void> {
    const failed = new Promise<never>((_, reject) => (this.whenFailed = reject));
    failed.catch(() => {});
    for (;;) {
      if (Atomics.load(control, place) === turn) return;
      if (this.failure !== undefined) throw this.failure;
      const waiting = Atomics.waitAsync(control, place, turn - 1, 1000);
      // A worker's stop wakes the wait shortly before its message arrives: the loop then meets the failure.
      if (waiting.async) await Promise.race([waiting.value, failed]);
      if (Atomics.load(control, Control.stop) !== 0 && this.failure === undefined) await failed;
    }
  }

  private batch(index: number, size: Size, slot: number, members: Uint32Array): Batch {
    const { spec, layout, slots, labels, ids, classes } = this.setup;
    const base = slot * layout.slotBytes;
    return {
      index,
      size,
      images: new Uint8Array(slots, base, members.length * size.height * size.width * spec.channels),
      labels: Int32Array.from(members, (i) => labels[i]!),
      ids: Array.from(members, (i) => ids[i]!),
      ...(this.mixed ? { targets: new Float32Array(slots, base + layout.pixelBytes, members.length * classes) } : {}),
    };
  }

  private prepareCache(cacheDir: string, maxBytes: number): void {
    const { spec, hashes, layout } = this.setup;
    const cache = new PixelCache(cacheDir, spec);
    let missing = 0;
    for (const index of this.sampler.used) if (!cache.has(hashes[index]!)) missing++;
    cache.close();
    const room = makeRoom(cacheDir, spec, missing * layout.imageBytes, maxBytes);
    new Int32Array(this.setup.room)[0] = Math.min(2 ** 31 - 1, Math.floor(room / layout.imageBytes));
  }
}

function classIndices(samples: readonly Sample[], classes: readonly string[]): Int32Array {
  const known = new Map(classes.map((label, index) => [label, index]));
  return Int32Array.from(samples, ({ id, label }) => {
    const index = known.get(label);
    if (index === undefined)
      throw new OslerError('DATA_INVALID', `${id} has the label "${label}", which is none of ${classes.join(', ')}.`);
    return index;
  });
}
