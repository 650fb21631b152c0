import { type Sample, Split, unitOf } from '../../data/sample.ts';
import type { Cell } from '../balance-result.ts';
import type { Column } from '../columns.ts';

/** A column cut into levels: the level of each sample, in their order. */
export interface Levels {
  name: string;
  values: string[];
  of: Int32Array;
}

/** Of a column with more levels than this the commonest are told apart, the others together. */
const MOST_LEVELS = 12;
const OTHERS = 'others';
const PARTS = 4;
const UNKNOWN = 'not said';

/**
 * A column as levels: categories as they are, numbers cut at their quartiles. What the source does not say is a level of its own.
 */
export function levelsOf({ name, kind, values }: Column): Levels {
  const texts =
    kind === 'number' ? quartiles(values as (number | undefined)[]) : commonest(values as (string | undefined)[]);
  const names = [...new Set(texts.filter((text) => text !== undefined))];
  if (kind === 'category') names.sort();
  else
    names.sort(
      (a, b) => Number.parseFloat(a.replace('under ', '-1e9 ')) - Number.parseFloat(b.replace('under ', '-1e9 ')),
    );
  if (texts.includes(undefined)) names.push(UNKNOWN);
  const index = new Map(names.map((value, i) => [value, i]));
  return { name, values: names, of: Int32Array.from(texts, (text) => index.get(text ?? UNKNOWN)!) };
}

/** The names themselves; of too many only the commonest. */
function commonest(values: readonly (string | undefined)[]): (string | undefined)[] {
  const counts = new Map<string, number>();
  for (const value of values) if (value !== undefined) counts.set(value, (counts.get(value) ?? 0) + 1);
  if (counts.size <= MOST_LEVELS) return [...values];
  const order = [...counts].sort((a, b) => b[1] - a[1] || (a[0] < b[0] ? -1 : 1)).map(([value]) => value);
  const kept = new Set(order.slice(0, MOST_LEVELS - 1));
  return values.map((value) => (value === undefined || kept.has(value) ? value : OTHERS));
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
