import type { Evaluation } from './evaluation.ts';
import { decisionCurve } from './metrics/net-benefit.ts';
import { Ranking } from './metrics/ranking.ts';
import type { Predictions } from './predictions.ts';

export interface RocCurve {
  fpr: number[];
  tpr: number[];
  /** The score from which on a sample is called positive; null for the first point, above all scores. */
  threshold: (number | null)[];
}

/** All points of the ROC curve, from (0, 0) to (1, 1). Null when one side has no sample. */
export function rocCurve(positive: ArrayLike<number | boolean>, scores: ArrayLike<number>): RocCurve | null {
  const { threshold, tp, fp } = new Ranking(scores, positive).steps();
  const p = tp.at(-1) ?? 0;
  const n = fp.at(-1) ?? 0;
  if (p === 0 || n === 0) return null;
  return {
    fpr: [0, ...Array.from(fp, (x) => x / n)],
    tpr: [0, ...Array.from(tp, (x) => x / p)],
    threshold: [null, ...threshold],
  };
}

export interface PrecisionRecallCurve {
  recall: number[];
  precision: number[];
  threshold: (number | null)[];
}

/** All points of the precision-recall curve by falling threshold, after (0, 1). Null when no sample is positive. */
export function precisionRecallCurve(
  positive: ArrayLike<number | boolean>,
  scores: ArrayLike<number>,
): PrecisionRecallCurve | null {
  const { threshold, tp, fp } = new Ranking(scores, positive).steps();
  const p = tp.at(-1) ?? 0;
  if (p === 0) return null;
  return {
    recall: [0, ...Array.from(tp, (x) => x / p)],
    precision: [1, ...Array.from(tp, (x, i) => x / (x + fp[i]!))],
    threshold: [null, ...threshold],
  };
}

/** Longest curve that is written to a file; more points change no pixel of a chart. */
export const CURVE_POINTS = 300;

/**
 * Leaves out points on a straight line between their neighbours, then, if there are still too many, keeps every nth; ends stay.
 * Numbers are rounded to six digits.
 */
export function thin<C extends Record<string, (number | null)[]>>(curve: C, x: keyof C, y: keyof C): C {
  const xs = curve[x] as number[];
  const ys = curve[y] as number[];
  let keep: number[] = [];
  for (let i = 0; i < xs.length; i++) {
    const before = keep.at(-1);
    const straight =
      before !== undefined &&
      i + 1 < xs.length &&
      Math.abs(
        (xs[i]! - xs[before]!) * (ys[i + 1]! - ys[before]!) - (xs[i + 1]! - xs[before]!) * (ys[i]! - ys[before]!),
      ) < 1e-12;
    if (!straight) keep.push(i);
  }
  if (keep.length > CURVE_POINTS) {
    const step = (keep.length - 1) / (CURVE_POINTS - 1);
    keep = Array.from({ length: CURVE_POINTS }, (_, j) => keep[Math.round(j * step)]!);
  }
  return Object.fromEntries(
    Object.entries(curve).map(([name, values]) => [name, keep.map((i) => round(values[i] ?? null))]),
  ) as C;
}

function round(value: number | null): number | null {
  return value === null ? null : Number(value.toPrecision(6));
}

/**
 * The curves of a report: of the positive classes together, where there are some, and of each class against the rest where there
 * are more than two. Those that can't be drawn are left out.
 */
export function drawCurves(
  predictions: Predictions,
  probabilities: Float64Array,
  question: { name: string; truth: Uint8Array; scores: Float64Array } | null,
): Evaluation['curves'] {
  const { classes, labels } = predictions;
  const asked = question === null ? [] : [question];
  if (classes.length > 2) {
    classes.forEach((name, k) => {
      const truth = Uint8Array.from(labels, (label) => (label === k ? 1 : 0));
      asked.push({ name, truth, scores: Float64Array.from(labels, (_, i) => probabilities[i * classes.length + k]!) });
    });
  }
  const out: Evaluation['curves'] = {
    roc: [],
    precisionRecall: [],
    decision: question === null ? null : decisionCurve(question.truth, question.scores),
  };
  for (const { name, truth, scores } of asked) {
    const roc = rocCurve(truth, scores);
    const pr = precisionRecallCurve(truth, scores);
    if (roc !== null) out.roc.push({ name, ...(thin({ ...roc }, 'fpr', 'tpr') as RocCurve) });
    if (pr !== null && roc !== null) {
      out.precisionRecall.push({ name, ...(thin({ ...pr }, 'recall', 'precision') as PrecisionRecallCurve) });
    }
  }
  return out;
}
