import sharp, { type Sharp } from 'sharp';
import { RandomStream } from '../random.ts';

export const SIZE = { width: 120, height: 96 };

const drawn = new Map<number, Buffer>();

/** A picture full of soft and sharp spots; another seed makes another one. Raw RGB. */
export function spots(seed: number): Buffer {
  const known = drawn.get(seed);
  if (known !== undefined) return known;
  const { width, height } = SIZE;
  const random = new RandomStream('spots', seed);
  const plane = new Float32Array(width * height).fill(110);
  for (let k = 0; k < 50; k++) {
    const radius = 2 + 14 * random.uniform() ** 2;
    const across = bell(width, random.uniform() * width, radius);
    const down = bell(height, random.uniform() * height, radius);
    const strength = 160 * (random.uniform() - 0.5);
    for (let y = 0, i = 0; y < height; y++)
      for (let x = 0; x < width; x++, i++) plane[i]! += strength * down[y]! * across[x]!;
  }
  const tints = [1.1, 0.9, 0.8];
  const picture = Buffer.from(
    Uint8ClampedArray.from({ length: 3 * plane.length }, (_, i) => plane[Math.floor(i / 3)]! * tints[i % 3]!),
  );
  drawn.set(seed, picture);
  return picture;
}

function bell(length: number, centre: number, radius: number): Float32Array {
  return Float32Array.from({ length }, (_, i) => Math.exp(-((i - centre) ** 2) / (2 * radius * radius)));
}

/** That picture, to be encoded. */
export function spotted(seed: number): Sharp {
  return sharp(spots(seed), { raw: { ...SIZE, channels: 3 } });
}
