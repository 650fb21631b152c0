import type { PoolOptions } from '../nn/ops.ts';

/** Length after a convolution or pooling window slides over `length` pixels. */
export function slide(length: number, kernel: number, stride: number, padding: number, dilation = 1): number {
  return Math.floor((length + 2 * padding - dilation * (kernel - 1) - 1) / stride) + 1;
}

/**
 * Length after pooling, and the padding behind it that makes ONNX's floor mode agree.
 * With `ceilMode` PyTorch lets a last window hang over the edge, but not start beyond the image and its front padding;
 * ONNX's own ceil_mode has no such rule, so the overhang is written as explicit padding instead.
 */
export function poolAxis(length: number, axis: 0 | 1, o: PoolOptions): { out: number; padEnd: number } {
  const [kernel, stride, padding] = [o.kernel[axis], o.stride[axis], o.padding[axis]];
  if (o.ceilMode !== true) return { out: slide(length, kernel, stride, padding), padEnd: padding };
  let out = Math.ceil((length + 2 * padding - kernel) / stride) + 1;
  if ((out - 1) * stride >= length + padding) out -= 1;
  return { out, padEnd: Math.max(padding, (out - 1) * stride + kernel - length - padding) };
}

/** NumPy's broadcasting; -1 (the batch) goes with -1 and 1. */
export function broadcast(a: readonly number[], b: readonly number[]): number[] {
  const rank = Math.max(a.length, b.length);
  return Array.from({ length: rank }, (_, i) => {
    const x = a[i - rank + a.length] ?? 1;
    const y = b[i - rank + b.length] ?? 1;
    if (x !== y && x !== 1 && y !== 1) throw new RangeError(`Shapes [${a}] and [${b}] do not broadcast.`);
    return x === 1 ? y : x;
  });
}

/**
 * Fills in a reshape's target: of `-1`s, the first is the batch where the source has one; another is what is left over.
 * Throws RangeError when the counts don't fit.
 */
export function reshaped(from: readonly number[], to: readonly number[]): number[] {
  const dynamic = from[0] === -1;
  const total = product(from.slice(dynamic ? 1 : 0));
  const holes = to.flatMap((d, i) => (d === -1 ? [i] : []));
  if (dynamic && holes.shift() !== 0)
    throw new RangeError(`Reshape of [${from}] to [${to}] must keep the batch in front.`);
  if (holes.length > 1) throw new RangeError(`Reshape to [${to}] leaves more than one dimension open.`);
  const known = product(to.filter((d) => d !== -1));
  const out = to.map((d, i) => (i === holes[0] ? total / known : d));
  if (product(out.slice(dynamic ? 1 : 0)) !== total || out.some((d) => !Number.isInteger(d))) {
    throw new RangeError(`Reshape of [${from}] to [${to}] does not keep the number of values.`);
  }
  return out;
}

/** Axes counted from the front. */
export function positive(axis: number, rank: number): number {
  return axis < 0 ? axis + rank : axis;
}

export function product(dims: readonly number[]): number {
  return dims.reduce((a, b) => a * b, 1);
}

/**
 * The matrix [out, in] by which adaptive average pooling takes `length` values to `size`, as PyTorch places its windows:
 * from floor(i * in / out) to ceil((i + 1) * in / out).
 */
export function adaptiveMatrix(length: number, size: number): Float32Array {
  const matrix = new Float32Array(size * length);
  for (let i = 0; i < size; i++) {
    const start = Math.floor((i * length) / size);
    const end = Math.ceil(((i + 1) * length) / size);
    matrix.fill(1 / (end - start), i * length + start, i * length + end);
  }
  return matrix;
}
