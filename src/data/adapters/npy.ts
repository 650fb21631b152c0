import { OslerError } from '../../errors.ts';

export interface NpyHeader {
  shape: number[];
  /** Little-endian or one byte; an item's size in bytes and how to read it. */
  bytes: number;
  kind: 'u' | 'i' | 'f' | 'b';
}

/**
 * Reads an array of NumPy's `.npy` format (versions 1 to 3) from a stream of bytes, a row (first axis) at a time.
 * Only C order and little-endian numbers of 1 to 8 bytes: anything else, Python objects above all, is refused.
 */
export class NpyReader {
  private readonly chunks: AsyncIterator<Buffer>;
  private readonly name: string;
  private rest: Buffer = Buffer.alloc(0);

  constructor(stream: AsyncIterable<Buffer>, name: string) {
    this.chunks = stream[Symbol.asyncIterator]();
    this.name = name;
  }

  async header(): Promise<NpyHeader> {
    const start = await this.read(10);
    if (start.toString('latin1', 0, 6) !== '\x93NUMPY') throw this.invalid('it is no NumPy array');
    let length = start.readUInt16LE(8);
    if (start[6]! >= 2) length += (await this.read(2)).readUInt16LE(0) * 65_536;
    if (length > 1 << 20) throw this.invalid('its header is too long');
    const text = (await this.read(length)).toString('latin1');
    const descr = /'descr':\s*'([^']*)'/.exec(text)?.[1];
    const shape = /'shape':\s*\(([^)]*)\)/.exec(text)?.[1];
    if (descr === undefined || shape === undefined) throw this.invalid('it holds no plain array');
    if (/'fortran_order':\s*True/.test(text)) throw this.invalid('it is in Fortran order');
    const type = /^([<|])([uifb])([1248])$/.exec(descr);
    if (type === null) throw this.invalid(`its type "${descr}" is none that Osler reads`);
    return {
      shape: shape
        .split(',')
        .filter((n) => n.trim() !== '')
        .map(Number),
      bytes: Number(type[3]),
      kind: type[2] as NpyHeader['kind'],
    };
  }

  /** Exactly so many bytes; a view that is valid until the next call. Throws DATA_INVALID at the stream's early end. */
  async read(size: number): Promise<Buffer> {
    const parts: Buffer[] = [];
    let missing = size;
    while (missing > 0) {
      if (this.rest.length === 0) {
        const { value, done } = await this.chunks.next();
        if (done) throw this.invalid('it ends too early');
        this.rest = value;
      }
      const part = this.rest.subarray(0, missing);
      parts.push(part);
      this.rest = this.rest.subarray(part.length);
      missing -= part.length;
    }
    return parts.length === 1 ? parts[0]! : Buffer.concat(parts, size);
  }

  async skip(size: number): Promise<void> {
    for (let left = size; left > 0; ) left -= (await this.read(Math.min(left, 1 << 20))).length;
  }

  /** Reads to the end, where a checksum may be compared. Throws DATA_INVALID when more data follows. */
  async end(): Promise<void> {
    if (this.rest.length > 0 || !(await this.chunks.next()).done)
      throw this.invalid('more follows than its shape says');
  }

  async close(): Promise<void> {
    await this.chunks.return?.();
  }

  invalid(what: string): OslerError {
    return new OslerError('DATA_INVALID', `${this.name} can not be read: ${what}.`);
  }
}

/** One number of an array. */
export function numberAt(row: Buffer, index: number, { kind, bytes }: NpyHeader): number {
  const at = index * bytes;
  if (kind === 'f') return bytes === 4 ? row.readFloatLE(at) : bytes === 8 ? row.readDoubleLE(at) : Number.NaN;
  if (bytes === 8) return Number(kind === 'i' ? row.readBigInt64LE(at) : row.readBigUInt64LE(at));
  return kind === 'i' ? row.readIntLE(at, bytes) : row.readUIntLE(at, bytes);
}
