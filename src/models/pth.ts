import { type FileHandle, open } from 'node:fs/promises';
import yauzl from 'yauzl';
import { OslerError } from '../errors.ts';
import type { DType, RawTensor } from '../torch/index.ts';
import { type Pickled, type PickleHost, refused, unpickle } from './pickle.ts';
import { materialise, type StorageRef, type TensorRef, tensorsOf, torchHost } from './torch-pickle.ts';

type RawData = RawTensor['data'];

const ARRAYS = {
  f32: Float32Array,
  f64: Float64Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  i64: BigInt64Array,
  i32: Int32Array,
  i16: Int16Array,
  i8: Int8Array,
  u8: Uint8Array,
  bool: Uint8Array,
} as const satisfies Record<DType, unknown>;

/** Far more than the structure of any state dict takes (the numbers are elsewhere in the file). */
const MAX_PICKLE = 64 * 2 ** 20;
/** First value of PyTorch's legacy format, as LONG1. */
const LEGACY_MAGIC = 0x1950a86a20f9469cfc6cn;

/**
 * Reads the tensors of a PyTorch state dict (.pth, .pt), in the zip or the legacy format, without executing anything in it.
 * f16 and bf16 are raw bits in a Uint16Array.
 * @throws OslerError NOT_FOUND, or WEIGHTS_INVALID naming the file and what in it is refused
 */
export async function readPth(path: string): Promise<Map<string, RawTensor>> {
  const file = await openFile(path);
  try {
    const start = Buffer.alloc(4);
    const { bytesRead } = await file.read(start, 0, 4, 0);
    if (bytesRead === 4 && start.toString('latin1') === 'PK\x03\x04') return await readZip(path);
    return await readLegacy(path, file);
  } finally {
    await file.close();
  }
}

async function openFile(path: string): Promise<FileHandle> {
  try {
    return await open(path);
  } catch (cause) {
    throw new OslerError('NOT_FOUND', `The weights ${path} can't be opened: ${(cause as Error).message}`, { cause });
  }
}

async function readZip(path: string): Promise<Map<string, RawTensor>> {
  const zip = await yauzl.openPromise(path, { lazyEntries: true, autoClose: false }).catch((cause: Error) => {
    throw refused(path, `its zip archive is damaged (${cause.message})`);
  });
  const read = async (entry: yauzl.Entry, bytes: number, what: string): Promise<Uint8Array> => {
    if (entry.uncompressedSize !== bytes) {
      throw refused(path, `${what} has ${entry.uncompressedSize} bytes instead of ${bytes}`);
    }
    const into = new Uint8Array(bytes);
    let done = 0;
    try {
      for await (const chunk of await zip.openReadStreamPromise(entry)) {
        into.set(chunk as Uint8Array, done);
        done += (chunk as Uint8Array).length;
      }
    } catch (cause) {
      throw refused(path, `${what} can't be read (${(cause as Error).message})`);
    }
    if (done !== bytes) throw refused(path, `${what} ends early`);
    return into;
  };
  try {
    const entries = new Map<string, yauzl.Entry>();
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
    const roots = [...entries.keys()].filter((name) => /^[^/]+\/data\.pkl$/.test(name));
    if (roots.length !== 1) throw refused(path, 'it is a zip archive, but not one that torch.save writes');
    const root = roots[0]!.slice(0, -'data.pkl'.length);
    const order = entries.get(`${root}byteorder`);
    if (order !== undefined && Buffer.from(await read(order, 6, 'its byte order')).toString() !== 'little') {
      throw refused(path, 'its numbers are big-endian');
    }
    const pickle = entries.get(roots[0]!)!;
    if (pickle.uncompressedSize > MAX_PICKLE) throw refused(path, 'its structure takes more than 64 MiB');
    const bytes = await read(pickle, pickle.uncompressedSize, 'data.pkl');
    const tensors = tensorsOf(unpickle(bytes, 0, torchHost(path)).value, path);
    return await collect(tensors, async (storage) => {
      const entry = entries.get(`${root}data/${storage.key}`);
      if (entry === undefined) throw refused(path, `the storage ${storage.key} is not in it`);
      return read(entry, bytesOf(storage), `its storage ${storage.key}`);
    });
  } catch (error) {
    if (error instanceof OslerError) throw error;
    throw refused(path, `its zip archive is damaged (${(error as Error).message})`);
  } finally {
    zip.close();
  }
}

/** Three small pickles (magic, version, machine), the state dict, the keys of the storages, then their bytes in that order. */
async function readLegacy(path: string, file: FileHandle): Promise<Map<string, RawTensor>> {
  const { size } = await file.stat();
  const head = new Uint8Array(Math.min(size, MAX_PICKLE));
  await readFully(file, head, 0, path);
  const host = torchHost(path);
  const magic = next(head, 0, host, path);
  if (magic.value !== LEGACY_MAGIC) throw notWeights(path);
  const version = next(head, magic.end, host, path);
  if (version.value !== 1001) throw refused(path, 'its format version is not 1001');
  const machine = next(head, version.end, host, path);
  if (!(machine.value instanceof Map) || machine.value.get('little_endian') !== true) {
    throw refused(path, 'its numbers are not little-endian');
  }
  const state = next(head, machine.end, host, path);
  const keys = next(head, state.end, host, path);
  const tensors = tensorsOf(state.value, path);
  const places = await locate(path, file, size, keys, storagesIn(state.value, tensors));
  return collect(tensors, async (storage) => {
    const place = places.get(storage.key);
    if (place === undefined) throw refused(path, `the storage ${storage.key} is not in it`);
    const bytes = new Uint8Array(bytesOf(storage));
    await readFully(file, bytes, place, path);
    return bytes;
  });
}

/** First byte of each storage. Every storage is preceded by its number of elements as a 64-bit integer. */
async function locate(
  path: string,
  file: FileHandle,
  size: number,
  keys: { value: Pickled; end: number },
  storages: ReadonlyMap<string, StorageRef>,
): Promise<Map<string, number>> {
  if (!Array.isArray(keys.value)) throw refused(path, 'it lists no storages');
  const places = new Map<string, number>();
  const length = new Uint8Array(8);
  let at = keys.end;
  for (const key of keys.value) {
    const storage = typeof key === 'string' ? storages.get(key) : undefined;
    if (storage === undefined)
      throw refused(path, `it lists a storage that no tensor has (${String(key).slice(0, 40)})`);
    await readFully(file, length, at, path);
    if (new DataView(length.buffer).getBigUint64(0, true) !== BigInt(storage.numel)) {
      throw refused(path, `its storage ${storage.key} has not the length its tensors say`);
    }
    places.set(storage.key, at + 8);
    at += 8 + bytesOf(storage);
    if (at > size) throw refused(path, 'it is truncated');
  }
  return places;
}

/** All storages of a pickle, also of tensors beside the state dict (an optimiser's), since their bytes lie in between. */
function storagesIn(value: Pickled, tensors: ReadonlyMap<string, TensorRef>): Map<string, StorageRef> {
  const found = new Map<string, StorageRef>();
  const seen = new Set<unknown>();
  const open: unknown[] = [value, ...tensors.values()];
  while (open.length > 0) {
    const item = open.pop();
    if (typeof item !== 'object' || item === null || seen.has(item)) continue;
    seen.add(item);
    const storage = (item as Partial<TensorRef>).storage;
    if (storage !== undefined) found.set(storage.key, storage);
    else if (item instanceof Map) open.push(...item.values());
    else if (Array.isArray(item)) open.push(...item);
    else if ('items' in item && Array.isArray(item.items)) open.push(...item.items);
  }
  return found;
}

function next(bytes: Uint8Array, at: number, host: PickleHost, path: string): { value: Pickled; end: number } {
  if (at === 0 && bytes[0] !== 0x80) throw notWeights(path);
  return unpickle(bytes, at, host);
}

function notWeights(path: string): OslerError {
  return new OslerError('WEIGHTS_INVALID', `${path} is no file that torch.save wrote.`, {
    hint: 'Weights are read from .pth and .pt (PyTorch >= 0.4) and from .safetensors.',
  });
}

function bytesOf(storage: StorageRef): number {
  return storage.numel * ARRAYS[storage.dtype].BYTES_PER_ELEMENT;
}

/** Reads each storage once and cuts the tensors out of it. */
async function collect(
  tensors: ReadonlyMap<string, TensorRef>,
  read: (storage: StorageRef) => Promise<Uint8Array>,
): Promise<Map<string, RawTensor>> {
  const storages = new Map<string, RawData>();
  const out = new Map<string, RawTensor>();
  for (const [name, tensor] of tensors) {
    const { storage } = tensor;
    let data = storages.get(storage.key);
    if (data === undefined) {
      data = new ARRAYS[storage.dtype]((await read(storage)).buffer as ArrayBuffer);
      storages.set(storage.key, data);
    }
    out.set(name, materialise(tensor, data));
  }
  return out;
}

async function readFully(file: FileHandle, into: Uint8Array, position: number, path: string): Promise<void> {
  for (let done = 0; done < into.length; ) {
    const { bytesRead } = await file.read(into, done, into.length - done, position + done);
    if (bytesRead === 0) throw refused(path, 'it is truncated');
    done += bytesRead;
  }
}
