import { calibrate } from '../decisions/calibration/apply.ts';
import type { ClassRule } from '../decisions/spec.ts';
import type { Evaluation } from '../evaluation.ts';
import { decide, sumClasses } from '../metrics/softmax.ts';
import type { Predictions } from '../predictions.ts';

/** What one model says, as its evaluation reads it: calibrated, and decided at its own operating point. */
export interface Answers {
  /** Row-major [samples, classes]. */
  probabilities: Float64Array;
  /** Class decided for. */
  decided: Int32Array;
  /** By which one of several classes is decided for; null: the most likely. */
  rule: ClassRule | null;
  /** The yes/no question; null when no class is positive. */
  question: {
    members: number[];
    threshold: number;
    /** Summed probability of the positive classes. */
    scores: Float64Array;
    /** 1 where it reaches the threshold. */
    verdicts: Uint8Array;
  } | null;
}

export function answers(predictions: Predictions, evaluation: Evaluation): Answers {
  const { classes, logits } = predictions;
  const k = classes.length;
  const { calibrator, temperature } = evaluation;
  const probabilities = calibrate(
    logits,
    k,
    calibrator?.applied ?? { method: 'temperature', temperature: temperature.value },
  );
  const point = evaluation.operatingPoint;
  const rule = evaluation.classRule?.applied ?? null;
  if (point === null) return { probabilities, decided: decide(probabilities, k, null, rule), rule, question: null };
  const members = point.positive.map((name) => classes.indexOf(name));
  const scores = sumClasses(probabilities, k, members);
  const { threshold } = point;
  return {
    probabilities,
    decided: decide(probabilities, k, { members, threshold }, rule),
    rule,
    question: {
      members,
      threshold,
      scores,
      verdicts: Uint8Array.from(scores, (score) => (score >= threshold ? 1 : 0)),
    },
  };
}
