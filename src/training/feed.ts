import type { PreprocessSpec, Size } from '../data/preprocess-spec.ts';
import { call, fromArray, fromArrayNHWC, keep, type Tensor } from '../torch/index.ts';

/** What a loader gives for one step. */
export interface Batch {
  /** Of the images, in pixels. */
  size: Size;
  /** [N, H, W, C], valid until the next batch is asked for. */
  images: Uint8Array;
  /** Class index per image. */
  labels: Int32Array;
  /** [N, K] soft targets, when images were mixed. */
  targets?: Float32Array | undefined;
  ids: string[];
  /** Position in the epoch, from 0. */
  index: number;
}

/** A source of batches: the loader, or a part of it. */
export interface Feed {
  readonly batchesPerEpoch: number;
  epoch(n: number, options?: { startBatch?: number }): AsyncIterable<Batch>;
}

/** Turns batches into the engine's tensors. 8-bit images are carried over as they are and normalised there. */
export class Upload {
  readonly spec: PreprocessSpec;
  private readonly classes: number;
  private readonly device: 'cpu' | 'cuda';
  private readonly scale: Tensor;
  private readonly shift: Tensor;

  constructor(spec: PreprocessSpec, classes: number, device: 'cpu' | 'cuda') {
    this.spec = spec;
    this.classes = classes;
    this.device = device;
    const channel = (values: number[]) =>
      keep(fromArray(Float32Array.from(values), [1, spec.channels, 1, 1]).to(device));
    const at = (values: readonly number[], c: number) => values[c] ?? values[0]!;
    const channels = Array.from({ length: spec.channels }, (_, c) => c);
    this.scale = channel(channels.map((c) => 1 / (255 * at(spec.std, c))));
    this.shift = channel(channels.map((c) => -at(spec.mean, c) / at(spec.std, c)));
  }

  /** [N, C, H, W], channels last in memory, (x / 255 - mean) / std. Belongs to the caller's scope. */
  images(batch: Batch): Tensor {
    const { height, width } = batch.size;
    const raw = fromArrayNHWC(batch.images, [batch.labels.length, height, width, this.spec.channels]).to(this.device);
    return call('aten::add_.Tensor', call('aten::mul_.Tensor', raw.to('f32'), this.scale), this.shift, 1);
  }

  /** i64 [N]. */
  labels(batch: Batch): Tensor {
    return fromArray(batch.labels, [batch.labels.length]).to('i64').to(this.device);
  }

  /** f32 [N, K], or null when the labels are all there is. */
  targets(batch: Batch): Tensor | null {
    return batch.targets === undefined
      ? null
      : fromArray(batch.targets, [batch.labels.length, this.classes]).to(this.device);
  }
}
