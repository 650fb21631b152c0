import { ConvNormActivation } from '../nn/blocks.ts';
import { MaxPool2d, Sequential } from '../nn/layers.ts';
import type { Layer } from '../nn/module.ts';
import type { Ops, Pair } from '../nn/ops.ts';
import type { Init } from '../nn/parameter.ts';
import { MlpClassifier } from './mlp-classifier.ts';
import { MlpHead } from './mlp-head.ts';
import type { ModelOptions } from './options.ts';

const CONV: Init = { kind: 'kaimingNormal', mode: 'fanOut' };
const CHANNELS = [32, 64, 128];

/**
 * A small network for small images: three stages of two 3x3 convolutions (32, 64, 128 channels) with BatchNorm and ReLU,
 * each halved by max pooling (rounding up, so that 28 -> 4 loses no border), a 4x4 grid, FC 128, dropout, FC.
 */
export class SimpleCnn extends MlpClassifier {
  override readonly grid: Pair = [4, 4];
  override readonly head: MlpHead;
  readonly features: Sequential;

  constructor(o: ModelOptions) {
    super();
    const layers: Layer[] = [];
    let inChannels: number = o.channels;
    for (const channels of CHANNELS) {
      const relu = { kernel: 3, activation: 'relu', init: CONV } as const;
      layers.push(
        new ConvNormActivation(inChannels, channels, relu),
        new ConvNormActivation(channels, channels, relu),
        new MaxPool2d(2, 2, { ceilMode: true }),
      );
      inChannels = channels;
    }
    this.features = this.child('features', new Sequential(layers));
    const hidden = [
      { name: '0', features: 128, dropout: o.dropout ?? 0.5 },
      { name: '3', features: o.classes, dropout: 0 },
    ];
    this.head = this.child('classifier', new MlpHead(inChannels * 16, hidden));
  }

  override featureMaps<T>(x: T, ops: Ops<T>): T {
    return this.features.forward(x, ops);
  }
}
