export { autocast, autogradGrad, backward, backwardAll, enableGrad, noGrad } from './autograd.ts';
export { type Argument, call } from './call.ts';
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
export { keep, scope } from './lifetime.ts';
export { loadEngine } from './native.ts';
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
export { type Device, type DType, Tensor, type TensorArray, TensorDisposedError } from './tensor.ts';
