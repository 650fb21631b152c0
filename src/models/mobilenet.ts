import { ConvNormActivation } from '../nn/blocks.ts';
import { BatchNorm2d, Conv2d, Linear, Sequential } from '../nn/layers.ts';
import { Layer } from '../nn/module.ts';
import type { Ops } from '../nn/ops.ts';
import type { Init } from '../nn/parameter.ts';
import { GapClassifier } from './gap-classifier.ts';
import type { ModelOptions } from './options.ts';

const CONV: Init = { kind: 'kaimingNormal', mode: 'fanOut' };

/** [expansion, channels, blocks, stride] (Sandler et al. 2018, table 2). */
const STAGES = [
  [1, 16, 1, 1],
  [6, 24, 2, 2],
  [6, 32, 3, 2],
  [6, 64, 4, 2],
  [6, 96, 3, 1],
  [6, 160, 3, 2],
  [6, 320, 1, 1],
] as const;

/** Inverted residual with a linear bottleneck: expand 1x1, depthwise 3x3, project 1x1 without activation. */
class InvertedResidual extends Layer {
  readonly conv: Sequential;
  readonly residual: boolean;

  constructor(inChannels: number, outChannels: number, stride: number, expansion: number) {
    super();
    const wide = inChannels * expansion;
    const relu6 = { activation: 'relu6', init: CONV } as const;
    const layers: Layer[] = [];
    if (expansion !== 1) layers.push(new ConvNormActivation(inChannels, wide, { ...relu6, kernel: 1 }));
    layers.push(
      new ConvNormActivation(wide, wide, { ...relu6, kernel: 3, stride, groups: wide }),
      new Conv2d(wide, outChannels, { kernel: 1, bias: false, init: CONV }),
      new BatchNorm2d(outChannels),
    );
    this.conv = this.child('conv', new Sequential(layers));
    this.residual = stride === 1 && inChannels === outChannels;
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    const branch = this.conv.forward(x, ops);
    return this.residual ? ops.add(branch, x) : branch;
  }
}

/** MobileNetV2 at width 1 (Sandler et al. 2018), torchvision's names and shapes. */
export class MobileNetV2 extends GapClassifier {
  readonly features: Sequential;
  override readonly dropout: number;
  override readonly head: Linear;

  constructor(o: ModelOptions) {
    super();
    const relu6 = { activation: 'relu6', init: CONV } as const;
    const layers: Layer[] = [new ConvNormActivation(o.channels, 32, { ...relu6, kernel: 3, stride: 2 })];
    let inChannels = 32;
    for (const [expansion, channels, blocks, stride] of STAGES) {
      for (let i = 0; i < blocks; i++) {
        layers.push(new InvertedResidual(inChannels, channels, i === 0 ? stride : 1, expansion));
        inChannels = channels;
      }
    }
    layers.push(new ConvNormActivation(inChannels, 1280, { ...relu6, kernel: 1 }));
    this.features = this.child('features', new Sequential(layers, { segments: true }));
    this.dropout = o.dropout ?? 0.2;
    const init = { init: { kind: 'normal', mean: 0, std: 0.01 }, biasInit: { kind: 'zeros' } } as const;
    this.head = new Linear(1280, o.classes, init);
    this.child('classifier', new Sequential({ '1': this.head }));
  }

  override featureMaps<T>(x: T, ops: Ops<T>): T {
    return this.features.forward(x, ops);
  }
}
