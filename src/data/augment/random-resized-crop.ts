import { z } from 'zod';
import type { RandomStream } from '../random.ts';
import type { Affine } from './affine.ts';

export const RandomResizedCropSpec = z.strictObject({
  /** Share of the image's area that is kept, smallest and largest. */
  area: z.tuple([z.number().positive().max(1), z.number().positive().max(1)]).default([0.5, 1]),
  /** Width over height of what is kept. */
  aspect: z.tuple([z.number().min(0.1), z.number().max(10)]).default([3 / 4, 4 / 3]),
});

/** Shows a random rectangle of the image at full size (Szegedy 2015; ranges and log-uniform aspect as torchvision's RandomResizedCrop). */
export function randomResizedCrop(
  spec: z.infer<typeof RandomResizedCropSpec>,
  { width, height }: { width: number; height: number },
  random: RandomStream,
): Affine {
  const area = random.between(...spec.area);
  const aspect = Math.exp(random.between(Math.log(spec.aspect[0]), Math.log(spec.aspect[1])));
  const x = Math.min(1, Math.sqrt((area * aspect * height) / width));
  const y = Math.min(1, Math.sqrt((area * width) / (aspect * height)));
  return [x, 0, random.between(-0.5, 0.5) * (1 - x) * width, 0, y, random.between(-0.5, 0.5) * (1 - y) * height];
}
