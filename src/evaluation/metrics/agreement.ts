/** What a confusion matrix [classes, classes] (row = truth) says of agreement beyond chance, and averages weighted by support. */
export interface Agreement {
  kappa: number;
  quadraticKappa: number;
  mcc: number;
  weightedPrecision: number;
  weightedRecall: number;
  weightedF1: number;
}

/**
 * - kappa: Cohen's (1960); quadraticKappa: weighted by the squared distance of class indices (Cohen 1968), for classes in order
 * - mcc: Matthews' correlation for any number of classes (Gorodkin 2004)
 * - weighted averages: each class by its share of the truth, an undefined value counting as 0, as scikit-learn has them
 *
 * NaN where truth and decisions are all of one class (kappa), or one of them is (mcc): there is nothing to agree on.
 */
export function agreement(
  matrix: ArrayLike<number>,
  classes: number,
  rows: Float64Array,
  columns: Float64Array,
): Agreement {
  rows.fill(0);
  columns.fill(0);
  let total = 0;
  let hits = 0;
  let apart = 0;
  for (let r = 0; r < classes; r++) {
    for (let c = 0; c < classes; c++) {
      const n = matrix[r * classes + c]!;
      rows[r]! += n;
      columns[c]! += n;
      apart += n * (r - c) * (r - c);
    }
    hits += matrix[r * classes + r]!;
    total += rows[r]!;
  }
  let chance = 0;
  let chanceApart = 0;
  let rowSquares = 0;
  let columnSquares = 0;
  let precision = 0;
  let f1 = 0;
  for (let r = 0; r < classes; r++) {
    const own = matrix[r * classes + r]!;
    const support = rows[r]!;
    const predicted = columns[r]!;
    chance += support * predicted;
    rowSquares += support * support;
    columnSquares += predicted * predicted;
    for (let c = 0; c < classes; c++) chanceApart += support * columns[c]! * (r - c) * (r - c);
    if (predicted > 0) precision += (support * own) / predicted;
    if (support > 0) f1 += (support * 2 * own) / (support + predicted);
  }
  const square = total * total;
  return {
    kappa: (hits * total - chance) / (square - chance),
    quadraticKappa: 1 - (apart * total) / chanceApart,
    mcc: (hits * total - chance) / Math.sqrt((square - rowSquares) * (square - columnSquares)),
    weightedPrecision: precision / total,
    weightedRecall: hits / total,
    weightedF1: f1 / total,
  };
}
