import { RandomStream } from '../../data/random.ts';

/**
 * Deals units (patients, lesions) into folds so that each fold has its share of every class: units from the largest to the
 * smallest, in random order among equals, each to the fold that has least of what it brings (a greedy form of Sechidis 2011).
 * @param units index of each row's unit
 * @param labels class index of each row
 * @returns the fold of each row
 */
export function groupedFolds(
  units: Int32Array,
  labels: ArrayLike<number>,
  classes: number,
  folds: number,
  seed: number,
): Int32Array {
  const members = Map.groupBy(units.keys(), (row) => units[row]!);
  const keys = new RandomStream(seed, 'folds').shuffle([...members.keys()].sort((a, b) => a - b));
  const rarity = new Float64Array(classes);
  for (let row = 0; row < units.length; row++) rarity[labels[row]!]! += 1;
  const contents = keys.map((unit) => {
    const counts = new Float64Array(classes);
    for (const row of members.get(unit)!) counts[labels[row]!]! += 1;
    const rarest = counts.reduce((best, count, k) => (count > 0 ? Math.min(best, rarity[k]!) : best), Infinity);
    return { rows: members.get(unit)!, counts, rarest };
  });
  // Stable: the shuffled order decides among equals. The rarest class first, for it leaves the least choice.
  contents.sort((a, b) => a.rarest - b.rarest || b.rows.length - a.rows.length);
  const load = Array.from({ length: folds }, () => new Float64Array(classes));
  const sizes = new Float64Array(folds);
  const fold = new Int32Array(units.length);
  for (const { rows, counts } of contents) {
    let best = 0;
    let least = Number.POSITIVE_INFINITY;
    for (let f = 0; f < folds; f++) {
      let cost = sizes[f]! * 1e-6;
      for (let k = 0; k < classes; k++) if (counts[k]! > 0) cost += (counts[k]! * load[f]![k]!) / rarity[k]!;
      if (cost < least) [best, least] = [f, cost];
    }
    for (const row of rows) fold[row] = best;
    sizes[best]! += rows.length;
    for (let k = 0; k < classes; k++) load[best]![k]! += counts[k]!;
  }
  return fold;
}
