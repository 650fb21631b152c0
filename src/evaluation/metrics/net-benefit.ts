import { verdictsAt } from './confusion.ts';

/** Net benefit of a model and of calling all positive, by threshold probability; calling none has 0. */
export interface DecisionCurve {
  threshold: number[];
  model: number[];
  all: number[];
}

/** One point per percent: thresholds are probabilities that a person weighs, not scores. */
const POINTS = Array.from({ length: 99 }, (_, i) => (i + 1) / 100);

/**
 * True positives per sample, less false positives weighed by the odds of the threshold: what is gained by acting on the model where
 * a harm of acting and a harm of missing stand in that ratio (Vickers and Elkin 2006). Null when one of the two sides has no sample.
 */
export function decisionCurve(truth: ArrayLike<number>, scores: ArrayLike<number>): DecisionCurve | null {
  let positives = 0;
  for (let i = 0; i < truth.length; i++) positives += truth[i]!;
  if (positives === 0 || positives === truth.length) return null;
  const benefit = (tp: number, fp: number, t: number) => round((tp - (fp * t) / (1 - t)) / truth.length);
  const model = POINTS.map((t) => {
    const { tp, fp } = verdictsAt(truth, scores, t);
    return benefit(tp, fp, t);
  });
  return { threshold: POINTS, model, all: POINTS.map((t) => benefit(positives, truth.length - positives, t)) };
}

function round(value: number): number {
  return Number(value.toPrecision(6));
}
