import type { Linear } from '../nn/layers.ts';
import type { Ops } from '../nn/ops.ts';
import { Classifier, type Outputs, sizes } from './classifier.ts';

/**
 * Feature maps, their global average, dropout, one linear layer: EfficientNet, ResNet, DenseNet, MobileNetV2.
 * Its class activation map is exact (Zhou et al. 2016): the feature maps weighted by the class's row of the head;
 * its spatial mean plus the bias is the logit.
 */
export abstract class GapClassifier extends Classifier {
  /** Before the last linear layer, in training. */
  abstract readonly dropout: number;
  abstract readonly head: Linear;
  /** [N, C, H, W] -> the last feature maps [N, F, h, w]. */
  abstract featureMaps<T>(x: T, ops: Ops<T>): T;

  override forward<T>(x: T, ops: Ops<T>): T {
    const maps = this.featureMaps(x, ops);
    const embedding = this.#pool(maps, ops);
    ops.release?.(maps);
    return this.#classify(embedding, ops);
  }

  override forwardAll<T>(x: T, ops: Ops<T>): Outputs<T> {
    const maps = this.featureMaps(x, ops);
    const embedding = this.#pool(maps, ops);
    const [n, , h, w] = sizes(maps, ops);
    const weighted = ops.matmul(ops.param(this.head.weight), ops.flatten(maps, 2));
    const cam = ops.reshape(weighted, [n, this.head.weight.shape[0]!, h, w]);
    ops.release?.(maps);
    return { logits: this.#classify(embedding, ops), embedding, cam };
  }

  #pool<T>(maps: T, ops: Ops<T>): T {
    return ops.mean(maps, [2, 3], false);
  }

  #classify<T>(embedding: T, ops: Ops<T>): T {
    return this.head.forward(this.dropout > 0 ? ops.dropout(embedding, this.dropout) : embedding, ops);
  }
}
