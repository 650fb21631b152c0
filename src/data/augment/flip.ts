import type { RandomStream } from '../random.ts';
import { type Affine, IDENTITY } from './affine.ts';

/** Mirrors left and right with the given probability. */
export function flipHorizontal(probability: number, random: RandomStream): Affine {
  return random.chance(probability) ? [-1, 0, 0, 0, 1, 0] : IDENTITY;
}

/** Mirrors top and bottom with the given probability. */
export function flipVertical(probability: number, random: RandomStream): Affine {
  return random.chance(probability) ? [1, 0, 0, 0, -1, 0] : IDENTITY;
}
