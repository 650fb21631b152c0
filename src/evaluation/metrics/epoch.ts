import type { Predictions } from '../predictions.ts';
import { confusionMatrix, matrixMetrics } from './confusion.ts';
import { brier, ece, logLoss } from './probability.ts';
import { auroc, macroAuroc, orNull } from './ranking.ts';
import { argmax, softmax, sumClasses } from './softmax.ts';

/** Metrics without intervals, cheap enough for every epoch; null where not estimable. */
export interface QuickMetrics {
  accuracy: number | null;
  balancedAccuracy: number | null;
  macroF1: number | null;
  /** Of the summed probability of the positive classes; without them, of the second of two classes; else macroAuroc. */
  auroc: number | null;
  macroAuroc: number | null;
  brier: number | null;
  logLoss: number | null;
  ece: number | null;
}

/** All of them from one softmax. About 20 ms for 10,000 samples of two classes. */
export function quickMetrics(
  predictions: Pick<Predictions, 'classes' | 'labels' | 'logits'>,
  options: { positive?: readonly string[] | null; temperature?: number } = {},
): QuickMetrics {
  const { classes, labels } = predictions;
  const k = classes.length;
  const probabilities = softmax(predictions.logits, k, options.temperature ?? 1);
  const matrix = matrixMetrics(confusionMatrix(labels, argmax(probabilities, k), k), k);
  const macro = macroAuroc(labels, probabilities, k);
  const members = options.positive?.length
    ? options.positive.map((name) => classes.indexOf(name))
    : k === 2
      ? [1]
      : null;
  const binary =
    members === null
      ? macro
      : auroc(
          Uint8Array.from(labels, (label) => (members.includes(label) ? 1 : 0)),
          sumClasses(probabilities, k, members),
        );
  return {
    accuracy: orNull(matrix.accuracy),
    balancedAccuracy: orNull(matrix.balancedAccuracy),
    macroF1: orNull(matrix.macroF1),
    auroc: binary,
    macroAuroc: macro,
    brier: brier(labels, probabilities, k),
    logLoss: logLoss(labels, probabilities, k),
    ece: ece(labels, probabilities, k),
  };
}
