import type { Estimate } from '../estimate.ts';
import { studentCdf, Z95 } from '../statistics/distributions.ts';
import { holm } from '../statistics/holm.ts';
import { type CellSamples, differenceVariance, type Influence } from './influence.ts';
import type { CellMetric } from './metrics.ts';
import type { SubgroupGap } from './subgroups.ts';

/** One level in the test of one metric. */
export interface Level {
  /** Of the cell. */
  name: string;
  estimate: Estimate;
  /** Around its own value. */
  influence: Influence;
  cell: CellSamples;
}

/** The levels of one column, or of two crossed, that have enough samples. */
export interface Family {
  metric: string;
  columns: string[];
  levels: Level[];
  alike: CellMetric['alike'];
}

/**
 * The largest gap of each family. Its p is that of the pair times the number of pairs there are, as any of them might have been the
 * largest (Bonferroni); then all families are corrected by Holm's method. The most certain first.
 */
export function largestGaps(families: readonly Family[]): SubgroupGap[] {
  const gaps = families.flatMap((family) => {
    const gap = largestGap(family);
    return gap === null ? [] : [gap];
  });
  const adjusted = holm(gaps.map(({ p }) => p));
  return gaps
    .map((gap, i) => ({ ...gap, adjusted: adjusted[i]! }))
    .sort((a, b) => a.adjusted - b.adjusted || a.p - b.p || b.difference - a.difference);
}

function largestGap({ metric, columns, levels, alike }: Family): Omit<SubgroupGap, 'adjusted'> | null {
  if (levels.length < 2) return null;
  const sorted = levels.toSorted((a, b) => b.influence.value - a.influence.value);
  const better = sorted[0]!;
  const worse = sorted.at(-1)!;
  const difference = better.influence.value - worse.influence.value;
  const pairs = (levels.length * (levels.length - 1)) / 2;
  return {
    metric,
    columns,
    better: better.name,
    worse: worse.name,
    difference,
    ...interval(better, worse, difference),
    p: Math.min(1, pairs * pairP(difference, alike(better.cell, worse.cell))),
  };
}

/**
 * Two-sided, of a gap as large as this, were both levels alike. By Student's distribution with the freedom of the smaller level: after
 * the correction only its far tail counts, where the normal one promises too much of a dozen patients.
 */
function pairP(difference: number, [a, b]: [Influence, Influence]): number {
  const variance = differenceVariance(a, b);
  if (difference === 0 || !(variance > 0)) return 1;
  return Math.min(1, 2 * studentCdf(-difference / Math.sqrt(variance), Math.max(1, Math.min(a.freedom, b.freedom))));
}

/** From the two estimates' own intervals (Newcombe 1998, method 10; Zou & Donner 2008), which may be lopsided. */
function interval(a: Level, b: Level, difference: number): { low: number; high: number } {
  const ends = [a.estimate.low, a.estimate.high, b.estimate.low, b.estimate.high];
  if (ends.includes(null)) {
    const half = Z95 * Math.sqrt(Math.max(0, differenceVariance(a.influence, b.influence)));
    return { low: Math.max(-1, difference - half), high: Math.min(1, difference + half) };
  }
  const [al, ah, bl, bh] = ends as [number, number, number, number];
  const { value: x } = a.influence;
  const { value: y } = b.influence;
  return {
    low: Math.max(-1, difference - Math.hypot(x - al, bh - y)),
    high: Math.min(1, difference + Math.hypot(ah - x, y - bl)),
  };
}
