import { RandomStream } from '../../data/random.ts';

/**
 * Labels dealt out anew among units (patients, lesions): the units' labels are laid in a row in random order of units and handed
 * out again along the units as they stand. Class counts stay, and labels that came together stay together, so that a guess on
 * them is as good as one on data where nothing but the grouping is real.
 * @param units index of each row's unit, 0 to count - 1
 */
export function permuteLabels(units: Int32Array, labels: Int32Array, ...seed: (number | string)[]): Int32Array {
  const members = Map.groupBy(units.keys(), (row) => units[row]!);
  const order = [...members.keys()].sort((a, b) => a - b);
  const shuffled = new RandomStream(...seed).shuffle([...order]);
  const row = shuffled.flatMap((unit) => members.get(unit)!.map((i) => labels[i]!));
  const out = new Int32Array(labels.length);
  let next = 0;
  for (const unit of order) for (const i of members.get(unit)!) out[i] = row[next++]!;
  return out;
}
