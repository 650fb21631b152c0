import { RandomStream } from '../random.ts';

/**
 * `count` rows of `stride` numbers: a point on the unit sphere by which is searched, of `size` numbers, and behind it a second one that
 * must agree too.
 */
export interface Points {
  values: Float32Array;
  size: number;
  stride: number;
  count: number;
}

export interface Neighbours {
  /** For each point, up to `most` others, -1 where there are fewer. */
  others: Int32Array;
  most: number;
}

const TREES = 24;
const LEAF = 24;

/**
 * For each point, the nearest others of which the cosine is at least `cosine`, and that of what stands behind it at least `agree`, found by a forest of random projection trees
 * (Dasgupta & Freund 2008): each tree halves the set again and again at the median along a random direction; what ends in
 * the same leaf is compared. Time grows as n log n, memory as n. Points near each other are missed only when every
 * tree cuts between them.
 * @param queries further rows for the same points (the picture cropped a little), row i * perPoint + k for point i: they are
 * sent down each tree and compared with the points of their leaf, but are no neighbours themselves.
 */
export function nearest(
  points: Points,
  queries: { values: Float32Array; perPoint: number },
  options: { cosine: number; agree: number; most: number; seed?: number; step?: (done: number, total: number) => void },
): Neighbours {
  const { count } = points;
  const found = new Best(count, options.most);
  for (let tree = 0; tree < TREES; tree++) {
    const random = new RandomStream(options.seed ?? 0, 'forest', tree);
    const order = Int32Array.from({ length: count }, (_, i) => i);
    const asked = Int32Array.from({ length: count * queries.perPoint }, (_, i) => i);
    grow({ points, queries, random, order, asked, found, cosine: options.cosine, agree: options.agree });
    options.step?.(tree + 1, TREES);
  }
  return { others: found.others, most: options.most };
}

interface Growth {
  points: Points;
  queries: { values: Float32Array; perPoint: number };
  random: RandomStream;
  order: Int32Array;
  asked: Int32Array;
  found: Best;
  cosine: number;
  agree: number;
}

function grow(tree: Growth): void {
  const { points, queries, random, order, asked } = tree;
  const { size, stride } = points;
  const heights = new Float32Array(points.count);
  const direction = new Float32Array(size);
  const waiting: [number, number, number, number][] = [[0, order.length, 0, asked.length]];
  while (waiting.length > 0) {
    const [from, to, askedFrom, askedTo] = waiting.pop()!;
    if (to - from <= LEAF) {
      compareLeaf(tree, from, to, askedFrom, askedTo);
      continue;
    }
    for (let k = 0; k < size; k++) direction[k] = random.normal();
    for (let i = from; i < to; i++) heights[order[i]!] = dot(points.values, order[i]! * stride, direction, 0, size);
    const middle = median(order, heights, from, to);
    const cut = partition(order, from, to, (point) => heights[point]! < middle);
    // All alike: one is as good as another to compare with, and the leaf's first stands for them.
    if (cut === from || cut === to) {
      compareLeaf(tree, from, Math.min(to, from + LEAF), askedFrom, askedTo);
      compareWithFirst(tree, from, to);
      continue;
    }
    const askedCut = partition(
      asked,
      askedFrom,
      askedTo,
      (query) => dot(queries.values, query * stride, direction, 0, size) < middle,
    );
    waiting.push([from, cut, askedFrom, askedCut], [cut, to, askedCut, askedTo]);
  }
}

function compareLeaf(tree: Growth, from: number, to: number, askedFrom: number, askedTo: number): void {
  const { points, queries, order, asked, found } = tree;
  for (let i = from; i < to; i++) {
    for (let j = i + 1; j < to; j++) {
      const near = nearness(tree, points.values, order[i]!, order[j]!);
      if (near > 0) found.both(order[i]!, order[j]!, near);
    }
  }
  for (let a = askedFrom; a < askedTo; a++) {
    const point = Math.floor(asked[a]! / queries.perPoint);
    for (let i = from; i < to; i++) {
      if (order[i] === point) continue;
      const near = nearness(tree, queries.values, asked[a]!, order[i]!);
      if (near > 0) found.both(point, order[i]!, near);
    }
  }
}

function compareWithFirst(tree: Growth, from: number, to: number): void {
  const { points, order, found } = tree;
  for (let i = from + 1; i < to; i++) {
    const near = nearness(tree, points.values, order[from]!, order[i]!);
    if (near > 0) found.add(order[i]!, order[from]!, near);
  }
}

/** The cosine between row `i` of `rows` and point `j`; 0 where it is not enough, or what stands behind does not agree. */
function nearness({ points, cosine, agree }: Growth, rows: Float32Array, i: number, j: number): number {
  const { values, size, stride } = points;
  const near = dot(rows, i * stride, values, j * stride, size);
  if (near < cosine) return 0;
  return dot(rows, i * stride + size, values, j * stride + size, stride - size) < agree ? 0 : near;
}

/** The best few others of each point, the nearest first. */
class Best {
  readonly others: Int32Array;
  private readonly near: Float32Array;
  private readonly most: number;

  constructor(count: number, most: number) {
    this.most = most;
    this.others = new Int32Array(count * most).fill(-1);
    this.near = new Float32Array(count * most).fill(-2);
  }

  both(a: number, b: number, near: number): void {
    this.add(a, b, near);
    this.add(b, a, near);
  }

  add(point: number, other: number, near: number): void {
    const { others, near: values, most } = this;
    const start = point * most;
    let at = start + most - 1;
    if (near <= values[at]!) return;
    // Known already, by another window or tree: it keeps its better place.
    for (let i = start; i < start + most; i++) {
      if (others[i] !== other) continue;
      if (near <= values[i]!) return;
      at = i;
      break;
    }
    for (; at > start && values[at - 1]! < near; at--) {
      values[at] = values[at - 1]!;
      others[at] = others[at - 1]!;
    }
    values[at] = near;
    others[at] = other;
  }
}

function dot(a: Float32Array, i: number, b: Float32Array, j: number, size: number): number {
  let sum = 0;
  for (let k = 0; k < size; k++) sum += a[i + k]! * b[j + k]!;
  return sum;
}

/** About the median of the heights: that of up to 255 of them, evenly taken. */
function median(order: Int32Array, heights: Float32Array, from: number, to: number): number {
  const step = Math.max(1, Math.floor((to - from) / 255));
  const some: number[] = [];
  for (let i = from; i < to; i += step) some.push(heights[order[i]!]!);
  const sorted = Float32Array.from(some).sort();
  return sorted[sorted.length >> 1]!;
}

/** Moves what is `lower` to the front; where the rest begins. */
function partition(items: Int32Array, from: number, to: number, lower: (item: number) => boolean): number {
  let cut = from;
  for (let i = from; i < to; i++) {
    const item = items[i]!;
    if (!lower(item)) continue;
    items[i] = items[cut]!;
    items[cut++] = item;
  }
  return cut;
}
