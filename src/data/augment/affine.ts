/**
 * Maps a point of the result to a point of the source, both measured from the image's centre in pixels:
 * x' = a x + b y + c, y' = d x + e y + f.
 */
export type Affine = readonly [a: number, b: number, c: number, d: number, e: number, f: number];

export const IDENTITY: Affine = [1, 0, 0, 0, 1, 0];

/** First `inner` (nearer to the result), then `outer`. */
export function compose(outer: Affine, inner: Affine): Affine {
  const [a, b, c, d, e, f] = outer;
  const [g, h, i, j, k, l] = inner;
  return [a * g + b * j, a * h + b * k, a * i + b * l + c, d * g + e * j, d * h + e * k, d * i + e * l + f];
}

const BITS = 16;
const ONE = 1 << BITS;

/**
 * Resamples an image by an affine map, bilinear with 8-bit weights, in 16.16 fixed point. A map that only mirrors gives exact pixels.
 * @param source height x width x channels, HWC; `target` has the same shape and must be other memory.
 */
export function warp(
  source: Uint8Array,
  target: Uint8Array,
  { width, height, channels }: { width: number; height: number; channels: 1 | 3 },
  map: Affine,
  border: 'reflect' | 'black',
): void {
  const [a, b, c, d, e, f] = map;
  const cx = (width - 1) / 2;
  const cy = (height - 1) / 2;
  const dx = Math.round(a * ONE);
  const dy = Math.round(d * ONE);
  const row = width * channels;
  const maxX = (width - 1) << BITS;
  const maxY = (height - 1) << BITS;
  for (let y = 0, to = 0; y < height; y++) {
    // Half of an 8-bit weight's step is added so that truncation below rounds.
    let u = Math.round((a * -cx + b * (y - cy) + c + cx) * ONE) + 128;
    let v = Math.round((d * -cx + e * (y - cy) + f + cy) * ONE) + 128;
    for (let x = 0; x < width; x++, u += dx, v += dy, to += channels) {
      let su = u;
      let sv = v;
      if (su < 0 || sv < 0 || su >= maxX || sv >= maxY) {
        if (border === 'black' && (su < -ONE / 2 || sv < -ONE / 2 || su > maxX + ONE / 2 || sv > maxY + ONE / 2)) {
          for (let k = 0; k < channels; k++) target[to + k] = 0;
          continue;
        }
        su = mirror(su, maxX);
        sv = mirror(sv, maxY);
      }
      const wx = (su >> 8) & 255;
      const wy = (sv >> 8) & 255;
      const p = (sv >> BITS) * row + (su >> BITS) * channels;
      if (wx === 0 && wy === 0) {
        target[to] = source[p]!;
        if (channels === 3) {
          target[to + 1] = source[p + 1]!;
          target[to + 2] = source[p + 2]!;
        }
        continue;
      }
      // A weight of zero may stand at the last column or row: its neighbour is then the pixel itself.
      const right = wx === 0 ? p : p + channels;
      const below = wy === 0 ? 0 : row;
      const w11 = wx * wy;
      const w01 = (wx << 8) - w11;
      const w10 = (wy << 8) - w11;
      const w00 = 65536 - (wx << 8) - w10;
      target[to] =
        (source[p]! * w00 + source[right]! * w01 + source[p + below]! * w10 + source[right + below]! * w11 + 32768) >>
        16;
      if (channels === 3) {
        target[to + 1] =
          (source[p + 1]! * w00 +
            source[right + 1]! * w01 +
            source[p + below + 1]! * w10 +
            source[right + below + 1]! * w11 +
            32768) >>
          16;
        target[to + 2] =
          (source[p + 2]! * w00 +
            source[right + 2]! * w01 +
            source[p + below + 2]! * w10 +
            source[right + below + 2]! * w11 +
            32768) >>
          16;
      }
    }
  }
}

/** Folds a coordinate back between the edges, as often as needed. */
function mirror(value: number, max: number): number {
  if (max === 0) return 0;
  let v = value;
  while (v < 0 || v > max) v = v < 0 ? -v : 2 * max - v;
  return v;
}
