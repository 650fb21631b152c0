import { generator } from '../../random.ts';
import { eigenSymmetric, orthonormalise } from '../linear.ts';
import type { EmbeddingModel } from '../spec.ts';

/** The model of EmbeddingModel, unpacked for computing. */
export interface Gaussians {
  features: number;
  /** [classes, features] */
  means: Float32Array[];
  /** [rank, features] */
  axes: Float32Array[];
  variances: number[];
  noise: number;
}

/** More axes than this tell little more, and cost space in the bundle. */
const MOST_AXES = 16;
/** Samples that the covariance is estimated from at most: a thousand give 16 axes well, and take a second. */
const MOST_SAMPLES = 1000;
/** Axes are found together with some more, so that the last ones converge as fast as the first. */
const SPARE = 8;

/**
 * One Gaussian for each class with a covariance shared by all (Lee et al. 2018, "A simple unified framework for detecting
 * out-of-distribution samples"). An embedding has more features than validation has samples, so the covariance is that of probabilistic
 * PCA (Tipping & Bishop 1999): the largest axes as measured, the mean of the rest for every other direction.
 * Axes are found by subspace iteration (Halko, Martinsson & Tropp 2011). Classes without samples have no Gaussian.
 * Null when there is no variance, or fewer than two samples more than classes.
 *
 * @param embeddings row-major [samples, features]
 * @param options.rank instead of what the samples allow, at most 16
 * @param options.near of most of these samples: its axes are where the search begins
 */
export function fitGaussians(
  embeddings: ArrayLike<number>,
  features: number,
  labels: ArrayLike<number>,
  classes: number,
  { rank, near }: { rank?: number; near?: Gaussians } = {},
): Gaussians | null {
  const all = labels.length;
  const stride = Math.max(1, all / MOST_SAMPLES);
  const rows = Array.from({ length: Math.min(all, MOST_SAMPLES) }, (_, i) => Math.floor(i * stride));
  const counts = new Float64Array(classes);
  const sums = Array.from({ length: classes }, () => new Float64Array(features));
  for (let i = 0; i < all; i++) {
    const sum = sums[labels[i]!]!;
    counts[labels[i]!]! += 1;
    for (let f = 0; f < features; f++) sum[f]! += embeddings[i * features + f]!;
  }
  const present = counts.reduce((total, count) => total + (count > 0 ? 1 : 0), 0);
  const freedom = rows.length - present;
  if (freedom < 2) return null;
  const means = sums.map((sum, k) => sum.map((value) => value / counts[k]!));
  const centred = new Float64Array(rows.length * features);
  rows.forEach((i, row) => {
    const mean = means[labels[i]!]!;
    for (let f = 0; f < features; f++) centred[row * features + f] = embeddings[i * features + f]! - mean[f]!;
  });
  const total = centred.reduce((sum, value) => sum + value * value, 0) / freedom;
  if (!(total > 0)) return null;
  const count = Math.min(rank ?? Math.floor(freedom / 4), MOST_AXES, features - 1);
  const { axes, variances } = largestAxes(centred, rows.length, features, count, freedom, near?.axes ?? []);
  const rest = (total - variances.reduce((a, b) => a + b, 0)) / (features - variances.length);
  // Features that never vary in validation would make anything infinitely far away.
  const noise = Math.max(rest, (1e-6 * total) / features);
  return {
    features,
    means: means.filter((_, k) => counts[k]! > 0).map((mean) => Float32Array.from(mean)),
    axes,
    variances: variances.map((variance) => Math.max(variance, noise)),
    noise,
  };
}

function largestAxes(
  centred: Float64Array,
  rows: number,
  features: number,
  count: number,
  freedom: number,
  start: readonly Float32Array[],
) {
  if (count < 1) return { axes: [], variances: [] };
  const width = Math.min(count + SPARE, features, rows);
  const next = generator(0);
  const basis = Float64Array.from({ length: width * features }, () => next() - 0.5);
  start.slice(0, width).forEach((axis, b) => {
    basis.set(axis, b * features);
  });
  orthonormalise(basis, width, features);
  let before = 0;
  for (let step = 0; step < 30; step++) {
    const { image, small } = project(centred, rows, features, basis, width);
    const { values, vectors } = eigenSymmetric(small, width);
    const sum = values.slice(0, count).reduce((a, b) => a + b, 0);
    const settled = Math.abs(sum - before) <= 1e-4 * sum;
    before = sum;
    if (settled) {
      const kept = values.slice(0, count).map((value) => value / freedom);
      return {
        axes: kept.map((_, r) => {
          const axis = new Float32Array(features);
          for (let f = 0; f < features; f++) {
            let value = 0;
            for (let b = 0; b < width; b++) value += vectors[r]![b]! * basis[b * features + f]!;
            axis[f] = value;
          }
          return axis;
        }),
        variances: kept,
      };
    }
    basis.set(image);
    orthonormalise(basis, width, features);
  }
  throw new Error('subspace iteration did not settle');
}

/** X^T X applied to each row of the basis, and the basis' own products under it. */
function project(centred: Float64Array, rows: number, features: number, basis: Float64Array, width: number) {
  const image = new Float64Array(width * features);
  const small = new Float64Array(width * width);
  const shares = new Float64Array(width);
  for (let i = 0; i < rows; i++) {
    const row = i * features;
    for (let b = 0; b < width; b++) {
      const at = b * features;
      let sum = 0;
      for (let f = 0; f < features; f++) sum += centred[row + f]! * basis[at + f]!;
      shares[b] = sum;
    }
    for (let b = 0; b < width; b++) {
      const value = shares[b]!;
      const at = b * features;
      for (let f = 0; f < features; f++) image[at + f]! += value * centred[row + f]!;
      for (let c = 0; c < width; c++) small[b * width + c]! += value * shares[c]!;
    }
  }
  return { image, small };
}

/** Distance of an embedding to the nearest class, in standard deviations (Mahalanobis). */
export function mahalanobis(gaussians: Gaussians, embedding: ArrayLike<number>): number {
  const { means, axes, variances, noise, features } = gaussians;
  const own = axes.map((axis) => share(axis, embedding, features));
  const centres = projected(gaussians);
  let nearest = Infinity;
  means.forEach((mean, k) => {
    let rest = 0;
    for (let f = 0; f < features; f++) {
      const d = embedding[f]! - mean[f]!;
      rest += d * d;
    }
    let square = 0;
    for (let r = 0; r < own.length; r++) {
      const d = own[r]! - centres[k]![r]!;
      square += (d * d) / variances[r]!;
      rest -= d * d;
    }
    nearest = Math.min(nearest, square + Math.max(0, rest) / noise);
  });
  return Math.sqrt(nearest);
}

const PROJECTED = new WeakMap<Gaussians, number[][]>();

/** The means along the axes: the same for every embedding. */
function projected(gaussians: Gaussians): number[][] {
  const known = PROJECTED.get(gaussians);
  if (known !== undefined) return known;
  const { means, axes, features } = gaussians;
  const made = means.map((mean) => axes.map((axis) => share(axis, mean, features)));
  PROJECTED.set(gaussians, made);
  return made;
}

function share(axis: Float32Array, values: ArrayLike<number>, features: number): number {
  let sum = 0;
  for (let f = 0; f < features; f++) sum += axis[f]! * values[f]!;
  return sum;
}

export function pack({ features, means, axes, variances, noise }: Gaussians): EmbeddingModel {
  return { features, means: toBase64(means), axes: toBase64(axes), variances, noise };
}

export function unpack({ features, means, axes, variances, noise }: EmbeddingModel): Gaussians {
  return { features, means: fromBase64(means, features), axes: fromBase64(axes, features), variances, noise };
}

function toBase64(rows: readonly Float32Array[]): string {
  const bytes = Buffer.alloc(rows.reduce((sum, row) => sum + 4 * row.length, 0));
  let at = 0;
  for (const row of rows) for (const value of row) at = bytes.writeFloatLE(value, at);
  return bytes.toString('base64');
}

function fromBase64(text: string, features: number): Float32Array[] {
  const bytes = Buffer.from(text, 'base64');
  return Array.from({ length: bytes.length / (4 * features) }, (_, row) =>
    Float32Array.from({ length: features }, (_, f) => bytes.readFloatLE(4 * (row * features + f))),
  );
}
