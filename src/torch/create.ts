import { OslerError } from '../errors.ts';
import { call, firstLines } from './call.ts';
import { loadEngine } from './native.ts';
import { type Device, type DType, Tensor } from './tensor.ts';

export interface TensorOptions {
  /** Default f32. */
  dtype?: DType;
  /** Default cpu. */
  device?: Device;
}

/** Typed arrays whose elements are a type of LibTorch's. */
export type SourceArray =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint8ClampedArray;

function dtypeOf(array: SourceArray): DType {
  if (array instanceof Float32Array) return 'f32';
  if (array instanceof Float64Array) return 'f64';
  if (array instanceof BigInt64Array) return 'i64';
  if (array instanceof Int32Array) return 'i32';
  if (array instanceof Int16Array) return 'i16';
  if (array instanceof Int8Array) return 'i8';
  if (array instanceof Uint8Array || array instanceof Uint8ClampedArray) return 'u8';
  throw new OslerError('USAGE', `A tensor can't be made from ${Object.prototype.toString.call(array)}.`, {
    hint: 'Use a Float32Array, Float64Array, BigInt64Array, Int32Array, Int16Array, Int8Array or Uint8Array.',
  });
}

function wrap(array: SourceArray, shape: readonly number[], strides: readonly number[] | null, copy: boolean): Tensor {
  const dtype = dtypeOf(array);
  const { buffer } = array;
  // A resizable buffer may shrink under the tensor.
  const source = copy || ('resizable' in buffer ? buffer.resizable : buffer.growable) ? array.slice() : array;
  try {
    return new Tensor(loadEngine().fromMemory(source, dtype, shape, strides));
  } catch (cause) {
    if (cause instanceof OslerError) throw cause;
    throw new OslerError('ENGINE_FAILED', `A tensor [${shape.join(', ')}] can't be made: ${firstLines(cause)}`, {
      cause,
    });
  }
}

/**
 * A tensor over the array's own memory, also of a SharedArrayBuffer: no copy, and the memory is kept alive as long as the
 * tensor's. What is written to one is seen in the other. The array's buffer must not be transferred to another thread meanwhile.
 * @param shape sizes whose product is the array's length; row-major.
 */
export function fromArray(array: SourceArray, shape: readonly number[], options: { copy?: boolean } = {}): Tensor {
  return wrap(array, shape, null, options.copy ?? false);
}

/** Images stored [n, h, w, c] as a tensor of logical shape [n, c, h, w] in channels-last layout, without a copy. */
export function fromArrayNHWC(
  array: SourceArray,
  [n, h, w, c]: readonly [number, number, number, number],
  options: { copy?: boolean } = {},
): Tensor {
  return wrap(array, [n, c, h, w], [h * w * c, 1, w * c, c], options.copy ?? false);
}

export function zeros(shape: readonly number[], options: TensorOptions = {}): Tensor {
  return call('aten::zeros', shape, options.dtype ?? 'f32', undefined, options.device ?? 'cpu');
}

export function ones(shape: readonly number[], options: TensorOptions = {}): Tensor {
  return call('aten::ones', shape, options.dtype ?? 'f32', undefined, options.device ?? 'cpu');
}

/** Uninitialised memory: to be written before it is read. */
export function empty(shape: readonly number[], options: TensorOptions = {}): Tensor {
  return call('aten::empty.memory_format', shape, options.dtype ?? 'f32', undefined, options.device ?? 'cpu');
}

export function full(shape: readonly number[], value: number, options: TensorOptions = {}): Tensor {
  return call('aten::full', shape, value, options.dtype ?? 'f32', undefined, options.device ?? 'cpu');
}

/** Standard normal numbers from the engine's generator (`manualSeed`). */
export function randn(shape: readonly number[], options: TensorOptions = {}): Tensor {
  return call('aten::randn', shape, options.dtype ?? 'f32', undefined, options.device ?? 'cpu');
}

/** Uniform numbers in [0, 1). */
export function rand(shape: readonly number[], options: TensorOptions = {}): Tensor {
  return call('aten::rand', shape, options.dtype ?? 'f32', undefined, options.device ?? 'cpu');
}

/** 0, 1, ... end - 1; i64 unless told otherwise. */
export function arange(end: number, options: TensorOptions = {}): Tensor {
  return call('aten::arange', end, options.dtype ?? 'i64', undefined, options.device ?? 'cpu');
}

/** Copies values, converting type and broadcasting; returns the target. */
export function copy_(target: Tensor, source: Tensor): Tensor {
  return call('aten::copy_', target, source);
}
