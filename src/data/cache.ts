import { randomUUID } from 'node:crypto';
import {
  closeSync,
  fstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readSync,
  rmSync,
  statSync,
  utimesSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { crc32 } from 'node:zlib';
import { PREPROCESS_VERSION } from './preprocess.ts';
import type { Geometry } from './preprocess-spec.ts';

/** sha256 of the file, crc32 of the pixels, crc32 of the 36 bytes before. */
const ENTRY = 40;

interface Pack {
  pixels: number;
  index: number;
  /** Entries of the index that were read. */
  entries: number;
}

interface Place {
  pack: Pack;
  record: number;
  crc: number;
  /** The same image once more, written because another process had it at the same time or this one was damaged. */
  other: Place | undefined;
}

/**
 * Decoded images on disk, found by the sha256 of the file they came from; one folder for each preprocessing. A writer appends to
 * a pack of its own, so threads and processes share a folder without locks. Pixels are written before their index entry and
 * both carry checksums: after a kill or a power cut what is half there counts as absent, and is decoded again.
 */
export class PixelCache {
  private readonly folder: string;
  private readonly size: number;
  private readonly packs = new Map<string, Pack>();
  private readonly where = new Map<string, Place>();
  private own: Pack | undefined;

  constructor(root: string, spec: Geometry) {
    this.folder = cacheFolder(root, spec);
    this.size = spec.height * spec.width * spec.channels;
    mkdirSync(this.folder, { recursive: true });
    this.refresh();
  }

  /** Takes in what other writers have added. */
  refresh(): void {
    for (const file of readdirSync(this.folder)) {
      if (!file.endsWith('.index')) continue;
      let pack = this.packs.get(file);
      if (pack === undefined) {
        try {
          const pixels = openSync(join(this.folder, file.replace(/index$/, 'pixels')), 'r');
          pack = { pixels, index: openSync(join(this.folder, file), 'r'), entries: 0 };
        } catch (error) {
          // Evicted by another process since the folder was listed.
          if ((error as NodeJS.ErrnoException).code === 'ENOENT') continue;
          throw error;
        }
        this.packs.set(file, pack);
      }
      this.readIndex(pack);
    }
  }

  has(sha256: string): boolean {
    return this.where.has(sha256);
  }

  /** Fills `out` with the pixels of a file; false when they are not there or damaged. */
  read(sha256: string, out: Uint8Array): boolean {
    for (let place = this.where.get(sha256); place !== undefined; place = place.other) {
      const got = readSync(place.pack.pixels, out, 0, this.size, place.record * this.size);
      if (got === this.size && crc32(out) === place.crc) return true;
      if (place.other === undefined) this.where.delete(sha256);
      else this.where.set(sha256, place.other);
    }
    return false;
  }

  write(sha256: string, pixels: Uint8Array): void {
    this.own ??= this.create();
    const record = this.own.entries;
    const entry = Buffer.alloc(ENTRY);
    const crc = crc32(pixels);
    entry.write(sha256, 'hex');
    entry.writeUInt32LE(crc, 32);
    entry.writeUInt32LE(crc32(entry.subarray(0, 36)), 36);
    writeSync(this.own.pixels, pixels, 0, this.size, record * this.size);
    writeSync(this.own.index, entry, 0, ENTRY, record * ENTRY);
    this.own.entries = record + 1;
    this.add(sha256, this.own, record, crc);
  }

  close(): void {
    for (const pack of this.packs.values()) {
      closeSync(pack.pixels);
      closeSync(pack.index);
    }
    this.packs.clear();
    this.where.clear();
    this.own = undefined;
  }

  private add(sha256: string, pack: Pack, record: number, crc: number): void {
    this.where.set(sha256, { pack, record, crc, other: this.where.get(sha256) });
  }

  private create(): Pack {
    const name = randomUUID();
    // The pixels first: whoever sees an index finds its pixels.
    const pixels = openSync(join(this.folder, `${name}.pixels`), 'wx+');
    const pack = { pixels, index: openSync(join(this.folder, `${name}.index`), 'wx+'), entries: 0 };
    this.packs.set(`${name}.index`, pack);
    return pack;
  }

  private readIndex(pack: Pack): void {
    if (pack === this.own) return;
    const total = Math.floor(fstatSync(pack.index).size / ENTRY);
    if (total <= pack.entries) return;
    const bytes = Buffer.alloc((total - pack.entries) * ENTRY);
    const got = Math.floor(readSync(pack.index, bytes, 0, bytes.length, pack.entries * ENTRY) / ENTRY);
    for (let i = 0; i < got; i++) {
      const entry = bytes.subarray(i * ENTRY, (i + 1) * ENTRY);
      if (crc32(entry.subarray(0, 36)) !== entry.readUInt32LE(36)) continue;
      this.add(entry.toString('hex', 0, 32), pack, pack.entries + i, entry.readUInt32LE(32));
    }
    pack.entries += got;
  }
}

/**
 * Makes room for `bytes` more in the cache by removing the packs used longest ago, those of this preprocessing last of all.
 * @returns how many bytes may be written without passing `maxBytes`.
 */
export function makeRoom(root: string, spec: Geometry, bytes: number, maxBytes: number): number {
  const mine = cacheFolder(root, spec);
  const now = new Date();
  const packs = packsUnder(root).map((pack) => {
    if (pack.folder === mine) for (const file of [pack.index, pack.pixels]) utimesSync(file, now, now);
    return { ...pack, mine: pack.folder === mine };
  });
  packs.sort((a, b) => Number(a.mine) - Number(b.mine) || a.used - b.used);
  let total = packs.reduce((sum, pack) => sum + pack.bytes, 0);
  for (const pack of packs) {
    // One's own packs are only removed when they alone are over the limit.
    if (total + (pack.mine ? 0 : bytes) <= maxBytes) break;
    rmSync(pack.index, { force: true });
    rmSync(pack.pixels, { force: true });
    total -= pack.bytes;
  }
  return Math.max(0, maxBytes - total);
}

function packsUnder(root: string): { folder: string; index: string; pixels: string; bytes: number; used: number }[] {
  mkdirSync(root, { recursive: true });
  return readdirSync(root, { withFileTypes: true }).flatMap((entry) => {
    if (!entry.isDirectory()) return [];
    const folder = join(root, entry.name);
    return readdirSync(folder).flatMap((file) => {
      if (!file.endsWith('.pixels')) return [];
      const pixels = join(folder, file);
      const { size, mtimeMs } = statSync(pixels);
      return [{ folder, pixels, index: pixels.replace(/pixels$/, 'index'), bytes: size, used: mtimeMs }];
    });
  });
}

/** Readable on purpose: `ls` tells what the cache holds. */
function cacheFolder(root: string, { width, height, channels, fit, trim }: Geometry): string {
  const trimmed = trim ? `-trim${trim}` : '';
  return join(root, `v${PREPROCESS_VERSION}-${width}x${height}x${channels}-${fit}${trimmed}`);
}
