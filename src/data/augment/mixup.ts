import { z } from 'zod';

export const MixupSpec = z.strictObject({
  /** Both parameters of the beta distribution that the share comes from. */
  alpha: z.number().positive().max(10).default(0.2),
  /** Of a batch being mixed. */
  probability: z.number().min(0).max(1).default(1),
});

/**
 * Blends every image with another of its batch: share x image + (1 - share) x partner (Zhang 2018, arXiv 1710.09412); in place.
 * @param images batch x size bytes, one image after the other. @param partner index of each image's partner.
 */
export function mixup(images: Uint8Array, size: number, partner: ArrayLike<number>, share: number): void {
  const original = images.slice();
  const weight = Math.round(share * 256);
  for (let n = 0; n < partner.length; n++) {
    const from = partner[n]! * size;
    const to = n * size;
    for (let i = 0; i < size; i++)
      images[to + i] = (original[to + i]! * weight + original[from + i]! * (256 - weight) + 128) >> 8;
  }
}
