import { wilson } from '../statistics/proportion.ts';
import { orNull } from './ranking.ts';

/** Equal-width bins of the reliability diagram and of the expected calibration error (Guo et al. 2017 use 15). */
export const CALIBRATION_BINS = 15;

/** scikit-learn clips probabilities by the machine epsilon of their type before it takes the logarithm. */
const EPSILON = Number.EPSILON;

/** -log of a true class' probability, in nats; at most 36.04, for a probability of zero. */
export function surprise(probability: number): number {
  return -Math.log(Math.min(1 - EPSILON, Math.max(EPSILON, probability)));
}

/** Mean -log p(true class), in nats; `probabilities` is row-major [samples, classes]. Null for no samples. */
export function logLoss(labels: ArrayLike<number>, probabilities: ArrayLike<number>, classes: number): number | null {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += surprise(probabilities[i * classes + labels[i]!]!);
  return orNull(sum / labels.length);
}

/**
 * Squared distance of one sample's probabilities (row `i` of [samples, classes]) from its one-hot truth. With two classes half of
 * it, which is (p - y)^2, range 0..1; with more the whole sum, range 0..2. So does scikit-learn's brier_score_loss.
 */
export function squaredError(probabilities: ArrayLike<number>, classes: number, i: number, label: number): number {
  let sum = 0;
  for (let k = 0; k < classes; k++) {
    const d = probabilities[i * classes + k]! - (k === label ? 1 : 0);
    sum += d * d;
  }
  return classes === 2 ? sum / 2 : sum;
}

/** Brier score; see squaredError. Null for no samples. */
export function brier(labels: ArrayLike<number>, probabilities: ArrayLike<number>, classes: number): number | null {
  let sum = 0;
  for (let i = 0; i < labels.length; i++) sum += squaredError(probabilities, classes, i, labels[i]!);
  return orNull(sum / labels.length);
}

/** Bin of a probability: [0, 1/15), [1/15, 2/15), ..., [14/15, 1]. */
export function binOf(probability: number, bins: number = CALIBRATION_BINS): number {
  return Math.min(bins - 1, Math.max(0, Math.floor(probability * bins)));
}

/**
 * Expected calibration error: mean over samples of |observed rate - mean probability| of the sample's bin. `outcome` is 1 where
 * what the probability speaks of came true. Null for no samples.
 */
export function expectedCalibrationError(
  probability: ArrayLike<number>,
  outcome: ArrayLike<number | boolean>,
  bins: number = CALIBRATION_BINS,
): number | null {
  const gap = new Float64Array(bins);
  for (let i = 0; i < probability.length; i++) {
    gap[binOf(probability[i]!, bins)]! += (outcome[i] ? 1 : 0) - probability[i]!;
  }
  return orNull(gap.reduce((sum, g) => sum + Math.abs(g), 0) / probability.length);
}

/** Expected calibration error of the top class' probability (Guo et al. 2017). Null for no samples. */
export function ece(labels: ArrayLike<number>, probabilities: ArrayLike<number>, classes: number): number | null {
  const { confidence, correct } = topClass(labels, probabilities, classes);
  return expectedCalibrationError(confidence, correct);
}

/** Probability of each sample's most likely class, and whether that class is the true one. */
export function topClass(labels: ArrayLike<number>, probabilities: ArrayLike<number>, classes: number) {
  const confidence = new Float64Array(labels.length);
  const correct = new Uint8Array(labels.length);
  for (let i = 0; i < labels.length; i++) {
    let best = 0;
    for (let k = 1; k < classes; k++)
      if (probabilities[i * classes + k]! > probabilities[i * classes + best]!) best = k;
    confidence[i] = probabilities[i * classes + best]!;
    correct[i] = best === labels[i] ? 1 : 0;
  }
  return { confidence, correct };
}

export interface CalibrationBin {
  /** Mean probability of the bin's samples. */
  predicted: number;
  /** Share of them for which it came true, with Wilson's 95% interval. */
  observed: number;
  low: number;
  high: number;
  count: number;
}

/** The reliability diagram's points: bins that hold samples, from low to high. */
export function reliability(
  probability: ArrayLike<number>,
  outcome: ArrayLike<number | boolean>,
  bins: number = CALIBRATION_BINS,
): CalibrationBin[] {
  const count = new Float64Array(bins);
  const sum = new Float64Array(bins);
  const came = new Float64Array(bins);
  for (let i = 0; i < probability.length; i++) {
    const b = binOf(probability[i]!, bins);
    count[b]! += 1;
    sum[b]! += probability[i]!;
    came[b]! += outcome[i] ? 1 : 0;
  }
  const out: CalibrationBin[] = [];
  for (let b = 0; b < bins; b++) {
    const n = count[b]!;
    if (n === 0) continue;
    out.push({ predicted: sum[b]! / n, observed: came[b]! / n, ...wilson(came[b]!, n), count: n });
  }
  return out;
}
