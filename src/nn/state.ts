import { OslerError } from '../errors.ts';
import {
  call,
  copy_,
  empty,
  getRngState,
  keep,
  manualSeed,
  noGrad,
  scope,
  setRngState,
  type Tensor,
} from '../torch/index.ts';
import { drawOf, parameterSeed } from './init.ts';
import type { Module } from './module.ts';
import type { Parameter } from './parameter.ts';

/**
 * Gives every parameter (or only those in `names`) fresh values. They are a function of `seed` and the parameter's name;
 * the engine's own generator is left as it was.
 */
export function initialise(model: Module, seed: number, names?: ReadonlySet<string>): void {
  const before = getRngState();
  try {
    for (const p of model.state()) {
      if (names !== undefined && !names.has(p.name)) continue;
      manualSeed(parameterSeed(p, seed));
      scope(() => noGrad(() => draw(p)));
    }
  } finally {
    setRngState(before);
  }
}

function draw(p: Parameter): void {
  const how = drawOf(p.init, p.shape);
  // Drawn in row-major order and copied, so that the values do not depend on the layout.
  const fresh = empty(p.shape, { dtype: p.dtype });
  if (how.kind === 'constant') call('aten::fill_.Scalar', fresh, how.value);
  else if (how.kind === 'uniform') call('aten::uniform_', fresh, how.low, how.high);
  else call('aten::normal_', fresh, how.mean, how.std);
  copy_(memoryOf(p), fresh);
}

/**
 * The parameter's tensor, made where there is none yet. It lives until `model.dispose()`. Kernels of full convolutions lie
 * in channels-last order as the images do: oneDNN would reorder them in every pass.
 */
function memoryOf(p: Parameter): Tensor {
  if (p.tensor !== undefined) return p.tensor;
  const [, inChannels = 0, height = 0] = p.shape.length === 4 ? p.shape : [];
  const layout = inChannels > 1 && height > 1 ? 'channels_last' : undefined;
  const tensor: Tensor = call('aten::empty.memory_format', p.shape, p.dtype, undefined, 'cpu', undefined, layout);
  p.tensor = keep(tensor).requiresGrad_(p.trainable);
  return p.tensor;
}

/** All weights and buffers by name; the tensors themselves, not copies. */
export function stateDict(model: Module): Map<string, Tensor> {
  const state = new Map<string, Tensor>();
  for (const p of model.state()) {
    if (p.tensor !== undefined) state.set(p.name, p.tensor);
  }
  return state;
}

export interface LoadReport {
  /** Names that were filled. */
  loaded: string[];
  /** Names of the source that the model has not, or has in another shape. */
  skipped: string[];
  /** Names of the model that were not filled. */
  missing: string[];
}

/**
 * Copies values into a model's parameters, converting their type. With `strict` (the default) every name must be there in
 * the right shape, and no other; `num_batches_tracked` may be absent.
 * @throws OslerError WEIGHTS_INVALID naming the parameters
 */
export function loadState(
  model: Module,
  state: ReadonlyMap<string, Tensor>,
  options: { strict?: boolean } = {},
): LoadReport {
  const own = new Map(model.state().map((p) => [p.name, p]));
  const fits = (name: string, t: Tensor) => same(own.get(name)?.shape, t.shape);
  const loaded = [...state].filter(([name, t]) => fits(name, t)).map(([name]) => name);
  const filled = new Set(loaded);
  const skipped = [...state.keys()].filter((name) => !filled.has(name));
  const missing = [...own.keys()].filter((name) => !filled.has(name));
  const absent = missing.filter((name) => !name.endsWith('num_batches_tracked'));
  if ((options.strict ?? true) && (skipped.length > 0 || absent.length > 0))
    throw mismatch(own, state, skipped, absent);
  noGrad(() =>
    scope(() => {
      for (const name of loaded) copy_(memoryOf(own.get(name)!), state.get(name)!);
    }),
  );
  return { loaded, skipped, missing };
}

function mismatch(
  own: ReadonlyMap<string, Parameter>,
  state: ReadonlyMap<string, Tensor>,
  skipped: string[],
  absent: string[],
): OslerError {
  const shaped = skipped.find((name) => own.has(name));
  const what =
    shaped === undefined
      ? `${absent.length} parameters are absent (${absent.slice(0, 3).join(', ') || 'none'}), ${skipped.length} are unknown (${skipped.slice(0, 3).join(', ') || 'none'})`
      : `${shaped} is [${state.get(shaped)!.shape}] but should be [${own.get(shaped)!.shape}]`;
  return new OslerError('WEIGHTS_INVALID', `These weights are not this network's: ${what}.`, {
    hint: 'Check the architecture, the number of classes and the number of channels.',
  });
}

function same(a: readonly number[] | undefined, b: readonly number[]): boolean {
  return a !== undefined && a.length === b.length && a.every((size, i) => size === b[i]);
}
