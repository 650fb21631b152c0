import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { crc32 } from 'node:zlib';
import { OslerError } from '../../errors.ts';

/**
 * The frame of W&B's run files: LevelDB's log format (github.com/google/leveldb, doc/log_format.md) with a head of 7 bytes and the plain
 * CRC-32 of kind and data. Blocks of 32 KiB; a chunk is crc (4), length (2), kind (1), data; a record is one chunk or several.
 */
const BLOCK = 32 * 1024;
const CHUNK_HEAD = 7;
const HEAD = Buffer.from([...Buffer.from(':W&B'), 0xe1, 0xbe, 0]);
const [FULL, FIRST, MIDDLE, LAST] = [1, 2, 3, 4];

export interface FramedRecord {
  bytes: Uint8Array;
  /** Of the file, up to this record's last byte. */
  end: number;
}

/**
 * The records of a file, one at a time. What a kill cut off at its end is left out; a block that is damaged in the middle ends the
 * reading there. Throws DATA_INVALID for a file of another kind.
 */
export function* readRecords(path: string): Generator<FramedRecord, void, undefined> {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const block = Buffer.alloc(BLOCK);
    let parts: Buffer[] = [];
    for (let start = 0; start < size; start += BLOCK) {
      const got = readSync(file, block, 0, BLOCK, start);
      if (start === 0 && !block.subarray(0, HEAD.length - 1).equals(HEAD.subarray(0, -1))) {
        throw new OslerError('DATA_INVALID', `${path} is not a run file of W&B.`);
      }
      for (let at = start === 0 ? HEAD.length : 0; at + CHUNK_HEAD <= got; ) {
        const length = block.readUInt16LE(at + 4);
        const kind = block[at + 6]!;
        const end = at + CHUNK_HEAD + length;
        if (kind < FULL || kind > LAST || end > got) return;
        if (crc32(block.subarray(at + 6, end)) !== block.readUInt32LE(at)) return;
        if (kind === FULL || kind === FIRST) parts = [];
        parts.push(Buffer.from(block.subarray(at + CHUNK_HEAD, end)));
        if (kind === FULL || kind === LAST) yield { bytes: Buffer.concat(parts), end: start + end };
        at = end;
      }
    }
  } finally {
    closeSync(file);
  }
}

/** Writes records to the end of a file; makes it where there is none. */
export class LogFile {
  private readonly file: number;
  private at: number;

  /** `end`: the bytes that stand, of a file that is there; anything after them is cut off. */
  constructor(path: string, end: number | null) {
    this.file = openSync(path, end === null ? 'wx+' : 'r+');
    this.at = end ?? 0;
    if (end === null) this.put(HEAD);
    else ftruncateSync(this.file, end);
  }

  write(record: Uint8Array): void {
    const chunks: Buffer[] = [];
    let left = BLOCK - (this.at % BLOCK);
    let done = 0;
    do {
      if (left < CHUNK_HEAD) {
        chunks.push(Buffer.alloc(left));
        left = BLOCK;
      }
      const length = Math.min(left - CHUNK_HEAD, record.length - done);
      const last = done + length === record.length;
      const chunk = Buffer.alloc(CHUNK_HEAD + length);
      chunk.writeUInt16LE(length, 4);
      chunk[6] = done === 0 ? (last ? FULL : FIRST) : last ? LAST : MIDDLE;
      chunk.set(record.subarray(done, done + length), CHUNK_HEAD);
      chunk.writeUInt32LE(crc32(chunk.subarray(6)), 0);
      chunks.push(chunk);
      done += length;
      left -= chunk.length;
      if (left === 0) left = BLOCK;
      // An empty first chunk (a head alone fitted) must be followed by the rest.
    } while (done < record.length);
    this.put(Buffer.concat(chunks));
  }

  get bytes(): number {
    return this.at;
  }

  private put(bytes: Uint8Array): void {
    let done = 0;
    while (done < bytes.length) done += writeSync(this.file, bytes, done, bytes.length - done, this.at + done);
    this.at += bytes.length;
  }

  close(): void {
    closeSync(this.file);
  }
}
