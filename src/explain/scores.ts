import type { Grid } from './heatmap.ts';

/**
 * A map as shares of one: what is below zero speaks against the class and counts as nothing. Null when nothing speaks for it.
 */
export function shares({ data }: Grid): Float64Array | null {
  let sum = 0;
  for (const v of data) if (v > 0) sum += v;
  if (!(sum > 0) || !Number.isFinite(sum)) return null;
  return Float64Array.from(data, (v) => (v > 0 ? v / sum : 0));
}

/**
 * The strongest place as shares of one, at the size asked for: a place of a coarse map is all the pixels that it stands for, and
 * places that are alike share. Null when nothing speaks for the class.
 */
export function peaks(map: Grid, height: number, width: number): Float64Array | null {
  const { data } = map;
  let top = 0;
  for (const v of data) if (v > top) top = v;
  if (!(top > 0) || !Number.isFinite(top)) return null;
  const out = new Float64Array(height * width);
  let count = 0;
  for (let i = 0; i < out.length; i++) {
    const y = Math.floor((Math.floor(i / width) * map.height) / height);
    const x = Math.floor(((i % width) * map.width) / width);
    if (data[y * map.width + x] !== top) continue;
    out[i] = 1;
    count += 1;
  }
  return out.map((v) => v / count);
}

/**
 * Part of the weights that lies where the mask is: the energy inside (Wang et al. 2020), or a hit of the pointing game (Zhang et al.
 * 2016). @param total what the weights add up to.
 */
export function inside(weights: Float64Array, mask: Uint8Array, total = 1): number {
  let sum = 0;
  for (let i = 0; i < mask.length; i++) if (mask[i] !== 0) sum += weights[i]!;
  return Math.min(total, sum);
}

/** Spearman's rank correlation; equal values share the mean of their ranks. Null where one of the two is flat. */
export function rankCorrelation(a: ArrayLike<number>, b: ArrayLike<number>): number | null {
  const x = ranks(a);
  const y = ranks(b);
  const mean = (x.length - 1) / 2;
  let xy = 0;
  let xx = 0;
  let yy = 0;
  for (let i = 0; i < x.length; i++) {
    const dx = x[i]! - mean;
    const dy = y[i]! - mean;
    xy += dx * dy;
    xx += dx * dx;
    yy += dy * dy;
  }
  return xx === 0 || yy === 0 ? null : Math.max(-1, Math.min(1, xy / Math.sqrt(xx * yy)));
}

function ranks(values: ArrayLike<number>): Float64Array {
  const order = Uint32Array.from({ length: values.length }, (_, i) => i).sort((a, b) => values[a]! - values[b]!);
  const out = new Float64Array(values.length);
  for (let i = 0; i < order.length; ) {
    let j = i;
    while (j + 1 < order.length && values[order[j + 1]!] === values[order[i]!]) j += 1;
    for (let k = i; k <= j; k++) out[order[k]!] = (i + j) / 2;
    i = j + 1;
  }
  return out;
}
