/**
 * Scores of one yes/no question, sorted once. Every resample then costs one pass over the samples and no sort: a resample is a
 * count per unit (patient, lesion; a unit's samples are drawn together), and `measure` reads the counts in the order of the scores.
 */
export class Ranking {
  /** Per sample in descending order of score: unit * 4 + (2 when the next score is different) + (1 when positive). */
  private readonly code: Int32Array;
  /** Scores in descending order. */
  private readonly sorted: Float64Array;
  private readonly once: Float64Array;

  /**
   * @param scores one number per sample, larger means more likely positive; finite
   * @param positive 1 (or true) where the sample is positive
   * @param units index of each sample's unit; absent: each sample is its own
   */
  constructor(scores: ArrayLike<number>, positive: ArrayLike<number | boolean>, units?: ArrayLike<number>) {
    const n = scores.length;
    const order = descending(scores);
    this.code = new Int32Array(n);
    this.sorted = new Float64Array(n);
    let most = -1;
    for (let j = 0; j < n; j++) {
      const i = order[j]!;
      const unit = units === undefined ? i : units[i]!;
      if (unit > most) most = unit;
      this.sorted[j] = scores[i]!;
      // Equal scores are one step of the curve.
      const last = j + 1 === n || scores[order[j + 1]!] !== scores[i];
      this.code[j] = unit * 4 + (last ? 2 : 0) + (positive[i] ? 1 : 0);
    }
    this.once = new Float64Array(most + 1).fill(1);
  }

  /**
   * Area under the ROC curve (the Mann-Whitney statistic, ties counting one half) and average precision (sum over thresholds of
   * precision times the gain in recall, without interpolation), both as scikit-learn defines them. NaN where a side is missing
   * (scikit-learn's average precision is 1 there when all are positive, which says nothing).
   * `counts[u]` is how often unit u was drawn; absent: once each.
   */
  measure(counts: ArrayLike<number> = this.once): { auroc: number; averagePrecision: number } {
    const { code } = this;
    let tp = 0;
    // Not quite zero, so that no step before the first sample drawn divides by it: a branch there would cost more than the division.
    let called = 1e-300;
    let gp = 0;
    let gn = 0;
    let area = 0;
    let precision = 0;
    for (let j = 0; j < code.length; j++) {
      const c = code[j]!;
      const w = counts[c >> 2]!;
      const p = w * (c & 1);
      gp += p;
      gn += w - p;
      if ((c & 2) !== 0) {
        area += gn * (tp + gp * 0.5);
        tp += gp;
        called += gp + gn;
        precision += (gp * tp) / called;
        gp = 0;
        gn = 0;
      }
    }
    const fp = called - tp;
    if (tp === 0 || fp < 0.5) return { auroc: NaN, averagePrecision: NaN };
    return { auroc: area / (tp * fp), averagePrecision: precision / tp };
  }

  /** Cumulative true and false positives at each distinct threshold, from the highest score down. */
  steps(): { threshold: Float64Array; tp: Float64Array; fp: Float64Array } {
    const { code } = this;
    const length = code.reduce((sum, c) => sum + ((c >> 1) & 1), 0);
    const out = {
      threshold: new Float64Array(length),
      tp: new Float64Array(length),
      fp: new Float64Array(length),
    };
    let tp = 0;
    let at = 0;
    for (let j = 0; j < code.length; j++) {
      tp += code[j]! & 1;
      if ((code[j]! & 2) === 0) continue;
      out.threshold[at] = this.sorted[j]!;
      out.tp[at] = tp;
      out.fp[at] = j + 1 - tp;
      at += 1;
    }
    return out;
  }
}

/** Sample indices by falling score; equal scores by rising index. */
export function descending(scores: ArrayLike<number>): Int32Array {
  const order = new Int32Array(scores.length);
  for (let i = 0; i < order.length; i++) order[i] = i;
  return order.sort((a, b) => scores[b]! - scores[a]! || a - b);
}

/** Area under the ROC curve; null when all samples are on one side. */
export function auroc(positive: ArrayLike<number | boolean>, scores: ArrayLike<number>): number | null {
  return orNull(new Ranking(scores, positive).measure().auroc);
}

/** Average precision; null when all samples are on one side. */
export function averagePrecision(positive: ArrayLike<number | boolean>, scores: ArrayLike<number>): number | null {
  return orNull(new Ranking(scores, positive).measure().averagePrecision);
}

/** One-vs-rest AUROC of each class (null for a class without samples or with all of them). */
export function classAurocs(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
): (number | null)[] {
  return Array.from({ length: classes }, (_, k) => {
    const scores = new Float64Array(labels.length);
    const positive = new Uint8Array(labels.length);
    for (let i = 0; i < labels.length; i++) {
      scores[i] = probabilities[i * classes + k]!;
      positive[i] = labels[i] === k ? 1 : 0;
    }
    return auroc(positive, scores);
  });
}

/** Mean of the one-vs-rest AUROCs over the classes where it can be estimated; null where it can for none. */
export function macroAuroc(
  labels: ArrayLike<number>,
  probabilities: ArrayLike<number>,
  classes: number,
): number | null {
  const known = classAurocs(labels, probabilities, classes).filter((x) => x !== null);
  return known.length === 0 ? null : known.reduce((sum, x) => sum + x, 0) / known.length;
}

export function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
