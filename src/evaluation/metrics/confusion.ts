import { orNull } from './ranking.ts';

/**
 * Counts [classes, classes], row-major: row = truth, column = prediction.
 */
export function confusionMatrix(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): Float64Array {
  const out = new Float64Array(classes * classes);
  for (let i = 0; i < labels.length; i++) out[labels[i]! * classes + predicted[i]!]! += 1;
  return out;
}

/** What a confusion matrix says of one class. NaN where the denominator is zero. */
export interface ClassCounts {
  support: number;
  predicted: number;
  precision: number;
  recall: number;
  specificity: number;
  f1: number;
}

export function classCounts(matrix: ArrayLike<number>, classes: number, k: number, total: number): ClassCounts {
  const hits = matrix[k * classes + k]!;
  let support = 0;
  let predicted = 0;
  for (let j = 0; j < classes; j++) {
    support += matrix[k * classes + j]!;
    predicted += matrix[j * classes + k]!;
  }
  const negatives = total - support;
  return {
    support,
    predicted,
    precision: hits / predicted,
    recall: hits / support,
    specificity: (negatives - (predicted - hits)) / negatives,
    f1: (2 * hits) / (support + predicted),
  };
}

export interface MatrixMetrics {
  accuracy: number;
  balancedAccuracy: number;
  macroPrecision: number;
  macroRecall: number;
  macroF1: number;
}

/**
 * Averages as scikit-learn makes them by default: balanced accuracy is the mean recall of the classes that occur in the truth;
 * macro precision, recall and F1 are means over the classes that occur in the truth or among the predictions, an undefined
 * value counting as 0.
 */
export function matrixMetrics(matrix: ArrayLike<number>, classes: number): MatrixMetrics {
  let total = 0;
  let hits = 0;
  for (let c = 0; c < classes * classes; c++) total += matrix[c]!;
  for (let k = 0; k < classes; k++) hits += matrix[k * classes + k]!;
  let inTruth = 0;
  let seen = 0;
  let recall = 0;
  let precision = 0;
  let f1 = 0;
  for (let k = 0; k < classes; k++) {
    const own = matrix[k * classes + k]!;
    let support = 0;
    let predicted = 0;
    for (let j = 0; j < classes; j++) {
      support += matrix[k * classes + j]!;
      predicted += matrix[j * classes + k]!;
    }
    if (support + predicted === 0) continue;
    seen += 1;
    if (support > 0) {
      inTruth += 1;
      recall += own / support;
    }
    if (predicted > 0) precision += own / predicted;
    f1 += (2 * own) / (support + predicted);
  }
  return {
    accuracy: hits / total,
    balancedAccuracy: recall / inTruth,
    macroPrecision: precision / seen,
    macroRecall: recall / seen,
    macroF1: f1 / seen,
  };
}

/** Share of samples whose predicted class is the true one; null for no samples. */
export function accuracy(labels: ArrayLike<number>, predicted: ArrayLike<number>): number | null {
  let hits = 0;
  for (let i = 0; i < labels.length; i++) if (labels[i] === predicted[i]) hits += 1;
  return orNull(hits / labels.length);
}

/** Mean recall over the classes that occur in the truth; null for no samples. */
export function balancedAccuracy(
  labels: ArrayLike<number>,
  predicted: ArrayLike<number>,
  classes: number,
): number | null {
  return orNull(matrixMetrics(confusionMatrix(labels, predicted, classes), classes).balancedAccuracy);
}

/** Mean F1 over the classes that occur in the truth or among the predictions; null for no samples. */
export function macroF1(labels: ArrayLike<number>, predicted: ArrayLike<number>, classes: number): number | null {
  return orNull(matrixMetrics(confusionMatrix(labels, predicted, classes), classes).macroF1);
}

/** Answers to a yes/no question against the truth. */
export interface Verdicts {
  tp: number;
  fp: number;
  tn: number;
  fn: number;
}

export function verdictsAt(
  positive: ArrayLike<number | boolean>,
  scores: ArrayLike<number>,
  threshold: number,
): Verdicts {
  const out = { tp: 0, fp: 0, tn: 0, fn: 0 };
  for (let i = 0; i < scores.length; i++) {
    const yes = scores[i]! >= threshold;
    if (positive[i]) yes ? out.tp++ : out.fn++;
    else yes ? out.fp++ : out.tn++;
  }
  return out;
}
