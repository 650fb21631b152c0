import { OslerError } from '../errors.ts';

/** What an image may cost at most. Checked against the file's size and header, before anything is decompressed. */
export interface DecodeLimits {
  /** Of the file, in bytes. */
  maxBytes: number;
  /** Width times height. */
  maxPixels: number;
  /** Of either side, in pixels. */
  maxSide: number;
}

/** Wide enough for every camera and scanner of single images, narrow enough that one image costs under 200 MB decoded. */
export const DEFAULT_LIMITS: DecodeLimits = { maxBytes: 40 * 2 ** 20, maxPixels: 60e6, maxSide: 20_000 };

/** @throws OslerError IMAGE_TOO_LARGE | IMAGE_UNREADABLE for an empty file. */
export function checkBytes(bytes: number, limits: DecodeLimits, name: string): void {
  if (bytes === 0) throw new OslerError('IMAGE_UNREADABLE', `${name} is empty.`);
  if (bytes > limits.maxBytes) {
    throw new OslerError('IMAGE_TOO_LARGE', `${name} has ${mebi(bytes)}; an image may have ${mebi(limits.maxBytes)}.`, {
      hint: 'Scale the image down, or save it as JPEG.',
    });
  }
}

/** @throws OslerError IMAGE_TOO_LARGE | IMAGE_UNREADABLE for an image without pixels. */
export function checkSize(width: number, height: number, limits: DecodeLimits, name: string): void {
  if (!(width > 0 && height > 0))
    throw new OslerError('IMAGE_UNREADABLE', `${name} says it is ${width}x${height}: it has no pixels.`);
  if (width > limits.maxSide || height > limits.maxSide || width * height > limits.maxPixels) {
    throw new OslerError(
      'IMAGE_TOO_LARGE',
      `${name} says it is ${width}x${height}; an image may have ${limits.maxPixels / 1e6} million pixels and ${limits.maxSide} a side.`,
      { hint: 'Scale the image down.' },
    );
  }
}

function mebi(bytes: number): string {
  return `${(bytes / 2 ** 20).toFixed(1)} MiB`;
}
