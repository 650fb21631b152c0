import { type Affine, warp } from '../augment/affine.ts';
import type { ImageShape } from '../augment/augment.ts';
import { gaussianBlur } from '../augment/blur.ts';
import { brightnessBy } from '../augment/brightness.ts';
import { applyColour, type ColourMatrix, meanGrey } from '../augment/colour.ts';
import { contrastBy } from '../augment/contrast.ts';
import { turnBy } from '../augment/rotation.ts';
import { RandomStream } from '../random.ts';
import { AMOUNTS, type Corruption } from './spec.ts';

/** Side of the images that lengths in AMOUNTS are meant for. */
const REFERENCE_SIDE = 224;

/**
 * The image as it would look after the corruption: a function of pixels, corruption and `id` alone.
 * @param source height x width x channels, HWC, left as it is.
 */
export async function corruptImage(
  source: Uint8Array,
  shape: ImageShape,
  { kind, strength }: Corruption,
  id: string,
): Promise<Uint8Array> {
  const amount = AMOUNTS[kind].amounts[strength - 1]!;
  const random = new RandomStream(id, kind);
  const sign = random.chance(0.5) ? 1 : -1;
  switch (kind) {
    case 'blur': {
      const out = Uint8Array.from(source);
      gaussianBlur(out, shape, (amount * Math.min(shape.width, shape.height)) / REFERENCE_SIDE);
      return out;
    }
    case 'noise':
      return noisy(source, amount, random);
    case 'jpeg':
      return throughJpeg(source, shape, amount);
    case 'brightness':
      return recoloured(source, shape, brightnessBy(1 + (sign * amount) / 100));
    case 'contrast':
      return recoloured(source, shape, contrastBy(1 + (sign * amount) / 100, meanGrey(source, shape.channels)));
    case 'rotation':
      return moved(source, shape, turnBy(sign * amount));
    case 'crop': {
      const kept = 1 - (2 * amount) / 100;
      return moved(source, shape, [kept, 0, 0, 0, kept, 0]);
    }
    case 'colour':
      return recoloured(source, shape, whitePoint((sign * amount) / 100));
  }
}

function noisy(source: Uint8Array, deviation: number, random: RandomStream): Uint8Array {
  const out = new Uint8ClampedArray(source.length);
  for (let i = 0; i < source.length; i++) out[i] = source[i]! + deviation * random.normal();
  return new Uint8Array(out.buffer);
}

/** Written with chroma at half resolution, as cameras and messengers do, and read again. */
async function throughJpeg(source: Uint8Array, { width, height, channels }: ImageShape, quality: number) {
  const { default: sharp } = await import('sharp');
  const file = await sharp(source, { raw: { width, height, channels } })
    .jpeg({ quality, chromaSubsampling: '4:2:0' })
    .toBuffer();
  const pixels = await sharp(file)
    .toColourspace(channels === 1 ? 'b-w' : 'srgb')
    .raw()
    .toBuffer();
  return new Uint8Array(pixels);
}

function recoloured(source: Uint8Array, { channels }: ImageShape, matrix: ColourMatrix): Uint8Array {
  const out = Uint8Array.from(source);
  applyColour(out, channels, matrix);
  return out;
}

function moved(source: Uint8Array, shape: ImageShape, map: Affine): Uint8Array {
  const out = new Uint8Array(source.length);
  // A camera held askew sees more skin or air at the corners, not black.
  warp(source, out, shape, map, 'reflect');
  return out;
}

/** Red times 1 + x, blue times 1 - x: the light of an evening or of a cold lamp. */
function whitePoint(x: number): ColourMatrix {
  return Float64Array.of(1 + x, 0, 0, 0, 0, 1, 0, 0, 0, 0, 1 - x, 0);
}
