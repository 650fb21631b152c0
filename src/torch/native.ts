import { spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { OslerError } from '../errors.ts';

/** The bridge's functions. This file and `native/src` are the only ones that know them; tensors are integer handles here. */
export interface Native {
  /** [id, argument names separated by spaces, kinds of returns ('t' tensor, 'T' list of tensors, 'v' value), index of the argument returned in place or -1] */
  resolve(operator: string): [number, string, string, number];
  call(id: number, ...args: unknown[]): unknown;
  dispose(handle: number): void;
  disposeAll(handles: number[]): void;
  shape(handle: number): number[];
  strides(handle: number): number[];
  dtype(handle: number): string;
  device(handle: number): string;
  alias(handle: number): number;
  item(handle: number): number;
  fromMemory(
    view: NodeJS.TypedArray,
    dtype: string,
    shape: readonly number[],
    strides: readonly number[] | null,
  ): number;
  read(handle: number, into: NodeJS.TypedArray): void;
  share(handle: number): ArrayBuffer;
  /** [tensors, live bytes, cached bytes, peak bytes] */
  memory(): [number, number, number, number];
  account(): void;
  trim(): void;
  mapFile(path: string): number;
  slice(bytes: number, offset: number, dtype: string, shape: readonly number[]): number;
  write(handle: number, file: number): void;
  backward(roots: number[], gradients: number[], keepGraph: boolean, createGraph: boolean): void;
  gradients(
    outputs: number[],
    inputs: number[],
    gradients: number[],
    keepGraph: boolean,
    createGraph: boolean,
    allowUnused: boolean,
  ): number[];
  gradient(handle: number): number;
  gradientsOf(handles: number[]): number[];
  setGradient(handle: number, gradient: number): void;
  clearGradients(handles: number[]): void;
  requiresGrad(handle: number): boolean;
  setRequiresGrad(handle: number, on: boolean): void;
  detach(handle: number): number;
  setGradMode(on: boolean): boolean;
  enterAutocast(dtype: string): boolean;
  leaveAutocast(before: boolean): void;
  setThreads(count: number): void;
  threads(): number;
  seed(seed: number): void;
  randomState(): number;
  setRandomState(state: number): void;
  version(): string;
  capability(): string;
  cudaDevices(): number;
  useKernels(set: string): string;
  bf16Convolutions(units?: string): string;
}

const CURRENT = new URL('../../.osler/tools/native/current', import.meta.url);

let loaded: Native | undefined;

/** Whether the bridge was compiled in this checkout. */
export function engineIsBuilt(): boolean {
  return existsSync(CURRENT);
}

/**
 * Finds LibTorch and compiles the bridge where that was never done in this checkout; the launcher does it beforehand for commands that
 * always train. What it does goes to stderr. Throws ENGINE_MISSING when it fails.
 */
export function provideEngine(): void {
  if (engineIsBuilt()) return;
  const { status, error } = spawnSync('sh', [fileURLToPath(new URL('../../native/build.sh', import.meta.url))], {
    stdio: ['ignore', 'ignore', 'inherit'],
  });
  if (status === 0) return;
  throw new OslerError('ENGINE_MISSING', 'The training engine could not be set up.', {
    hint: 'What stands above says which step failed and what to do; osler doctor shows what is there.',
    cause: error,
  });
}

/** The path that native/build.sh printed last in this checkout. */
function builtPath(): string {
  try {
    return readFileSync(CURRENT, 'utf8').trim();
  } catch (cause) {
    throw new OslerError('ENGINE_MISSING', 'The training engine has not been compiled in this checkout.', {
      hint: 'Run native/build.sh, or start the command through ./osler, which does.',
      cause,
    });
  }
}

/**
 * Loads LibTorch and the bridge, once for each thread of JavaScript; later calls do nothing. Without a path: what
 * native/build.sh compiled last. Called by itself at the first use of a tensor.
 * @throws OslerError ENGINE_MISSING when it is not compiled or can't be loaded.
 */
export function loadEngine(path?: string): Native {
  if (loaded) return loaded;
  const file = path ?? builtPath();
  try {
    loaded = createRequire(import.meta.url)(file) as Native;
  } catch (cause) {
    throw new OslerError('ENGINE_MISSING', `The training engine ${file} can't be loaded: ${(cause as Error).message}`, {
      hint: 'Run native/build.sh again; if you set LIBTORCH, check that its folder is still there.',
      cause,
    });
  }
  // Debian's LibTorch starts with one thread.
  loaded.setThreads(availableParallelism());
  return loaded;
}
