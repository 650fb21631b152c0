import { groupIndices } from '../check.ts';
import type { Predictions } from '../predictions.ts';
import { groupWeights, weightedLimit } from './exchangeable.ts';
import { indicesWhere } from './folds.ts';
import type { Conformal } from './spec.ts';

/** -log softmax(logits), in nats, row-major [samples, classes]: how surprising each class would be. */
export function surprises(logits: ArrayLike<number>, classes: number): Float64Array {
  const out = new Float64Array(logits.length);
  for (let row = 0; row < logits.length; row += classes) {
    let top = -Infinity;
    for (let k = row; k < row + classes; k++) if (logits[k]! > top) top = logits[k]!;
    let sum = 0;
    for (let k = row; k < row + classes; k++) sum += Math.exp(logits[k]! - top);
    const whole = top + Math.log(sum);
    for (let k = row; k < row + classes; k++) out[k] = whole - logits[k]!;
  }
  return out;
}

/**
 * Class-conditional conformal sets (Vovk 2012; Sadinle, Lei & Wasserman 2019): for each class the limit that `coverage` of its samples'
 * surprises keep to, so that a rare class is promised as much as a common one. The scores come from the plain logits: had
 * the validation labels shaped them, as they shape calibration, validation would look better than what is to come.
 *
 * The promise is for a sample of a new group, groups weighing alike (see exchangeable.ts).
 */
export function fitConformal(
  validation: Pick<Predictions, 'classes' | 'labels' | 'logits' | 'groups'>,
  coverage: number,
): Conformal {
  const { classes, labels, logits, groups } = validation;
  const k = classes.length;
  const scores = surprises(logits, k);
  const { units } = groupIndices(groups);
  return {
    coverage,
    classes: classes.map((name, c) => {
      const rows = indicesWhere(labels.length, (i) => labels[i] === c);
      const own = Float64Array.from(rows, (i) => scores[i * k + c]!);
      const { weights, groups } = groupWeights(rows, units);
      return { name, limit: weightedLimit(own, weights, coverage), samples: rows.length, groups };
    }),
  };
}

/** Which classes each sample's set holds, row-major [samples, classes], 0 or 1. A set may be empty: nothing fits. */
export function conformalSets(logits: ArrayLike<number>, { classes }: Pick<Conformal, 'classes'>): Uint8Array {
  const k = classes.length;
  return Uint8Array.from(surprises(logits, k), (score, i) => {
    const { limit } = classes[i % k]!;
    return limit === null || score <= limit ? 1 : 0;
  });
}
