import { ConvNormActivation, SqueezeExcitation } from '../nn/blocks.ts';
import { Linear, type NormSettings, Sequential } from '../nn/layers.ts';
import { Layer } from '../nn/module.ts';
import type { Ops } from '../nn/ops.ts';
import type { Init } from '../nn/parameter.ts';
import { GapClassifier } from './gap-classifier.ts';
import type { ModelOptions } from './options.ts';

const CONV: Init = { kind: 'kaimingNormal', mode: 'fanOut' };
const ZEROS: Init = { kind: 'zeros' };

/** [expansion, kernel, stride, channels, blocks] of the seven stages of B0 (Tan & Le 2019, table 1). */
const STAGES = [
  [1, 3, 1, 16, 1],
  [6, 3, 2, 24, 2],
  [6, 5, 2, 40, 2],
  [6, 3, 2, 80, 3],
  [6, 5, 1, 112, 3],
  [6, 5, 2, 192, 4],
  [6, 3, 1, 320, 1],
] as const;

/** Compound scaling: width and depth factors, dropout. B5-B7 came from TensorFlow with its BatchNorm constants. */
const SCALES = {
  b0: { width: 1.0, depth: 1.0, dropout: 0.2, norm: {} },
  b1: { width: 1.0, depth: 1.1, dropout: 0.2, norm: {} },
  b2: { width: 1.1, depth: 1.2, dropout: 0.3, norm: {} },
  b3: { width: 1.2, depth: 1.4, dropout: 0.3, norm: {} },
  b4: { width: 1.4, depth: 1.8, dropout: 0.4, norm: {} },
  b5: { width: 1.6, depth: 2.2, dropout: 0.4, norm: { eps: 1e-3, momentum: 0.01 } },
  b6: { width: 1.8, depth: 2.6, dropout: 0.5, norm: { eps: 1e-3, momentum: 0.01 } },
  b7: { width: 2.0, depth: 3.1, dropout: 0.5, norm: { eps: 1e-3, momentum: 0.01 } },
} as const;

export type EfficientNetScale = keyof typeof SCALES;

interface BlockSettings {
  expansion: number;
  kernel: number;
  stride: number;
  inChannels: number;
  outChannels: number;
  /** Chance that training drops this block's branch for a sample. */
  dropPath: number;
  norm: NormSettings;
}

/** Inverted residual block with squeeze-and-excitation: expand 1x1, depthwise, gate, project 1x1. */
class MBConv extends Layer {
  readonly block: Sequential;
  readonly residual: boolean;
  readonly dropPath: number;

  constructor(o: BlockSettings) {
    super();
    const wide = divisible(o.inChannels * o.expansion);
    const silu = { ...o.norm, activation: 'silu', init: CONV } as const;
    const layers: Layer[] = [];
    if (wide !== o.inChannels) layers.push(new ConvNormActivation(o.inChannels, wide, { ...silu, kernel: 1 }));
    layers.push(
      new ConvNormActivation(wide, wide, { ...silu, kernel: o.kernel, stride: o.stride, groups: wide }),
      new SqueezeExcitation(wide, Math.max(1, Math.floor(o.inChannels / 4)), { init: CONV, biasInit: ZEROS }),
      new ConvNormActivation(wide, o.outChannels, { ...silu, activation: 'none', kernel: 1 }),
    );
    this.block = this.child('block', new Sequential(layers));
    this.residual = o.stride === 1 && o.inChannels === o.outChannels;
    this.dropPath = o.dropPath;
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    const branch = this.block.forward(x, ops);
    if (!this.residual) return branch;
    return ops.add(this.dropPath > 0 ? ops.stochasticDepth(branch, this.dropPath) : branch, x);
  }
}

/**
 * EfficientNet B0-B7 (Tan & Le 2019), torchvision's names and shapes.
 * `stochasticDepth` (default 0.2) is the last block's drop rate; the first has 0 and the others lie between.
 */
export class EfficientNet extends GapClassifier {
  readonly features: Sequential;
  override readonly dropout: number;
  override readonly head: Linear;

  constructor(scale: EfficientNetScale, o: ModelOptions) {
    super();
    const { width, depth, dropout, norm } = SCALES[scale];
    const stages = STAGES.map(([expansion, kernel, stride, channels, blocks]) => ({
      ...{ expansion, kernel, stride, norm },
      outChannels: divisible(channels * width),
      blocks: Math.ceil(blocks * depth),
    }));
    const total = stages.reduce((sum, s) => sum + s.blocks, 0);
    const stem = divisible(32 * width);
    const silu = { ...norm, activation: 'silu', init: CONV } as const;
    const layers: Layer[] = [new ConvNormActivation(o.channels, stem, { ...silu, kernel: 3, stride: 2 })];
    let inChannels = stem;
    let index = 0;
    for (const { blocks, stride, ...stage } of stages) {
      const row: Layer[] = [];
      for (let i = 0; i < blocks; i++, index++) {
        const dropPath = ((o.stochasticDepth ?? 0.2) * index) / total;
        row.push(new MBConv({ ...stage, inChannels, stride: i === 0 ? stride : 1, dropPath }));
        inChannels = stage.outChannels;
      }
      layers.push(new Sequential(row, { segments: true }));
    }
    const last = 4 * inChannels;
    layers.push(new ConvNormActivation(inChannels, last, { ...silu, kernel: 1 }));
    this.features = this.child('features', new Sequential(layers));
    this.dropout = o.dropout ?? dropout;
    const range = 1 / Math.sqrt(o.classes);
    this.head = new Linear(last, o.classes, { init: { kind: 'uniform', low: -range, high: range }, biasInit: ZEROS });
    this.child('classifier', new Sequential({ '1': this.head }));
  }

  override featureMaps<T>(x: T, ops: Ops<T>): T {
    return this.features.forward(x, ops);
  }
}

/** The nearest multiple of 8, never more than 10% below (Howard et al.'s rounding of channel counts). */
export function divisible(channels: number): number {
  const rounded = Math.max(8, Math.floor((channels + 4) / 8) * 8);
  return rounded < 0.9 * channels ? rounded + 8 : rounded;
}
