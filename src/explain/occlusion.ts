import type { Grid } from './heatmap.ts';

/** Squares over an image that are covered one after the other, in pixels; each overlaps the next by half or more. */
export interface Windows {
  height: number;
  width: number;
  channels: number;
  side: number;
  /** Where they begin. */
  rows: number[];
  columns: number[];
}

/** Squares of about a fifth of the shorter side: small enough to point, large enough to hide a sign. */
const SHARE = 5;

export function windowsOver(image: { height: number; width: number; channels: number }): Windows {
  const { height, width, channels } = image;
  const side = Math.max(2, Math.round(Math.min(height, width) / SHARE));
  return { height, width, channels, side, rows: starts(height, side), columns: starts(width, side) };
}

/** Evenly spaced from edge to edge, at most half a side apart. */
function starts(length: number, side: number): number[] {
  const room = length - side;
  const steps = Math.max(1, Math.ceil(room / (side / 2)));
  return Array.from({ length: steps + 1 }, (_, i) => Math.round((room * i) / steps));
}

/** The image once for each square, which has the image's own mean colour (Zeiler and Fergus 2014); row by row. */
export function* occluded(pixels: Uint8Array, windows: Windows): Generator<Uint8Array> {
  const { width, channels, side, rows, columns } = windows;
  const mean = meanColour(pixels, channels);
  for (const top of rows) {
    for (const left of columns) {
      const copy = Uint8Array.from(pixels);
      for (let y = top; y < top + side; y++) {
        for (let x = left; x < left + side; x++) copy.set(mean, (y * width + x) * channels);
      }
      yield copy;
    }
  }
}

/**
 * How much each place speaks for the class: the mean, over the squares that cover it, of what the class loses when they do. May be
 * negative.
 * @param losses of each square, in the order of `occluded`.
 */
export function occlusionMap(losses: ArrayLike<number>, { height, width, side, rows, columns }: Windows): Grid {
  const data = new Float32Array(height * width);
  const counts = new Uint16Array(height * width);
  rows.forEach((top, r) => {
    columns.forEach((left, c) => {
      const loss = losses[r * columns.length + c]!;
      for (let y = top; y < top + side; y++) {
        for (let i = y * width + left, end = i + side; i < end; i++) {
          data[i]! += loss;
          counts[i]! += 1;
        }
      }
    });
  });
  for (let i = 0; i < data.length; i++) if (counts[i]! > 0) data[i]! /= counts[i]!;
  return { height, width, data };
}

/** A class's lead over the mean of the others, in logits: what a softmax sees of it. */
export function leadOf(logits: ArrayLike<number>, index: number): number {
  let others = 0;
  for (let k = 0; k < logits.length; k++) if (k !== index) others += logits[k]!;
  return logits[index]! - others / Math.max(1, logits.length - 1);
}

function meanColour(pixels: Uint8Array, channels: number): Uint8Array {
  const sums = new Float64Array(channels);
  for (let i = 0; i < pixels.length; i++) sums[i % channels]! += pixels[i]!;
  return Uint8Array.from(sums, (sum) => Math.round((sum * channels) / pixels.length));
}
