import { Module } from '../nn/module.ts';
import type { Ops } from '../nn/ops.ts';
import type { ModelOptions } from './options.ts';
import type { ModelSpec } from './spec.ts';

/** What a network says about a batch of N images. */
export interface Outputs<T> {
  /** [N, K], before softmax. */
  logits: T;
  /** [N, F]: the features that the last linear layer reads. */
  embedding: T;
  /** [N, K, h, w]: how much each place of the last feature maps speaks for each class. Unscaled, may be negative. */
  cam: T;
}

/** An image classifier: [N, C, H, W] -> logits [N, K]. Written once for every interpreter of `Ops`. */
export abstract class Classifier extends Module {
  /** Set by `createModel`. */
  declare spec: ModelSpec;
  /** Set by `createModel`: class count, channels, dropout. */
  declare options: ModelOptions;

  /** [N, C, H, W] -> logits [N, K]. */
  abstract forward<T>(x: T, ops: Ops<T>): T;
  /** Logits with embedding and class activation map; for inference. */
  abstract forwardAll<T>(x: T, ops: Ops<T>): Outputs<T>;
}

/** The size of a tensor's dimension as `reshape` wants it: an unknown batch is -1. */
export function sizes<T>(x: T, ops: Ops<T>): [number, number, number, number] {
  const [n, c, h, w] = ops.shape(x);
  return [n!, c!, h!, w!];
}
