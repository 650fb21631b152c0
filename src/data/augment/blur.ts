import { z } from 'zod';
import type { RandomStream } from '../random.ts';

export const BlurSpec = z.strictObject({
  probability: z.number().min(0).max(1).default(0.5),
  /** Standard deviation in pixels of the network's input, smallest and largest. */
  sigma: z.tuple([z.number().positive().max(10), z.number().positive().max(10)]).default([0.3, 1.5]),
});

/** Gaussian blur, horizontally and then vertically, edges repeated; in place. */
export function blur(
  spec: z.infer<typeof BlurSpec>,
  pixels: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: number },
  random: RandomStream,
): void {
  const hit = random.chance(spec.probability);
  const sigma = random.between(...spec.sigma);
  if (hit) gaussianBlur(pixels, { width, height, channels }, sigma);
}

/** In place, edges repeated. @param sigma in pixels. */
export function gaussianBlur(
  pixels: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: number },
  sigma: number,
): void {
  const kernel = gaussian(sigma);
  const between = new Uint8Array(pixels.length);
  const row = width * channels;
  for (let y = 0; y < height; y++) convolve(pixels, between, y * row, channels, width, channels, kernel);
  for (let x = 0; x < width; x++) convolve(between, pixels, x * channels, channels, height, row, kernel);
}

/** One line of `length` pixels that stand `step` apart, starting at `start`. */
function convolve(
  source: Uint8Array,
  target: Uint8Array,
  start: number,
  channels: number,
  length: number,
  step: number,
  kernel: Int32Array,
): void {
  const radius = (kernel.length - 1) >> 1;
  for (let i = 0; i < length; i++) {
    for (let c = 0; c < channels; c++) {
      let sum = 32768;
      for (let k = -radius; k <= radius; k++) {
        const at = Math.min(length - 1, Math.max(0, i + k));
        sum += source[start + at * step + c]! * kernel[k + radius]!;
      }
      target[start + i * step + c] = sum >> 16;
    }
  }
}

/** Weights out to three standard deviations, adding up to 65536. */
function gaussian(sigma: number): Int32Array {
  const radius = Math.max(1, Math.ceil(3 * sigma));
  const raw = Array.from({ length: 2 * radius + 1 }, (_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
  const sum = raw.reduce((a, b) => a + b, 0);
  const kernel = Int32Array.from(raw, (v) => Math.round((v / sum) * 65536));
  kernel[radius]! += 65536 - kernel.reduce((a, b) => a + b, 0);
  return kernel;
}
