import type { Parameter } from './parameter.ts';

export type Pair = readonly [number, number];

export interface Conv2dOptions {
  stride: Pair;
  padding: Pair;
  dilation: Pair;
  groups: number;
}

export interface PoolOptions {
  kernel: Pair;
  stride: Pair;
  padding: Pair;
  ceilMode?: boolean;
  countIncludePad?: boolean;
}

export interface BatchNormArgs<T> {
  weight: T;
  bias: T;
  runningMean: T;
  runningVar: T;
  /** Use (and update) the batch's statistics instead of the running ones. */
  training: boolean;
  momentum: number;
  eps: number;
}

export type Activation = 'none' | 'relu' | 'relu6' | 'silu';

/**
 * What a network may do. Two interpreters exist: the torch backend (`TorchOps`) computes, the tracer (`onnx/`) records a graph.
 * Model code is written once against this interface, so an export can't drift from training.
 * Images are [N, C, H, W]; features [N, F].
 */
export interface Ops<T> {
  /** Training mode: dropout and stochastic depth act, BatchNorm uses batch statistics. The tracer is always false. */
  readonly training: boolean;
  param(p: Parameter): T;
  /** Static shape; the tracer answers -1 for the batch dimension. */
  shape(x: T): readonly number[];

  conv2d(x: T, weight: T, bias: T | null, o: Conv2dOptions): T;
  /** BatchNorm2d followed by an activation in one step (fused where the engine can). */
  batchNorm(x: T, a: BatchNormArgs<T>, activation: Activation): T;
  /** x [N, in], weight [out, in], bias [out] -> [N, out]. */
  linear(x: T, weight: T, bias: T | null): T;
  /** `x` is an intermediate that nothing else reads: it may be overwritten. */
  activate(x: T, a: Exclude<Activation, 'none'> | 'sigmoid'): T;
  /** `a` is an intermediate that nothing else reads (the residual branch): it may be overwritten. `b` is kept. */
  add(a: T, b: T): T;
  /** Broadcasts as in NumPy. */
  mul(a: T, b: T): T;
  /** Batched matrix product [..., n, k] x [..., k, m]. */
  matmul(a: T, b: T): T;
  /** 1 where x > 0, else 0, in x's type: the derivative of ReLU. */
  step(x: T): T;
  maxPool2d(x: T, o: PoolOptions): T;
  avgPool2d(x: T, o: PoolOptions): T;
  adaptiveAvgPool2d(x: T, size: Pair): T;
  /** Mean over dimensions. */
  mean(x: T, dims: readonly number[], keepDim: boolean): T;
  cat(xs: readonly T[], dim: number): T;
  /** Reverses the order along dimensions. */
  flip(x: T, dims: readonly number[]): T;
  flatten(x: T, startDim: number): T;
  reshape(x: T, shape: readonly number[]): T;
  dropout(x: T, p: number): T;
  /** Drops whole samples of a residual branch ("row" mode; Huang et al. 2016) and rescales the rest. */
  stochasticDepth(x: T, p: number): T;
  /** Runs `fn(x)`; when gradient checkpointing is on, its activations are recomputed in the backward pass. */
  checkpoint(fn: (x: T) => T, x: T): T;
  /** Says that model code reads `x` no more, so that an engine can have its memory back at once. */
  release?(x: T): void;
}
