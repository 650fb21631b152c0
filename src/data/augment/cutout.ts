import { z } from 'zod';
import type { RandomStream } from '../random.ts';

export const CutoutSpec = z.strictObject({
  probability: z.number().min(0).max(1).default(0.5),
  /** Side of a hole as a fraction of the image's side, smallest and largest. */
  size: z.tuple([z.number().positive().max(1), z.number().positive().max(1)]).default([0.1, 0.3]),
  holes: z.int().min(1).max(32).default(1),
});

/** Replaces rectangles by mid grey (DeVries and Taylor, arXiv 1708.04552); in place. */
export function cutout(
  spec: z.infer<typeof CutoutSpec>,
  pixels: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: number },
  random: RandomStream,
): void {
  if (!random.chance(spec.probability)) return;
  for (let hole = 0; hole < spec.holes; hole++) {
    const halfWidth = (random.between(...spec.size) * width) / 2;
    const halfHeight = (random.between(...spec.size) * height) / 2;
    const x = random.between(0, width);
    const y = random.between(0, height);
    const left = Math.max(0, Math.round(x - halfWidth)) * channels;
    const right = Math.min(width, Math.round(x + halfWidth)) * channels;
    for (let row = Math.max(0, Math.round(y - halfHeight)); row < Math.min(height, Math.round(y + halfHeight)); row++) {
      pixels.fill(128, row * width * channels + left, row * width * channels + right);
    }
  }
}
