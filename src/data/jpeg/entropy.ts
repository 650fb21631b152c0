import type { HuffmanSpec } from './header.ts';

/** Bits that the fast table looks at. */
const PEEK = 10;

/**
 * A Huffman table for decoding. `fast`, by the next ten bits, answers a symbol together with the number that follows it:
 *   bits 0-4 how many bits to take, 5-11 how far the coefficient's index moves, 12-15 bits of the number still to be read,
 *   16-31 the number (signed); 0 when the code is longer than ten bits.
 */
export interface Huffman {
  fast: Int32Array;
  /** By length 11..16: the first code too large for it, left-aligned to 16 bits, and what to add to a code to get its symbol. */
  limit: Int32Array;
  offset: Int32Array;
  symbols: Uint8Array;
}

/** How far a symbol moves the index: past a run of zeros, or out of the block at its end. */
function advance(symbol: number): number {
  return symbol === 0 ? 127 : (symbol >> 4) + 1;
}

/** @param dc whether symbols are sizes alone (no runs). */
export function buildHuffman({ counts, symbols }: HuffmanSpec, dc: boolean): Huffman {
  const fast = new Int32Array(1 << PEEK);
  const limit = new Int32Array(18);
  const offset = new Int32Array(18);
  let code = 0;
  let next = 0;
  for (let length = 1; length <= 16; length++) {
    offset[length] = next - code;
    for (let i = 0; i < counts[length - 1]!; i++, code++, next++) {
      if (length <= PEEK) fillFast(fast, code, length, symbols[next]!, dc);
    }
    limit[length] = code << (16 - length);
    code <<= 1;
  }
  return { fast, limit, offset, symbols };
}

function fillFast(fast: Int32Array, code: number, length: number, symbol: number, dc: boolean): void {
  const size = dc ? symbol : symbol & 15;
  const move = dc ? 1 : advance(symbol);
  const left = PEEK - length;
  const start = code << left;
  for (let tail = 0; tail < 1 << left; tail++) {
    if (start + tail >= fast.length) return;
    if (size <= left) {
      const raw = size === 0 ? 0 : (tail >> (left - size)) & ((1 << size) - 1);
      fast[start + tail] = (length + size) | (move << 5) | (extend(raw, size) << 16);
    } else fast[start + tail] = length | (move << 5) | (size << 12);
  }
}

/** A number of `size` bits as the format writes it: those that begin with 0 are negative. */
function extend(raw: number, size: number): number {
  return size > 0 && raw < 1 << (size - 1) ? raw - (1 << size) + 1 : raw;
}

/** Entropy-coded data without its stuffed bytes, and where each stretch between restart markers begins, in bytes. */
export interface Scan {
  length: number;
  stretches: number[];
}

/** More bits than a damaged unit can take past the end before that is noticed. */
const PADDING = 4096;

/** Bytes that `unstuff` needs for what follows `from`. */
export function roomFor(bytes: Uint8Array, from: number): number {
  return bytes.length - from + PADDING;
}

/**
 * @param data where it is written, followed by zeros; of `roomFor` bytes.
 * @returns undefined unless the data runs up to the end of the image: a second scan, or a file cut off.
 */
export function unstuff(bytes: Uint8Array, from: number, data: Uint8Array): Scan | undefined {
  // Moved up within the copy: an object for each of a photograph's hundreds of stuffed bytes would have to be collected.
  data.set(bytes.subarray(from));
  const end = bytes.length - from;
  data.fill(0, end);
  const stretches = [0];
  let length = 0;
  for (let at = 0; ; ) {
    const mark = data.indexOf(0xff, at);
    if (mark < 0 || mark + 1 >= end) return undefined;
    const kind = data[mark + 1]!;
    const until = kind === 0 ? mark + 1 : mark;
    data.copyWithin(length, at, until);
    length += until - at;
    at = mark + 2;
    if (kind === 0xff) at = mark + 1;
    else if (kind >= 0xd0 && kind <= 0xd7) stretches.push(length);
    else if (kind === 0xd9) {
      data.fill(0, length, end);
      return { length, stretches };
    } else if (kind !== 0) return undefined;
  }
}
