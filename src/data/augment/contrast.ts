import type { RandomStream } from '../random.ts';
import type { ColourMatrix } from './colour.ts';

/** Every channel's distance from the image's mean grey, times a factor in 1 - strength .. 1 + strength. */
export function contrast(strength: number, meanGrey: number, random: RandomStream): ColourMatrix {
  return contrastBy(random.between(1 - strength, 1 + strength), meanGrey);
}

export function contrastBy(factor: number, meanGrey: number): ColourMatrix {
  const offset = meanGrey * (1 - factor);
  return Float64Array.of(factor, 0, 0, offset, 0, factor, 0, offset, 0, 0, factor, offset);
}
