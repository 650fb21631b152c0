import sharp from 'sharp';
import { openImage } from '../../../data/decode.ts';
import type { Pixels } from '../../../data/resize.ts';
import { measureAppearance } from './appearance.ts';
import { measureBorders } from './borders.ts';
import { measureDetail } from './detail.ts';
import { measureFile } from './file.ts';
import { measureLight } from './light.ts';
import { measureMarks } from './marks.ts';
import type { Grey, Measurement } from './measurement.ts';

/**
 * All that is measured of one image. The pixels are those of the file at its full size.
 * @param bytes of the file
 * @throws OslerError when it is no image that can be read
 */
export async function measureImage(bytes: Uint8Array, name: string): Promise<Measurement> {
  const image = await openImage(bytes, { name });
  const pixels = await image.decode();
  const grey = toGrey(pixels);
  const { measurement: borders, inner } = measureBorders(grey);
  const appearance = measureAppearance(pixels, grey);
  const [fine, coarse] = await Promise.all([savedBytes(pixels, 75), savedBytes(pixels, 30)]);
  return {
    ...measureFile(bytes, image),
    colours:
      pixels.channels === 1 ? 'grey' : (appearance.saturation as number) < 1.5 ? 'grey saved as colour' : 'colour',
    ...borders,
    ...measureLight(pixels, grey, inner),
    ...measureDetail(grey, inner),
    ...measureMarks(grey),
    ...appearance,
    savedBytes75: fine,
    savedBytes30: coarse,
  };
}

/** What these pixels take at a given quality: how much there is to save, apart from how it was saved. */
async function savedBytes({ width, height, channels, data }: Pixels, quality: number): Promise<number> {
  const { info } = await sharp(data, { raw: { width, height, channels } })
    .jpeg({ quality })
    .toBuffer({ resolveWithObject: true });
  return info.size;
}

function toGrey({ width, height, channels, data }: Pixels): Grey {
  if (channels === 1) return { width, height, data };
  const grey = new Uint8Array(width * height);
  for (let i = 0, p = 0; i < grey.length; i++, p += 3)
    grey[i] = ((299 * data[p]! + 587 * data[p + 1]! + 114 * data[p + 2]! + 500) / 1000) | 0;
  return { width, height, data: grey };
}
