import { softmax } from '../../metrics/softmax.ts';
import { solvePositive } from '../linear.ts';

/**
 * Vector scaling (Guo et al. 2017): softmax(scale * logits + shift), class by class, by least log loss. A unit normal prior pulls it
 * towards plain division by `temperature` (scale 1 / temperature, shift 0): it settles what the data leave open, as a common shift of all
 * classes, and keeps a separated validation set from running away.
 *
 * The loss is convex; Newton's method with halved steps finds its one minimum.
 */
export function fitVector(
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
  temperature: number,
): { scale: number[]; shift: number[] } {
  const n = labels.length;
  const z = Float64Array.from(logits, (value) => value / temperature);
  let theta = new Float64Array(2 * classes);
  theta.fill(1, 0, classes);
  let now = loss(z, labels, classes, theta);
  for (let step = 0; step < 50; step++) {
    const { gradient, hessian } = derivatives(z, labels, classes, theta);
    const move = solvePositive(hessian, gradient);
    const slope = gradient.reduce((sum, g, i) => sum + g * move[i]!, 0);
    if (slope / n < 1e-14) break;
    let size = 1;
    for (;;) {
      const next = theta.map((value, i) => value - size * move[i]!);
      const reached = loss(z, labels, classes, next);
      if (reached <= now - 1e-4 * size * slope || size < 1e-6) {
        theta = next;
        now = reached;
        break;
      }
      size /= 2;
    }
  }
  return { scale: Array.from(theta.subarray(0, classes), (u) => u / temperature), shift: [...theta.subarray(classes)] };
}

/** Probabilities of softmax(u * z + b), theta = [u, b]. */
function answers(z: Float64Array, classes: number, theta: Float64Array): Float64Array {
  return softmax(
    z.map((value, i) => value * theta[i % classes]! + theta[classes + (i % classes)]!),
    classes,
  );
}

/** Summed log loss and the prior's half square. */
function loss(z: Float64Array, labels: ArrayLike<number>, classes: number, theta: Float64Array): number {
  const p = answers(z, classes, theta);
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum -= Math.log(Math.max(1e-300, p[i * classes + labels[i]!]!));
  for (let k = 0; k < classes; k++) sum += ((theta[k]! - 1) ** 2 + theta[classes + k]! ** 2) / 2;
  return sum;
}

function derivatives(z: Float64Array, labels: ArrayLike<number>, classes: number, theta: Float64Array) {
  const p = answers(z, classes, theta);
  const size = 2 * classes;
  const gradient = Float64Array.from(theta, (value, i) => (i < classes ? value - 1 : value));
  const hessian = new Float64Array(size * size);
  for (let i = 0; i < size; i++) hessian[i * size + i] = 1;
  for (let i = 0; i < labels.length; i++) {
    const row = i * classes;
    for (let k = 0; k < classes; k++) {
      const pk = p[row + k]!;
      const zk = z[row + k]!;
      const excess = pk - (labels[i] === k ? 1 : 0);
      gradient[k]! += excess * zk;
      gradient[classes + k]! += excess;
      for (let j = 0; j <= k; j++) {
        const curvature = (j === k ? pk : 0) - pk * p[row + j]!;
        const zj = z[row + j]!;
        hessian[k * size + j]! += curvature * zk * zj;
        hessian[(classes + k) * size + classes + j]! += curvature;
        hessian[(classes + k) * size + j]! += curvature * zj;
        if (j !== k) hessian[(classes + j) * size + k]! += curvature * zk;
      }
    }
  }
  return { gradient, hessian };
}
