import { fitPixels } from '../preprocess.ts';
import type { Pixels } from '../resize.ts';

/** Side of a fingerprint in pixels. */
export const SIDE = 32;

/** Raised when the same pixels would give another fingerprint: the name of the map they are kept in holds it. */
export const FINGERPRINT_VERSION = 1;

/** What an image is decoded to, at least, for its fingerprint and for the comparison of two. */
export const DECODED = { width: 64, height: 64 };

const GEOMETRY = { width: SIDE, height: SIDE, fit: 'stretch', channels: 1 } as const;

/** The picture in 32 x 32 shades of grey, stretched to a square: whatever turns or mirrors the picture does the same to it. */
export function fingerprintOf(pixels: Pixels): Uint8Array {
  return fitPixels(pixels, GEOMETRY);
}

export function packFingerprint(fingerprint: Uint8Array): string {
  return Buffer.from(fingerprint.buffer, fingerprint.byteOffset, fingerprint.byteLength).toString('base64');
}

export function unpackFingerprint(text: string): Uint8Array {
  return new Uint8Array(Buffer.from(text, 'base64'));
}
