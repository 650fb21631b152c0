import { BatchNorm2d, Conv2d, type ConvSettings, type NormSettings } from './layers.ts';
import { Layer } from './module.ts';
import type { Ops } from './ops.ts';

export type ConvNormSettings = Omit<ConvSettings, 'bias' | 'padding'> & NormSettings;

/**
 * Convolution without bias ("0"), BatchNorm with activation ("1"); padded so that stride 1 keeps the size.
 * torchvision.ops.Conv2dNormActivation.
 */
export class ConvNormActivation extends Layer {
  readonly conv: Conv2d;
  readonly norm: BatchNorm2d;

  constructor(inChannels: number, outChannels: number, o: ConvNormSettings) {
    super();
    const { activation, eps, momentum, ...conv } = o;
    const padding = (o.kernel - 1) >> 1;
    this.conv = this.child('0', new Conv2d(inChannels, outChannels, { ...conv, padding, bias: false }));
    const norm: NormSettings = {};
    if (activation !== undefined) norm.activation = activation;
    if (eps !== undefined) norm.eps = eps;
    if (momentum !== undefined) norm.momentum = momentum;
    this.norm = this.child('1', new BatchNorm2d(outChannels, norm));
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    const raw = this.conv.forward(x, ops);
    const y = this.norm.forward(raw, ops);
    if (y !== raw) ops.release?.(raw);
    return y;
  }
}

/**
 * Squeeze-and-excitation (Hu et al. 2018): scales each channel by a gate computed from all channel means.
 * x [N, C, H, W] -> the same. torchvision.ops.SqueezeExcitation with SiLU inside.
 */
export class SqueezeExcitation extends Layer {
  readonly fc1: Conv2d;
  readonly fc2: Conv2d;

  constructor(channels: number, squeezed: number, o: Pick<ConvSettings, 'init' | 'biasInit'> = {}) {
    super();
    this.fc1 = this.child('fc1', new Conv2d(channels, squeezed, { ...o, kernel: 1 }));
    this.fc2 = this.child('fc2', new Conv2d(squeezed, channels, { ...o, kernel: 1 }));
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    const pooled = ops.adaptiveAvgPool2d(x, [1, 1]);
    const squeezed = ops.activate(this.fc1.forward(pooled, ops), 'silu');
    const gate = ops.activate(this.fc2.forward(squeezed, ops), 'sigmoid');
    return ops.mul(x, gate);
  }
}
