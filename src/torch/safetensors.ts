import { randomBytes } from 'node:crypto';
import { closeSync, fstatSync, fsyncSync, openSync, readSync, renameSync, rmSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { OslerError } from '../errors.ts';
import { scope } from './lifetime.ts';
import { loadEngine } from './native.ts';
import { type Header, headerLength, invalid, layOut, parseHeader } from './safetensors-format.ts';
import { type DType, Tensor } from './tensor.ts';

/** A tensor's numbers without the engine. f16 and bf16 are the raw bits in a Uint16Array; bool is 0 or 1. */
export interface RawTensor {
  dtype: DType;
  shape: number[];
  data: RawArray;
}

export type RawArray =
  | Float32Array
  | Float64Array
  | BigInt64Array
  | Int32Array
  | Int16Array
  | Int8Array
  | Uint8Array
  | Uint16Array;

const ARRAYS = {
  f64: Float64Array,
  i64: BigInt64Array,
  f32: Float32Array,
  i32: Int32Array,
  f16: Uint16Array,
  bf16: Uint16Array,
  i16: Int16Array,
  u8: Uint8Array,
  i8: Int8Array,
  bool: Uint8Array,
} as const;

function withFile<R>(path: string, use: (file: number, bytes: number) => R): R {
  let file: number;
  try {
    file = openSync(path, 'r');
  } catch (cause) {
    throw new OslerError('NOT_FOUND', `The weights ${path} can't be opened: ${(cause as Error).message}`, { cause });
  }
  try {
    return use(file, fstatSync(file).size);
  } finally {
    closeSync(file);
  }
}

function readFully(path: string, file: number, into: Uint8Array, position: number): void {
  for (let done = 0; done < into.length; ) {
    const count = readSync(file, into, done, into.length - done, position + done);
    if (count === 0) throw invalid(path, 'it ended early');
    done += count;
  }
}

function readHeader(path: string, file: number, bytes: number): Header {
  const start = new Uint8Array(Math.min(8, bytes));
  readFully(path, file, start, 0);
  const json = new Uint8Array(headerLength(path, start, bytes));
  readFully(path, file, json, 8);
  return parseHeader(path, json, bytes);
}

/** The `__metadata__` of a file: strings by name. */
export function readSafetensorsMetadata(path: string): Record<string, string> {
  return withFile(path, (file, bytes) => readHeader(path, file, bytes).metadata);
}

/**
 * Reads a safetensors file without the engine.
 * @throws OslerError NOT_FOUND, or WEIGHTS_INVALID naming the file and what is wrong with it.
 */
export function readSafetensorsRaw(path: string): Map<string, RawTensor> {
  return withFile(path, (file, bytes) => {
    const tensors = new Map<string, RawTensor>();
    for (const [name, entry] of readHeader(path, file, bytes).entries) {
      const content = new Uint8Array(entry.bytes);
      readFully(path, file, content, entry.offset);
      tensors.set(name, { dtype: entry.dtype, shape: entry.shape, data: new ARRAYS[entry.dtype](content.buffer) });
    }
    return tensors;
  });
}

/**
 * Reads a safetensors file by mapping it: pages come from the disk when they are first used. Writing to a tensor changes the
 * tensor, never the file. The file must not be truncated meanwhile (write anew and rename, as `writeSafetensors` does).
 * @throws OslerError NOT_FOUND, or WEIGHTS_INVALID naming the file and what is wrong with it.
 */
export function readSafetensors(path: string): Map<string, Tensor> {
  const { entries } = withFile(path, (file, bytes) => readHeader(path, file, bytes));
  return scope(() => {
    const engine = loadEngine();
    const whole = new Tensor(engine.mapFile(path));
    return new Map(
      [...entries].map(([name, { dtype, shape, offset }]) => [
        name,
        new Tensor(engine.slice(whole.handle, offset, dtype, shape)),
      ]),
    );
  });
}

/**
 * Writes tensors to a safetensors file, atomically: to a file beside it, to the disk, then renamed.
 * @param tensors by name; f16 and bf16 without the engine as Uint16Array of the raw bits.
 */
export function writeSafetensors(
  path: string,
  tensors: ReadonlyMap<string, Tensor | { dtype: DType; shape: readonly number[]; data: RawArray }>,
  metadata: Readonly<Record<string, string>> = {},
): void {
  const { header, order } = layOut(tensors, metadata);
  const temporary = `${path}.${randomBytes(6).toString('hex')}.tmp`;
  const file = openSync(temporary, 'wx', 0o644);
  try {
    try {
      writeFully(file, header);
      for (const name of order) {
        const tensor = tensors.get(name)!;
        if (tensor instanceof Tensor) {
          loadEngine().write(tensor.handle, file);
          continue;
        }
        const { data, dtype, shape } = tensor;
        if (data.length !== shape.reduce((product, n) => product * n, 1) || !(data instanceof ARRAYS[dtype])) {
          throw new OslerError(
            'USAGE',
            `Tensor ${name} has ${data.length} elements in a ${data.constructor.name}, not ${dtype} [${shape.join(', ')}].`,
          );
        }
        writeFully(file, new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
      }
      fsyncSync(file);
    } finally {
      closeSync(file);
    }
    renameSync(temporary, path);
  } catch (error) {
    rmSync(temporary, { force: true });
    throw error;
  }
  const folder = openSync(dirname(path), 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

function writeFully(file: number, bytes: Uint8Array): void {
  for (let done = 0; done < bytes.length; )
    done += writeSync(file, bytes, done, Math.min(bytes.length - done, 1 << 30));
}
