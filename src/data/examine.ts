import { hash, webcrypto } from 'node:crypto';
import { closeSync, fstatSync, openSync, readFileSync } from 'node:fs';
import { OslerError } from '../errors.ts';
import { openImage } from './decode.ts';
import { DEFAULT_LIMITS } from './decode-limits.ts';
import { DECODED, fingerprintOf } from './duplicates/fingerprint.ts';
import type { ImageFormat } from './image-type.ts';

const EXTENSIONS: Record<ImageFormat, string> = { jpeg: 'jpg', png: 'png', tiff: 'tif', bmp: 'bmp', webp: 'webp' };

/** What an image's file says of itself. */
export interface Facts {
  sha256: string;
  extension: string;
  /** Bytes. */
  size: number;
  /** Pixels, after EXIF orientation. */
  width: number;
  height: number;
  /** Of 16 bit, and none of it above 12: decoded to its high byte it is nearly black. */
  dim: boolean;
}

/** The high byte that the highest value of 12 bits is rounded to. */
const DIM = 16;

export type Found = (Facts & { bytes: Uint8Array; fingerprint: Uint8Array }) | { reason: string };

/** Reads, decodes and hashes one file, blocking its thread; one that can't be used gives the reason. */
export async function examineFile(path: string): Promise<Found> {
  try {
    const bytes = readWhole(path);
    return 'reason' in bytes ? bytes : await examine(bytes.bytes);
  } catch (error) {
    const code = (error as NodeJS.ErrnoException).code;
    if (code === undefined || error instanceof OslerError) throw error;
    return { reason: code === 'EACCES' ? 'permission denied' : `it can not be read (${code})` };
  }
}

/** The same for a file that was read. */
export async function examine(bytes: Uint8Array): Promise<Found> {
  try {
    const image = await openImage(bytes, { name: 'it' });
    const { width, height } = image;
    const pixels = await image.decode({
      width: Math.max(DECODED.width, Math.ceil(width / 8)),
      height: Math.max(DECODED.height, Math.ceil(height / 8)),
    });
    return {
      sha256: await digest(bytes),
      extension: EXTENSIONS[image.format],
      size: bytes.length,
      width,
      height,
      dim: image.bitDepth === 16 && pixels.data.every((value) => value <= DIM),
      bytes,
      fingerprint: fingerprintOf(pixels),
    };
  } catch (error) {
    if (!(error instanceof OslerError)) throw error;
    return { reason: error.message.replace(/\.$/, '') };
  }
}

/** sha256 in hex. Large files in the thread pool; for small ones the way there costs more than the hash. */
export async function digest(bytes: Uint8Array): Promise<string> {
  if (bytes.length < 1 << 18) return hash('sha256', bytes);
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString('hex');
}

/** In one go: a thread that looks at files keeps nobody else waiting. */
function readWhole(path: string): { bytes: Uint8Array } | { reason: string } {
  const file = openSync(path, 'r');
  try {
    const { size } = fstatSync(file);
    const limit = DEFAULT_LIMITS.maxBytes;
    if (size > limit)
      return { reason: `it has ${(size / 2 ** 20).toFixed(0)} MiB; an image may have ${limit / 2 ** 20}` };
    return { bytes: readFileSync(file) };
  } finally {
    closeSync(file);
  }
}
