import { OslerError } from '../errors.ts';
import { batchNormActivation, call, channelScale, conv2d, scope, type Tensor } from '../torch/index.ts';
import { CheckpointTape } from './checkpoint.ts';
import type { Activation, BatchNormArgs, Conv2dOptions, Ops, Pair, PoolOptions } from './ops.ts';
import type { Parameter } from './parameter.ts';

export interface TorchOpsOptions {
  training: boolean;
  /** Keep only the inputs of blocks and recompute the rest in the backward pass. Training only. */
  checkpointing?: boolean;
  /** What the forward pass runs in (`autocast` around it is the caller's); recomputation needs to know it. */
  precision?: 'f32' | 'bf16';
}

/**
 * Runs a network on LibTorch. Call it inside a `scope`; for inference inside `noGrad` too.
 * With checkpointing, the gradients must be computed by `backward` of this object.
 */
export class TorchOps implements Ops<Tensor> {
  readonly training: boolean;
  readonly #tape: CheckpointTape | undefined;

  constructor(options: TorchOpsOptions) {
    this.training = options.training;
    const { precision = 'f32', training, checkpointing } = options;
    this.#tape = training && checkpointing === true ? new CheckpointTape(precision) : undefined;
  }

  /** Adds the gradient of `loss` to every trainable parameter's `grad`. */
  backward(loss: Tensor): void {
    (this.#tape ?? new CheckpointTape('f32')).backward(loss);
  }

  /** Forgets recorded blocks after a forward pass that will see no backward pass. */
  discard(): void {
    this.#tape?.discard();
  }

  param(p: Parameter): Tensor {
    if (p.tensor === undefined) {
      throw new OslerError('INTERNAL', `The parameter ${p.name} has no values: initialise or load the network first.`);
    }
    return p.tensor;
  }

  shape(x: Tensor): readonly number[] {
    return x.shape;
  }

  conv2d(x: Tensor, weight: Tensor, bias: Tensor | null, o: Conv2dOptions): Tensor {
    return conv2d(x, weight, bias, o.stride, o.padding, o.dilation, o.groups);
  }

  batchNorm(x: Tensor, a: BatchNormArgs<Tensor>, activation: Activation): Tensor {
    if (!a.training || this.#tape?.recomputing !== true) return batchNormActivation(x, a, activation);
    // A recomputed block must not count its batch twice: copies of the running statistics take the update.
    return scope(() => {
      const [runningMean, runningVar] = [a.runningMean, a.runningVar].map((t) => call('aten::clone', t) as Tensor);
      return batchNormActivation(x, { ...a, runningMean: runningMean!, runningVar: runningVar! }, activation);
    });
  }

  linear(x: Tensor, weight: Tensor, bias: Tensor | null): Tensor {
    return call('aten::linear', x, weight, bias);
  }

  activate(x: Tensor, a: Exclude<Activation, 'none'> | 'sigmoid'): Tensor {
    switch (a) {
      case 'relu':
        return call('aten::relu_', x);
      case 'relu6':
        // LibTorch 1.13 has no gradient of hardtanh in bf16 on the CPU.
        return this.training && x.dtype === 'bf16' ? call('aten::clamp', x, 0, 6) : call('aten::hardtanh_', x, 0, 6);
      case 'sigmoid':
        return call('aten::sigmoid_', x);
      case 'silu':
        // Autograd needs SiLU's input: in place it would copy it first.
        return this.training ? call('aten::silu', x) : call('aten::silu_', x);
    }
  }

  add(a: Tensor, b: Tensor): Tensor {
    return call('aten::add_.Tensor', a, b);
  }

  mul(a: Tensor, b: Tensor): Tensor {
    return channelScale(a, b);
  }

  matmul(a: Tensor, b: Tensor): Tensor {
    return call('aten::matmul', a, b);
  }

  step(x: Tensor): Tensor {
    const positive: Tensor = call('aten::gt.Scalar', x, 0);
    const y = positive.to(x.dtype);
    positive.dispose();
    return y;
  }

  maxPool2d(x: Tensor, o: PoolOptions): Tensor {
    return call('aten::max_pool2d', x, o.kernel, o.stride, o.padding, [1, 1], o.ceilMode ?? false);
  }

  avgPool2d(x: Tensor, o: PoolOptions): Tensor {
    const { kernel, stride, padding, ceilMode = false, countIncludePad = true } = o;
    return call('aten::avg_pool2d', x, kernel, stride, padding, ceilMode, countIncludePad);
  }

  adaptiveAvgPool2d(x: Tensor, size: Pair): Tensor {
    return call('aten::adaptive_avg_pool2d', x, size);
  }

  mean(x: Tensor, dims: readonly number[], keepDim: boolean): Tensor {
    return call('aten::mean.dim', x, dims, keepDim);
  }

  cat(xs: readonly Tensor[], dim: number): Tensor {
    return call('aten::cat', xs, dim);
  }

  flip(x: Tensor, dims: readonly number[]): Tensor {
    return call('aten::flip', x, dims);
  }

  flatten(x: Tensor, startDim: number): Tensor {
    return call('aten::flatten.using_ints', x, startDim, -1);
  }

  reshape(x: Tensor, shape: readonly number[]): Tensor {
    return call('aten::reshape', x, shape);
  }

  dropout(x: Tensor, p: number): Tensor {
    return this.training ? call('aten::dropout', x, p, true) : x;
  }

  stochasticDepth(x: Tensor, p: number): Tensor {
    if (!this.training) return x;
    return scope(() => {
      const [n, ...rest] = x.shape;
      const keep: Tensor = call('aten::new_empty', x, [n!, ...rest.map(() => 1)]);
      call('aten::bernoulli_.float', keep, 1 - p);
      call('aten::div_.Scalar', keep, 1 - p);
      return call('aten::mul.Tensor', x, keep);
    });
  }

  checkpoint(fn: (x: Tensor) => Tensor, x: Tensor): Tensor {
    if (this.#tape === undefined) return scope(() => fn(x));
    return this.#tape.record(fn, x);
  }

  release(x: Tensor): void {
    x.dispose();
  }
}
