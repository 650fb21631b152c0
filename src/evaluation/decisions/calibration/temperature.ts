import { logLoss, softmax } from '../../metrics/index.ts';

/** Beyond these the fit is a sign of something else, and is refused. */
const COLDEST = 0.05;
const HOTTEST = 20;

/** A fitted temperature, or null and why there is none. */
export type TemperatureFit = { temperature: number; reason?: undefined } | { temperature: null; reason: string };

/**
 * The temperature T that minimises the log loss of softmax(logits / T) (Guo et al. 2017, "On calibration of modern neural
 * networks"). The loss is convex in b = 1/T, so that Newton's method on its derivative, kept inside a shrinking bracket, finds the
 * one minimum. Refused when the optimum lies at the edge: predictions without an error on validation would be made ever more
 * certain, ones no better than chance ever less.
 *
 * @param logits row-major [samples, classes], finite
 * @param labels class index per sample
 */
export function fitTemperature(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): TemperatureFit {
  if (labels.length === 0) return { temperature: null, reason: 'there are no validation samples to fit it on' };
  let low = 1 / HOTTEST;
  let high = 1 / COLDEST;
  if (slope(logits, labels, classes, low).first >= 0) {
    return { temperature: null, reason: 'the logits say nothing about the validation labels' };
  }
  if (slope(logits, labels, classes, high).first <= 0) {
    return { temperature: null, reason: whyColder(logits, labels, classes) };
  }
  let b = 1;
  for (let step = 0; step < 100; step++) {
    const { first, second } = slope(logits, labels, classes, b);
    if (first > 0) high = b;
    else low = b;
    const newton = b - first / second;
    const next = newton > low && newton < high ? newton : (low + high) / 2;
    if (Math.abs(next - b) <= 1e-12 * b) break;
    b = next;
  }
  return { temperature: 1 / b };
}

/**
 * The log loss after the temperature that is best for these very samples, in nats, at most the log loss as it is; null without
 * samples. It is what the scores tell of the classes, however sure they are of it: it goes on falling where the log loss rises
 * from overconfidence alone, which calibration takes back later (TS-refinement; Berta et al. 2025, "Rethinking early stopping:
 * refine, then calibrate"). Where no temperature is best, that of the nearer edge.
 *
 * @param logits row-major [samples, classes], finite
 * @param labels class index per sample
 */
export function refinement(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): number | null {
  if (labels.length === 0) return null;
  const { temperature } = fitTemperature(logits, labels, classes);
  const tried = temperature === null ? [COLDEST, HOTTEST] : [temperature];
  return Math.min(...tried.map((t) => logLoss(labels, softmax(logits, classes, t), classes)!));
}

/** Why the loss falls beyond the coldest temperature: nothing is ever wrong, or logits hardly differ, so that scaling makes no odds of them. */
function whyColder(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number): string {
  for (let i = 0; i < labels.length; i++) {
    const truth = logits[i * classes + labels[i]!]!;
    for (let k = 0; k < classes; k++) {
      if (k !== labels[i] && logits[i * classes + k]! >= truth)
        return 'the logits of the classes hardly differ on validation';
    }
  }
  return 'validation is separated without an error';
}

/** First and second derivative of the mean log loss of softmax(b * logits) by b: E_p[z] - z_y and Var_p[z], averaged. */
function slope(logits: ArrayLike<number>, labels: ArrayLike<number>, classes: number, b: number) {
  let first = 0;
  let second = 0;
  for (let i = 0; i < labels.length; i++) {
    const row = i * classes;
    let top = -Infinity;
    for (let k = row; k < row + classes; k++) if (logits[k]! > top) top = logits[k]!;
    let sum = 0;
    let mean = 0;
    let square = 0;
    for (let k = row; k < row + classes; k++) {
      const d = logits[k]! - top;
      const e = Math.exp(b * d);
      sum += e;
      mean += e * d;
      square += e * d * d;
    }
    mean /= sum;
    first += mean - (logits[row + labels[i]!]! - top);
    second += square / sum - mean * mean;
  }
  return { first: first / labels.length, second: second / labels.length };
}
