import type { PreprocessSpec } from '../../../data/preprocess-spec.ts';
import { OslerError } from '../../../errors.ts';
import type { Pixels } from '../../../serving/predictor.ts';

/** How far beyond the range of 8 bit a value may lie: what rounding makes of 0 and 255. */
const SLACK = 0.51;

/**
 * Images from values as the graph takes them: n x channels x height x width, (x / 255 - mean) / std. They become the 8-bit pixels that
 * they were normalised from, as the checks for unlike images look at those; that moves a value by half of 1/255 at most.
 * Throws USAGE for values that were not normalised with the model's mean and std.
 */
export function fromNormalised(
  values: ArrayLike<number>,
  count: number,
  { channels, height, width, mean, std }: PreprocessSpec,
): Pixels[] {
  const plane = height * width;
  return Array.from({ length: count }, (_, n) => {
    const pixels = new Uint8Array(plane * channels);
    for (let c = 0; c < channels; c++) {
      const from = (n * channels + c) * plane;
      for (let i = 0; i < plane; i++) {
        const value = (values[from + i]! * std[c]! + mean[c]!) * 255;
        if (!(value >= -SLACK && value <= 255 + SLACK)) {
          throw new OslerError(
            'USAGE',
            `A value of image ${n} is outside what pixels become with this model's mean and std.`,
            {
              hint: `Channel ${c}: (x / 255 - ${mean[c]}) / ${std[c]}. Send the image file itself, and the server does this.`,
            },
          );
        }
        pixels[i * channels + c] = Math.round(value);
      }
    }
    return { pixels };
  });
}

/**
 * Images from 8-bit values: n x height x width x channels. Throws USAGE for values that are none, and where all are 0 or 1: those were
 * divided by 255 already.
 */
export function fromBytes(
  values: ArrayLike<number>,
  count: number,
  { channels, height, width }: PreprocessSpec,
): Pixels[] {
  const size = channels * height * width;
  return Array.from({ length: count }, (_, n) => {
    const pixels = new Uint8Array(size);
    let most = 0;
    for (let i = 0; i < size; i++) {
      const value = values[n * size + i]!;
      if (!(value >= 0 && value <= 255)) {
        throw new OslerError('USAGE', `A value of image ${n} is not one from 0 to 255.`);
      }
      if (value > most) most = value;
      pixels[i] = Math.round(value);
    }
    if (most <= 1 && most > 0) {
      throw new OslerError('USAGE', `No value of image ${n} is above 1: pixels from 0 to 255 were expected.`, {
        hint: 'Do not divide by 255; the server normalises as the model was trained.',
      });
    }
    return { pixels };
  });
}

/** A nested list of numbers as one list, with its shape. Throws USAGE for one that is not rectangular, or not of numbers. */
export function flatten(nested: unknown, most: number): { values: Float64Array; shape: number[] } {
  const shape: number[] = [];
  for (let at = nested; Array.isArray(at); at = at[0]) shape.push(at.length);
  const size = shape.reduce((a, b) => a * b, 1);
  if (shape.length === 0 || size > most || shape.length > 8) throw notRectangular();
  const values = new Float64Array(size);
  let next = 0;
  const walk = (part: unknown, depth: number): void => {
    if (depth === shape.length) {
      if (typeof part !== 'number') throw notRectangular();
      values[next++] = part;
      return;
    }
    if (!Array.isArray(part) || part.length !== shape[depth]) throw notRectangular();
    for (const one of part) walk(one, depth + 1);
  };
  walk(nested, 0);
  return { values, shape };
}

const notRectangular = (): OslerError =>
  new OslerError('USAGE', 'The values are no rectangular list of numbers, or far too many.');
