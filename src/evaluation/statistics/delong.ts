import { normalQuantile } from './distributions.ts';
import { clopperPearson, type Interval } from './proportion.ts';

/** AUROCs of one or more scores on the same samples, with the covariance of their estimates. */
export interface DeLong {
  aucs: number[];
  /** [scores][scores] */
  covariance: number[][];
  positives: number;
  negatives: number;
  /** Disjoint pairs of a positive and a negative sample of different units, as many as can be made at once. */
  pairs: number;
}

/**
 * DeLong, DeLong and Clarke-Pearson's (1988) covariance of AUROCs, computed by ranks (Sun and Xu 2014). Where samples share units
 * (patients), Obuchowski's (1997) extension for clustered data, which is the same when every sample is its own unit.
 *
 * Null when a side is missing. A covariance is NaN when fewer than two units hold positives, or negatives.
 *
 * @param positive 1 (or true) where the sample is positive
 * @param scores one array per model or marker, larger means more likely positive
 * @param units index of each sample's unit, 0..unitCount-1; absent: each sample is its own
 */
export function delong(
  positive: ArrayLike<number | boolean>,
  scores: readonly ArrayLike<number>[],
  units?: ArrayLike<number>,
): DeLong | null {
  const n = positive.length;
  let positives = 0;
  for (let i = 0; i < n; i++) if (positive[i]) positives += 1;
  const negatives = n - positives;
  if (positives === 0 || negatives === 0) return null;
  let unitCount = 0;
  if (units === undefined) unitCount = n;
  else for (let i = 0; i < n; i++) unitCount = Math.max(unitCount, units[i]! + 1);
  const inUnit = { positives: new Float64Array(unitCount), negatives: new Float64Array(unitCount) };
  for (let i = 0; i < n; i++) inUnit[positive[i] ? 'positives' : 'negatives'][units?.[i] ?? i]! += 1;
  let withPositives = 0;
  let withNegatives = 0;
  let occupied = 0;
  for (let u = 0; u < unitCount; u++) {
    const p = inUnit.positives[u]!;
    const m = inUnit.negatives[u]!;
    if (p > 0) withPositives += 1;
    if (m > 0) withNegatives += 1;
    if (p + m > 0) occupied += 1;
  }
  const aucs: number[] = [];
  /** Per score and unit: sum of its samples' placements, less what the AUROC would have them be. */
  const above: Float64Array[] = [];
  const below: Float64Array[] = [];
  for (const one of scores) {
    const placed = placements(positive, one, positives, negatives);
    let auc = 0;
    for (let i = 0; i < n; i++) if (positive[i]) auc += placed[i]!;
    auc /= positives;
    const x = new Float64Array(unitCount);
    const y = new Float64Array(unitCount);
    for (let i = 0; i < n; i++) (positive[i] ? x : y)[units?.[i] ?? i]! += placed[i]! - auc;
    aucs.push(auc);
    above.push(x);
    below.push(y);
  }
  const a = withPositives / (withPositives - 1) / positives ** 2;
  const b = withNegatives / (withNegatives - 1) / negatives ** 2;
  const c = occupied / (occupied - 1) / (positives * negatives);
  const covariance = scores.map((_, r) =>
    scores.map((__, s) => {
      if (withPositives < 2 || withNegatives < 2) return NaN;
      const both = dot(above[r]!, below[s]!) + dot(below[r]!, above[s]!);
      return a * dot(above[r]!, above[s]!) + b * dot(below[r]!, below[s]!) + c * both;
    }),
  );
  const pairs = Math.min(withPositives, withNegatives, Math.floor(occupied / 2));
  return { aucs, covariance, positives, negatives, pairs };
}

export interface AurocInterval extends Interval {
  /**
   * - plain: normal, as pROC gives it
   * - logOdds: normal on the log-odds
   * - pairs: exact, from disjoint pairs
   */
  by: 'plain' | 'logOdds' | 'pairs';
}

/** Nearer to 1 (or 0) than so many standard errors an AUROC is not distributed normally. */
const NEAR = 3;

/**
 * Interval of one AUROC: the normal one, as pROC gives it. Near 1 that covers too little (80% for 0.98 of 20 and 80 samples) and
 * passes 1; there it is normal on the log-odds (Pepe 2003), which covers 93%. When the sides are separated without an error either
 * would have no width; then disjoint pairs, each ordered rightly with the chance that the AUROC is, give an exact bound (Clopper and
 * Pearson's). Null where there is too little for any.
 */
export function aurocInterval({ aucs, covariance, pairs }: DeLong, which = 0, level = 0.95): AurocInterval | null {
  const auc = aucs[which]!;
  if (auc === 1 || auc === 0) return pairs === 0 ? null : { ...clopperPearson(auc * pairs, pairs, level), by: 'pairs' };
  const variance = covariance[which]![which]!;
  if (!(variance > 0)) return null;
  const error = Math.sqrt(variance);
  const z = normalQuantile((1 + level) / 2);
  if (auc + NEAR * error < 1 && auc - NEAR * error > 0)
    return { low: auc - z * error, high: auc + z * error, by: 'plain' };
  const middle = Math.log(auc / (1 - auc));
  const half = (z * error) / (auc * (1 - auc));
  const probability = (logOdds: number) => 1 / (1 + Math.exp(-logOdds));
  return { low: probability(middle - half), high: probability(middle + half), by: 'logOdds' };
}

/** Of a positive sample the share of negatives below it, of a negative one the share of positives above it; ties count one half. */
export function placements(
  positive: ArrayLike<number | boolean>,
  scores: ArrayLike<number>,
  positives: number,
  negatives: number,
): Float64Array {
  const n = scores.length;
  const order = new Int32Array(n);
  for (let i = 0; i < n; i++) order[i] = i;
  order.sort((i, j) => scores[i]! - scores[j]! || i - j);
  const out = new Float64Array(n);
  let p = 0;
  let q = 0;
  for (let from = 0; from < n; ) {
    let to = from;
    let tied = 0;
    while (to < n && scores[order[to]!] === scores[order[from]!]) if (positive[order[to++]!]) tied += 1;
    const other = to - from - tied;
    for (let j = from; j < to; j++) {
      const i = order[j]!;
      out[i] = positive[i] ? (q + other / 2) / negatives : (positives - p - tied / 2) / positives;
    }
    p += tied;
    q += other;
    from = to;
  }
  return out;
}

function dot(a: Float64Array, b: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! * b[i]!;
  return sum;
}
