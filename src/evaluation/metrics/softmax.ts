import type { ClassRule } from '../decisions/spec.ts';

/**
 * Row-wise softmax of `logits / temperature` in double precision. The row's maximum is subtracted first, so that no finite
 * logit overflows. `logits` is row-major [samples, classes]; so is the answer, every row summing to 1.
 */
export function softmax(logits: ArrayLike<number>, classes: number, temperature = 1): Float64Array {
  const out = new Float64Array(logits.length);
  for (let row = 0; row < logits.length; row += classes) {
    let top = -Infinity;
    for (let k = row; k < row + classes; k++) if (logits[k]! > top) top = logits[k]!;
    let sum = 0;
    for (let k = row; k < row + classes; k++) {
      const e = Math.exp((logits[k]! - top) / temperature);
      out[k] = e;
      sum += e;
    }
    for (let k = row; k < row + classes; k++) out[k]! /= sum;
  }
  return out;
}

/** Index of the largest value of each row of [samples, classes]; of equal ones the first. */
export function argmax(rows: ArrayLike<number>, classes: number): Int32Array {
  const out = new Int32Array(rows.length / classes);
  for (let i = 0; i < out.length; i++) {
    let best = 0;
    for (let k = 1; k < classes; k++) if (rows[i * classes + k]! > rows[i * classes + best]!) best = k;
    out[i] = best;
  }
  return out;
}

/**
 * Class that the model decides for: in training's evaluation, in a report, on the command line and over HTTP alike. With two classes and
 * a positive one that is the operating point's verdict, as one model must not say "normal" and "positive" at once; else the class of
 * largest probability / share^tau by the rule, without one the most likely class.
 */
export function decide(
  probabilities: ArrayLike<number>,
  classes: number,
  question: { members: readonly number[]; threshold: number } | null,
  rule: ClassRule | null,
): Int32Array {
  if (classes !== 2 || question === null) {
    return argmax(rule === null ? probabilities : weighed(probabilities, classes, rule), classes);
  }
  const yes = question.members[0]!;
  return Int32Array.from({ length: probabilities.length / 2 }, (_, i) =>
    probabilities[i * 2 + yes]! >= question.threshold ? yes : 1 - yes,
  );
}

/** What a rule for several classes goes by: probability / share^tau, each row made to sum to 1 again. */
export function weighed(probabilities: ArrayLike<number>, classes: number, { shares, tau }: ClassRule): Float64Array {
  const weights = shares.map((share) => share ** -tau);
  const out = Float64Array.from(probabilities, (p, i) => p * weights[i % classes]!);
  for (let row = 0; row < out.length; row += classes) {
    let sum = 0;
    for (let k = row; k < row + classes; k++) sum += out[k]!;
    for (let k = row; k < row + classes; k++) out[k]! /= sum;
  }
  return out;
}

/** Summed probability of the classes `members` for each sample, held within 0..1. */
export function sumClasses(
  probabilities: ArrayLike<number>,
  classes: number,
  members: readonly number[],
): Float64Array {
  const out = new Float64Array(probabilities.length / classes);
  for (let i = 0; i < out.length; i++) {
    let sum = 0;
    for (const k of members) sum += probabilities[i * classes + k]!;
    out[i] = Math.min(1, sum);
  }
  return out;
}
