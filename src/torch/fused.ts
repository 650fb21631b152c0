import { call } from './call.ts';
import { loadEngine } from './native.ts';
import type { Tensor } from './tensor.ts';

/**
 * Operators with kernels of the bridge's own, for channels-last f32 and bf16 images on the CPU; anything else goes to ATen's, with
 * the same result. Their first derivative is fused too; they have no second one unless `useKernels('none')`.
 */

const ACTIVATIONS = { none: 0, relu: 1, relu6: 2, silu: 3 } as const;

export interface BatchNormOptions {
  weight: Tensor;
  bias: Tensor;
  runningMean: Tensor | null;
  runningVar: Tensor | null;
  /** Normalise by the batch's statistics and update the running ones; else by the running ones. */
  training: boolean;
  /** Weight of the new statistics in the running ones. */
  momentum: number;
  eps: number;
}

/** BatchNorm over x [N, C, H, W] followed by an activation. Parameters are f32 [C]; the result has x's type. */
export function batchNormActivation(x: Tensor, o: BatchNormOptions, activation: keyof typeof ACTIVATIONS): Tensor {
  const { weight, bias, runningMean, runningVar, training, momentum, eps } = o;
  return call(
    'osler::batch_norm_act',
    x,
    weight,
    bias,
    runningMean,
    runningVar,
    training,
    momentum,
    eps,
    ACTIVATIONS[activation],
  );
}

/** BatchNorm and SiLU, the pair EfficientNet is made of. */
export function batchNormSilu(
  x: Tensor,
  weight: Tensor,
  bias: Tensor,
  runningMean: Tensor | null,
  runningVar: Tensor | null,
  training: boolean,
  momentum: number,
  eps: number,
): Tensor {
  return batchNormActivation(x, { weight, bias, runningMean, runningVar, training, momentum, eps }, 'silu');
}

/** Convolution of x [N, C, H, W] with weight [K, C / groups, h, w]: depthwise 3x3 and 5x5 ones have a backward pass of the bridge's. */
export function conv2d(
  x: Tensor,
  weight: Tensor,
  bias: Tensor | null,
  stride: readonly number[],
  padding: readonly number[],
  dilation: readonly number[] = [1, 1],
  groups = 1,
): Tensor {
  return call('osler::conv2d', x, weight, bias, stride, padding, dilation, groups);
}

/** x [N, C, H, W] times scale [N, C, 1, 1], as squeeze-excitation does; other shapes broadcast as aten::mul. */
export function channelScale(x: Tensor, scale: Tensor): Tensor {
  return call('osler::channel_scale', x, scale);
}

/**
 * Chooses the kernels for the whole process: the best this processor has (at first), a named set, or ATen only.
 * @returns the name of the set now in use.
 * @throws Error when this processor has no such set.
 */
export function useKernels(set: 'best' | 'avx512' | 'avx2' | 'none'): string {
  return loadEngine().useKernels(set);
}

/** Units that multiply in convolutions under bf16 autocast. */
export type ConvolutionUnits = 'bf16' | 'f32';

/**
 * Which units compute convolutions under bf16 autocast, for the whole process; with an argument, chooses them. Operands and results
 * are bf16 either way, sums f32; `f32` widens the operands first, which is about twice as fast on processors with AVX-512-bf16 but
 * without AMX. At first: bf16 with AMX and on Arm, else f32. The two differ in their last bits, so a run records its own.
 */
export function bf16Convolutions(units?: ConvolutionUnits): ConvolutionUnits {
  const { bf16Convolutions: choose } = loadEngine();
  return (units === undefined ? choose() : choose(units)) as ConvolutionUnits;
}
