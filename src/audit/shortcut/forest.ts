import { RandomStream } from '../../data/random.ts';

/** Binned features: one column of 8-bit bins after the other, `rows` each. Bin 0 is "not known". */
export interface BinnedTable {
  rows: number;
  features: number;
  bins: Uint8Array;
}

/** Highest bin plus one. */
export const BINS = 32;

interface ForestOptions {
  classes: number;
  trees: number;
  seed: number;
}

const MIN_LEAF = 4;
const MAX_DEPTH = 8;

/**
 * A random forest (Breiman 2001) on binned features: bootstrap over rows, a random share of the features at each node, best split
 * by Gini impurity, leaves that hold the classes' shares. Classes weigh alike whatever their size. No setting to tune, any
 * monotone change of a feature changes nothing, and it is fast enough to be fitted hundreds of times.
 * @param train rows to learn from
 * @param labels class index of every row
 * @param predict rows to answer for
 * @param out row-major [rows, classes]; mean probabilities are written at the rows of `predict`
 */
export function growAndPredict(
  table: BinnedTable,
  train: Int32Array,
  labels: ArrayLike<number>,
  predict: Int32Array,
  out: Float64Array,
  { classes, trees, seed }: ForestOptions,
): void {
  const weights = classWeights(train, labels, classes);
  const grower = new Grower(table, labels, classes, weights);
  for (let t = 0; t < trees; t++) {
    const tree = grower.grow(train, new RandomStream(seed, 'tree', t));
    for (const row of predict) {
      const leaf = tree.find(table, row);
      for (let k = 0; k < classes; k++) out[row * classes + k]! += tree.shares[leaf * classes + k]! / trees;
    }
  }
}

function classWeights(train: Int32Array, labels: ArrayLike<number>, classes: number): Float64Array {
  const counts = new Float64Array(classes);
  for (const row of train) counts[labels[row]!]! += 1;
  return counts.map((count) => (count === 0 ? 0 : train.length / count));
}

/** Nodes in the order they were made; a leaf has no feature. */
class Tree {
  readonly feature: number[] = [];
  readonly threshold: number[] = [];
  readonly left: number[] = [];
  shares: number[] = [];

  find({ bins, rows }: BinnedTable, row: number): number {
    let node = 0;
    for (;;) {
      const feature = this.feature[node]!;
      if (feature < 0) return node;
      node = this.left[node]! + (bins[feature * rows + row]! <= this.threshold[node]! ? 0 : 1);
    }
  }
}

class Grower {
  private readonly table: BinnedTable;
  private readonly labels: ArrayLike<number>;
  private readonly classes: number;
  private readonly weights: Float64Array;
  private readonly histogram: Float64Array;
  private readonly counts = new Int32Array(BINS);
  private readonly order: Int32Array;
  /** Weights by class: of the node, and left of the cut. */
  private readonly total: Float64Array;
  private readonly left: Float64Array;

  constructor(table: BinnedTable, labels: ArrayLike<number>, classes: number, weights: Float64Array) {
    this.table = table;
    this.labels = labels;
    this.classes = classes;
    this.weights = weights;
    this.histogram = new Float64Array(BINS * classes);
    this.total = new Float64Array(classes);
    this.left = new Float64Array(classes);
    this.order = Int32Array.from({ length: table.features }, (_, i) => i);
  }

  grow(train: Int32Array, random: RandomStream): Tree {
    const { classes, labels, weights } = this;
    const rows = Int32Array.from({ length: train.length }, () => train[random.integer(train.length)]!);
    const tree = new Tree();
    const open: { node: number; from: number; to: number; depth: number }[] = [];
    const add = (from: number, to: number, depth: number): void => {
      const node = tree.feature.length;
      tree.feature.push(-1);
      tree.threshold.push(0);
      tree.left.push(-1);
      const base = tree.shares.length;
      for (let k = 0; k < classes; k++) tree.shares.push(0);
      let total = 0;
      for (let i = from; i < to; i++) {
        const k = labels[rows[i]!]!;
        tree.shares[base + k]! += weights[k]!;
        total += weights[k]!;
      }
      let largest = 0;
      for (let k = 0; k < classes; k++) {
        tree.shares[base + k]! /= total;
        largest = Math.max(largest, tree.shares[base + k]!);
      }
      if (depth < MAX_DEPTH && to - from >= 2 * MIN_LEAF && largest < 1) open.push({ node, from, to, depth });
    };
    add(0, rows.length, 0);
    for (let next = open.pop(); next !== undefined; next = open.pop()) {
      const { node, from, to, depth } = next;
      const split = this.best(rows, from, to, random);
      if (split === undefined) continue;
      const middle = this.part(rows, from, to, split);
      tree.feature[node] = split.feature;
      tree.threshold[node] = split.threshold;
      tree.left[node] = tree.feature.length;
      add(from, middle, depth + 1);
      add(middle, to, depth + 1);
    }
    return tree;
  }

  /** The best of about a third of the features: here most of them say nothing, and the square root would seldom meet one that does. */
  private best(rows: Int32Array, from: number, to: number, random: RandomStream) {
    const { order, table } = this;
    const tried = Math.max(1, Math.round(table.features / 3));
    let best: { feature: number; threshold: number; gain: number } | undefined;
    for (let i = 0; i < tried; i++) {
      const j = i + random.integer(table.features - i);
      const feature = order[j]!;
      order[j] = order[i]!;
      order[i] = feature;
      const found = this.cut(rows, from, to, feature);
      if (found !== undefined && found.gain > (best?.gain ?? 1e-9)) best = { feature, ...found };
    }
    return best;
  }

  /** Where this feature parts the node's rows best: rows with a bin up to the threshold go left. */
  private cut(rows: Int32Array, from: number, to: number, feature: number) {
    const { histogram, counts, classes, labels, weights, table, total, left } = this;
    histogram.fill(0);
    counts.fill(0);
    const column = feature * table.rows;
    for (let i = from; i < to; i++) {
      const row = rows[i]!;
      const bin = table.bins[column + row]!;
      const k = labels[row]!;
      histogram[bin * classes + k]! += weights[k]!;
      counts[bin]! += 1;
    }
    total.fill(0);
    left.fill(0);
    let all = 0;
    for (let b = 0; b < BINS; b++) for (let k = 0; k < classes; k++) total[k]! += histogram[b * classes + k]!;
    for (let k = 0; k < classes; k++) all += total[k]!;
    let whole = 0;
    for (let k = 0; k < classes; k++) whole += (total[k]! * total[k]!) / all;
    let leftSum = 0;
    let leftCount = 0;
    let best: { threshold: number; gain: number } | undefined;
    for (let b = 0; b < BINS - 1; b++) {
      if (counts[b] === 0) continue;
      leftCount += counts[b]!;
      for (let k = 0; k < classes; k++) {
        left[k]! += histogram[b * classes + k]!;
        leftSum += histogram[b * classes + k]!;
      }
      if (leftCount < MIN_LEAF || to - from - leftCount < MIN_LEAF) continue;
      let purity = 0;
      for (let k = 0; k < classes; k++) {
        const right = total[k]! - left[k]!;
        purity += (left[k]! * left[k]!) / leftSum + (right * right) / (all - leftSum);
      }
      const gain = (purity - whole) / all;
      if (gain > (best?.gain ?? 0)) best = { threshold: b, gain };
    }
    return best;
  }

  private part(
    rows: Int32Array,
    from: number,
    to: number,
    { feature, threshold }: { feature: number; threshold: number },
  ) {
    const { table } = this;
    const column = feature * table.rows;
    let low = from;
    let high = to;
    while (low < high) {
      const row = rows[low]!;
      if (table.bins[column + row]! <= threshold) low++;
      else {
        high--;
        rows[low] = rows[high]!;
        rows[high] = row;
      }
    }
    return low;
  }
}
