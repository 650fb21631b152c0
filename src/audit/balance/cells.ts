import { type Sample, Split, unitOf } from '../../data/sample.ts';
import type { Cell } from '../balance-result.ts';
import type { Column } from '../columns.ts';

/** A column cut into levels: the level of each sample, in their order. */
export interface Levels {
  name: string;
  values: string[];
  of: Int32Array;
}

/** Columns with more levels than this describe too small groups to be told apart. */
export const MOST_LEVELS = 12;
const PARTS = 4;
const UNKNOWN = 'not said';

/**
 * A column as levels: categories as they are, numbers cut at their quartiles. Undefined where there are too many. What the
 * source does not say is a level of its own.
 */
export function levelsOf({ name, kind, values }: Column): Levels | undefined {
  const texts =
    kind === 'number' ? quartiles(values as (number | undefined)[]) : values.map((v) => v as string | undefined);
  const names = [...new Set(texts.filter((text) => text !== undefined))];
  if (names.length > MOST_LEVELS) return undefined;
  if (kind === 'category') names.sort();
  else
    names.sort(
      (a, b) => Number.parseFloat(a.replace('under ', '-1e9 ')) - Number.parseFloat(b.replace('under ', '-1e9 ')),
    );
  if (texts.includes(undefined)) names.push(UNKNOWN);
  const index = new Map(names.map((value, i) => [value, i]));
  return { name, values: names, of: Int32Array.from(texts, (text) => index.get(text ?? UNKNOWN)!) };
}

/** "under 40", "40 to under 55", ..., "70 and over": cut where a quarter of the values each lies between. */
function quartiles(values: readonly (number | undefined)[]): (string | undefined)[] {
  const sorted = Float64Array.from(values.filter((value) => value !== undefined)).sort();
  const cuts = [
    ...new Set(Array.from({ length: PARTS - 1 }, (_, k) => sorted[Math.floor(((k + 1) * sorted.length) / PARTS)]!)),
  ].filter((cut) => cut > sorted[0]!);
  const name = (k: number): string => {
    if (k === 0) return `under ${short(cuts[0]!)}`;
    return k === cuts.length ? `${short(cuts[k - 1]!)} and over` : `${short(cuts[k - 1]!)} to under ${short(cuts[k]!)}`;
  };
  if (cuts.length === 0) return values.map((value) => (value === undefined ? undefined : short(value)));
  return values.map((value) => (value === undefined ? undefined : name(cuts.filter((cut) => value >= cut).length)));
}

function short(value: number): string {
  return String(Number(value.toPrecision(4)));
}

/** Class by split, with its empty cells; and with `levels` by those too. */
export function countCells(samples: readonly Sample[], classes: readonly string[], levels?: Levels): Cell[] {
  const values = levels === undefined ? [null] : levels.values;
  const key = (split: string, label: string, value: string | null): string => JSON.stringify([split, label, value]);
  const counts = new Map<string, { samples: number; units: Set<string> }>();
  for (const split of Split.options)
    for (const label of classes)
      for (const value of values) counts.set(key(split, label, value), { samples: 0, units: new Set() });
  samples.forEach((sample, i) => {
    const value = levels === undefined ? null : levels.values[levels.of[i]!]!;
    const cell = counts.get(key(sample.split, sample.label, value))!;
    cell.samples += 1;
    cell.units.add(unitOf(sample));
  });
  return [...counts].map(([name, { samples, units }]) => {
    const [split, label, value] = JSON.parse(name) as [Split, string, string | null];
    return { split, label, column: levels?.name ?? null, value, samples, units: units.size };
  });
}
