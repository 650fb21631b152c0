import type { RandomStream } from '../random.ts';
import type { ColourMatrix } from './colour.ts';

/** All channels times a factor in 1 - strength .. 1 + strength. */
export function brightness(strength: number, random: RandomStream): ColourMatrix {
  return brightnessBy(random.between(1 - strength, 1 + strength));
}

export function brightnessBy(factor: number): ColourMatrix {
  return Float64Array.of(factor, 0, 0, 0, 0, factor, 0, 0, 0, 0, factor, 0);
}
