/** Below this a class' threshold says nothing (a network that never learned it): as cleanlab's CONFIDENT_THRESHOLDS_LOWER_BOUND. */
const LEAST_THRESHOLD = 1e-6;
/** Slack for rounding in comparisons with a threshold. */
const SLACK = 1e-6;
/** A label that is the network's own answer up to rounding is no suspect. */
const TIE = 1e-6;

export interface Judgement {
  /** Mean probability of a class over the samples of that label; null where there are fewer than `least`. */
  thresholds: (number | null)[];
  /** [given, sure], in samples. */
  joint: number[][];
  /** Of all samples, calibrated so that every label has as many samples as it has. */
  estimatedErrors: number;
  /** Suspects, the surest first: index of the sample, class that the network is sure of, margin. */
  suspects: { index: number; suggested: number; margin: number }[];
}

/**
 * Confident learning (Northcutt, Jiang and Chuang 2021, "Confident learning: estimating uncertainty in dataset labels"). A network is
 * sure of a class from the class' mean self-confidence on. Samples of which it is sure that they are of another class than their
 * label are suspects: the off-diagonal of the confident joint, as cleanlab's `filter_by="confident_learning"` finds them. They are
 * ordered by their margin, p(label) - max p(other).
 *
 * @param probabilities row-major [samples, classes], of networks that were not trained on the sample
 * @param least samples of a label from which on its mean says how sure a network usually is of it; a class of fewer is never suggested.
 *   Cleanlab's is 1: with one image that the network takes for another class, everything is that class
 */
export function judgeLabels(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
  least = 1,
): Judgement {
  const n = labels.length;
  const p = (i: number, k: number) => probabilities[i * classes + k]!;
  const counts = new Array<number>(classes).fill(0);
  const sums = new Array<number>(classes).fill(0);
  for (let i = 0; i < n; i++) {
    counts[labels[i]!]! += 1;
    sums[labels[i]!]! += p(i, labels[i]!);
  }
  const thresholds = counts.map((count, k) =>
    count < Math.max(1, least) ? null : Math.max(LEAST_THRESHOLD, sums[k]! / count),
  );
  const joint = Array.from({ length: classes }, () => new Array<number>(classes).fill(0));
  const suspects: Judgement['suspects'] = [];
  for (let i = 0; i < n; i++) {
    const sure = sureOf(i, p, thresholds);
    if (sure === null) continue;
    const given = labels[i]!;
    joint[given]![sure]! += 1;
    if (sure === given) continue;
    const margin = p(i, given) - mostOther(i, given, p, classes);
    if (margin < -TIE) suspects.push({ index: i, suggested: sure, margin });
  }
  suspects.sort((a, b) => a.margin - b.margin || a.index - b.index);
  return { thresholds, joint, estimatedErrors: estimateErrors(joint, counts), suspects };
}

/** The class that is beyond its threshold; of several the most probable of all; null when none is. */
function sureOf(i: number, p: (i: number, k: number) => number, thresholds: Judgement['thresholds']): number | null {
  let first: number | null = null;
  let several = false;
  let top = 0;
  for (let k = 0; k < thresholds.length; k++) {
    if (p(i, k) > p(i, top)) top = k;
    const threshold = thresholds[k]!;
    if (threshold === null || p(i, k) < threshold - SLACK) continue;
    if (first === null) first = k;
    else several = true;
  }
  return several ? top : first;
}

function mostOther(i: number, given: number, p: (i: number, k: number) => number, classes: number): number {
  let most = 0;
  for (let k = 0; k < classes; k++) if (k !== given) most = Math.max(most, p(i, k));
  return most;
}

/** Rows of the joint scaled to the number of samples with that label; what is then off the diagonal. */
function estimateErrors(joint: readonly number[][], counts: readonly number[]): number {
  let errors = 0;
  for (const [given, row] of joint.entries()) {
    // As cleanlab does, one sample of every class counts as right.
    const right = Math.max(1, row[given]!);
    const wrong = row.reduce((a, b) => a + b, 0) - row[given]!;
    errors += (counts[given]! * wrong) / (wrong + right);
  }
  return errors;
}
