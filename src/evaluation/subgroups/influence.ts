import { placements } from '../statistics/delong.ts';

/** A metric of some samples, and how far each unit (patient, lesion) moves it: the metric's variance is the sum of their squares. */
export interface Influence {
  value: number;
  /** Units that have a part in it, and by how much each moves it. */
  units: Int32Array;
  moves: Float64Array;
  /** Degrees of freedom of the variance: units on the smaller side, less one. */
  freedom: number;
}

/** The samples of a cell, by index, as the metrics need them. */
export interface CellSamples {
  rows: readonly number[];
  /** Index of each sample's unit, over all samples. */
  units: ArrayLike<number>;
}

/** A share of right answers. Null without samples. */
export function shareInfluence(cell: CellSamples, right: ArrayLike<number>): (Influence & Share) | null {
  if (cell.rows.length === 0) return null;
  const hits = countHits(cell, right);
  const value = hits / cell.rows.length;
  return { value, hits, of: cell.rows.length, ...shareMoves(cell, right, value) };
}

export interface Share {
  hits: number;
  of: number;
}

/** The moves of two cells' shares, were both alike: around their common share, so that 12 of 12 is no certainty (a score test). */
export function sharesAlike(a: CellSamples, b: CellSamples, right: ArrayLike<number>): [Influence, Influence] {
  const value = (countHits(a, right) + countHits(b, right)) / (a.rows.length + b.rows.length);
  return [
    { value, ...shareMoves(a, right, value) },
    { value, ...shareMoves(b, right, value) },
  ];
}

function countHits({ rows }: CellSamples, right: ArrayLike<number>): number {
  return rows.reduce((sum, i) => sum + right[i]!, 0);
}

function shareMoves({ rows, units }: CellSamples, right: ArrayLike<number>, centre: number) {
  const sums = new UnitSums();
  for (const i of rows) sums.add(units[i]!, (right[i]! - centre) / rows.length);
  const moves = sums.moves();
  return { ...moves, freedom: moves.units.length - 1 };
}

/**
 * AUROC; the moves are the placements of DeLong et al. (1988) summed by unit, as Obuchowski (1997) has them. Null when a side is
 * missing.
 */
export function aurocInfluence(
  cell: CellSamples,
  positive: ArrayLike<number>,
  scores: ArrayLike<number>,
): Influence | null {
  const placed = place(cell.rows, positive, scores);
  return placed === null ? null : { value: placed.value, ...areaMoves(cell, positive, placed) };
}

/**
 * The moves of two cells' AUROCs, were both alike: placed among the samples of both. Near 1 a small cell's own placements hardly
 * vary, which would make any gap to it look certain.
 */
export function aurocsAlike(
  a: CellSamples,
  b: CellSamples,
  positive: ArrayLike<number>,
  scores: ArrayLike<number>,
): [Influence, Influence] {
  const placed = place([...a.rows, ...b.rows], positive, scores)!;
  return [
    { value: placed.value, ...areaMoves(a, positive, placed) },
    { value: placed.value, ...areaMoves(b, positive, placed) },
  ];
}

interface Placed {
  value: number;
  /** By sample. */
  of: ReadonlyMap<number, number>;
}

function place(rows: readonly number[], positive: ArrayLike<number>, scores: ArrayLike<number>): Placed | null {
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
  return { value, of: new Map(rows.map((i, j) => [i, placed[j]!])) };
}

function areaMoves({ rows, units }: CellSamples, positive: ArrayLike<number>, { value, of }: Placed) {
  const positives = rows.reduce((sum, i) => sum + positive[i]!, 0);
  const negatives = rows.length - positives;
  const sums = new UnitSums();
  for (const i of rows) sums.add(units[i]!, (of.get(i)! - value) / (positive[i] ? positives : negatives));
  const on = (side: number) => new Set(rows.filter((i) => Number(positive[i]!) === side).map((i) => units[i]!)).size;
  return { ...sums.moves(), freedom: Math.min(on(0), on(1)) - 1 };
}

/** The mean of several metrics of the same samples: an average over classes. Null when one of them is. */
export function meanInfluence(parts: readonly (Influence | null)[]): Influence | null {
  if (parts.length === 0 || parts.includes(null)) return null;
  const sums = new UnitSums();
  let value = 0;
  let freedom = 0;
  for (const part of parts as Influence[]) {
    value += part.value / parts.length;
    freedom += part.freedom;
    for (const [j, u] of part.units.entries()) sums.add(u, part.moves[j]! / parts.length);
  }
  return { value, ...sums.moves(), freedom };
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
