import { z } from 'zod';
import type { RandomStream } from '../random.ts';

export const CutmixSpec = z.strictObject({
  /** Both parameters of the beta distribution that the kept share comes from. */
  alpha: z.number().positive().max(10).default(1),
  /** Of a batch being mixed. */
  probability: z.number().min(0).max(1).default(1),
});

/**
 * Pastes one rectangle of another image of the batch into every image (Yun 2019, arXiv 1905.04899); in place.
 * @param images batch x height x width x channels.
 * @returns the share of each image's area that stayed its own.
 */
export function cutmix(
  images: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: number },
  partner: ArrayLike<number>,
  share: number,
  random: RandomStream,
): number {
  const side = Math.sqrt(1 - share);
  const x = random.integer(width);
  const y = random.integer(height);
  const left = Math.max(0, Math.round(x - (side * width) / 2));
  const right = Math.min(width, Math.round(x + (side * width) / 2));
  const top = Math.max(0, Math.round(y - (side * height) / 2));
  const bottom = Math.min(height, Math.round(y + (side * height) / 2));
  const original = images.slice();
  const size = width * height * channels;
  for (let n = 0; n < partner.length; n++) {
    for (let row = top; row < bottom; row++) {
      const at = (row * width + left) * channels;
      const from = partner[n]! * size + at;
      images.set(original.subarray(from, from + Math.max(0, right - left) * channels), n * size + at);
    }
  }
  return 1 - (Math.max(0, right - left) * Math.max(0, bottom - top)) / (width * height);
}
