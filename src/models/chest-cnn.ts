import { Activate, Conv2d, MaxPool2d, Sequential } from '../nn/layers.ts';
import type { Layer } from '../nn/module.ts';
import type { Ops, Pair } from '../nn/ops.ts';
import type { Init } from '../nn/parameter.ts';
import { MlpClassifier } from './mlp-classifier.ts';
import { MlpHead } from './mlp-head.ts';
import type { ModelOptions } from './options.ts';

const CONV: Init = { kind: 'kaimingNormal', mode: 'fanOut' };
const CHANNELS = [16, 64, 128, 128];

/**
 * The four-block chest X-ray network: 3x3 convolutions of 16, 64, 128, 128 filters, each with ReLU and 2x2 max pooling (rounding
 * up), a 7x7 grid, FC 128, dropout, FC 64, logits (the softmax belongs to the loss).
 */
export class ChestCnn extends MlpClassifier {
  override readonly grid: Pair = [7, 7];
  override readonly head: MlpHead;
  readonly features: Sequential;

  constructor(o: ModelOptions) {
    super();
    const layers: Layer[] = [];
    let inChannels: number = o.channels;
    for (const channels of CHANNELS) {
      const conv = new Conv2d(inChannels, channels, { kernel: 3, padding: 1, init: CONV, biasInit: { kind: 'zeros' } });
      layers.push(conv, new Activate('relu'), new MaxPool2d(2, 2, { ceilMode: true }));
      inChannels = channels;
    }
    this.features = this.child('features', new Sequential(layers));
    const hidden = [
      { name: '0', features: 128, dropout: o.dropout ?? 0.5 },
      { name: '3', features: 64, dropout: 0 },
      { name: '5', features: o.classes, dropout: 0 },
    ];
    this.head = this.child('classifier', new MlpHead(inChannels * 49, hidden));
  }

  override featureMaps<T>(x: T, ops: Ops<T>): T {
    return this.features.forward(x, ops);
  }
}
