import { readFileSync, statSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { isMainThread } from 'node:worker_threads';
import type { Sharp, SharpConstructor, SharpOptions } from 'sharp';
import { OslerError } from '../errors.ts';
import { type BmpHeader, readBmp, readBmpHeader } from './bmp.ts';
import { checkContent } from './content.ts';
import { checkBytes, checkSize, DEFAULT_LIMITS, type DecodeLimits } from './decode-limits.ts';
import { type ImageFormat, imageType } from './image-type.ts';
import { readJpegHeader } from './jpeg/header.ts';
import { decodeScaled } from './jpeg/scaled.ts';
import type { Pixels } from './resize.ts';

export interface OpenOptions {
  /** How errors name the image; the path by default, "The image" for bytes. */
  name?: string;
  limits?: DecodeLimits;
  /** What the file has to be: its sha256 in hex. */
  sha256?: string;
}

/** An image whose type, size and header passed every check; its pixels are not decoded yet. */
export interface OpenImage {
  format: ImageFormat;
  /** Pixels, after EXIF orientation. */
  width: number;
  height: number;
  /** Of the file: 1 grey, 2 grey with alpha, 3 colour or palette, 4 with alpha or CMYK. */
  channels: number;
  /** Of the file, a channel: 1 to 16. */
  bitDepth: number;
  /**
   * The whole image as 8 bit grey (1 channel, when the file is grey) or sRGB (3). EXIF orientation is applied, 16 bit keeps its
   * high byte, alpha is composited on black (what `pad` pads with), CMYK is converted, an embedded colour profile is ignored
   * (as in the pipelines that pretrained weights come from), and of several pages the first counts.
   * With `atLeast`, a JPEG may be decoded smaller, as long as neither side falls below it.
   * @throws OslerError IMAGE_UNREADABLE when the file is cut off or damaged.
   */
  decode(atLeast?: { width: number; height: number }): Promise<Pixels>;
}

/**
 * Checks an image's size, type and header, cheapest first, before anything is decompressed.
 * @param source the file's bytes, or its path.
 * @throws OslerError IMAGE_TYPE | IMAGE_TOO_LARGE | IMAGE_UNREADABLE | NOT_FOUND; DATA_INVALID when it is another file than `sha256` says
 */
export async function openImage(source: Uint8Array | string, options: OpenOptions = {}): Promise<OpenImage> {
  const { limits = DEFAULT_LIMITS, name = typeof source === 'string' ? source : 'The image' } = options;
  const bytes = typeof source === 'string' ? await readImageFile(source, limits, name) : source;
  checkBytes(bytes.length, limits, name);
  if (options.sha256 !== undefined) checkContent(bytes, options.sha256, name);
  const format = imageType(bytes, name);
  if (format === 'bmp') return openBmp(bytes, limits, name);
  return (format === 'jpeg' && openJpeg(bytes, limits, name)) || openWithSharp(bytes, format, limits, name);
}

/** Of a JPEG that is decoded on the calling thread, in bytes: above this, libvips' threads keep a server answering. */
const SMALL_JPEG = 2 ** 20;

/**
 * The everyday JPEG, when it is to be at most half its size: several times faster than a pipeline of libvips. What the image is
 * decoded by depends on its bytes and the size asked for alone, so training and serving see the same pixels.
 */
function openJpeg(bytes: Uint8Array, limits: DecodeLimits, name: string): OpenImage | undefined {
  const header = bytes.length <= SMALL_JPEG ? readJpegHeader(bytes) : undefined;
  if (header === undefined) return undefined;
  const { width, height, components } = header;
  checkSize(width, height, limits, name);
  return {
    format: 'jpeg',
    width,
    height,
    channels: components.length,
    bitDepth: 8,
    decode: async (atLeast) => {
      const halves = atLeast !== undefined && 2 * atLeast.width <= width && 2 * atLeast.height <= height;
      // Below an eighth whole blocks would be passed over: what is smaller than that is left to the resize.
      const [smallWidth, smallHeight] = [
        Math.max(atLeast?.width ?? 0, Math.ceil(width / 8)),
        Math.max(atLeast?.height ?? 0, Math.ceil(height / 8)),
      ];
      const small = halves ? decodeScaled(bytes, header, smallWidth, smallHeight) : undefined;
      return small ?? (await openWithSharp(bytes, 'jpeg', limits, name)).decode(atLeast);
    },
  };
}

async function readImageFile(path: string, limits: DecodeLimits, name: string): Promise<Uint8Array> {
  try {
    if (isMainThread) {
      checkBytes((await stat(path)).size, limits, name);
      return await readFile(path);
    }
    // A thread that decodes keeps nobody else waiting: the ten switches to Node's file threads and back would cost a fifth of a decoding.
    checkBytes(statSync(path).size, limits, name);
    return readFileSync(path);
  } catch (error) {
    if (error instanceof OslerError) throw error;
    const missing = (error as NodeJS.ErrnoException).code === 'ENOENT';
    throw new OslerError(
      missing ? 'NOT_FOUND' : 'IMAGE_UNREADABLE',
      `${name} ${missing ? 'does not exist' : 'could not be read'}.`,
      {
        cause: error,
      },
    );
  }
}

function openBmp(bytes: Uint8Array, limits: DecodeLimits, name: string): OpenImage {
  const header: BmpHeader = readBmpHeader(bytes, name);
  checkSize(header.width, header.height, limits, name);
  const channels = header.grey ? 1 : 3;
  const { width, height } = header;
  return {
    format: 'bmp',
    width,
    height,
    channels,
    bitDepth: Math.min(8, header.bits),
    decode: async () => ({ width, height, channels, data: readBmp(bytes, header, name) }),
  };
}

async function openWithSharp(
  bytes: Uint8Array,
  format: ImageFormat,
  limits: DecodeLimits,
  name: string,
): Promise<OpenImage> {
  const sharp = await codec();
  // `error`: damage and truncation fail, harmless warnings (an odd EXIF tag) don't. Rows are read in order, once.
  const options: SharpOptions = {
    failOn: 'error',
    limitInputPixels: limits.maxPixels,
    sequentialRead: true,
    ignoreIcc: true,
    page: 0,
    pages: 1,
  };
  const unreadable = (error: unknown): never => {
    throw new OslerError('IMAGE_UNREADABLE', `${name} is a damaged ${format.toUpperCase()}: ${reason(error)}.`, {
      cause: error,
    });
  };
  // libvips refuses some sizes by itself, before our own check could say so in a sentence.
  const meta = await sharp(bytes, { ...options, limitInputPixels: false })
    .metadata()
    .catch(unreadable);
  checkSize(meta.width, meta.height, limits, name);
  if (meta.depth !== 'uchar' && meta.depth !== 'ushort') {
    throw new OslerError('IMAGE_UNREADABLE', `${name} has ${meta.depth} samples; Osler reads 8 and 16 bit.`, {
      hint: 'Save it as 16 bit.',
    });
  }
  const grey = meta.space === 'b-w' || meta.space === 'grey16';
  const { width, height } = meta.autoOrient;
  return {
    format,
    width,
    height,
    channels: meta.channels,
    bitDepth: meta.bitsPerSample ?? (meta.depth === 'uchar' ? 8 : 16),
    decode: (atLeast) => {
      let pipeline = sharp(bytes, options).autoOrient();
      const half = format === 'jpeg' && atLeast !== undefined ? reduction(width, height, atLeast) : 1;
      // libvips reads a JPEG scaled by 2, 4 or 8 when the size asked for is exactly that.
      if (half > 1) pipeline = pipeline.resize(Math.ceil(width / half), Math.ceil(height / half), { fit: 'fill' });
      return raw(pipeline, grey).catch(unreadable);
    },
  };
}

async function raw(pipeline: Sharp, grey: boolean): Promise<Pixels> {
  const { data, info } = await pipeline
    .flatten({ background: '#000' })
    .toColourspace(grey ? 'b-w' : 'srgb')
    .raw({ depth: 'uchar' })
    .toBuffer({ resolveWithObject: true });
  return { width: info.width, height: info.height, channels: grey ? 1 : 3, data };
}

/** The largest of 1, 2, 4, 8 that leaves both sides at least as long as asked for. */
export function reduction(width: number, height: number, atLeast: { width: number; height: number }): 1 | 2 | 4 | 8 {
  for (const half of [8, 4, 2] as const) {
    if (Math.ceil(width / half) >= atLeast.width && Math.ceil(height / half) >= atLeast.height) return half;
  }
  return 1;
}

/**
 * sharp, loaded on first use. One thread an image (many images are in flight, which splits the work better than libvips' tiles do)
 * and no cache of operations: an image is read once.
 */
async function codec(): Promise<SharpConstructor> {
  const { default: sharp } = await import('sharp');
  sharp.concurrency(1);
  sharp.cache(false);
  return sharp;
}

function reason(error: unknown): string {
  const text = String((error as Error)?.message ?? error).split('\n')[0]!;
  const told = text.replace(/^Input buffer (has corrupt header:)?\s*/, '').replace(/[.:\s]+$/, '');
  return told === '' ? 'it can not be decoded' : told;
}
