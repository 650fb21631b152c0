import type { Tensor } from '../torch/tensor.ts';

/** How a fresh parameter is filled; names and formulas as in torch.nn.init. */
export type Init =
  | { kind: 'zeros' }
  | { kind: 'ones' }
  | { kind: 'uniform'; low: number; high: number }
  | { kind: 'normal'; mean: number; std: number }
  | { kind: 'kaimingNormal'; mode: 'fanIn' | 'fanOut' }
  /** torch.nn's default for Conv2d and Linear weights: kaiming_uniform_(a=sqrt(5)). */
  | { kind: 'kaimingUniform'; a: number };

/** A named weight or buffer. `tensor` is there once `initialise` or `loadState` has run; the tracer needs only name and shape. */
export class Parameter {
  /** Path in the module tree, as in torchvision's state dict: `features.0.0.weight`. Set when the tree is sealed. */
  name = '';
  readonly shape: readonly number[];
  readonly init: Init;
  /** A buffer (running statistics, counters) is saved but never trained. */
  readonly buffer: boolean;
  readonly dtype: 'f32' | 'i64';
  /** False while frozen. */
  trainable: boolean;
  tensor: Tensor | undefined;

  constructor(shape: readonly number[], init: Init, options: { buffer?: boolean; dtype?: 'f32' | 'i64' } = {}) {
    this.shape = shape;
    this.init = init;
    this.buffer = options.buffer ?? false;
    this.dtype = options.dtype ?? 'f32';
    this.trainable = !this.buffer;
  }
}
