/** Cells a side in which colour is averaged: small enough for a mole, large enough for noise to vanish. */
const CELLS = 16;

/** How many numbers `appearance` gives for images of so many channels. */
export function appearanceLength(channels: number): number {
  return 5 * channels + 7 + (channels === 3 ? 4 : 0);
}

/**
 * What an image looks like before anybody asks what it shows: per channel mean, spread and three percentiles; how much the brightness
 * changes from pixel to pixel, within cells, from cell to cell and from the middle to the rim; how much is black and how much white; and of
 * colour images how colourful they are. Each is about 0 to 1. A network that was taught to tell lesions apart has no reason to
 * notice that it is shown a wall; these do. One pass over the pixels.
 *
 * @param pixels 8-bit, [height, width, channels], from `offset` on
 */
export function appearance(
  pixels: Uint8Array,
  { height, width, channels }: { height: number; width: number; channels: number },
  offset = 0,
): Float32Array {
  const rows = Math.min(CELLS, height);
  const columns = Math.min(CELLS, width);
  const cells = rows * columns;
  const sum = new Float64Array(cells);
  const squares = new Float64Array(cells);
  const count = new Float64Array(cells);
  const counts = new Uint32Array(256 * channels);
  let steps = 0;
  let dark = 0;
  let bright = 0;
  // Sums of whole numbers: of differences between channels, and of their squares.
  let rgSum = 0;
  let gbSum = 0;
  let rgSquares = 0;
  let gbSquares = 0;
  const above = new Float64Array(width);
  const column = Int32Array.from({ length: width }, (_, x) => Math.floor((x * columns) / width));
  let at = offset;
  for (let y = 0; y < height; y++) {
    const row = Math.floor((y * rows) / height) * columns;
    let left = 0;
    for (let x = 0; x < width; x++, at += channels) {
      let luma = pixels[at]!;
      counts[luma]! += 1;
      if (channels === 3) {
        const g = pixels[at + 1]!;
        const b = pixels[at + 2]!;
        counts[256 + g]! += 1;
        counts[512 + b]! += 1;
        const rg = luma - g;
        const gb = g - b;
        rgSum += rg;
        gbSum += gb;
        rgSquares += rg * rg;
        gbSquares += gb * gb;
        luma = (luma + g + b) / 3;
      }
      const cell = row + column[x]!;
      sum[cell]! += luma;
      squares[cell]! += luma * luma;
      count[cell]! += 1;
      if (luma < 8) dark += 1;
      if (luma > 247) bright += 1;
      if (x > 0) steps += Math.abs(luma - left);
      if (y > 0) steps += Math.abs(luma - above[x]!);
      left = luma;
      above[x] = luma;
    }
  }
  const n = height * width;
  const out: number[] = [];
  for (let c = 0; c < channels; c++) {
    const levels = counts.subarray(256 * c, 256 * (c + 1));
    const mean = levels.reduce((total, times, level) => total + times * level, 0) / n;
    const square = levels.reduce((total, times, level) => total + times * (level - mean) ** 2, 0) / n;
    out.push(mean / 255, Math.sqrt(square) / 128);
    for (const share of [0.05, 0.5, 0.95]) out.push(percentile(levels, share * n) / 255);
  }
  const cell = sum.map((total, i) => total / count[i]!);
  const texture = cell.reduce((all, mean, i) => all + Math.sqrt(Math.max(0, squares[i]! / count[i]! - mean * mean)), 0);
  const { steps: coarse, rim } = coarseShape(cell, rows, columns);
  out.push(loud(steps / (2 * n)), loud(texture / cells), loud(coarse), rim / 255);
  out.push(Math.sqrt(dark / n), Math.sqrt(bright / n), loud(steps / (2 * n)) - loud(coarse));
  if (channels === 3) {
    const spread = (total: number, square: number) => Math.sqrt(Math.max(0, square / n - (total / n) ** 2)) / 64;
    out.push(rgSum / n / 128, gbSum / n / 128, spread(rgSum, rgSquares), spread(gbSum, gbSquares));
  }
  return Float32Array.from(out);
}

/** Differences of brightness go from a fraction of a level to a hundred: their logarithm, 0 for none to about 1. */
function loud(difference: number): number {
  return Math.log1p(difference) / 5;
}

function percentile(levels: Uint32Array, rank: number): number {
  let sum = 0;
  return levels.findIndex((times) => {
    sum += times;
    return sum >= rank;
  });
}

/** Mean step between neighbouring cells, and how much brighter the middle half is than the rest. */
function coarseShape(cell: Float64Array, rows: number, columns: number): { steps: number; rim: number } {
  let steps = 0;
  let pairs = 0;
  let inside = 0;
  let insides = 0;
  let outside = 0;
  for (let r = 0; r < rows; r++) {
    for (let c = 0; c < columns; c++) {
      const value = cell[r * columns + c]!;
      if (c > 0) steps += Math.abs(value - cell[r * columns + c - 1]!);
      if (r > 0) steps += Math.abs(value - cell[(r - 1) * columns + c]!);
      pairs += (c > 0 ? 1 : 0) + (r > 0 ? 1 : 0);
      const middle = 4 * r >= rows && 4 * (r + 1) <= 3 * rows && 4 * c >= columns && 4 * (c + 1) <= 3 * columns;
      if (middle) {
        inside += value;
        insides += 1;
      } else outside += value;
    }
  }
  const out = rows * columns - insides;
  return {
    steps: pairs === 0 ? 0 : steps / pairs,
    rim: insides === 0 || out === 0 ? 0 : inside / insides - outside / out,
  };
}
