/**
 * Limits that hold for a sample of a group not seen before. Samples of one patient are alike, so the groups are what can be exchanged for
 * one another: each weighs the same, whatever it holds, and one more stands for the group to come (Lee, Barber & Willett 2023,
 * "Distribution-free inference with hierarchical data"). Where every sample is its own group this is split conformal prediction.
 */

/** Weight of each of the samples `rows`: its group's, shared among the group's own of them. They sum to groups / (groups + 1). */
export function groupWeights(rows: ArrayLike<number>, units: Int32Array): { weights: Float64Array; groups: number } {
  const sizes = new Map<number, number>();
  for (let i = 0; i < rows.length; i++) sizes.set(units[rows[i]!]!, (sizes.get(units[rows[i]!]!) ?? 0) + 1);
  const groups = sizes.size;
  const weights = Float64Array.from(
    { length: rows.length },
    (_, i) => 1 / ((groups + 1) * sizes.get(units[rows[i]!]!)!),
  );
  return { weights, groups };
}

/** Sums of weights carry rounding; a share that is met to within it is met. */
const ROUNDING = 1e-9;

/**
 * The least score that at least `share` of the weight, out of 1, does not exceed; null when all of them weigh less than that:
 * then nothing but infinity would do.
 */
export function weightedLimit(scores: ArrayLike<number>, weights: ArrayLike<number>, share: number): number | null {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[a]! - scores[b]!);
  let sum = 0;
  for (const i of order) {
    sum += weights[i]!;
    if (sum >= share - ROUNDING) return scores[i]!;
  }
  return null;
}

/** Of each sample: the weight of all whose score is at least its own, plus what stands for the group to come. */
export function tailShares(scores: ArrayLike<number>, weights: Float64Array): Float64Array {
  const order = Uint32Array.from({ length: scores.length }, (_, i) => i).sort((a, b) => scores[b]! - scores[a]!);
  const out = new Float64Array(scores.length);
  let sum = 1 - weights.reduce((a, b) => a + b, 0);
  for (let first = 0; first < order.length; ) {
    let end = first;
    while (end < order.length && scores[order[end]!] === scores[order[first]!]) sum += weights[order[end++]!]!;
    for (; first < end; first++) out[order[first]!] = sum;
  }
  return out;
}
