/**
 * The inner loops of src/data/jpeg, in AssemblyScript: TypeScript's syntax, compiled to WebAssembly with SIMD by
 * `npm run wasm`, which writes src/data/jpeg/kernel-code.ts; `npm run wasm -- --check` compiles it again and compares.
 *
 * Everything lies in the one memory, at places that src/data/jpeg/kernel.ts chooses. A component is described by 32-bit fields:
 *   0 h, 4 v, 8 DC table, 12 AC table, 16 places (64 x u8), 20 steps (64 x f32), 24 columns, 28 rows, 32 plane, 36 stride,
 *   40 frequencies kept across, 44 down, 48 predicted DC, 52 whether a block has more than four columns,
 *   56 index of the last coefficient that is wanted, in zigzag order.
 * A Huffman table: 1024 fast entries (i32), 18 limits, 18 offsets, 256 symbols (u8).
 * Columns, per block: first output position, then for each of 8 frequencies the cosines at 8 positions (f32): 260 bytes.
 * Rows, per block: first, count, then for each of up to 8 positions 8 cosines: 264 bytes.
 */

const COEFFICIENTS: usize = 1024;
const HALVES: usize = 2048;
const DROPPED: u32 = 64;
const LIMITS: usize = 4096;
const OFFSETS: usize = 4096 + 72;
const SYMBOLS: usize = 4096 + 144;
const COLUMN: i32 = 260;
const ROW: i32 = 264;

/** Where the reader stands: the next bits from the top, how many of them, and where more come from. */
let buffer: u64 = 0;
let available: i32 = 0;
let source: usize = 0;

/** A code of more than ten bits, as an entry like the fast table's; 0 when there is none. */
function longCode(bits: i32, table: usize, dc: bool): i32 {
  for (let length = 11; length <= 16; length++) {
    if (bits >= load<i32>(table + (length << 2), LIMITS)) continue;
    const index = (bits >> (16 - length)) + load<i32>(table + (length << 2), OFFSETS);
    if (<u32>index > 255) return 0;
    const symbol = <i32>load<u8>(table + index, SYMBOLS);
    const move = dc ? 1 : symbol == 0 ? 127 : (symbol >> 4) + 1;
    return length | (move << 5) | ((symbol & 15) << 12);
  }
  return 0;
}

/**
 * Reads one block's coefficients; all places written but the first, or-ed, or -1 for a code that does not exist. The reader's
 * state is kept in locals: a global costs a trip to memory each time.
 */
function readBlock(part: usize): i32 {
  const dc = <usize>load<u32>(part, 8);
  const ac = <usize>load<u32>(part, 12);
  const places = <usize>load<u32>(part, 16);
  const steps = <usize>load<u32>(part, 20);
  const last = load<i32>(part, 56);
  let bits = buffer;
  let left = available;
  let from = source;
  if (left < 32) {
    bits |= (<u64>bswap<u32>(load<u32>(from))) << (32 - left);
    from += 4;
    left += 32;
  }
  let entry = load<i32>(dc + ((<usize>(bits >> 54)) << 2));
  if (entry == 0) {
    entry = longCode(<i32>(bits >> 48), dc, true);
    if (entry == 0) return -1;
  }
  bits <<= <u64>(entry & 31);
  left -= entry & 31;
  let size = (entry >> 12) & 15;
  let value = entry >> 16;
  if (size > 0) {
    value = <i32>(bits >> (64 - size));
    if (value < 1 << (size - 1)) value -= (1 << size) - 1;
    bits <<= <u64>size;
    left -= size;
  }
  const predicted = load<i32>(part, 48) + value;
  store<i32>(part, predicted, 48);
  store<f32>(COEFFICIENTS, <f32>predicted * load<f32>(steps));
  let reach: u32 = 0;
  let k: i32 = 0;
  // Up to the last coefficient that is wanted, with its value ...
  while (k < last) {
    if (left < 32) {
      bits |= (<u64>bswap<u32>(load<u32>(from))) << (32 - left);
      from += 4;
      left += 32;
    }
    entry = load<i32>(ac + ((<usize>(bits >> 54)) << 2));
    if (entry == 0) {
      entry = longCode(<i32>(bits >> 48), ac, false);
      if (entry == 0) return -1;
    }
    bits <<= <u64>(entry & 31);
    left -= entry & 31;
    k += (entry >> 5) & 127;
    if (k > 63) break;
    size = (entry >> 12) & 15;
    value = entry >> 16;
    if (size > 0) {
      value = <i32>(bits >> (64 - size));
      if (value < 1 << (size - 1)) value -= (1 << size) - 1;
      bits <<= <u64>size;
      left -= size;
    }
    const place = <u32>load<u8>(places + k);
    store<f32>(COEFFICIENTS + (place << 2), <f32>value * load<f32>(steps + (k << 2)));
    reach |= place;
  }
  // ... and from there to the block's end only the lengths.
  while (k < 63) {
    if (left < 32) {
      bits |= (<u64>bswap<u32>(load<u32>(from))) << (32 - left);
      from += 4;
      left += 32;
    }
    entry = load<i32>(ac + ((<usize>(bits >> 54)) << 2));
    if (entry == 0) {
      entry = longCode(<i32>(bits >> 48), ac, false);
      if (entry == 0) return -1;
    }
    const taken = (entry & 31) + ((entry >> 12) & 15);
    bits <<= <u64>taken;
    left -= taken;
    k += (entry >> 5) & 127;
  }
  buffer = bits;
  available = left;
  source = from;
  return <i32>(reach & ~DROPPED);
}

// @ts-expect-error: decorators of functions are AssemblyScript's
@inline
function bytes(values: v128): u32 {
  const words = i32x4.trunc_sat_f32x4_s(values);
  const halves = i16x8.narrow_i32x4_s(words, words);
  return <u32>i32x4.extract_lane(i8x16.narrow_i16x8_u(halves, halves), 0);
}

function paint(part: usize, blockX: i32, blockY: i32, reach: i32): void {
  const column = <usize>(load<i32>(part, 24) + blockX * COLUMN);
  const row = <usize>(load<i32>(part, 28) + blockY * ROW);
  const stride = load<i32>(part, 36);
  const count = load<i32>(row, 4);
  const wide = load<i32>(part, 52) != 0;
  let to = <usize>load<u32>(part, 32) + load<i32>(row) * stride + load<i32>(column);
  // 128 is the format's level shift, 0.5 rounds.
  const base = load<f32>(COEFFICIENTS) + 128.5;
  if (reach == 0) {
    const level = bytes(f32x4.splat(base));
    for (let y = 0; y < count; y++, to += stride) {
      store<u32>(to, level);
      if (wide) store<u32>(to, level, 4);
    }
    return;
  }
  store<f32>(COEFFICIENTS, base);
  const low = (reach & 0x24) == 0;
  const across = low ? min(4, load<i32>(part, 40)) : load<i32>(part, 40);
  const down = low ? min(4, load<i32>(part, 44)) : load<i32>(part, 44);
  const cx = column + 4;
  for (let v = 0; v < down; v++) {
    const f = COEFFICIENTS + (v << 5);
    let left = v128.load32_splat(f);
    let right = left;
    for (let u = 1; u < across; u++) {
      const factor = v128.load32_splat(f + (u << 2));
      left = f32x4.add(left, f32x4.mul(factor, v128.load(cx + (u << 5))));
      if (wide) right = f32x4.add(right, f32x4.mul(factor, v128.load(cx + (u << 5), 16)));
    }
    v128.store(HALVES + (v << 5), left);
    v128.store(HALVES + (v << 5), right, 16);
  }
  for (let y = 0; y < count; y++, to += stride) {
    const cy = row + 8 + (y << 5);
    let left = v128.load(HALVES);
    let right = v128.load(HALVES, 16);
    for (let v = 1; v < down; v++) {
      const factor = v128.load32_splat(cy + (v << 2));
      left = f32x4.add(left, f32x4.mul(factor, v128.load(HALVES + (v << 5))));
      if (wide) right = f32x4.add(right, f32x4.mul(factor, v128.load(HALVES + (v << 5), 16)));
    }
    store<u32>(to, bytes(left));
    if (wide) store<u32>(to, bytes(right), 4);
  }
  memory.fill(COEFFICIENTS, 0, 256);
}

/**
 * Reads and paints all units. @param parts pointers of the components. @param stretches byte offsets after restart markers.
 * @returns 1, or 0 when the data is damaged.
 */
export function decode(
  data: usize,
  length: i32,
  parts: usize,
  components: i32,
  across: i32,
  down: i32,
  restart: i32,
  stretches: usize,
  stretchCount: i32,
): i32 {
  buffer = 0;
  available = 0;
  source = data;
  memory.fill(COEFFICIENTS, 0, 260);
  let stretch = 0;
  let left = restart;
  for (let y = 0; y < down; y++) {
    for (let x = 0; x < across; x++) {
      if (restart > 0) {
        if (left == 0) {
          if (++stretch >= stretchCount) return 0;
          source = data + load<u32>(stretches + (stretch << 2));
          buffer = 0;
          available = 0;
          left = restart;
          for (let p = 0; p < components; p++) store<i32>(<usize>load<u32>(parts + (p << 2)), 0, 48);
        }
        left--;
      }
      for (let p = 0; p < components; p++) {
        const part = <usize>load<u32>(parts + (p << 2));
        const h = load<i32>(part);
        const v = load<i32>(part, 4);
        for (let by = 0; by < v; by++) {
          for (let bx = 0; bx < h; bx++) {
            const reach = readBlock(part);
            if (reach < 0) return 0;
            paint(part, x * h + bx, y * v + by, reach);
          }
        }
      }
      if (<i32>(source - data) * 8 - available > length * 8) return 0;
    }
  }
  return 1;
}

// @ts-expect-error: decorators of functions are AssemblyScript's
@inline
function half(y: v128, b: v128, r: v128, channel: i32): v128 {
  // Shares above one are split: v * 1.402 is v plus v * 0.402 in 15-bit fixed point.
  if (channel == 0) return i16x8.add(y, i16x8.add(r, i16x8.q15mulr_sat_s(r, i16x8.splat(13173))));
  if (channel == 2) return i16x8.add(y, i16x8.add(b, i16x8.q15mulr_sat_s(b, i16x8.splat(25297))));
  return i16x8.sub(y, i16x8.add(i16x8.q15mulr_sat_s(b, i16x8.splat(11277)), i16x8.q15mulr_sat_s(r, i16x8.splat(23401))));
}

/** JFIF's YCbCr planes of one stride to RGB without gaps; may write up to 47 bytes past the end. */
export function toRgb(luma: usize, cb: usize, cr: usize, stride: i32, width: i32, height: i32, out: usize): void {
  const middle = i16x8.splat(128);
  for (let y = 0; y < height; y++) {
    const line = out + y * width * 3;
    for (let x = 0; x < width; x += 16) {
      const at = <usize>(y * stride + x);
      const l = v128.load(luma + at);
      const b = v128.load(cb + at);
      const r = v128.load(cr + at);
      const l0 = i16x8.extend_low_i8x16_u(l), l1 = i16x8.extend_high_i8x16_u(l);
      const b0 = i16x8.sub(i16x8.extend_low_i8x16_u(b), middle), b1 = i16x8.sub(i16x8.extend_high_i8x16_u(b), middle);
      const r0 = i16x8.sub(i16x8.extend_low_i8x16_u(r), middle), r1 = i16x8.sub(i16x8.extend_high_i8x16_u(r), middle);
      const red = i8x16.narrow_i16x8_u(half(l0, b0, r0, 0), half(l1, b1, r1, 0));
      const green = i8x16.narrow_i16x8_u(half(l0, b0, r0, 1), half(l1, b1, r1, 1));
      const blue = i8x16.narrow_i16x8_u(half(l0, b0, r0, 2), half(l1, b1, r1, 2));
      const to = line + x * 3;
      // Three channels of sixteen pixels, interleaved in two steps: red with green, then with blue.
      const rg0 = i8x16.shuffle(red, green, 0, 16, 0, 1, 17, 0, 2, 18, 0, 3, 19, 0, 4, 20, 0, 5);
      const rg1 = i8x16.shuffle(red, green, 21, 0, 6, 22, 0, 7, 23, 0, 8, 24, 0, 9, 25, 0, 10, 26);
      const rg2 = i8x16.shuffle(red, green, 0, 11, 27, 0, 12, 28, 0, 13, 29, 0, 14, 30, 0, 15, 31, 0);
      v128.store(to, i8x16.shuffle(rg0, blue, 0, 1, 16, 3, 4, 17, 6, 7, 18, 9, 10, 19, 12, 13, 20, 15));
      v128.store(to, i8x16.shuffle(rg1, blue, 0, 21, 2, 3, 22, 5, 6, 23, 8, 9, 24, 11, 12, 25, 14, 15), 16);
      v128.store(to, i8x16.shuffle(rg2, blue, 26, 1, 2, 27, 4, 5, 28, 7, 8, 29, 10, 11, 30, 13, 14, 31), 32);
    }
  }
}
