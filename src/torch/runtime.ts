import { availableParallelism } from 'node:os';
import { fromArray } from './create.ts';
import { loadEngine } from './native.ts';
import { Tensor } from './tensor.ts';

/** Seeds the generators of every device; any integer from 0 to 2^53 - 1. */
export function manualSeed(seed: number): void {
  loadEngine().seed(seed);
}

/** The CPU generator's whole state, to be given back to `setRngState`. */
export function getRngState(): Uint8Array {
  using state = new Tensor(loadEngine().randomState());
  return state.toArray() as Uint8Array;
}

export function setRngState(state: Uint8Array): void {
  using tensor = fromArray(state, [state.length], { copy: true });
  loadEngine().setRandomState(tensor.handle);
}

/** Threads of one operator, for calls from this thread of JavaScript. Default: every core. */
export function setThreads(count: number = availableParallelism()): void {
  loadEngine().setThreads(count);
}

export interface Memory {
  /** Tensors of this thread of JavaScript that have not been freed. */
  count: number;
  /** Bytes in use by tensors of the whole process, graphs and gradients included. */
  bytes: number;
  /** Bytes that are free but kept for the next step. */
  cached: number;
  /** The most bytes in use at once so far. */
  peak: number;
}

export function memory(): Memory {
  const [count, bytes, cached, peak] = loadEngine().memory();
  return { count, bytes, cached, peak };
}

/** Gives memory that is kept for the next step back to the system. */
export function releaseCached(): void {
  loadEngine().trim();
}

export interface Versions {
  libtorch: string;
  /** Instruction set of ATen's kernels: DEFAULT, AVX2 or AVX512. */
  cpuCapability: string;
  threads: number;
  /** Number of CUDA devices LibTorch can use. */
  cuda: number;
}

export function versions(): Versions {
  const engine = loadEngine();
  return {
    libtorch: engine.version(),
    cpuCapability: engine.capability(),
    threads: engine.threads(),
    cuda: engine.cudaDevices(),
  };
}
