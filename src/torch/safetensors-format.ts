import { z } from 'zod';
import { OslerError } from '../errors.ts';
import type { DType } from './tensor.ts';

/** The safetensors format: 8 bytes length of the header (little-endian), the header as JSON, then the bytes of the tensors. */

export const ELEMENT_BYTES: Readonly<Record<DType, number>> = {
  f64: 8,
  i64: 8,
  f32: 4,
  i32: 4,
  f16: 2,
  bf16: 2,
  i16: 2,
  u8: 1,
  i8: 1,
  bool: 1,
};

const NAMES: Readonly<Record<string, DType>> = {
  F64: 'f64',
  I64: 'i64',
  F32: 'f32',
  I32: 'i32',
  F16: 'f16',
  BF16: 'bf16',
  I16: 'i16',
  U8: 'u8',
  I8: 'i8',
  BOOL: 'bool',
};

const size = z.int().nonnegative();
const HeaderSchema = z
  .object({ __metadata__: z.record(z.string(), z.string()).optional() })
  .catchall(z.object({ dtype: z.string(), shape: z.array(size), data_offsets: z.tuple([size, size]) }));

/** The reference implementation's limit. */
const MAX_HEADER = 100_000_000;

export interface Entry {
  dtype: DType;
  shape: number[];
  /** First byte in the file. */
  offset: number;
  bytes: number;
}

export interface Header {
  entries: Map<string, Entry>;
  metadata: Record<string, string>;
}

/** Length of the header from a file's first 8 bytes. @throws OslerError WEIGHTS_INVALID */
export function headerLength(path: string, start: Uint8Array, fileBytes: number): number {
  if (start.length < 8) throw invalid(path, 'it is shorter than 8 bytes');
  const length = new DataView(start.buffer, start.byteOffset, 8).getBigUint64(0, true);
  if (length > MAX_HEADER || 8n + length > BigInt(fileBytes))
    throw invalid(path, 'its header is longer than the file or the format allow');
  return Number(length);
}

/** Reads and checks a header: types are known, sizes match, and no tensor lies outside the file or over another. */
export function parseHeader(path: string, json: Uint8Array, fileBytes: number): Header {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(json));
  } catch (cause) {
    throw invalid(path, 'its header is not JSON', cause);
  }
  const checked = HeaderSchema.safeParse(value);
  if (!checked.success) throw invalid(path, `its header is malformed: ${z.prettifyError(checked.error)}`);
  const { __metadata__: metadata = {}, ...tensors } = checked.data;
  const start = 8 + json.length;
  const entries = new Map<string, Entry>();
  for (const [name, { dtype: label, shape, data_offsets: offsets }] of Object.entries(tensors)) {
    const dtype = NAMES[label];
    if (!dtype) throw invalid(path, `tensor ${name} has the type ${label}, which is not supported`);
    const bytes = offsets[1] - offsets[0];
    if (shape.reduce((product, n) => product * n, ELEMENT_BYTES[dtype]) !== bytes) {
      throw invalid(path, `tensor ${name} of shape [${shape.join(', ')}] does not fit its ${bytes} bytes`);
    }
    if (start + offsets[1] > fileBytes)
      throw invalid(path, `tensor ${name} lies beyond the end: the file is truncated`);
    entries.set(name, { dtype, shape, offset: start + offsets[0], bytes });
  }
  let end = start;
  for (const { offset, bytes } of [...entries.values()].sort((a, b) => a.offset - b.offset || a.bytes - b.bytes)) {
    if (offset < end) throw invalid(path, 'two of its tensors overlap');
    end = offset + bytes;
  }
  return { entries, metadata };
}

/** Lays tensors out, wide elements first so that each lies on its natural boundary, and makes the header's bytes. */
export function layOut(
  tensors: ReadonlyMap<string, { dtype: DType; shape: readonly number[] }>,
  metadata: Readonly<Record<string, string>>,
): { header: Uint8Array; order: string[] } {
  const order = [...tensors.keys()].sort((a, b) => {
    const wide = ELEMENT_BYTES[tensors.get(b)!.dtype] - ELEMENT_BYTES[tensors.get(a)!.dtype];
    return wide !== 0 ? wide : a < b ? -1 : 1;
  });
  const labels = Object.fromEntries(Object.entries(NAMES).map(([label, dtype]) => [dtype, label]));
  const head: Record<string, unknown> = Object.keys(metadata).length > 0 ? { __metadata__: metadata } : {};
  let offset = 0;
  for (const name of order) {
    if (name === '__metadata__')
      throw new OslerError('USAGE', 'A tensor can not be named __metadata__ in a safetensors file.');
    const { dtype, shape } = tensors.get(name)!;
    const end = offset + shape.reduce((product, n) => product * n, ELEMENT_BYTES[dtype]);
    head[name] = { dtype: labels[dtype], shape, data_offsets: [offset, end] };
    offset = end;
  }
  const text = new TextEncoder().encode(JSON.stringify(head));
  const padded = new Uint8Array(8 + Math.ceil(text.length / 8) * 8).fill(0x20);
  new DataView(padded.buffer).setBigUint64(0, BigInt(padded.length - 8), true);
  padded.set(text, 8);
  return { header: padded, order };
}

export function invalid(path: string, why: string, cause?: unknown): OslerError {
  return new OslerError('WEIGHTS_INVALID', `${path} is not a usable safetensors file: ${why}.`, {
    hint: 'Fetch or write the file again.',
    ...(cause === undefined ? {} : { cause }),
  });
}
