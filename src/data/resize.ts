/** An 8-bit picture, HWC (row by row, the channels of a pixel together). */
export interface Pixels {
  width: number;
  height: number;
  channels: 1 | 3;
  data: Uint8Array;
}

/** A picture scaled to width x height, of which only the window from (left, top) is wanted. All in output pixels. */
export interface Scaling {
  width: number;
  height: number;
  left: number;
  top: number;
  windowWidth: number;
  windowHeight: number;
}

/** For each output position: where its first input stands and the fixed-point weights from there. */
interface Weights {
  first: Int32Array;
  /** `taps` to a position, zero-filled. */
  weights: Int32Array;
  taps: number;
}

const PRECISION = 22;
const HALF = 1 << (PRECISION - 1);

/**
 * Antialiased bilinear resize: a triangle as wide as the reduction, horizontally and then vertically, in 22-bit fixed point.
 * The arithmetic is Pillow's (`Image.resize(..., BILINEAR)`, libImaging/Resample.c), and so are the results, bit for bit.
 * @returns windowHeight x windowWidth x channels; `out` is written and returned when given.
 */
export function resize(
  image: Pixels,
  to: Scaling,
  out: Uint8Array = new Uint8Array(to.windowWidth * to.windowHeight * image.channels),
): Uint8Array {
  const { channels } = image;
  const horizontal = triangle(image.width, to.width, to.left, to.windowWidth);
  const vertical = triangle(image.height, to.height, to.top, to.windowHeight);
  const firstRow = vertical.first[0]!;
  const lastRow = Math.min(image.height, vertical.first[to.windowHeight - 1]! + vertical.taps);
  const rows = lastRow - firstRow;
  const rowLength = to.windowWidth * channels;
  let middle: Uint8Array = image.data.subarray(firstRow * rowLength, lastRow * rowLength);
  if (image.width !== to.width || to.windowWidth !== to.width) {
    middle = new Uint8Array(rows * rowLength);
    for (let y = 0; y < rows; y++) {
      const from = (firstRow + y) * image.width * channels;
      if (channels === 3) acrossRgb(image.data, from, middle, y * rowLength, horizontal, to.windowWidth);
      else acrossGrey(image.data, from, middle, y * rowLength, horizontal, to.windowWidth);
    }
  }
  down(middle, rowLength, firstRow, rows, vertical, to.windowHeight, out);
  return out;
}

function acrossRgb(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  to: number,
  { first, weights, taps }: Weights,
  width: number,
): void {
  for (let x = 0, w = 0, at = to; x < width; x++, at += 3) {
    let r = HALF;
    let g = HALF;
    let b = HALF;
    let p = from + first[x]! * 3;
    for (let k = 0; k < taps; k++, w++, p += 3) {
      const weight = weights[w]!;
      r += Math.imul(source[p]!, weight);
      g += Math.imul(source[p + 1]!, weight);
      b += Math.imul(source[p + 2]!, weight);
    }
    target[at] = r >> PRECISION;
    target[at + 1] = g >> PRECISION;
    target[at + 2] = b >> PRECISION;
  }
}

function acrossGrey(
  source: Uint8Array,
  from: number,
  target: Uint8Array,
  to: number,
  { first, weights, taps }: Weights,
  width: number,
): void {
  for (let x = 0, w = 0; x < width; x++) {
    let sum = HALF;
    let p = from + first[x]!;
    for (let k = 0; k < taps; k++, w++, p++) sum += Math.imul(source[p]!, weights[w]!);
    target[to + x] = sum >> PRECISION;
  }
}

/** Rows are contiguous, so one pass a row whatever the channels; two, three and more taps apart, as unrolled sums are twice as fast. */
function down(
  middle: Uint8Array,
  row: number,
  firstRow: number,
  rows: number,
  { first, weights, taps }: Weights,
  height: number,
  out: Uint8Array,
): void {
  const last = (rows - 1) * row;
  for (let y = 0; y < height; y++) {
    const p = (first[y]! - firstRow) * row;
    const to = y * row;
    const w = y * taps;
    if (taps <= 3) {
      const a = weights[w]!;
      const b = taps > 1 ? weights[w + 1]! : 0;
      const c = taps > 2 ? weights[w + 2]! : 0;
      const pb = Math.min(p + row, last);
      const pc = Math.min(p + 2 * row, last);
      for (let x = 0; x < row; x++) {
        out[to + x] =
          (HALF + Math.imul(middle[p + x]!, a) + Math.imul(middle[pb + x]!, b) + Math.imul(middle[pc + x]!, c)) >>
          PRECISION;
      }
      continue;
    }
    for (let x = 0; x < row; x++) {
      let sum = HALF;
      for (let k = 0, q = p + x; k < taps; k++, q += row) sum += Math.imul(middle[q]!, weights[w + k]!);
      out[to + x] = sum >> PRECISION;
    }
  }
}

/** The weights of outputs from..from+count-1 when `input` positions become `output`. Each row of weights adds up to 1. */
function triangle(input: number, output: number, from: number, count: number): Weights {
  const scale = input / output;
  const support = Math.max(scale, 1);
  const taps = Math.min(input, Math.ceil(support) * 2 + 1);
  const first = new Int32Array(count);
  const raw = new Float64Array(count * taps);
  let used = 1;
  for (let i = 0; i < count; i++) {
    const centre = (from + i + 0.5) * scale;
    const low = Math.max(0, Math.trunc(centre - support + 0.5));
    const high = Math.min(input, Math.trunc(centre + support + 0.5));
    let sum = 0;
    for (let k = low; k < high; k++) {
      const weight = Math.max(0, 1 - Math.abs((k - centre + 0.5) / support));
      raw[i * taps + k - low] = weight;
      sum += weight;
    }
    for (let k = 0; k < high - low; k++) raw[i * taps + k]! /= sum;
    first[i] = low;
    used = Math.max(used, high - low);
  }
  return pack(first, raw, taps, used, input);
}

/** Fixed point, with `used` taps to a position; a window that would pass the input's end starts earlier, its weights moved up. */
function pack(first: Int32Array, raw: Float64Array, taps: number, used: number, input: number): Weights {
  const weights = new Int32Array(first.length * used);
  for (let i = 0; i < first.length; i++) {
    const shift = Math.max(0, first[i]! + used - input);
    first[i]! -= shift;
    for (let k = 0; k + shift < used; k++)
      weights[i * used + k + shift] = Math.floor(0.5 + raw[i * taps + k]! * (1 << PRECISION));
  }
  return { first, weights, taps: used };
}
