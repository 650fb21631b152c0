/** Points of a rising curve; straight between them, flat beyond. */
export interface Curve {
  logOdds: number[];
  probability: number[];
}

/** Share of the plain softmax in an isotonic probability: keeps the order of samples that share a step. */
const ORDER = 0.001;

/**
 * Isotonic regression by pooling adjacent violators (Ayer et al. 1955; Zadrozny & Elkan 2002 for calibration): the non-decreasing
 * step values closest to `y` in squares, over the distinct `x`. Answers the points that shape it: both ends of each step.
 */
export function pool(x: ArrayLike<number>, y: ArrayLike<number>): { x: number[]; y: number[] } {
  const order = Uint32Array.from({ length: x.length }, (_, i) => i).sort((a, b) => x[a]! - x[b]!);
  // Blocks from left to right: first and last x, sum and count of y.
  const blocks: { from: number; to: number; sum: number; count: number }[] = [];
  for (const i of order) {
    const at = x[i]!;
    const before = blocks.at(-1);
    if (before !== undefined && before.from === at) {
      before.sum += y[i]!;
      before.count += 1;
    } else {
      if (before !== undefined) settle(blocks);
      blocks.push({ from: at, to: at, sum: y[i]!, count: 1 });
    }
  }
  settle(blocks);
  const points = { x: [] as number[], y: [] as number[] };
  for (const { from, to, sum, count } of blocks) {
    for (const at of from === to ? [from] : [from, to]) {
      points.x.push(at);
      points.y.push(sum / count);
    }
  }
  return points;
}

/** Merges the last block into those before it while it is not above them. Equal ones are one step. */
function settle(blocks: { from: number; to: number; sum: number; count: number }[]): void {
  while (blocks.length > 1) {
    const last = blocks.at(-1)!;
    const before = blocks.at(-2)!;
    if (last.sum * before.count > before.sum * last.count) return;
    blocks.pop();
    before.to = last.to;
    before.sum += last.sum;
    before.count += last.count;
  }
}

/**
 * A class' calibration curve. A step on which all or none of n samples are of the class says no more than the rule of succession
 * allows: 1 / (n + 2) is the least probability, n being all samples.
 */
export function fitCurve(logOdds: ArrayLike<number>, isClass: ArrayLike<number>): Curve {
  const { x, y } = pool(logOdds, isClass);
  const least = 1 / (logOdds.length + 2);
  return { logOdds: x, probability: y.map((p) => Math.min(1 - least, Math.max(least, p))) };
}

/** The curve's probability at a log-odds, mixed with a thousandth of the uncalibrated one so that no two scores become equal. */
export function readCurve({ logOdds, probability }: Curve, at: number): number {
  return (1 - ORDER) * interpolate(logOdds, probability, at) + ORDER / (1 + Math.exp(-at));
}

function interpolate(x: readonly number[], y: readonly number[], at: number): number {
  const last = x.length - 1;
  if (at <= x[0]!) return y[0]!;
  if (at >= x[last]!) return y[last]!;
  let low = 0;
  let high = last;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (x[middle]! <= at) low = middle;
    else high = middle;
  }
  const share = (at - x[low]!) / (x[high]! - x[low]!);
  return y[low]! + share * (y[high]! - y[low]!);
}
