import { JOE_KUO } from './joe-kuo.ts';

const BITS = 32;
export const MOST_DIMENSIONS = JOE_KUO.length + 1;

/**
 * Points of the Sobol sequence with Joe and Kuo's direction numbers. With a seed they are scrambled as Owen does, in each dimension by
 * itself, with the hash of Laine and Karras as Burley gives it (Practical Hash-based Owen Scrambling, 2020): every point is then uniform,
 * and any 2^m that follow each other from a multiple of 2^m still lie evenly.
 */
export class Sobol {
  private readonly directions: Uint32Array[];
  private readonly seeds: number[] | null;

  /** @param dimensions 1 to 128 */
  constructor(dimensions: number, seed: number | null = null) {
    if (dimensions > MOST_DIMENSIONS) throw new RangeError(`Sobol points have at most ${MOST_DIMENSIONS} dimensions.`);
    this.directions = Array.from({ length: dimensions }, (_, d) => directionsOf(d));
    this.seeds = seed === null ? null : this.directions.map((_, d) => hash(seed ^ hash(d + 1)));
  }

  /** The point of this index, from 0; each coordinate in [0, 1). */
  point(index: number): number[] {
    return this.directions.map((v, d) => {
      let x = 0;
      for (let bit = 0, i = index ^ (index >>> 1); i !== 0; bit++, i >>>= 1) if (i & 1) x ^= v[bit]!;
      if (this.seeds !== null) x = scrambled(x, this.seeds[d]!);
      return (x >>> 0) / 2 ** BITS;
    });
  }
}

function directionsOf(dimension: number): Uint32Array {
  const v = new Uint32Array(BITS);
  if (dimension === 0) {
    for (let i = 0; i < BITS; i++) v[i] = 2 ** (BITS - 1 - i);
    return v;
  }
  const [s = 0, a = 0, ...m] = JOE_KUO[dimension - 1]!;
  for (let i = 0; i < BITS; i++) {
    if (i < s) {
      v[i] = m[i]! * 2 ** (BITS - 1 - i);
      continue;
    }
    let next = v[i - s]! ^ (v[i - s]! >>> s);
    for (let k = 1; k < s; k++) if ((a >> (s - 1 - k)) & 1) next ^= v[i - k]!;
    v[i] = next;
  }
  return v;
}

/** Owen's scrambling of all bits: a permutation in which each bit depends on those above it alone. */
function scrambled(value: number, seed: number): number {
  let x = reversed(value);
  x = (x + seed) | 0;
  x ^= Math.imul(x, 0x6c50b47c);
  x ^= Math.imul(x, 0xb82f1e52);
  x ^= Math.imul(x, 0xc7afe638);
  x ^= Math.imul(x, 0x8d22f6e6);
  return reversed(x);
}

function reversed(value: number): number {
  let x = value;
  x = ((x >>> 1) & 0x55555555) | ((x & 0x55555555) << 1);
  x = ((x >>> 2) & 0x33333333) | ((x & 0x33333333) << 2);
  x = ((x >>> 4) & 0x0f0f0f0f) | ((x & 0x0f0f0f0f) << 4);
  x = ((x >>> 8) & 0x00ff00ff) | ((x & 0x00ff00ff) << 8);
  return (x >>> 16) | (x << 16);
}

function hash(value: number): number {
  let h = value | 0;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}
