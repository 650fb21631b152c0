import type { RandomStream } from '../random.ts';
import type { Affine } from './affine.ts';

/** Shifts each axis by up to `fraction` of its length, either way. */
export function translate(fraction: number, size: { width: number; height: number }, random: RandomStream): Affine {
  return [
    1,
    0,
    random.between(-fraction, fraction) * size.width,
    0,
    1,
    random.between(-fraction, fraction) * size.height,
  ];
}
