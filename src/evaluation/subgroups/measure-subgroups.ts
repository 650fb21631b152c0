import { groupIndices } from '../check.ts';
import type { Estimate } from '../estimate.ts';
import type { Decided } from '../measure.ts';
import type { Predictions } from '../predictions.ts';
import { type Cut, cutColumns } from './columns.ts';
import { type Family, type Level, largestGaps } from './gaps.ts';
import { cellMetrics, subgroupMetrics } from './metrics.ts';
import type { SubgroupCell, Subgroups } from './subgroups.ts';

/** A cell with fewer groups of positives, or of negatives, than this is small: it is told, and marked, and in no test. */
export const MINIMUM = 10;
/** Crossing more columns than this makes more cells than anybody reads. */
const MOST_CROSSED = 8;
const ALPHA = 0.05;

/**
 * Performance by columns of the samples' own data, one by one and crossed pairwise: every cell's metrics with intervals, and for each
 * column and metric the largest gap, tested and corrected. Levels that are small by themselves are not crossed. Null when no sample
 * has a column. Throws USAGE for a column that no sample has.
 */
export function measureSubgroups(
  test: Predictions,
  decided: Decided,
  options: { columns: readonly string[] | 'all'; overall: Readonly<Record<string, Estimate>> },
): Subgroups | null {
  if (options.columns === 'all' && !test.meta?.some((row) => Object.keys(row).length > 0)) return null;
  const { columns, skipped } = cutColumns(test, options.columns);
  const names = subgroupMetrics(decided.question);
  const metrics = cellMetrics(test, decided);
  const { units } = groupIndices(test.groups);
  const positive = decided.question === null ? null : decided.question.members;
  const cells: SubgroupCell[] = [];
  const families: Family[] = [];
  const take = (cuts: readonly Cut[]): SubgroupCell[] => {
    const levels = new Map<string, Level[]>(names.map((name) => [name, []]));
    const made = divide(cuts).map(({ at, rows }): SubgroupCell => {
      const measured = names.map((name) => [name, metrics.get(name)!.measure({ rows, units })] as const);
      const told = at.map((level, c) => cuts[c]!.levels[level]!.name);
      const cell = {
        name: cuts.map((cut, c) => `${cut.name}: ${told[c]}`).join(', '),
        columns: cuts.map((cut) => cut.name),
        levels: told,
        samples: rows.length,
        groups: new Set(rows.map((i) => units[i]!)).size,
        positives: positive === null ? null : rows.filter((i) => positive.includes(test.labels[i]!)).length,
        small: smallness(test, rows, positive),
        metrics: Object.fromEntries(measured.map(([name, { estimate }]) => [name, estimate])),
      };
      if (cell.small !== null) return cell;
      for (const [name, { estimate, influence }] of measured) {
        if (influence !== null) levels.get(name)!.push({ name: cell.name, cell: { rows, units }, estimate, influence });
      }
      return cell;
    });
    cells.push(...made);
    for (const name of names) {
      families.push({
        metric: name,
        columns: cuts.map((cut) => cut.name),
        levels: levels.get(name)!,
        alike: metrics.get(name)!.alike,
      });
    }
    return made;
  };
  const large = columns.map((column) => {
    const small = new Set(take([column]).flatMap(({ small, levels }) => (small === null ? [] : [levels[0]!])));
    return {
      ...column,
      of: column.of.map((level) => (level < 0 || small.has(column.levels[level]!.name) ? -1 : level)),
    };
  });
  const divided = large.filter(({ of }) => new Set(of.filter((level) => level >= 0)).size > 1);
  const crossed = divided.slice(0, MOST_CROSSED);
  for (const [i, a] of crossed.entries()) for (const b of crossed.slice(i + 1)) take([a, b]);
  const gaps = largestGaps(families);
  return {
    columns: columns.map(({ of: _, ...column }) => column),
    skipped: [
      ...skipped,
      ...divided
        .slice(MOST_CROSSED)
        .map(({ name }) => ({ name, reason: `measured, but not crossed: the first ${MOST_CROSSED} columns are` })),
    ],
    metrics: names,
    overall: Object.fromEntries(names.map((name) => [name, options.overall[name]!])),
    cells,
    gaps,
    minimum: MINIMUM,
    tests: gaps.length,
    alpha: ALPHA,
  };
}

/** The samples of each level, or of each pair of levels, that has any; in the order of the levels. */
export function divide(cuts: readonly Cut[]): { at: number[]; rows: number[] }[] {
  const [a, b] = cuts as [Cut, Cut?];
  const cells = new Map<number, { at: number[]; rows: number[] }>();
  const width = b?.levels.length ?? 1;
  for (let i = 0; i < a.of.length; i++) {
    const first = a.of[i]!;
    const second = b?.of[i] ?? 0;
    if (first < 0 || second < 0) continue;
    const key = first * width + second;
    const cell = cells.get(key);
    if (cell === undefined) cells.set(key, { at: b === undefined ? [first] : [first, second], rows: [i] });
    else cell.rows.push(i);
  }
  return [...cells].sort(([x], [y]) => x - y).map(([, cell]) => cell);
}

/** Why a cell is too small to go by; null where it is not. */
export function smallness(
  { labels, groups }: Predictions,
  rows: readonly number[],
  positive: readonly number[] | null,
): string | null {
  const count = (wanted: (i: number) => boolean) => new Set(rows.filter(wanted).map((i) => groups[i]!)).size;
  if (positive === null) {
    const all = count(() => true);
    return all >= 2 * MINIMUM ? null : `${all} of the ${2 * MINIMUM} groups that it takes`;
  }
  const [yes, no] = [true, false].map((side) => count((i) => positive.includes(labels[i]!) === side)) as [
    number,
    number,
  ];
  const few = [...(yes < MINIMUM ? [`${yes} positive`] : []), ...(no < MINIMUM ? [`${no} negative`] : [])];
  return few.length === 0 ? null : `${few.join(' and ')} of the ${MINIMUM} groups that it takes`;
}
