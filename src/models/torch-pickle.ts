import type { DType, RawTensor } from '../torch/index.ts';
import {
  type Pickled,
  PickleGlobal,
  type PickleHost,
  type PickleMap,
  type PickleObject,
  PickleTuple,
  refused,
} from './pickle.ts';

/** Bytes that tensors of a file share; they are read after the pickle, by key. */
export class StorageRef implements PickleObject {
  readonly pickleObject = true;
  readonly dtype: DType;
  readonly key: string;
  /** Elements. */
  readonly numel: number;

  constructor(dtype: DType, key: string, numel: number) {
    this.dtype = dtype;
    this.key = key;
    this.numel = numel;
  }
}

/** A strided view of a storage. */
export class TensorRef implements PickleObject {
  readonly pickleObject = true;
  readonly storage: StorageRef;
  readonly offset: number;
  readonly shape: number[];
  readonly stride: number[];

  constructor(storage: StorageRef, offset: number, shape: number[], stride: number[]) {
    this.storage = storage;
    this.offset = offset;
    this.shape = shape;
    this.stride = stride;
  }
}

const STORAGES: Readonly<Record<string, DType>> = {
  'torch.FloatStorage': 'f32',
  'torch.DoubleStorage': 'f64',
  'torch.HalfStorage': 'f16',
  'torch.BFloat16Storage': 'bf16',
  'torch.LongStorage': 'i64',
  'torch.IntStorage': 'i32',
  'torch.ShortStorage': 'i16',
  'torch.CharStorage': 'i8',
  'torch.ByteStorage': 'u8',
  'torch.BoolStorage': 'bool',
};

const MAX_PAIRS = 1_000_000;

/** What a state dict may name: ordered dicts, storages, and the functions that put a tensor together. */
export function torchHost(file: string): PickleHost {
  const whole = (value: Pickled | undefined, what: string): number => {
    if (typeof value === 'number' && Number.isSafeInteger(value) && value >= 0) return value;
    throw refused(file, `${what} of a tensor is not a whole number`);
  };
  const list = (value: Pickled | undefined, what: string): number[] => {
    if (!(value instanceof PickleTuple) || value.items.length > 16)
      throw refused(file, `${what} of a tensor is no tuple`);
    return value.items.map((item) => whole(item, what));
  };
  const tensor = ([storage, offset, shape, stride]: readonly Pickled[]): TensorRef => {
    if (!(storage instanceof StorageRef)) throw refused(file, 'a tensor in it has no storage');
    return checked(
      file,
      new TensorRef(storage, whole(offset, 'the offset'), list(shape, 'the shape'), list(stride, 'the stride')),
    );
  };
  const parameter = ([data]: readonly Pickled[]): TensorRef => {
    if (!(data instanceof TensorRef)) throw refused(file, 'a parameter in it is no tensor');
    return data;
  };
  // The same list may be given again and again: without a bound, few bytes could keep the reader busy for ever.
  let made = 0;
  const orderedDict = (args: readonly Pickled[]): PickleMap => {
    const dict: PickleMap = new Map();
    const [pairs] = args;
    if (pairs === undefined) return dict;
    if (!Array.isArray(pairs)) throw refused(file, 'an ordered dict in it is made of what is no list');
    made += pairs.length;
    if (made > MAX_PAIRS) throw refused(file, 'its dicts grow without end');
    for (const pair of pairs) {
      const [key, value] = pair instanceof PickleTuple ? pair.items : Array.isArray(pair) ? pair : [];
      if (key === undefined || value === undefined) throw refused(file, 'an ordered dict in it is made of no pairs');
      dict.set(key, value);
    }
    return dict;
  };
  const globals = new Map(
    [
      ['collections.OrderedDict', orderedDict],
      ['torch._utils._rebuild_tensor', tensor],
      ['torch._utils._rebuild_tensor_v2', tensor],
      ['torch._utils._rebuild_parameter', parameter],
    ].map(([name, call]) => [name as string, new PickleGlobal(name as string, call as typeof tensor)]),
  );
  for (const name of Object.keys(STORAGES)) globals.set(name, new PickleGlobal(name));

  const persistentLoad = (id: Pickled): StorageRef => {
    const [kind, type, key, , numel, view] = id instanceof PickleTuple ? id.items : [];
    const dtype = type instanceof PickleGlobal ? STORAGES[type.name] : undefined;
    if (kind !== 'storage' || dtype === undefined || typeof key !== 'string') {
      throw refused(file, 'it refers to something outside it that is no storage');
    }
    if (view !== undefined && view !== null) throw refused(file, 'it holds a view of a storage, as PyTorch 0.x wrote');
    return new StorageRef(dtype, key, whole(numel, 'the length'));
  };
  return { file, globals, persistentLoad };
}

/** A tensor may not reach beyond its storage, nor be larger than it (a stride of 0 would make much out of little). */
function checked(file: string, t: TensorRef): TensorRef {
  if (t.shape.length !== t.stride.length) throw refused(file, 'a shape in it fits no stride');
  const count = t.shape.reduce((a, b) => a * b, 1);
  const last = t.shape.reduce((sum, size, i) => sum + (size - 1) * t.stride[i]!, t.offset);
  if (count > 0 && (last >= t.storage.numel || count > t.storage.numel)) {
    throw refused(file, `a tensor in it of shape [${t.shape}] reaches beyond its storage`);
  }
  return t;
}

/** The tensor's elements in row-major order: a view of the storage where it already is, else a copy. */
export function materialise(t: TensorRef, storage: RawTensor['data']): RawTensor {
  const { dtype } = t.storage;
  const shape = [...t.shape];
  const count = shape.reduce((a, b) => a * b, 1);
  if (isRowMajor(t)) return { dtype, shape, data: storage.subarray(t.offset, t.offset + count) as RawTensor['data'] };
  const data = storage.slice(0, count) as RawTensor['data'];
  const index = shape.map(() => 0);
  for (let i = 0, at = t.offset; i < count; i++) {
    data[i] = storage[at]!;
    for (let d = shape.length - 1; d >= 0; d--) {
      at += t.stride[d]!;
      if (++index[d]! < shape[d]!) break;
      at -= shape[d]! * t.stride[d]!;
      index[d] = 0;
    }
  }
  return { dtype, shape, data };
}

function isRowMajor(t: TensorRef): boolean {
  let expected = 1;
  for (let d = t.shape.length - 1; d >= 0; d--) {
    if (t.shape[d] !== 1 && t.stride[d] !== expected) return false;
    expected *= t.shape[d]!;
  }
  return true;
}

/** Names under which checkpoints keep the state dict beside other things. */
const NESTED = ['state_dict', 'model_state_dict', 'model'];

/** The tensors of a pickled state dict by name, or of the one inside a checkpoint. */
export function tensorsOf(value: Pickled, file: string): Map<string, TensorRef> {
  if (!(value instanceof Map)) throw refused(file, 'it holds no state dict');
  const tensors = new Map<string, TensorRef>();
  for (const [name, item] of value) {
    if (typeof name === 'string' && item instanceof TensorRef) tensors.set(name, item);
  }
  if (tensors.size > 0) return tensors;
  const inner = NESTED.map((name) => value.get(name)).find((item) => item instanceof Map);
  if (inner === undefined) throw refused(file, 'it holds no tensors');
  return tensorsOf(inner, file);
}
