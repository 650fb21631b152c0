import { cholesky, inverse, solveLower, solveUpper } from './cholesky.ts';
import { minimise } from './lbfgs.ts';

export interface Kernel {
  /** Inverse squared length scales, one a dimension. */
  scales: Float64Array;
  /** Of the function. */
  variance: number;
  /** Variance of what is measured about the function. */
  noise: number;
}

/**
 * A Gaussian process with Matérn's kernel of 5/2 and a length scale of its own for each dimension. Dimensions that hold choices are equal
 * or not (Hamming). Scales, variance and noise maximise the marginal likelihood times weak priors, those of Optuna's GPSampler:
 * exp(-0.1 (w + 1/w)) on each inverse squared length scale w, Gamma(2, 1) on the variance, Gamma(1.1, 30) on the noise.
 */
export class GaussianProcess implements Kernel {
  private readonly points: readonly Float64Array[];
  private readonly choices: readonly boolean[];
  readonly scales: Float64Array;
  readonly variance: number;
  readonly noise: number;
  private readonly factor: Float64Array;
  private readonly weights: Float64Array;

  /**
   * @param points in [0, 1], or places in a list where `choices` says so
   * @param values about standard normal
   */
  constructor(
    points: readonly Float64Array[],
    values: Float64Array,
    choices: readonly boolean[],
    { scales, variance, noise }: Kernel,
  ) {
    this.points = points;
    this.choices = choices;
    this.scales = scales;
    this.variance = variance;
    this.noise = noise;
    const n = points.length;
    const k = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j <= i; j++) k[i * n + j] = k[j * n + i] = this.kernel(points[i]!, points[j]!);
      k[i * n + i]! += noise;
    }
    // Equal points and little noise: a little more on the diagonal.
    let factor = cholesky(k, n);
    for (let extra = 1e-8; factor === null; extra *= 10) {
      for (let i = 0; i < n; i++) k[i * n + i]! += extra;
      factor = cholesky(k, n);
    }
    this.factor = factor;
    this.weights = solveUpper(factor, n, solveLower(factor, n, values));
  }

  /** With the kernel that suits the values best. */
  static fit(points: readonly Float64Array[], values: Float64Array, choices: readonly boolean[]): GaussianProcess {
    const dimensions = choices.length;
    const start = new Float64Array(dimensions + 2);
    start[dimensions + 1] = Math.log(0.01);
    const distances = pairDistances(points, choices);
    const best = minimise((x, gradient) => negativeLogPosterior(x, gradient, distances, values), start);
    return new GaussianProcess(points, values, choices, {
      scales: best.slice(0, dimensions).map(Math.exp),
      variance: Math.exp(best[dimensions]!),
      noise: Math.exp(best[dimensions + 1]!) + LEAST_NOISE,
    });
  }

  /** The same kernel over other points. */
  over(points: readonly Float64Array[], values: Float64Array): GaussianProcess {
    return new GaussianProcess(points, values, this.choices, this);
  }

  private kernel(a: Float64Array, b: Float64Array): number {
    let sum = 0;
    for (let d = 0; d < this.choices.length; d++) {
      const difference = a[d]! - b[d]!;
      sum += this.scales[d]! * (this.choices[d] ? (difference === 0 ? 0 : 1) : difference * difference);
    }
    return this.variance * matern(sum);
  }

  /** Mean and standard deviation of the function, without the noise, at a point. */
  predict(point: Float64Array): { mean: number; sd: number } {
    const n = this.points.length;
    const k = Float64Array.from(this.points, (other) => this.kernel(point, other));
    let mean = 0;
    for (let i = 0; i < n; i++) mean += k[i]! * this.weights[i]!;
    const v = solveLower(this.factor, n, k);
    const explained = v.reduce((sum, x) => sum + x * x, 0);
    return { mean, sd: Math.sqrt(Math.max(1e-12, this.variance - explained)) };
  }
}

const LEAST_NOISE = 1e-6;

/** Of a squared distance, already scaled. */
function matern(squared: number): number {
  const r = Math.sqrt(5 * squared);
  return Math.exp(-r) * ((5 / 3) * squared + r + 1);
}

/** Its derivative by the squared distance. */
function maternSlope(squared: number): number {
  const r = Math.sqrt(5 * squared);
  return (-5 / 6) * (r + 1) * Math.exp(-r);
}

/** Squared differences by dimension, n x n each. */
export function pairDistances(points: readonly Float64Array[], choices: readonly boolean[]): Float64Array[] {
  const n = points.length;
  return choices.map((isChoice, d) => {
    const out = new Float64Array(n * n);
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) {
        const difference = points[i]![d]! - points[j]![d]!;
        out[i * n + j] = isChoice ? (difference === 0 ? 0 : 1) : difference * difference;
      }
    }
    return out;
  });
}

/** Minus the log posterior of the logarithms of scales, variance and noise. */
export function negativeLogPosterior(
  x: Float64Array,
  gradient: Float64Array,
  distances: readonly Float64Array[],
  y: Float64Array,
): number {
  const n = y.length;
  const dimensions = distances.length;
  const scales = x.slice(0, dimensions).map(Math.exp);
  const variance = Math.exp(x[dimensions]!);
  const noise = Math.exp(x[dimensions + 1]!);
  const k = new Float64Array(n * n);
  const slopes = new Float64Array(n * n);
  for (let i = 0; i < n * n; i++) {
    let squared = 0;
    for (let d = 0; d < dimensions; d++) squared += scales[d]! * distances[d]![i]!;
    k[i] = variance * matern(squared);
    slopes[i] = variance * maternSlope(squared);
  }
  const noisy = Float64Array.from(k);
  for (let i = 0; i < n; i++) noisy[i * n + i]! += noise + LEAST_NOISE;
  const l = cholesky(noisy, n);
  if (l === null) return Number.POSITIVE_INFINITY;
  const alpha = solveUpper(l, n, solveLower(l, n, y));
  const inverted = inverse(l, n);
  let value = 0;
  for (let i = 0; i < n; i++) value += Math.log(l[i * n + i]!) + 0.5 * y[i]! * alpha[i]!;
  // (K^-1 - alpha alpha') / 2, whose product with dK is the gradient.
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++) inverted[i * n + j] = 0.5 * (inverted[i * n + j]! - alpha[i]! * alpha[j]!);
  for (let d = 0; d < dimensions; d++) {
    let sum = 0;
    for (let i = 0; i < n * n; i++) sum += inverted[i]! * slopes[i]! * distances[d]![i]!;
    const w = scales[d]!;
    gradient[d] = sum * w + 0.1 * w - 0.1 / w;
    value += 0.1 * w + 0.1 / w;
  }
  let byVariance = 0;
  let byNoise = 0;
  for (let i = 0; i < n * n; i++) byVariance += inverted[i]! * k[i]!;
  for (let i = 0; i < n; i++) byNoise += inverted[i * n + i]!;
  gradient[dimensions] = byVariance - 1 + variance;
  gradient[dimensions + 1] = byNoise * noise - 0.1 + 30 * noise;
  return value - Math.log(variance) + variance - 0.1 * Math.log(noise) + 30 * noise;
}
