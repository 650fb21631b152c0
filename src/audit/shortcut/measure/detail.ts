import { type Grey, type Measurement, median, percentile, type Window } from './measurement.ts';

const BLOCK = 16;
/** Share of the shorter side that counts as the picture's edge. */
const RING = 0.25;

/**
 * Noise, sharpness and the traces of compression, measured so that anatomy has little part in it: noise in the flattest blocks
 * (Immerkaer 1996), fine against coarse differences in the blocks along the edge, and steps along an 8 pixel grid.
 */
export function measureDetail(grey: Grey, inner: Window): Measurement {
  const noise: number[] = [];
  const ratios: number[] = [];
  const ring = RING * Math.min(inner.width, inner.height);
  for (let y = inner.top + 1; y + BLOCK < inner.top + inner.height; y += BLOCK) {
    for (let x = inner.left + 1; x + BLOCK < inner.left + inner.width; x += BLOCK) {
      const block = measureBlock(grey, x, y);
      if (block === undefined) continue;
      noise.push(block.noise);
      const away = Math.min(
        x - inner.left,
        y - inner.top,
        inner.left + inner.width - x - BLOCK,
        inner.top + inner.height - y - BLOCK,
      );
      if (away < ring && block.coarse > 0.5) ratios.push(block.fine / block.coarse);
    }
  }
  return { noise: percentile(noise, 0.1), fineDetail: median(ratios), blockiness: blockiness(grey, inner) };
}

/** Undefined where the block is clipped: what is all black or white has lost its noise. */
function measureBlock({ width, data }: Grey, left: number, top: number) {
  let laplace = 0;
  let fine = 0;
  let coarse = 0;
  let clipped = 0;
  for (let y = top; y < top + BLOCK; y++) {
    for (let x = left, p = y * width + left; x < left + BLOCK; x++, p++) {
      const v = data[p]!;
      if (v <= 2 || v >= 253) clipped++;
      const across = data[p - 1]! + data[p + 1]!;
      const down = data[p - width]! + data[p + width]!;
      const slant = data[p - width - 1]! + data[p - width + 1]! + data[p + width - 1]! + data[p + width + 1]!;
      laplace += Math.abs(4 * v - 2 * (across + down) + slant);
      fine += Math.abs(v - data[p + 1]!) + Math.abs(v - data[p + width]!);
      coarse += Math.abs(data[p - 1]! - data[p + 1]!) + Math.abs(data[p - width]! - data[p + width]!);
    }
  }
  const area = BLOCK * BLOCK;
  if (clipped > area / 4) return undefined;
  return { noise: (Math.sqrt(Math.PI / 2) / 6) * (laplace / area), fine: fine / area, coarse: coarse / area };
}

/** Mean step across the borders of 8 pixel blocks over the mean step elsewhere, 1 where there is no grid (Wang, Bovik 2002). */
function blockiness({ width, data }: Grey, { left, top, width: w, height: h }: Window): number | null {
  if (w < 48 || h < 48) return null;
  const steps = new Float64Array(8);
  const counts = new Float64Array(8);
  for (let y = top; y < top + h; y++) {
    for (let x = Math.max(1, left); x < left + w; x++) {
      steps[x & 7]! += Math.min(32, Math.abs(data[y * width + x]! - data[y * width + x - 1]!));
      counts[x & 7]! += 1;
    }
  }
  const means = steps.map((sum, i) => sum / Math.max(1, counts[i]!));
  const rest = (means.reduce((sum, mean) => sum + mean, 0) - means[0]!) / 7;
  return rest < 0.05 ? null : means[0]! / rest;
}
