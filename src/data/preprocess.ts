import { type OpenOptions, openImage } from './decode.ts';
import type { Geometry, PreprocessSpec } from './preprocess-spec.ts';
import { type Pixels, resize, type Scaling } from './resize.ts';

export { openImage } from './decode.ts';
export type { DecodeLimits } from './decode-limits.ts';
export { DEFAULT_LIMITS } from './decode-limits.ts';

/** Changes whenever the same file and spec would give other pixels; part of the key of every cached image. */
export const PREPROCESS_VERSION = 4;

/**
 * An image as the network's 8-bit input, the same in training, evaluation and serving: decode, trim, resize (antialiased), crop
 * or pad, and then to grey or RGB.
 * @param source the file's bytes, or its path.
 * @returns spec.height x spec.width x spec.channels, HWC.
 * @throws OslerError IMAGE_TYPE | IMAGE_TOO_LARGE | IMAGE_UNREADABLE | NOT_FOUND
 */
export async function decodeToSize(
  source: Uint8Array | string,
  spec: Geometry,
  options: OpenOptions = {},
): Promise<Uint8Array> {
  return (await openForSize(source, spec, options)).pixels();
}

/** Pixels that a thread on which others wait may have to resize: about 10 ms. */
const LARGE = 2 ** 20;

/** The same in two steps: what the image is, and then its pixels. `large`: they take long, and hold their thread meanwhile. */
export async function openForSize(
  source: Uint8Array | string,
  spec: Geometry,
  options: OpenOptions = {},
): Promise<{ large: boolean; pixels(): Promise<Uint8Array> }> {
  const image = await openImage(source, options);
  const { width, height } = image;
  const kept = keptBy(spec.trim, width, height);
  const scaling = scalingFor(kept.width, kept.height, spec);
  // Decoded as large as the part that is kept needs it.
  const whole = {
    width: Math.ceil((scaling.width * width) / kept.width),
    height: Math.ceil((scaling.height * height) / kept.height),
  };
  return {
    // A JPEG is decoded about as small as it is wanted, whatever its size.
    large: (image.format === 'jpeg' ? whole.width * whole.height : width * height) > LARGE,
    pixels: async () => fitPixels(await image.decode(whole), spec),
  };
}

/** Trims, resizes, crops or pads and converts decoded pixels; what `decodeToSize` does after decoding, for pixels that come from elsewhere. */
export function fitPixels(whole: Pixels, spec: Geometry): Uint8Array {
  const image = trim(whole, spec.trim);
  const to = scalingFor(image.width, image.height, spec);
  const same =
    image.width === to.width &&
    image.height === to.height &&
    to.windowWidth === to.width &&
    to.windowHeight === to.height;
  const scaled = same ? image.data : resize(image, to);
  const pixels = convert(scaled, image.channels, spec.channels);
  return to.windowWidth === spec.width && to.windowHeight === spec.height ? pixels : pad(pixels, to, spec);
}

/** What is left when a share of each side is cut off, in pixels of this image. */
export function keptBy(
  share: number | undefined,
  width: number,
  height: number,
): { left: number; top: number; width: number; height: number } {
  const left = Math.round((share ?? 0) * width);
  const top = Math.round((share ?? 0) * height);
  return { left, top, width: Math.max(1, width - 2 * left), height: Math.max(1, height - 2 * top) };
}

function trim(image: Pixels, share: number | undefined): Pixels {
  const { left, top, width, height } = keptBy(share, image.width, image.height);
  if (width === image.width && height === image.height) return image;
  const { channels } = image;
  const data = new Uint8Array(width * height * channels);
  for (let y = 0; y < height; y++) {
    const from = ((top + y) * image.width + left) * channels;
    data.set(image.data.subarray(from, from + width * channels), y * width * channels);
  }
  return { width, height, channels, data };
}

/** Where the whole image (what is left of it after trimming) lands in output pixels, and which window of that is kept. */
export function scalingFor(width: number, height: number, spec: Geometry): Scaling {
  if (spec.fit === 'stretch') {
    return {
      width: spec.width,
      height: spec.height,
      left: 0,
      top: 0,
      windowWidth: spec.width,
      windowHeight: spec.height,
    };
  }
  const ratios = [spec.width / width, spec.height / height] as const;
  const scale = spec.fit === 'crop' ? Math.max(...ratios) : Math.min(...ratios);
  const scaled = { width: Math.max(1, Math.round(width * scale)), height: Math.max(1, Math.round(height * scale)) };
  const windowWidth = Math.min(spec.width, scaled.width);
  const windowHeight = Math.min(spec.height, scaled.height);
  return {
    ...scaled,
    left: (scaled.width - windowWidth) >> 1,
    top: (scaled.height - windowHeight) >> 1,
    windowWidth,
    windowHeight,
  };
}

/** Grey is ITU-R 601 luma, (299 R + 587 G + 114 B) / 1000, rounded; a grey picture in RGB has three equal channels. */
function convert(data: Uint8Array, from: 1 | 3, to: 1 | 3): Uint8Array {
  if (from === to) return data;
  const count = data.length / from;
  const out = new Uint8Array(count * to);
  if (to === 3) {
    for (let i = 0, o = 0; i < count; i++, o += 3) out[o] = out[o + 1] = out[o + 2] = data[i]!;
  } else {
    for (let i = 0, p = 0; i < count; i++, p += 3)
      out[i] = ((299 * data[p]! + 587 * data[p + 1]! + 114 * data[p + 2]! + 500) / 1000) | 0;
  }
  return out;
}

/** Centred on black. */
function pad(pixels: Uint8Array, from: Scaling, spec: Geometry): Uint8Array {
  const out = new Uint8Array(spec.height * spec.width * spec.channels);
  const row = from.windowWidth * spec.channels;
  const left = (spec.width - from.windowWidth) >> 1;
  const top = (spec.height - from.windowHeight) >> 1;
  for (let y = 0; y < from.windowHeight; y++) {
    out.set(pixels.subarray(y * row, (y + 1) * row), ((top + y) * spec.width + left) * spec.channels);
  }
  return out;
}

/**
 * The network's input from 8-bit pixels: (v / 255 - mean) / std.
 * @param images each spec.height x spec.width x spec.channels, HWC.
 * @param layout of the result: [N, H, W, C] or [N, C, H, W].
 * @param out written and returned when given.
 */
export function normalise(
  images: readonly Uint8Array[],
  spec: PreprocessSpec,
  layout: 'nhwc' | 'nchw',
  out: Float32Array = new Float32Array(images.length * spec.height * spec.width * spec.channels),
): Float32Array {
  const { channels } = spec;
  const plane = spec.height * spec.width;
  if (layout === 'nchw' && channels === 3) {
    // All three channels in one pass: half the time.
    const [r, g, b] = normalisationTables(spec) as [Float32Array, Float32Array, Float32Array];
    images.forEach((pixels, n) => {
      for (let i = 0, to = n * plane * 3; i < pixels.length; i += 3, to++) {
        out[to] = r[pixels[i]!]!;
        out[to + plane] = g[pixels[i + 1]!]!;
        out[to + 2 * plane] = b[pixels[i + 2]!]!;
      }
    });
    return out;
  }
  for (let c = 0; c < channels; c++) {
    const table = normalisationTables(spec)[c]!;
    images.forEach((pixels, n) => {
      const start = n * plane * channels;
      if (layout === 'nhwc')
        for (let i = c, to = start + c; i < pixels.length; i += channels, to += channels) out[to] = table[pixels[i]!]!;
      else for (let i = c, to = start + c * plane; i < pixels.length; i += channels, to++) out[to] = table[pixels[i]!]!;
    });
  }
  return out;
}

/** Of each specification: to make them anew for each image was a fifth of what a server's computing threads left to be collected. */
const tables = new WeakMap<PreprocessSpec, Float32Array[]>();

/** What each of the 256 values becomes, by channel. */
function normalisationTables(spec: PreprocessSpec): Float32Array[] {
  const known = tables.get(spec);
  if (known !== undefined) return known;
  const made = Array.from({ length: spec.channels }, (_, c) => {
    const mean = spec.mean[c] ?? spec.mean[0] ?? 0;
    const std = spec.std[c] ?? spec.std[0] ?? 1;
    return Float32Array.from({ length: 256 }, (_, v) => (v / 255 - mean) / std);
  });
  tables.set(spec, made);
  return made;
}
