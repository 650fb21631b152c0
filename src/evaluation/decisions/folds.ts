import { generator } from '../random.ts';

/**
 * Fold of each sample, 0 .. folds-1: a group is in one fold, and the folds have about equal shares of each class. The same input gives
 * the same folds; another seed gives others.
 */
export function groupFolds(
  units: Int32Array,
  unitCount: number,
  labels: ArrayLike<number>,
  folds: number,
  seed = 0,
): { fold: Uint8Array; folds: number } {
  const next = generator(seed);
  // A group goes by the label of its first sample: its samples mostly share one.
  const label = new Int32Array(unitCount).fill(-1);
  for (let i = 0; i < units.length; i++) if (label[units[i]!] === -1) label[units[i]!] = labels[i]!;
  const order = Array.from({ length: unitCount }, (_, u) => ({ u, label: label[u]!, at: next() }));
  order.sort((a, b) => a.label - b.label || a.at - b.at);
  const count = Math.min(folds, unitCount);
  const foldOf = new Uint8Array(unitCount);
  order.forEach(({ u }, i) => {
    foldOf[u] = i % count;
  });
  return { fold: Uint8Array.from(units, (u) => foldOf[u]!), folds: count };
}

/** Indices of the samples for which `keep` holds. */
export function indicesWhere(length: number, keep: (i: number) => boolean): Int32Array {
  const out: number[] = [];
  for (let i = 0; i < length; i++) if (keep(i)) out.push(i);
  return Int32Array.from(out);
}

/** Rows of a row-major matrix. */
export function takeRows(matrix: ArrayLike<number>, width: number, rows: ArrayLike<number>): Float64Array {
  const out = new Float64Array(rows.length * width);
  for (let i = 0; i < rows.length; i++)
    for (let k = 0; k < width; k++) out[i * width + k] = matrix[rows[i]! * width + k]!;
  return out;
}
