import type { RandomStream } from '../random.ts';
import { type ColourMatrix, LUMA } from './colour.ts';

/** Every channel's distance from its pixel's grey, times a factor in 1 - strength .. 1 + strength. */
export function saturation(strength: number, random: RandomStream): ColourMatrix {
  const factor = random.between(1 - strength, 1 + strength);
  const matrix = new Float64Array(12);
  for (let row = 0; row < 3; row++) {
    for (let k = 0; k < 3; k++) matrix[row * 4 + k] = (1 - factor) * LUMA[k]! + (row === k ? factor : 0);
  }
  return matrix;
}
