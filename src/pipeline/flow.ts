import { type Dataset, type Sample, Split, unitOf } from '../data/sample.ts';
import type { Characteristic, Flow } from '../evaluation/subject.ts';

/** Columns and values of a column that are told, at most. */
const COLUMNS = 12;
const LEVELS = 8;

/** The way of a dataset's images from the source to the splits, and what is known of them there: no ids, no names. */
export function flowOf(dataset: Dataset): Flow {
  const { record } = dataset;
  const all = dataset.samples();
  const units = Split.options.map((split) => [split, new Set(dataset.samples(split).map(unitOf)).size] as const);
  return {
    format: record.source.format,
    createdAt: record.createdAt,
    samples: record.samples,
    groups: record.groups,
    excluded: record.excluded,
    leftOut: record.leftOut.map(({ reason, count }) => ({ reason, count })),
    duplicates: record.duplicates,
    nearDuplicates: record.nearDuplicates,
    units: Object.fromEntries(units),
    rule: record.split,
    leaks: record.leaks,
    accepted: dataset.accepted,
    characteristics: characteristics(dataset, all),
    sizes: sizesOf(all),
  };
}

/** Columns in which the samples differ without naming one of them: numbers, and values that few samples have for themselves. */
function characteristics(dataset: Dataset, all: readonly Sample[]): Characteristic[] {
  const names = [...new Set(all.flatMap(({ meta }) => Object.keys(meta)))].sort();
  const told: Characteristic[] = [];
  for (const column of names) {
    if (told.length === COLUMNS) break;
    const known = all.map(({ meta }) => meta[column] ?? null).filter((value) => value !== null);
    const counts = tally(known.map(String));
    // A name or a number of its own for most of the images is no characteristic.
    if (counts.size < 2 || (typeof known[0] !== 'number' && counts.size > Math.max(20, known.length / 5))) continue;
    const numbers = known.every((value) => typeof value === 'number') && counts.size > LEVELS;
    const levels = numbers
      ? []
      : [...counts].sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1)).map(([value]) => value);
    told.push({
      column,
      kind: numbers ? 'numbers' : 'values',
      levels: levels.slice(0, LEVELS),
      splits: Object.fromEntries(
        Split.options
          .filter((split) => dataset.samples(split).length > 0)
          .map((split) => [split, tell(dataset.samples(split), column, levels.slice(0, LEVELS), numbers)]),
      ),
    });
  }
  return told;
}

function tell(
  samples: readonly Sample[],
  column: string,
  levels: readonly string[],
  numbers: boolean,
): Characteristic['splits'][string] {
  const known = samples.map(({ meta }) => meta[column] ?? null).filter((value) => value !== null);
  const counts = tally(known.map(String));
  const told = levels.map((level) => counts.get(level) ?? 0);
  const sorted = numbers ? (known as number[]).toSorted((a, b) => a - b) : [];
  const at = (share: number): number => sorted[Math.round(share * (sorted.length - 1))]!;
  return {
    counts: told,
    other: numbers ? 0 : known.length - told.reduce((sum, n) => sum + n, 0),
    missing: samples.length - known.length,
    quartiles: sorted.length === 0 ? null : [at(0.25), at(0.5), at(0.75)],
  };
}

function tally(values: readonly string[]): Map<string, number> {
  const counts = new Map<string, number>();
  for (const value of values) counts.set(value, (counts.get(value) ?? 0) + 1);
  return counts;
}

function sizesOf(samples: readonly Sample[]): Flow['sizes'] {
  let small: Sample | undefined;
  let large: Sample | undefined;
  for (const sample of samples) {
    const area = sample.width * sample.height;
    if (small === undefined || area < small.width * small.height) small = sample;
    if (large === undefined || area > large.width * large.height) large = sample;
  }
  if (small === undefined || large === undefined) return null;
  return { smallest: [small.width, small.height], largest: [large.width, large.height] };
}
