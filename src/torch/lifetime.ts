import { OslerError } from '../errors.ts';
import { loadEngine } from './native.ts';
import type { Tensor } from './tensor.ts';

/** One open scope: the tensors made in it that nobody has freed or kept. */
type Scope = Set<Tensor>;

const open: Scope[] = [];

/** Called by each new tensor: it belongs to the innermost scope. */
export function adopt(tensor: Tensor): void {
  open[open.length - 1]?.add(tensor);
}

/** Called by a tensor that is freed by hand. */
export function forget(tensor: Tensor): void {
  for (let depth = open.length - 1; depth >= 0; depth--) {
    if (open[depth]?.delete(tensor)) return;
  }
}

/** Takes a tensor out of its scope: it lives until `dispose()`. */
export function keep<T extends Tensor>(tensor: T): T {
  forget(tensor);
  return tensor;
}

/**
 * Runs `fn` and frees every tensor made inside, except those in what it returns (itself, or within arrays, plain objects,
 * Maps and Sets), which pass to the scope around it. On an exception all are freed.
 * @throws OslerError USAGE when `fn` returns a promise: tensors of other work would be made inside meanwhile.
 */
export function scope<R>(fn: () => R): R {
  const mine: Scope = new Set();
  open.push(mine);
  const kept = new Set<Tensor>();
  try {
    const result = fn();
    if (result instanceof Promise) {
      result.catch(() => undefined);
      throw new OslerError('USAGE', 'A scope was given an asynchronous function.', {
        hint: 'Await first, and open the scope around the synchronous part.',
      });
    }
    collect(result, kept, new Set());
    return result;
  } finally {
    open.pop();
    const outer = open[open.length - 1];
    const handles: number[] = [];
    for (const tensor of mine) {
      if (kept.has(tensor)) outer?.add(tensor);
      else handles.push(tensor.release());
    }
    const engine = loadEngine();
    if (handles.length > 0) engine.disposeAll(handles);
    if (open.length === 0) engine.account();
  }
}

/** Finds the tensors in a value. They are known by a mark, not by their class, which would be a circle of imports. */
function collect(value: unknown, found: Set<Tensor>, seen: Set<object>): void {
  if (typeof value !== 'object' || value === null || seen.has(value) || ArrayBuffer.isView(value)) return;
  seen.add(value);
  if ((value as { isTensor?: unknown }).isTensor === true) {
    found.add(value as Tensor);
  } else if (value instanceof Map) {
    for (const [key, item] of value) {
      collect(key, found, seen);
      collect(item, found, seen);
    }
  } else if (Array.isArray(value) || value instanceof Set) {
    for (const item of value) collect(item, found, seen);
  } else {
    for (const item of Object.values(value)) collect(item, found, seen);
  }
}
