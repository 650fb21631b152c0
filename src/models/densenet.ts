import { BatchNorm2d, Conv2d, Linear, MaxPool2d } from '../nn/layers.ts';
import { chain, Layer } from '../nn/module.ts';
import type { Ops } from '../nn/ops.ts';
import type { Init } from '../nn/parameter.ts';
import { GapClassifier } from './gap-classifier.ts';
import type { ModelOptions } from './options.ts';

const CONV: Init = { kind: 'kaimingNormal', mode: 'fanIn' };
const GROWTH = 32;
/** The 1x1 bottleneck of a dense layer has this many times the growth rate. */
const BOTTLENECK = 4;
const BLOCKS = [6, 12, 24, 16];

/** BatchNorm, ReLU, 1x1, BatchNorm, ReLU, 3x3: all features so far [N, in, h, w] -> new ones [N, 32, h, w]. */
class DenseLayer extends Layer {
  readonly steps: readonly Layer[];

  constructor(inChannels: number) {
    super();
    const wide = BOTTLENECK * GROWTH;
    this.steps = [
      this.child('norm1', new BatchNorm2d(inChannels, { activation: 'relu' })),
      this.child('conv1', new Conv2d(inChannels, wide, { kernel: 1, bias: false, init: CONV })),
      this.child('norm2', new BatchNorm2d(wide, { activation: 'relu' })),
      this.child('conv2', new Conv2d(wide, GROWTH, { kernel: 3, padding: 1, bias: false, init: CONV })),
    ];
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    return chain(this.steps, x, ops);
  }
}

/** Each layer reads the concatenation of everything before it. */
class DenseBlock extends Layer {
  readonly layers: readonly DenseLayer[];

  constructor(inChannels: number, count: number) {
    super();
    this.layers = Array.from({ length: count }, (_, i) =>
      this.child(`denselayer${i + 1}`, new DenseLayer(inChannels + i * GROWTH)),
    );
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    const features = [x];
    for (const layer of this.layers) {
      const all = features.length === 1 ? x : ops.cat(features, 1);
      features.push(layer.forward(all, ops));
      if (all !== x) ops.release?.(all);
    }
    const out = ops.cat(features, 1);
    for (const made of features.slice(1)) ops.release?.(made);
    return out;
  }
}

/** Halves channels (1x1) and size (average of 2x2). */
class Transition extends Layer {
  readonly steps: readonly Layer[];

  constructor(inChannels: number) {
    super();
    this.steps = [
      this.child('norm', new BatchNorm2d(inChannels, { activation: 'relu' })),
      this.child('conv', new Conv2d(inChannels, inChannels / 2, { kernel: 1, bias: false, init: CONV })),
    ];
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    const half = chain(this.steps, x, ops);
    const pooled = ops.avgPool2d(half, { kernel: [2, 2], stride: [2, 2], padding: [0, 0] });
    ops.release?.(half);
    return pooled;
  }
}

class Features extends Layer {
  readonly steps: Layer[];
  readonly channels: number;

  constructor(imageChannels: number) {
    super();
    let channels = 64;
    this.steps = [
      this.child(
        'conv0',
        new Conv2d(imageChannels, channels, { kernel: 7, stride: 2, padding: 3, bias: false, init: CONV }),
      ),
      this.child('norm0', new BatchNorm2d(channels, { activation: 'relu' })),
      new MaxPool2d(3, 2, { padding: 1 }),
    ];
    for (const [i, count] of BLOCKS.entries()) {
      this.steps.push(this.child(`denseblock${i + 1}`, new DenseBlock(channels, count)));
      channels += count * GROWTH;
      if (i === BLOCKS.length - 1) break;
      this.steps.push(this.child(`transition${i + 1}`, new Transition(channels)));
      channels /= 2;
    }
    this.steps.push(this.child('norm5', new BatchNorm2d(channels, { activation: 'relu' })));
    this.channels = channels;
  }

  /** Whole dense blocks are recomputed under checkpointing: keeping each layer's input would keep all concatenations. */
  override forward<T>(x: T, ops: Ops<T>): T {
    return chain(this.steps, x, ops, true);
  }
}

/** DenseNet-BC 121 (Huang et al. 2017), torchvision's names and shapes. */
export class DenseNet121 extends GapClassifier {
  readonly features: Features;
  override readonly dropout: number;
  override readonly head: Linear;

  constructor(o: ModelOptions) {
    super();
    this.features = this.child('features', new Features(o.channels));
    this.dropout = o.dropout ?? 0;
    this.head = this.child(
      'classifier',
      new Linear(this.features.channels, o.classes, { biasInit: { kind: 'zeros' } }),
    );
  }

  override featureMaps<T>(x: T, ops: Ops<T>): T {
    return this.features.forward(x, ops);
  }
}
