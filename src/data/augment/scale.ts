import { z } from 'zod';
import type { RandomStream } from '../random.ts';
import type { Affine } from './affine.ts';

export const ScaleSpec = z
  .tuple([z.number().min(0.25).max(4), z.number().min(0.25).max(4)])
  .refine(([low, high]) => low <= high, 'the first factor must not exceed the second');

/** Zooms about the centre; 2 shows everything twice as large. Uniform on a log scale, so that in and out are alike. */
export function scale([low, high]: z.infer<typeof ScaleSpec>, random: RandomStream): Affine {
  const factor = Math.exp(random.between(Math.log(low), Math.log(high)));
  return [1 / factor, 0, 0, 0, 1 / factor, 0];
}
