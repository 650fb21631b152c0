import type { Pixels } from '../resize.ts';
import { advance, buildHuffman, extend, type Huffman, PEEK, type Scan, unstuff } from './entropy.ts';
import type { JpegComponent, JpegHeader } from './header.ts';
import { BlockPainter } from './painter.ts';

/** Column and row of each coefficient, in zigzag order. */
const ZIGZAG = Uint8Array.of(
  0,
  1,
  8,
  16,
  9,
  2,
  3,
  10,
  17,
  24,
  32,
  25,
  18,
  11,
  4,
  5,
  12,
  19,
  26,
  33,
  40,
  48,
  41,
  34,
  27,
  20,
  13,
  6,
  7,
  14,
  21,
  28,
  35,
  42,
  49,
  56,
  57,
  50,
  43,
  36,
  29,
  22,
  15,
  23,
  30,
  37,
  44,
  51,
  58,
  59,
  52,
  45,
  38,
  31,
  39,
  46,
  53,
  60,
  61,
  54,
  47,
  55,
  62,
  63,
);

interface Part {
  component: JpegComponent;
  dc: Huffman;
  ac: Huffman;
  painter: BlockPainter;
  predicted: number;
}

/**
 * Decodes a JPEG straight to a smaller size. A block of 8x8 pixels is a sum of cosines; what the smaller picture can't show, the
 * high frequencies, is left out (that is the antialiasing), and the rest is evaluated at the centres of the new pixels: so there is
 * no full-size picture and no second resampling, and halved chroma is interpolated by its own cosines.
 * @param width, height of the result, at most half of the image's.
 * @returns undefined when the data is damaged or of an unusual kind: libjpeg then decides.
 */
export function decodeScaled(bytes: Uint8Array, header: JpegHeader, width: number, height: number): Pixels | undefined {
  const scan = unstuff(bytes, header.scan);
  if (scan === undefined) return undefined;
  const h = header.components[0]!.h;
  const v = header.components[0]!.v;
  const across = Math.ceil(header.width / (8 * h));
  const down = Math.ceil(header.height / (8 * v));
  const parts = header.components.map((component): Part => {
    return {
      component,
      dc: buildHuffman(component.dc, true),
      ac: buildHuffman(component.ac, false),
      painter: new BlockPainter(
        { size: header.width, out: width, blocks: across * component.h, stretch: h / component.h },
        { size: header.height, out: height, blocks: down * component.v, stretch: v / component.v },
        component.quantiser,
        ZIGZAG,
      ),
      predicted: 0,
    };
  });
  if (!readUnits(scan, parts, across, down, header.restart)) return undefined;
  const planes = parts.map(({ painter }) => painter.plane);
  if (planes.length === 1) return { width, height, channels: 1, data: new Uint8Array(planes[0]!.buffer) };
  return { width, height, channels: 3, data: toRgb(planes[0]!, planes[1]!, planes[2]!) };
}

function readUnits(scan: Scan, parts: Part[], across: number, down: number, restart: number): boolean {
  const view = new DataView(scan.data.buffer);
  const end = scan.length * 8;
  let bit = 0;
  let stretch = 0;
  for (let unit = 0; unit < across * down; unit++) {
    if (restart > 0 && unit > 0 && unit % restart === 0) {
      const start = scan.stretches[++stretch];
      if (start === undefined) return false;
      bit = start * 8;
      for (const part of parts) part.predicted = 0;
    }
    const x = unit % across;
    const y = (unit - x) / across;
    for (let p = 0; p < parts.length; p++) {
      const part = parts[p]!;
      const { h, v } = part.component;
      for (let by = 0; by < v; by++) {
        for (let bx = 0; bx < h; bx++) {
          bit = readBlock(view, bit, part);
          if (bit < 0) return false;
          part.painter.paint(x * h + bx, y * v + by);
        }
      }
    }
    if (bit > end) return false;
  }
  return true;
}

/** Reads one block's coefficients into its painter. @returns the next bit, or -1 for a code that does not exist. */
function readBlock(view: DataView, start: number, part: Part): number {
  const { painter, dc, ac } = part;
  const { coefficients, places, steps } = painter;
  const first = dc.fast;
  const fast = ac.fast;
  let bit = start;
  let word = view.getInt32(bit >>> 3) << (bit & 7);
  let entry = first[word >>> (32 - PEEK)]!;
  if (entry === 0) {
    entry = longCode(word >>> 16, dc, true);
    if (entry === 0) return -1;
  }
  bit += entry & 31;
  let size = (entry >> 12) & 15;
  let value = entry >> 16;
  if (size > 0) {
    word = view.getInt32(bit >>> 3) << (bit & 7);
    value = extend(word >>> (32 - size), size);
    bit += size;
  }
  part.predicted += value;
  coefficients[0] = part.predicted * steps[0]!;
  let reach = 0;
  for (let k = 0; k < 63; ) {
    word = view.getInt32(bit >>> 3) << (bit & 7);
    entry = fast[word >>> (32 - PEEK)]!;
    if (entry === 0) {
      entry = longCode(word >>> 16, ac, false);
      if (entry === 0) return -1;
    }
    bit += entry & 31;
    k += (entry >> 5) & 127;
    if (k > 63) break;
    size = (entry >> 12) & 15;
    value = entry >> 16;
    if (size > 0) {
      word = view.getInt32(bit >>> 3) << (bit & 7);
      value = extend(word >>> (32 - size), size);
      bit += size;
    }
    const place = places[k]!;
    coefficients[place] = value * steps[k]!;
    reach |= place;
  }
  painter.reach = reach;
  return bit;
}

/** A code of more than ten bits, as an entry like the fast table's; 0 when there is none. */
function longCode(bits: number, { limit, offset, symbols }: Huffman, dc: boolean): number {
  for (let length = PEEK + 1; length <= 16; length++) {
    if (bits >= limit[length]!) continue;
    const symbol = symbols[(bits >> (16 - length)) + offset[length]!];
    if (symbol === undefined) return 0;
    return length | ((dc ? 1 : advance(symbol)) << 5) | ((dc ? symbol : symbol & 15) << 12);
  }
  return 0;
}

/** JFIF's YCbCr to RGB, in 16-bit fixed point. */
function toRgb(luma: Uint8ClampedArray, cb: Uint8ClampedArray, cr: Uint8ClampedArray): Uint8Array {
  const out = new Uint8ClampedArray(luma.length * 3);
  for (let i = 0, o = 0; i < luma.length; i++, o += 3) {
    const y = (luma[i]! << 16) + 32768;
    const b = cb[i]! - 128;
    const r = cr[i]! - 128;
    out[o] = (y + 91881 * r) >> 16;
    out[o + 1] = (y - 22554 * b - 46802 * r) >> 16;
    out[o + 2] = (y + 116130 * b) >> 16;
  }
  return new Uint8Array(out.buffer);
}
