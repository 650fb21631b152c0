export { autocast, autogradGrad, backward, backwardAll, enableGrad, noGrad } from './autograd.ts';
export { type Argument, call } from './call.ts';
export { clipGradNorm } from './clip.ts';
export {
  arange,
  copy_,
  empty,
  fromArray,
  fromArrayNHWC,
  full,
  ones,
  rand,
  randn,
  type SourceArray,
  type TensorOptions,
  zeros,
} from './create.ts';
export { trainingEnvironment } from './environment.ts';
export {
  type BatchNormOptions,
  batchNormActivation,
  batchNormSilu,
  bf16Convolutions,
  type ConvolutionUnits,
  channelScale,
  conv2d,
  useKernels,
} from './fused.ts';
export { keep, scope } from './lifetime.ts';
export { loadEngine, provideEngine } from './native.ts';
export type { OptimizerState, ParameterGroup } from './optimizer.ts';
export { Optimizer } from './optimizer.ts';
export { Adam, type AdamOptions, AdamW, SGD, type SGDOptions } from './optimizers.ts';
export {
  getRngState,
  type Memory,
  manualSeed,
  memory,
  releaseCached,
  setRngState,
  setThreads,
  type Versions,
  versions,
} from './runtime.ts';
export {
  type RawArray,
  type RawTensor,
  readSafetensors,
  readSafetensorsMetadata,
  readSafetensorsRaw,
  writeSafetensors,
} from './safetensors.ts';
export { type Device, type DType, Tensor, type TensorArray, TensorDisposedError } from './tensor.ts';
