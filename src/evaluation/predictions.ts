import type { ExposureKind } from './exposure/result.ts';

/** What a model said about samples with known labels: all that evaluation needs. Plain numbers, no engine. */
export interface Predictions {
  classes: string[];
  ids: string[];
  /** Class index per sample. */
  labels: Int32Array;
  /** Row-major [samples, classes], before softmax. */
  logits: Float32Array;
  /** Group (patient, lesion) per sample; a sample without one is its own group. */
  groups: string[];
  /** Row-major [samples, features], where they were asked for: what the last layer reads. */
  embeddings?: Float32Array;
  /** Of a split that leaks: how train knows each sample; null where it does not. */
  exposed?: (ExposureKind | null)[];
  /** Row-major [samples, numbers]: what the images look like (data/appearance.ts). */
  appearances?: Float32Array;
  /** Columns for subgroups. */
  meta?: Record<string, string | number | boolean | null>[];
}
