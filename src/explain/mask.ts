import { openImage } from '../data/decode.ts';
import { fitPixels } from '../data/preprocess.ts';
import type { PreprocessSpec } from '../data/preprocess-spec.ts';
import { OslerError } from '../errors.ts';

/** A mask of an image as it is, before it is fitted to an input: 255 inside, 0 outside. */
export interface Mask {
  height: number;
  width: number;
  data: Uint8Array;
}

/**
 * Reads a mask of an image: inside is what reaches half of the brightest value in it, so 0 and 1, 0 and 255, and soft edges all
 * mean the same. Null when it is empty.
 * Throws DATA_INVALID when its size is not the image's, and the file's own error when it cannot be read.
 */
export async function readMask(
  path: string,
  image: { id: string; height: number; width: number },
): Promise<Mask | null> {
  const file = await openImage(path);
  if (file.width !== image.width || file.height !== image.height) {
    throw new OslerError(
      'DATA_INVALID',
      `The mask of ${image.id} is ${file.width} × ${file.height} pixels; the image is ${image.width} × ${image.height}.`,
      { hint: `A mask has its image's size, pixel for pixel: ${path}` },
    );
  }
  const { height, width, channels, data } = await file.decode();
  const grey = new Uint8Array(height * width);
  let top = 0;
  for (let i = 0; i < grey.length; i++) {
    for (let c = 0; c < channels; c++) grey[i] = Math.max(grey[i]!, data[i * channels + c]!);
    top = Math.max(top, grey[i]!);
  }
  if (top === 0) return null;
  return { height, width, data: grey.map((v) => (2 * v >= top ? 255 : 0)) };
}

/** The mask where the network's input has it, at another size when one is given: 1 inside, 0 outside, row by row. */
export function fitMask(
  mask: Mask,
  spec: PreprocessSpec,
  { height, width }: { height: number; width: number } = spec,
): Uint8Array {
  const size = { ...spec, height, width, channels: 1 as const };
  return fitPixels({ ...mask, channels: 1 }, size).map((v) => (v >= 128 ? 1 : 0));
}
