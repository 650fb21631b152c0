import { OslerError } from '../errors.ts';
import { adopt, forget } from './lifetime.ts';
import { loadEngine } from './native.ts';

export type DType = 'f32' | 'f64' | 'f16' | 'bf16' | 'i64' | 'i32' | 'i16' | 'i8' | 'u8' | 'bool';
export type Device = 'cpu' | 'cuda' | `cuda:${number}`;

/** The memory of a tensor as JavaScript sees it: bf16 and f16 are widened to f32, bool is 0 or 1. */
export type TensorArray =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array;

/** A tensor was used after `dispose()` or after the scope that made it. */
export class TensorDisposedError extends OslerError {
  override readonly name = 'TensorDisposedError';

  constructor() {
    super('TENSOR_DISPOSED', 'This tensor has been disposed of: its memory is gone.', {
      hint: 'Return it from the scope that made it, or call keep(tensor) there.',
    });
  }
}

const ARRAYS = {
  f32: Float32Array,
  f64: Float64Array,
  f16: Float32Array,
  bf16: Float32Array,
  i64: BigInt64Array,
  i32: Int32Array,
  i16: Int16Array,
  i8: Int8Array,
  u8: Uint8Array,
  bool: Uint8Array,
} as const satisfies Record<DType, new (length: number) => TensorArray>;

/**
 * A handle to a tensor of LibTorch. It lives until `dispose()` or the end of the scope it was made in; outside every scope
 * somebody has to dispose of it, since the garbage collector does not.
 */
export class Tensor {
  #handle: number;

  /** Made by the functions of this room only. The tensor belongs to the current scope. */
  constructor(handle: number) {
    this.#handle = handle;
    adopt(this);
  }

  /** Index into the bridge's table. @throws TensorDisposedError */
  get handle(): number {
    if (this.#handle < 0) throw new TensorDisposedError();
    return this.#handle;
  }

  /** Tells scopes a tensor from any other object. */
  get isTensor(): true {
    return true;
  }

  get disposed(): boolean {
    return this.#handle < 0;
  }

  get shape(): number[] {
    return loadEngine().shape(this.handle);
  }

  get dtype(): DType {
    return loadEngine().dtype(this.handle) as DType;
  }

  get device(): Device {
    return loadEngine().device(this.handle) as Device;
  }

  /** Elements between neighbours along each dimension. */
  get strides(): number[] {
    return loadEngine().strides(this.handle);
  }

  get numel(): number {
    return this.shape.reduce((product, size) => product * size, 1);
  }

  get requiresGrad(): boolean {
    return loadEngine().requiresGrad(this.handle);
  }

  requiresGrad_(on = true): this {
    native('requiresGrad_()', () => loadEngine().setRequiresGrad(this.handle, on));
    return this;
  }

  /** The gradient that `backward` left here, a new Tensor of the current scope over the same memory; null without one. */
  get grad(): Tensor | null {
    const handle = loadEngine().gradient(this.handle);
    return handle < 0 ? null : new Tensor(handle);
  }

  set grad(gradient: Tensor | null) {
    native('grad', () => loadEngine().setGradient(this.handle, gradient === null ? -1 : gradient.handle));
  }

  /** The value of a tensor with one element; waits for the device. i64 beyond 2^53 loses digits. */
  item(): number {
    return native('item()', () => loadEngine().item(this.handle));
  }

  /** A copy of the elements in row-major order, whatever the memory layout; i64 as BigInt64Array. */
  toArray(): TensorArray {
    const dtype = this.dtype;
    const array = new ARRAYS[dtype](this.numel);
    if (dtype !== 'f16' && dtype !== 'bf16') {
      loadEngine().read(this.handle, array);
      return array;
    }
    const wide = this.to('f32');
    try {
      loadEngine().read(wide.handle, array);
    } finally {
      wide.dispose();
    }
    return array;
  }

  /** The elements as plain numbers in row-major order. */
  toNumbers(): number[] {
    return Array.from(this.toArray(), Number);
  }

  /**
   * A view of the tensor's own memory, without a copy; what is written to one is seen in the other, and the memory lives as
   * long as either. Contiguous CPU tensors other than f16 and bf16.
   */
  view(): TensorArray {
    const dtype = this.dtype;
    if (dtype === 'f16' || dtype === 'bf16') {
      throw new OslerError('USAGE', `JavaScript has no array of ${dtype}; use toArray().`);
    }
    return new ARRAYS[dtype](native('view()', () => loadEngine().share(this.handle)) as unknown as number);
  }

  /** The same memory without the history of autograd. */
  detach(): Tensor {
    return new Tensor(loadEngine().detach(this.handle));
  }

  /** Converted to a type of numbers or moved to a device; a second handle to the same memory when nothing changes. */
  to(target: DType | Device): Tensor {
    const engine = loadEngine();
    const isDtype = target in ARRAYS;
    const [dtype, device] = isDtype ? [target, engine.device(this.handle)] : [engine.dtype(this.handle), target];
    toOperator ??= engine.resolve('aten::to.device')[0];
    try {
      return new Tensor(engine.call(toOperator, this.handle, device, dtype) as number);
    } catch (cause) {
      throw new OslerError('ENGINE_FAILED', `A tensor can't be moved to ${target}: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  /** Frees the memory unless other tensors or autograd still use it. Twice is harmless. */
  dispose(): void {
    if (this.#handle < 0) return;
    forget(this);
    loadEngine().dispose(this.#handle);
    this.#handle = -1;
  }

  [Symbol.dispose](): void {
    this.dispose();
  }

  /** For scopes: gives up the handle without freeing it, and returns it; -1 when there is none. */
  release(): number {
    const handle = this.#handle;
    this.#handle = -1;
    return handle;
  }
}

let toOperator: number | undefined;

function native<R>(what: string, fn: () => R): R {
  try {
    return fn();
  } catch (cause) {
    if (cause instanceof OslerError) throw cause;
    throw new OslerError('ENGINE_FAILED', `${what} failed: ${(cause as Error).message}`, { cause });
  }
}
