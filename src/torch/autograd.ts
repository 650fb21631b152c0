import { OslerError } from '../errors.ts';
import { firstLines } from './call.ts';
import { loadEngine } from './native.ts';
import { Tensor } from './tensor.ts';

const handles = (tensors: readonly (Tensor | null)[]): number[] => tensors.map((t) => (t === null ? -1 : t.handle));

/**
 * Adds the gradient of `loss` to the `grad` of every leaf it depends on, and frees the graph.
 * @param gradient weight of the loss' elements, in its shape; may be left out for one element.
 */
export function backward(
  loss: Tensor,
  gradient: Tensor | null = null,
  options: { keepGraph?: boolean; createGraph?: boolean } = {},
): void {
  backwardAll([loss], [gradient], options);
}

/** `backward` for several roots at once. */
export function backwardAll(
  roots: readonly Tensor[],
  gradients: readonly (Tensor | null)[],
  options: { keepGraph?: boolean; createGraph?: boolean } = {},
): void {
  const createGraph = options.createGraph ?? false;
  const [from, weights] = [handles(roots), handles(gradients)];
  try {
    loadEngine().backward(from, weights, options.keepGraph ?? createGraph, createGraph);
  } catch (cause) {
    throw failed('backward', roots, cause);
  }
}

/** Gradients of outputs with respect to inputs, without touching `grad`; null where an input was not used. */
export function autogradGrad(
  outputs: readonly Tensor[],
  inputs: readonly Tensor[],
  gradOutputs: readonly (Tensor | null)[] = outputs.map(() => null),
  options: { keepGraph?: boolean; createGraph?: boolean; allowUnused?: boolean } = {},
): (Tensor | null)[] {
  const createGraph = options.createGraph ?? false;
  const [from, to, weights] = [handles(outputs), handles(inputs), handles(gradOutputs)];
  try {
    const found = loadEngine().gradients(
      from,
      to,
      weights,
      options.keepGraph ?? createGraph,
      createGraph,
      options.allowUnused ?? true,
    );
    return found.map((handle) => (handle < 0 ? null : new Tensor(handle)));
  } catch (cause) {
    throw failed('autogradGrad', outputs, cause);
  }
}

function failed(what: string, roots: readonly Tensor[], cause: unknown): OslerError {
  const shapes = roots.map((root) => `[${root.shape.join(', ')}] ${root.dtype}`).join(', ');
  return new OslerError('ENGINE_FAILED', `${what} of ${shapes} failed: ${firstLines(cause)}`, { cause });
}

function synchronous<R>(what: string, result: R): R {
  if (result instanceof Promise) {
    result.catch(() => undefined);
    throw new OslerError('USAGE', `${what} was given an asynchronous function.`, {
      hint: `Await first, and call ${what} around the synchronous part.`,
    });
  }
  return result;
}

/** Runs `fn` without recording for autograd. */
export function noGrad<R>(fn: () => R): R {
  return withGradMode(false, fn);
}

/** Runs `fn` with recording, also inside `noGrad`. */
export function enableGrad<R>(fn: () => R): R {
  return withGradMode(true, fn);
}

function withGradMode<R>(on: boolean, fn: () => R): R {
  const engine = loadEngine();
  const before = engine.setGradMode(on);
  try {
    return synchronous(on ? 'enableGrad' : 'noGrad', fn());
  } finally {
    engine.setGradMode(before);
  }
}

/**
 * Runs `fn` in mixed precision: convolutions and matrix products in the narrow type, what needs range in f32; the choice for each
 * operator is LibTorch's. Weights stay f32 and are cast once per outermost block.
 */
export function autocast<R>(precision: 'bf16' | 'f16' | 'off', fn: () => R): R {
  const engine = loadEngine();
  const before = engine.enterAutocast(precision);
  try {
    return synchronous('autocast', fn());
  } finally {
    engine.leaveAutocast(before);
  }
}
