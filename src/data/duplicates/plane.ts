/** Square pictures of one channel as Float32Array, row by row, and what comparing two of them needs. */

/** Half the side, four pixels to one. */
export function halve(from: Float32Array, side: number): Float32Array {
  const half = side >> 1;
  const to = new Float32Array(half * half);
  for (let y = 0; y < half; y++) {
    for (let x = 0; x < half; x++) {
      const p = 2 * (y * side + x);
      to[y * half + x] = (from[p]! + from[p + 1]! + from[p + side]! + from[p + side + 1]!) / 4;
    }
  }
  return to;
}

/**
 * One of the eight ways to lay down a square: bit 0 mirrors left and right, bit 1 top and bottom, and bit 2 then swaps rows
 * and columns.
 */
export function turn(from: Float32Array, side: number, way: number): Float32Array {
  const to = new Float32Array(side * side);
  const last = side - 1;
  for (let y = 0; y < side; y++) {
    const b = way & 2 ? last - y : y;
    for (let x = 0; x < side; x++) {
      const a = way & 1 ? last - x : x;
      to[y * side + x] = from[way & 4 ? a * side + b : b * side + a]!;
    }
  }
  return to;
}

const kernels = new Map<number, Float32Array>();

function gauss(sigma: number): Float32Array {
  let kernel = kernels.get(sigma);
  if (kernel === undefined) {
    const radius = Math.ceil(3 * sigma);
    kernel = new Float32Array(2 * radius + 1).map((_, i) => Math.exp(-((i - radius) ** 2) / (2 * sigma * sigma)));
    const sum = kernel.reduce((a, b) => a + b, 0);
    kernel = kernel.map((v) => v / sum);
    kernels.set(sigma, kernel);
  }
  return kernel;
}

/** A Gaussian blur; the edge's pixels go on beyond it. */
export function blur(from: Float32Array, side: number, sigma: number): Float32Array {
  const kernel = gauss(sigma);
  return along(along(from, side, kernel, 1, side), side, kernel, side, 1);
}

/** Convolves lines of pixels `step` apart; the lines begin `line` apart. */
function along(from: Float32Array, side: number, kernel: Float32Array, step: number, line: number): Float32Array {
  const to = new Float32Array(side * side);
  const radius = kernel.length >> 1;
  const padded = new Float32Array(side + 2 * radius);
  for (let l = 0; l < side; l++) {
    const start = l * line;
    for (let i = 0; i < padded.length; i++) {
      padded[i] = from[start + Math.min(side - 1, Math.max(0, i - radius)) * step]!;
    }
    for (let i = 0; i < side; i++) {
      let sum = 0;
      for (let k = 0; k < kernel.length; k++) sum += kernel[k]! * padded[i + k]!;
      to[start + i * step] = sum;
    }
  }
  return to;
}

/** Pearson's correlation of two pictures where `mask` is not 0; 0 where one of them is flat. */
export function correlation(a: Float32Array, b: Float32Array, mask?: Uint8Array): number {
  let [n, sa, sb, aa, bb, ab] = [0, 0, 0, 0, 0, 0];
  for (let i = 0; i < a.length; i++) {
    if (mask !== undefined && mask[i] === 0) continue;
    const p = a[i]!;
    const q = b[i]!;
    n += 1;
    sa += p;
    sb += q;
    aa += p * p;
    bb += q * q;
    ab += p * q;
  }
  if (n === 0) return 0;
  const both = (aa - (sa * sa) / n) * (bb - (sb * sb) / n);
  return both <= 1e-9 ? 0 : (ab - (sa * sb) / n) / Math.sqrt(both);
}

/** Standard deviation of the values. */
export function spread(values: ArrayLike<number>): number {
  let [sum, squares] = [0, 0];
  for (let i = 0; i < values.length; i++) {
    sum += values[i]!;
    squares += values[i]! ** 2;
  }
  return Math.sqrt(Math.max(0, squares / values.length - (sum / values.length) ** 2));
}
