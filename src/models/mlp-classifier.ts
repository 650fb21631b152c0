import type { Ops, Pair } from '../nn/ops.ts';
import { Classifier, type Outputs } from './classifier.ts';
import type { MlpHead } from './mlp-head.ts';

/** Feature maps pooled to a fixed grid, flattened, fully connected layers: VGG16, SimpleCNN, the chest X-ray CNN. */
export abstract class MlpClassifier extends Classifier {
  /** Feature maps are averaged to this size, so that any input size fits. */
  abstract readonly grid: Pair;
  abstract readonly head: MlpHead;
  /** [N, C, H, W] -> the last feature maps [N, F, h, w]. */
  abstract featureMaps<T>(x: T, ops: Ops<T>): T;

  override forward<T>(x: T, ops: Ops<T>): T {
    return this.head.forward(ops.flatten(this.#pooled(x, ops), 1), ops).logits;
  }

  override forwardAll<T>(x: T, ops: Ops<T>): Outputs<T> {
    const maps = this.#pooled(x, ops);
    const { hidden, logits } = this.head.forward(ops.flatten(maps, 1), ops);
    return { logits, embedding: hidden.at(-1)!, cam: this.head.cam(maps, hidden, ops) };
  }

  #pooled<T>(x: T, ops: Ops<T>): T {
    const maps = this.featureMaps(x, ops);
    const [, , h, w] = ops.shape(maps);
    if (h === this.grid[0] && w === this.grid[1]) return maps;
    const pooled = ops.adaptiveAvgPool2d(maps, this.grid);
    ops.release?.(maps);
    return pooled;
  }
}
