import { RandomStream } from '../../data/random.ts';
import type { Trial, TrialParams } from '../../store/sweep.ts';
import { coordinate, keyOf, type Space, span } from '../space.ts';
import { type Dimension, growTree, type Leaf } from './tree.ts';

export interface Importance {
  /** One setting, or two whose effect on each other this is. */
  names: string[];
  /** Share of the objective's variance over the space that is theirs: 0 to 1, mean over the trees. */
  share: number;
  /** Standard deviation over the trees. */
  sd: number;
}

const TREES = 64;
/** Fewer say nothing. */
export const LEAST_TRIALS = 10;

/**
 * Functional ANOVA (Hutter, Hoos and Leyton-Brown 2014): how much of the objective's variance over the whole space each setting explains by
 * itself, and each pair together beyond that, by the exact marginals of a random forest's trees. Logarithmic ranges count by their
 * logarithms. Where a condition does not hold, its setting counts as if it lay in the middle (or were the first of its list).
 * Null with fewer than ten finished trials, or where all came to the same.
 */
export function fanova(
  space: Space,
  trials: readonly Trial[],
  seed = 1,
): { single: Importance[]; pairs: Importance[] } | null {
  const done = trials.filter(
    ({ state, value, params }) => state === 'finished' && params !== null && Number.isFinite(value ?? Number.NaN),
  );
  if (done.length < LEAST_TRIALS) return null;
  const points = done.map(({ params }) => placeOf(space, params!));
  const values = Float64Array.from(done, ({ value }) => value!);
  return importanceOf(
    space.map(({ name }) => name),
    space.map(dimensionOf),
    points,
    values,
    seed,
  );
}

/** The same on plain points: numbers of ranges, places of choices. */
export function importanceOf(
  names: readonly string[],
  dimensions: readonly Dimension[],
  points: readonly Float64Array[],
  values: Float64Array,
  seed: number,
): { single: Importance[]; pairs: Importance[] } | null {
  const singles = names.map(() => [] as number[]);
  const pairs = names.flatMap((_, a) =>
    names.slice(a + 1).map((__, k) => ({ a, b: a + 1 + k, shares: [] as number[] })),
  );
  for (let tree = 0; tree < TREES; tree++) {
    const leaves = growTree(points, values, dimensions, new RandomStream(seed, 'tree', tree));
    const marginals = new Marginals(leaves, dimensions);
    const total = marginals.total();
    // A tree of one leaf knows of no variance.
    if (!(total > 0)) continue;
    const own = names.map((_, d) => marginals.single(d));
    for (const [d, variance] of own.entries()) singles[d]!.push(variance / total);
    for (const { a, b, shares } of pairs) shares.push(Math.max(0, marginals.pair(a, b) - own[a]! - own[b]!) / total);
  }
  if (singles[0] === undefined || singles[0].length === 0) return null;
  return {
    single: sorted(singles.map((shares, d) => ({ names: [names[d]!], ...spread(shares) }))),
    pairs: sorted(pairs.map(({ a, b, shares }) => ({ names: [names[a]!, names[b]!], ...spread(shares) }))),
  };
}

function sorted(list: Importance[]): Importance[] {
  return list.sort((a, b) => b.share - a.share);
}

function spread(shares: readonly number[]): { share: number; sd: number } {
  const share = shares.reduce((a, b) => a + b, 0) / shares.length;
  const sd = Math.sqrt(shares.reduce((sum, s) => sum + (s - share) ** 2, 0) / shares.length);
  return { share, sd };
}

function dimensionOf(parameter: Space[number]): Dimension {
  return parameter.kind === 'choice'
    ? { kind: 'choice', size: parameter.values.length }
    : { kind: 'range', ...span(parameter) };
}

function placeOf(space: Space, params: TrialParams): Float64Array {
  return Float64Array.from(space, (parameter) => {
    const value = params[parameter.name];
    if (parameter.kind === 'choice') return value === undefined ? 0 : parameter.keys.indexOf(keyOf(value));
    if (value !== undefined) return coordinate(parameter, value as number);
    const { low, high } = span(parameter);
    return (low + high) / 2;
  });
}

/** Variances of a tree's marginals. Its leaves cover the space without overlap, so that each is a sum over leaves. */
class Marginals {
  private readonly leaves: readonly Leaf[];
  /** Of each leaf and dimension: the share of the dimension that it covers. */
  private readonly shares: Float64Array[];
  /** Of each dimension: its cells' shares, and of each leaf the cells that it covers, as runs [from, to). */
  private readonly cells: { sizes: Float64Array; runs: [number, number][][] }[];

  constructor(leaves: readonly Leaf[], dimensions: readonly Dimension[]) {
    this.leaves = leaves;
    this.cells = dimensions.map((dimension, d) => cellsOf(dimension, leaves, d));
    this.shares = leaves.map((_, l) =>
      Float64Array.from(this.cells, ({ sizes, runs }) =>
        runs[l]!.reduce((sum, [from, to]) => {
          for (let c = from; c < to; c++) sum += sizes[c]!;
          return sum;
        }, 0),
      ),
    );
  }

  /** The product of a leaf's shares over all dimensions but these. */
  private volume(leaf: number, but: readonly number[]): number {
    return this.shares[leaf]!.reduce((product, share, d) => (but.includes(d) ? product : product * share), 1);
  }

  total(): number {
    return variance(
      this.leaves.map(({ value }) => value),
      this.leaves.map((_, l) => this.volume(l, [])),
    );
  }

  single(d: number): number {
    const { sizes, runs } = this.cells[d]!;
    const steps = new Float64Array(sizes.length + 1);
    for (const [l, { value }] of this.leaves.entries()) {
      const weight = value * this.volume(l, [d]);
      for (const [from, to] of runs[l]!) {
        steps[from]! += weight;
        steps[to]! -= weight;
      }
    }
    let sum = 0;
    const marginal = Float64Array.from(sizes, (_, c) => (sum += steps[c]!));
    return variance(marginal, sizes);
  }

  pair(a: number, b: number): number {
    const [first, second] = [this.cells[a]!, this.cells[b]!];
    const [rows, columns] = [first.sizes.length, second.sizes.length];
    const width = columns + 1;
    const steps = new Float64Array((rows + 1) * width);
    for (const [l, { value }] of this.leaves.entries()) {
      const weight = value * this.volume(l, [a, b]);
      for (const [top, bottom] of first.runs[l]!) {
        for (const [left, right] of second.runs[l]!) {
          steps[top * width + left]! += weight;
          steps[top * width + right]! -= weight;
          steps[bottom * width + left]! -= weight;
          steps[bottom * width + right]! += weight;
        }
      }
    }
    const marginal = new Float64Array(rows * columns);
    const sizes = new Float64Array(rows * columns);
    for (let r = 0; r < rows; r++) {
      let sum = 0;
      for (let c = 0; c < columns; c++) {
        sum += steps[r * width + c]!;
        marginal[r * columns + c] = sum + (r > 0 ? marginal[(r - 1) * columns + c]! : 0);
        sizes[r * columns + c] = first.sizes[r]! * second.sizes[c]!;
      }
    }
    return variance(marginal, sizes);
  }
}

function cellsOf(
  dimension: Dimension,
  leaves: readonly Leaf[],
  d: number,
): { sizes: Float64Array; runs: [number, number][][] } {
  if (dimension.kind === 'choice') {
    const { size } = dimension;
    const runs = leaves.map(({ box }) =>
      (box[d] as boolean[]).flatMap((has, place): [number, number][] => (has ? [[place, place + 1]] : [])),
    );
    return { sizes: new Float64Array(size).fill(1 / size), runs };
  }
  const { low, high } = dimension;
  const ends = leaves.flatMap(({ box }) => box[d] as [number, number]);
  const edges = [...new Set([low, high, ...ends])].sort((x, y) => x - y);
  const index = new Map(edges.map((edge, i) => [edge, i]));
  return {
    sizes: Float64Array.from(edges.slice(1), (edge, i) => (edge - edges[i]!) / (high - low)),
    runs: leaves.map(({ box }) => {
      const [from, to] = box[d] as [number, number];
      return [[index.get(from)!, index.get(to)!]];
    }),
  };
}

function variance(values: ArrayLike<number>, weights: ArrayLike<number>): number {
  let sum = 0;
  let mean = 0;
  for (let i = 0; i < values.length; i++) {
    sum += weights[i]!;
    mean += weights[i]! * values[i]!;
  }
  mean /= sum;
  let out = 0;
  for (let i = 0; i < values.length; i++) out += weights[i]! * (values[i]! - mean) ** 2;
  return out / sum;
}
