import type { Pixels } from '../../../data/resize.ts';
import type { Grey, Measurement } from './measurement.ts';

/** The picture as a whole, anatomy and all. */
export function measureAppearance(pixels: Pixels, { width, height, data }: Grey): Measurement {
  let sum = 0;
  let squares = 0;
  for (const v of data) {
    sum += v;
    squares += v * v;
  }
  const mean = sum / data.length;
  let steps = 0;
  for (let y = 1; y < height; y++) {
    for (let x = 1, p = y * width + 1; x < width; x++, p++) {
      steps += Math.abs(data[p]! - data[p - 1]!) + Math.abs(data[p]! - data[p - width]!);
    }
  }
  return {
    brightness: mean,
    contrast: Math.sqrt(Math.max(0, squares / data.length - mean * mean)),
    sharpness: steps / data.length,
    saturation: saturation(pixels),
  };
}

/** Mean distance between the strongest and the weakest channel; 0 for a grey picture, whatever its file says. */
export function saturation({ channels, data }: Pixels): number {
  if (channels === 1) return 0;
  let sum = 0;
  for (let p = 0; p < data.length; p += 3) {
    const [r, g, b] = [data[p]!, data[p + 1]!, data[p + 2]!];
    sum += Math.max(r, g, b) - Math.min(r, g, b);
  }
  return (3 * sum) / data.length;
}
