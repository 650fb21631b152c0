import type { Pixels } from '../../../data/resize.ts';
import { type Grey, type Measurement, median, type Window } from './measurement.ts';

/** Of the shorter side. */
const PATCH = 0.12;

/**
 * Light where there is least anatomy: in the four corners of the picture within its borders. The median over the corners holds
 * even where something reaches into one of them. How the lamp, the exposure and the processing differ shows here as well as
 * anywhere, and what is ill seldom does.
 */
export function measureLight(pixels: Pixels, grey: Grey, inner: Window): Measurement {
  const side = Math.floor(PATCH * Math.min(inner.width, inner.height));
  if (side < 3) return { cornerLight: null, cornerSpread: null, cornerWarmth: null, cornerTint: null, levelGaps: null };
  const corners = [
    [inner.left, inner.top],
    [inner.left + inner.width - side, inner.top],
    [inner.left, inner.top + inner.height - side],
    [inner.left + inner.width - side, inner.top + inner.height - side],
  ] as const;
  const light = corners.map(([x, y]) => medianOf(grey, x, y, side));
  const colours = pixels.channels === 3 ? corners.map(([x, y]) => meanColour(pixels, x, y, side)) : [];
  return {
    cornerLight: median(light),
    cornerSpread: Math.max(...light) - Math.min(...light),
    cornerWarmth: median(colours.map(([r, , b]) => Math.log((r + 8) / (b + 8)))),
    cornerTint: median(colours.map(([r, g, b]) => Math.log((2 * g + 16) / (r + b + 16)))),
    levelGaps: levelGaps(grey),
  };
}

function medianOf({ width, data }: Grey, left: number, top: number, side: number): number {
  const counts = new Uint32Array(256);
  for (let y = top; y < top + side; y++) for (let x = left; x < left + side; x++) counts[data[y * width + x]!]! += 1;
  let seen = 0;
  for (let v = 0; v < 256; v++) {
    seen += counts[v]!;
    if (2 * seen >= side * side) return v;
  }
  return 255;
}

function meanColour({ width, data }: Pixels, left: number, top: number, side: number): [number, number, number] {
  const sum: [number, number, number] = [0, 0, 0];
  for (let y = top; y < top + side; y++) {
    for (let x = left, p = (y * width + left) * 3; x < left + side; x++, p += 3) {
      sum[0] += data[p]!;
      sum[1] += data[p + 1]!;
      sum[2] += data[p + 2]!;
    }
  }
  const area = side * side;
  return [sum[0] / area, sum[1] / area, sum[2] / area];
}

/**
 * Share of brightness levels that no pixel has, between the first and the last percentile: a contrast that was stretched or
 * equalised leaves a comb. Null where there are too few pixels for every level to be met.
 */
function levelGaps({ data }: Grey): number | null {
  const counts = new Uint32Array(256);
  for (const value of data) counts[value]! += 1;
  const tail = data.length / 100;
  let low = 0;
  let high = 255;
  for (let seen = counts[0]!; seen <= tail && low < 255; seen += counts[low]!) low++;
  for (let seen = counts[255]!; seen <= tail && high > 0; seen += counts[high]!) high--;
  const levels = high - low + 1;
  if (levels < 16 || data.length < 200 * levels) return null;
  let empty = 0;
  for (let v = low; v <= high; v++) if (counts[v] === 0) empty++;
  return empty / levels;
}
