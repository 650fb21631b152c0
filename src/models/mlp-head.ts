import { Linear } from '../nn/layers.ts';
import { Module } from '../nn/module.ts';
import type { Ops } from '../nn/ops.ts';
import type { Init } from '../nn/parameter.ts';
import { sizes } from './classifier.ts';

export interface MlpLayer {
  /** Position in torchvision's Sequential ("0", "3", "6"). */
  name: string;
  features: number;
  /** After this layer's ReLU, in training; the last layer has neither. */
  dropout: number;
}

/** Fully connected layers with ReLU between them, on flattened feature maps. */
export class MlpHead extends Module {
  readonly layers: readonly Linear[];
  readonly dropouts: readonly number[];

  constructor(inFeatures: number, layers: readonly MlpLayer[], init: { init?: Init; biasInit?: Init } = {}) {
    super();
    this.layers = layers.map(({ name, features }, i) =>
      this.child(name, new Linear(i === 0 ? inFeatures : layers[i - 1]!.features, features, init)),
    );
    this.dropouts = layers.map((l) => l.dropout);
  }

  /** x [N, F]: all hidden values after their ReLU (the last of them is the embedding), and the logits. */
  forward<T>(x: T, ops: Ops<T>): { hidden: T[]; logits: T } {
    const hidden: T[] = [];
    let current = x;
    for (const [i, layer] of this.layers.entries()) {
      current = layer.forward(current, ops);
      if (i === this.layers.length - 1) break;
      current = ops.activate(current, 'relu');
      hidden.push(current);
      const p = this.dropouts[i]!;
      if (p > 0) current = ops.dropout(current, p);
    }
    return { hidden, logits: current };
  }

  /**
   * HiResCAM (Draelos & Carin 2020): the gradient of each logit by the feature maps [N, C, h, w], times the maps,
   * averaged over channels -> [N, K, h, w]. The gradient of a ReLU network is a product of its weight matrices with
   * the inactive rows struck out, so it needs no autograd and can be exported.
   */
  cam<T>(maps: T, hidden: readonly T[], ops: Ops<T>): T {
    const [n, c, h, w] = sizes(maps, ops);
    const k = this.layers.at(-1)!.weight.shape[0]!;
    let gradient = ops.param(this.layers.at(-1)!.weight);
    for (let i = this.layers.length - 2; i >= 0; i--) {
      const [out] = this.layers[i]!.weight.shape;
      const active = ops.reshape(ops.step(hidden[i]!), [n, 1, out!]);
      gradient = ops.matmul(ops.mul(gradient, active), ops.param(this.layers[i]!.weight));
    }
    const product = ops.mul(ops.reshape(gradient, [n, k, c, h * w]), ops.reshape(maps, [n, 1, c, h * w]));
    return ops.reshape(ops.mean(product, [2], false), [n, k, h, w]);
  }
}
