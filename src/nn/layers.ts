import { chain, Layer } from './module.ts';
import type { Activation, Ops, Pair, PoolOptions } from './ops.ts';
import { type Init, Parameter } from './parameter.ts';

const ZEROS: Init = { kind: 'zeros' };
const ONES: Init = { kind: 'ones' };

export interface ConvSettings {
  kernel: number;
  stride?: number;
  padding?: number;
  groups?: number;
  bias?: boolean;
  /** Default: torch.nn's own, kaiming uniform with a = sqrt(5), and its uniform bias. */
  init?: Init;
  biasInit?: Init;
}

/** x [N, in, H, W] -> [N, out, H', W']. Parameters as torch.nn.Conv2d: weight [out, in/groups, k, k], bias [out]. */
export class Conv2d extends Layer {
  readonly weight: Parameter;
  readonly bias: Parameter | null;
  readonly stride: Pair;
  readonly padding: Pair;
  readonly groups: number;

  constructor(inChannels: number, outChannels: number, o: ConvSettings) {
    super();
    this.groups = o.groups ?? 1;
    this.stride = [o.stride ?? 1, o.stride ?? 1];
    this.padding = [o.padding ?? 0, o.padding ?? 0];
    const shape = [outChannels, inChannels / this.groups, o.kernel, o.kernel];
    this.weight = this.parameter('weight', new Parameter(shape, o.init ?? { kind: 'kaimingUniform', a: Math.sqrt(5) }));
    const bound = 1 / Math.sqrt((inChannels / this.groups) * o.kernel * o.kernel);
    const biasInit = o.biasInit ?? { kind: 'uniform', low: -bound, high: bound };
    this.bias = (o.bias ?? true) ? this.parameter('bias', new Parameter([outChannels], biasInit)) : null;
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    const bias = this.bias === null ? null : ops.param(this.bias);
    const { stride, padding, groups } = this;
    return ops.conv2d(x, ops.param(this.weight), bias, { stride, padding, dilation: [1, 1], groups });
  }
}

export interface NormSettings {
  /** Applied in the same step. Default none. */
  activation?: Activation;
  eps?: number;
  momentum?: number;
}

/**
 * BatchNorm over [N, C, H, W] and an activation, in one step. While its weight is frozen it uses its running statistics
 * and leaves them alone, so that a frozen backbone gives the same features in training as later.
 */
export class BatchNorm2d extends Layer {
  readonly weight: Parameter;
  readonly bias: Parameter;
  readonly runningMean: Parameter;
  readonly runningVar: Parameter;
  readonly activation: Activation;
  readonly eps: number;
  readonly momentum: number;

  constructor(channels: number, o: NormSettings = {}) {
    super();
    this.activation = o.activation ?? 'none';
    this.eps = o.eps ?? 1e-5;
    this.momentum = o.momentum ?? 0.1;
    this.weight = this.parameter('weight', new Parameter([channels], ONES));
    this.bias = this.parameter('bias', new Parameter([channels], ZEROS));
    this.runningMean = this.parameter('running_mean', new Parameter([channels], ZEROS, { buffer: true }));
    this.runningVar = this.parameter('running_var', new Parameter([channels], ONES, { buffer: true }));
    // Only there because torchvision's state dicts have it; nothing reads it while a momentum is given.
    this.parameter('num_batches_tracked', new Parameter([], ZEROS, { buffer: true, dtype: 'i64' }));
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    return ops.batchNorm(
      x,
      {
        weight: ops.param(this.weight),
        bias: ops.param(this.bias),
        runningMean: ops.param(this.runningMean),
        runningVar: ops.param(this.runningVar),
        training: ops.training && this.weight.trainable,
        momentum: this.momentum,
        eps: this.eps,
      },
      this.activation,
    );
  }
}

/** x [N, in] -> [N, out]; weight [out, in], bias [out]. */
export class Linear extends Layer {
  readonly weight: Parameter;
  readonly bias: Parameter;

  constructor(inFeatures: number, outFeatures: number, o: { init?: Init; biasInit?: Init } = {}) {
    super();
    const bound = 1 / Math.sqrt(inFeatures);
    const weightInit = o.init ?? { kind: 'kaimingUniform', a: Math.sqrt(5) };
    this.weight = this.parameter('weight', new Parameter([outFeatures, inFeatures], weightInit));
    this.bias = this.parameter(
      'bias',
      new Parameter([outFeatures], o.biasInit ?? { kind: 'uniform', low: -bound, high: bound }),
    );
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    return ops.linear(x, ops.param(this.weight), ops.param(this.bias));
  }
}

/** An activation that stands alone (no BatchNorm before it). */
export class Activate extends Layer {
  readonly kind: Exclude<Activation, 'none'>;

  constructor(kind: Exclude<Activation, 'none'>) {
    super();
    this.kind = kind;
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    return ops.activate(x, this.kind);
  }
}

export class MaxPool2d extends Layer {
  readonly options: PoolOptions;

  constructor(kernel: number, stride: number, o: { padding?: number; ceilMode?: boolean } = {}) {
    super();
    const padding = o.padding ?? 0;
    this.options = {
      kernel: [kernel, kernel],
      stride: [stride, stride],
      padding: [padding, padding],
      ceilMode: o.ceilMode ?? false,
    };
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    return ops.maxPool2d(x, this.options);
  }
}

/** Layers in a row, named "0", "1", ... or as given (names skip the positions of layers without parameters). */
export class Sequential extends Layer {
  readonly layers: readonly Layer[];
  /** Each layer is a unit for gradient checkpointing. */
  readonly segments: boolean;

  constructor(layers: readonly Layer[] | Readonly<Record<string, Layer>>, o: { segments?: boolean } = {}) {
    super();
    this.segments = o.segments ?? false;
    // An array keeps its order; an object with integer-like keys would not, so those come as an array.
    const named: [string, Layer][] = Array.isArray(layers)
      ? layers.map((layer, i) => [String(i), layer])
      : Object.entries(layers as Record<string, Layer>);
    this.layers = named.map(([name, layer]) => this.child(name, layer));
  }

  override forward<T>(x: T, ops: Ops<T>): T {
    return chain(this.layers, x, ops, this.segments);
  }
}
