import { placements } from '../statistics/delong.ts';

/** A metric of some samples, and how far each unit (patient, lesion) moves it: the metric's variance is the sum of their squares. */
export interface Influence {
  value: number;
  /** Units that have a part in it, and by how much each moves it. */
  units: Int32Array;
  moves: Float64Array;
}

/** The samples of a cell, by index, as the metrics need them. */
export interface CellSamples {
  rows: readonly number[];
  /** Index of each sample's unit, over all samples. */
  units: ArrayLike<number>;
}

/** A share of right answers, moves taken around `centre` (the share under the null hypothesis). Null without samples. */
export function shareInfluence(
  { rows, units }: CellSamples,
  right: ArrayLike<number>,
  centre?: number,
): (Influence & { hits: number; of: number }) | null {
  if (rows.length === 0) return null;
  const hits = rows.reduce((sum, i) => sum + right[i]!, 0);
  const value = hits / rows.length;
  const sums = new UnitSums();
  for (const i of rows) sums.add(units[i]!, (right[i]! - (centre ?? value)) / rows.length);
  return { value, hits, of: rows.length, ...sums.moves() };
}

/**
 * AUROC; the moves are the placements of DeLong et al. (1988) summed by unit, as Obuchowski (1997) has them. Null when a side is
 * missing.
 */
export function aurocInfluence(
  { rows, units }: CellSamples,
  positive: ArrayLike<number>,
  scores: ArrayLike<number>,
): Influence | null {
  const truth = Uint8Array.from(rows, (i) => positive[i]!);
  const positives = truth.reduce((sum, y) => sum + y, 0);
  const negatives = truth.length - positives;
  if (positives === 0 || negatives === 0) return null;
  const placed = placements(
    truth,
    Float64Array.from(rows, (i) => scores[i]!),
    positives,
    negatives,
  );
  let value = 0;
  for (let j = 0; j < truth.length; j++) if (truth[j]) value += placed[j]! / positives;
  const sums = new UnitSums();
  for (const [j, i] of rows.entries()) {
    sums.add(units[i]!, (placed[j]! - value) / (truth[j] ? positives : negatives));
  }
  return { value, ...sums.moves() };
}

/** The mean of several metrics of the same samples: an average over classes. Null when one of them is. */
export function meanInfluence(parts: readonly (Influence | null)[]): Influence | null {
  if (parts.length === 0 || parts.includes(null)) return null;
  const sums = new UnitSums();
  let value = 0;
  for (const part of parts as Influence[]) {
    value += part.value / parts.length;
    for (const [j, u] of part.units.entries()) sums.add(u, part.moves[j]! / parts.length);
  }
  return { value, ...sums.moves() };
}

/** Variance of the difference of two metrics; what units with a part in both do to it is counted. */
export function differenceVariance(a: Influence, b: Influence): number {
  const moves = new Map<number, number>();
  for (const [j, u] of a.units.entries()) moves.set(u, a.moves[j]!);
  let shared = 0;
  b.units.forEach((u, j) => {
    shared += (moves.get(u) ?? 0) * b.moves[j]!;
  });
  return variance(a) + variance(b) - 2 * shared;
}

/** With the correction for few units. */
export function variance({ units, moves }: Influence): number {
  const n = units.length;
  return (moves.reduce((sum, x) => sum + x * x, 0) * n) / Math.max(1, n - 1);
}

class UnitSums {
  private readonly sums = new Map<number, number>();

  add(unit: number, x: number): void {
    this.sums.set(unit, (this.sums.get(unit) ?? 0) + x);
  }

  moves(): { units: Int32Array; moves: Float64Array } {
    return { units: Int32Array.from(this.sums.keys()), moves: Float64Array.from(this.sums.values()) };
  }
}
