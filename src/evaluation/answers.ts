import { calibrate } from './decisions/calibration/apply.ts';
import type { Evaluation } from './evaluation.ts';
import { decide, softmax, sumClasses } from './metrics/softmax.ts';
import type { Predictions } from './predictions.ts';

/** What an evaluation makes of logits: as it measured them. */
export interface Answers {
  /** [samples, classes], calibrated. */
  probabilities: Float64Array;
  /** Summed over the positive classes; null without an operating point. */
  scores: Float64Array | null;
  /** Class index. */
  decided: Int32Array;
}

export type Decided = Pick<Evaluation, 'calibrator' | 'temperature' | 'operatingPoint' | 'classRule'>;

export function answersOf(evaluation: Decided, predictions: Predictions): Answers {
  const { calibrator, temperature, operatingPoint, classRule } = evaluation;
  const { classes, logits } = predictions;
  const k = classes.length;
  const probabilities =
    calibrator === null ? softmax(logits, k, temperature.value) : calibrate(logits, k, calibrator.applied);
  const question = operatingPoint && {
    members: operatingPoint.positive.map((name) => classes.indexOf(name)),
    threshold: operatingPoint.threshold,
  };
  return {
    probabilities,
    scores: question && sumClasses(probabilities, k, question.members),
    decided: decide(probabilities, k, question, classRule?.applied ?? null),
  };
}
