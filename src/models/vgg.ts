import { Activate, BatchNorm2d, Conv2d, MaxPool2d } from '../nn/layers.ts';
import { chain, Layer } from '../nn/module.ts';
import type { Ops, Pair } from '../nn/ops.ts';
import type { Init } from '../nn/parameter.ts';
import { MlpClassifier } from './mlp-classifier.ts';
import { MlpHead } from './mlp-head.ts';
import type { ModelOptions } from './options.ts';

const CONV: Init = { kind: 'kaimingNormal', mode: 'fanOut' };
const ZEROS: Init = { kind: 'zeros' };
/** Configuration D: channels of each 3x3 convolution; M halves the size. */
const PLAN = [64, 64, 'M', 128, 128, 'M', 256, 256, 256, 'M', 512, 512, 512, 'M', 512, 512, 512, 'M'] as const;

/** Convolutions named by their position in torchvision's Sequential, where ReLU and pooling take a place too. */
class Features extends Layer {
  readonly steps: Layer[] = [];

  constructor(channels: number, batchNorm: boolean) {
    super();
    let inChannels = channels;
    let position = 0;
    for (const item of PLAN) {
      if (item === 'M') {
        this.steps.push(new MaxPool2d(2, 2));
        position += 1;
        continue;
      }
      const conv = new Conv2d(inChannels, item, { kernel: 3, padding: 1, init: CONV, biasInit: ZEROS });
      this.steps.push(this.child(String(position), conv));
      if (batchNorm) {
        this.steps.push(this.child(String(position + 1), new BatchNorm2d(item, { activation: 'relu' })));
      } else {
        this.steps.push(new Activate('relu'));
      }
      position += batchNorm ? 3 : 2;
      inChannels = item;
    }
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    return chain(this.steps, x, ops);
  }
}

/** VGG16 (Simonyan & Zisserman 2015), plain or with BatchNorm, torchvision's names and shapes. */
export class Vgg16 extends MlpClassifier {
  override readonly grid: Pair = [7, 7];
  override readonly head: MlpHead;
  readonly features: Features;

  constructor(batchNorm: boolean, o: ModelOptions) {
    super();
    const dropout = o.dropout ?? 0.5;
    this.features = this.child('features', new Features(o.channels, batchNorm));
    const layers = [
      { name: '0', features: 4096, dropout },
      { name: '3', features: 4096, dropout },
      { name: '6', features: o.classes, dropout: 0 },
    ];
    const init = { init: { kind: 'normal', mean: 0, std: 0.01 }, biasInit: ZEROS } as const;
    this.head = this.child('classifier', new MlpHead(512 * 7 * 7, layers, init));
  }

  override featureMaps<T>(x: T, ops: Ops<T>): T {
    return this.features.forward(x, ops);
  }
}
