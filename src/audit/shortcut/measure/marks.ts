import type { Grey, Measurement } from './measurement.ts';

/** Longer side of the picture that marks are looked for in. */
const SIDE = 256;
const TILE = 8;
/** Strokes are up to this wide. */
const STROKE = 4;
const CONTRAST = 60;

/**
 * Letters, arrows, rulers: thin strokes of near white or near black, crowded in a small place at the picture's edge. The densest
 * place of the outer ring counts (a square of 16 pixels, wherever it lies), which hair, thin but spread, does not fill.
 */
export function measureMarks(grey: Grey): Measurement {
  const small = shrink(grey);
  const { width, height, data } = small;
  const columns = Math.floor(width / TILE);
  const rows = Math.floor(height / TILE);
  if (columns < 6 || rows < 6) return { lightMarks: null, darkMarks: null };
  const light = new Float64Array(columns * rows);
  const dark = new Float64Array(columns * rows);
  for (let y = STROKE; y < height - STROKE; y++) {
    for (let x = STROKE; x < width - STROKE; x++) {
      const p = y * width + x;
      const v = data[p]!;
      if (v < 200 && v > 50) continue;
      const tile = Math.min(rows - 1, Math.floor(y / TILE)) * columns + Math.min(columns - 1, Math.floor(x / TILE));
      const [l, r, u, d] = [data[p - STROKE]!, data[p + STROKE]!, data[p - STROKE * width]!, data[p + STROKE * width]!];
      if (v >= 200 && v - Math.min(Math.max(l, r), Math.max(u, d)) > CONTRAST) light[tile]! += 1;
      else if (v <= 50 && Math.max(Math.min(l, r), Math.min(u, d)) - v > CONTRAST) dark[tile]! += 1;
    }
  }
  return { lightMarks: densest(light, columns, rows), darkMarks: densest(dark, columns, rows) };
}

/** Squares of two by two tiles within four tiles of the edge, and of them the fullest; as a share of its pixels. */
function densest(counts: Float64Array, columns: number, rows: number): number {
  const ring = Math.min(4, Math.floor(Math.min(columns, rows) / 3));
  let most = 0;
  for (let y = 0; y + 1 < rows; y++) {
    for (let x = 0; x + 1 < columns; x++) {
      if (Math.min(x, y, columns - 2 - x, rows - 2 - y) >= ring - 1) continue;
      const at = y * columns + x;
      most = Math.max(most, counts[at]! + counts[at + 1]! + counts[at + columns]! + counts[at + columns + 1]!);
    }
  }
  return Math.round((100 * most) / (4 * TILE * TILE)) / 100;
}

/** By whole steps, each the mean of a square, so that a stroke keeps its contrast. */
function shrink(grey: Grey): Grey {
  const step = Math.max(1, Math.round(Math.max(grey.width, grey.height) / SIDE));
  if (step === 1) return grey;
  const width = Math.floor(grey.width / step);
  const height = Math.floor(grey.height / step);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    for (let x = 0; x < width; x++) {
      let sum = 0;
      for (let v = 0; v < step; v++) {
        const base = (y * step + v) * grey.width + x * step;
        for (let u = 0; u < step; u++) sum += grey.data[base + u]!;
      }
      data[y * width + x] = sum / (step * step);
    }
  }
  return { width, height, data };
}
