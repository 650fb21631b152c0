import type { RandomStream } from '../../data/random.ts';

/** One dimension of the points that a tree is grown on: numbers between two bounds, or places 0 .. size - 1 of a list. */
export type Dimension = { kind: 'range'; low: number; high: number } | { kind: 'choice'; size: number };

/** A leaf: its value, and the part of each dimension that it covers. */
export interface Leaf {
  value: number;
  /** [from, to] of a range; of a choice whether each place belongs to it. */
  box: ([number, number] | boolean[])[];
}

/**
 * The leaves of a regression tree on a bootstrap sample of the points (Breiman 2001), grown until the values of a leaf are equal or it
 * holds one point. A split is the one that leaves the least squared error: of a range half-way between two values, of a choice one place
 * against the others.
 */
export function growTree(
  points: readonly Float64Array[],
  values: Float64Array,
  dimensions: readonly Dimension[],
  random: RandomStream,
): Leaf[] {
  const sample = Array.from(values, () => random.integer(values.length));
  const leaves: Leaf[] = [];
  const whole: Leaf['box'] = dimensions.map((d) =>
    d.kind === 'range' ? [d.low, d.high] : new Array<boolean>(d.size).fill(true),
  );
  const grow = (members: number[], box: Leaf['box']): void => {
    const split = bestSplit(points, values, dimensions, members);
    if (split === null) {
      leaves.push({ value: members.reduce((sum, i) => sum + values[i]!, 0) / members.length, box });
      return;
    }
    const { dimension: d, at } = split;
    const [inner, outer] = [[...box], [...box]];
    const part = box[d]!;
    if (dimensions[d]!.kind === 'range') {
      const [from, to] = part as [number, number];
      inner[d] = [from, at];
      outer[d] = [at, to];
    } else {
      inner[d] = (part as boolean[]).map((has, place) => has && place === at);
      outer[d] = (part as boolean[]).map((has, place) => has && place !== at);
    }
    const isInner = (i: number) => (dimensions[d]!.kind === 'range' ? points[i]![d]! <= at : points[i]![d] === at);
    grow(members.filter(isInner), inner);
    grow(
      members.filter((i) => !isInner(i)),
      outer,
    );
  };
  grow(sample, whole);
  return leaves;
}

/** Null where nothing is left to split. */
function bestSplit(
  points: readonly Float64Array[],
  values: Float64Array,
  dimensions: readonly Dimension[],
  members: readonly number[],
): { dimension: number; at: number } | null {
  const n = members.length;
  const total = members.reduce((sum, i) => sum + values[i]!, 0);
  if (n < 2 || members.every((i) => values[i] === values[members[0]!])) return null;
  // The squared error falls by sum_in^2 / n_in + sum_out^2 / n_out.
  let best: { dimension: number; at: number } | null = null;
  let most = Number.NEGATIVE_INFINITY;
  const weigh = (dimension: number, at: number, count: number, sum: number): void => {
    const gain = sum ** 2 / count + (total - sum) ** 2 / (n - count);
    if (gain > most) [best, most] = [{ dimension, at }, gain];
  };
  for (const [d, { kind }] of dimensions.entries()) {
    if (kind === 'range') {
      const order = [...members].sort((a, b) => points[a]![d]! - points[b]![d]!);
      let sum = 0;
      for (let k = 0; k < n - 1; k++) {
        sum += values[order[k]!]!;
        const [here, next] = [points[order[k]!]![d]!, points[order[k + 1]!]![d]!];
        if (here < next) weigh(d, (here + next) / 2, k + 1, sum);
      }
    } else {
      for (const [place, inside] of Map.groupBy(members, (i) => points[i]![d]!)) {
        if (inside.length === n) continue;
        weigh(
          d,
          place,
          inside.length,
          inside.reduce((sum, i) => sum + values[i]!, 0),
        );
      }
    }
  }
  return best;
}
