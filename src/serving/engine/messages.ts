import type { BundleManifest } from '../../bundle/manifest.ts';
import type { DecodeLimits } from '../../data/decode-limits.ts';
import type { PreprocessSpec } from '../../data/preprocess-spec.ts';
import type { errorBody } from '../../errors.ts';
import type { Prediction } from '../predictor.ts';
import type { Stages } from '../stages.ts';
import type { Paces } from './pace.ts';

export interface Cam {
  height: number;
  width: number;
  /** [K, height, width] */
  data: Float32Array<ArrayBuffer>;
}

/** What the graph says about one image. */
export interface RawAnswer {
  /** [K] */
  logits: Float32Array<ArrayBuffer>;
  /** [F] */
  embedding: Float32Array<ArrayBuffer>;
  /** What the image looks like (data/appearance.ts). */
  appearance: Float32Array<ArrayBuffer>;
  cam: Cam;
}

/** A graph, and what makes its input; with a manifest also what makes answers of its outputs. */
export interface Model {
  /** For threads in memory that they share. */
  graph: Uint8Array;
  spec: PreprocessSpec;
  manifest: BundleManifest | null;
}

/** An image, as a file's bytes or its path, or its pixels of the spec's size, HWC. */
export type Source = { image: Uint8Array | string; limits?: DecodeLimits } | { pixels: Uint8Array };

/** One image to compute: `prediction` needs a manifest. `cam` asks for the activation maps beside the prediction. */
export interface Task {
  source: Source;
  want: 'prediction' | 'raw';
  cam: boolean;
}

export type Outcome =
  | { kind: 'prediction'; prediction: Prediction; cam: Cam | null; stages: Stages }
  | { kind: 'raw'; raw: RawAnswer; stages: Stages }
  /** Too large to be decoded on a thread where others wait for the network. */
  | { kind: 'large' }
  | ({ kind: 'failed' } & ReturnType<typeof errorBody>);

export type Ask =
  | { kind: 'load'; id: number; model: Model; threads: number }
  | { kind: 'unload'; id: number }
  /** All processors for the images that come alone, from a session beside the other; answered with `Paces`. */
  | { kind: 'widen'; id: number; graph: Uint8Array; threads: number }
  | { kind: 'compute'; id: number; tasks: Task[]; wide: boolean };

/** Sizes of the outputs, which only a first run shows. */
export interface Loaded {
  logits: number;
  embedding: number;
}

/** `Paces`: how long either session takes, which is measured as soon as there are two. */
export type Told = Loaded | Outcome[] | Paces | null;
