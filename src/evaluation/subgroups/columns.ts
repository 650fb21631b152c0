import { distance } from 'fastest-levenshtein';
import { OslerError } from '../../errors.ts';
import type { Predictions } from '../predictions.ts';
import { cutPoints, partNames } from './quantiles.ts';
import type { SubgroupColumn } from './subgroups.ts';

/** Columns with more values than this are no subgroups of themselves; one asked for by name keeps its commonest values. */
const MOST_LEVELS = 12;
/** Parts that numbers are cut into. */
const PARTS = 4;
/** Names of columns that tell samples, not people, apart. */
const NAMES_SAMPLES =
  /(^|[_\s-])(id|ids|uid|uuid|index|idx|row|no|nr|key|file|filename|path|url|image|img|name|hash|md5|sha\d*)($|[_\s-])|^unnamed/i;

/** A column cut into levels, and the level of every sample; -1 where it says nothing. */
export interface Cut extends SubgroupColumn {
  of: Int32Array;
}

/** Names of columns that are the label, or follow from it. */
const NAMES_LABEL = /^(dx|diagnos|label|class(es|_?name)?$|target|finding|malignan|benign|ground_?truth|category$|y$)/i;

type Value = string | number | boolean;

/**
 * Cuts the samples' columns into levels: words by their value, numbers with many values into four parts of about equal size.
 * `wanted` names columns; `all` takes those that say something. What can't be cut is named with the reason.
 * Throws USAGE for a column that no sample has.
 */
export function cutColumns(
  predictions: Pick<Predictions, 'labels' | 'groups' | 'meta'>,
  wanted: readonly string[] | 'all',
): { columns: Cut[]; skipped: { name: string; reason: string }[] } {
  const { meta = [], labels } = predictions;
  const known = new Set<string>();
  for (const row of meta) for (const name of Object.keys(row)) known.add(name);
  if (wanted !== 'all') for (const name of wanted) if (!known.has(name)) throw unknown(name, [...known]);
  const columns: Cut[] = [];
  const skipped: { name: string; reason: string }[] = [];
  for (const name of wanted === 'all' ? [...known].sort() : new Set(wanted)) {
    const values = meta.map((row) => usable(row[name]));
    const cut = cutOne(name, values, labels, wanted !== 'all');
    if (typeof cut === 'string') skipped.push({ name, reason: cut });
    else columns.push(cut);
  }
  return { columns, skipped };
}

/** A value, or null where the column says nothing. */
function usable(value: Value | null | undefined): Value | null {
  if (value === null || value === undefined) return null;
  if (typeof value !== 'string') return Number.isNaN(value) ? null : value;
  const text = value.trim();
  return /^(|nan|na|n\/a|null|none|unknown|unk|\?|-)$/i.test(text) ? null : text;
}

/** The column in levels, or why it has none. */
function cutOne(name: string, values: (Value | null)[], labels: ArrayLike<number>, asked: boolean): Cut | string {
  const counts = new Map<Value, number>();
  for (const value of values) if (value !== null) counts.set(value, (counts.get(value) ?? 0) + 1);
  const present = values.filter((value) => value !== null).length;
  if (present === 0) return 'it is empty for these samples';
  if (counts.size === 1) return `all samples say ${word([...counts.keys()][0]!)}`;
  const numbers = [...counts.keys()].every((value) => typeof value === 'number');
  if (!asked && NAMES_SAMPLES.test(name)) return 'it names samples; ask for it by name to use it nevertheless';
  if (!asked && NAMES_LABEL.test(name)) return 'by its name it follows from the label; ask for it by name to use it';
  const parts = numbers && counts.size > PARTS + 2;
  if (!parts && counts.size === present) return 'every sample has a value of its own';
  if (!parts && !asked && counts.size > MOST_LEVELS) {
    return `it has ${counts.size} different values; ask for it by name to use the ${MOST_LEVELS - 1} commonest`;
  }
  const cut = parts ? byParts(name, values as (number | null)[]) : byValue(name, values, counts);
  if (cut.levels.length < 2) return 'nearly all samples have the same value';
  if (saysLabel(cut, labels)) return 'its values go with the classes: it says the label itself';
  return cut;
}

function byParts(name: string, values: readonly (number | null)[]): Cut {
  const numbers = values.filter((value) => value !== null).sort((a, b) => a - b);
  const cuts = cutPoints(numbers, PARTS);
  const of = Int32Array.from(values, (value) => (value === null ? -1 : cuts.filter((cut) => value >= cut).length));
  return finish(name, 'quantiles', partNames(cuts, numbers), of);
}

/** The commonest values; the rest, where there are too many, as one level. Numbers and words in their own order. */
function byValue(name: string, values: (Value | null)[], counts: ReadonlyMap<Value, number>): Cut {
  const common = [...counts].sort((a, b) => b[1] - a[1] || compare(a[0], b[0])).map(([value]) => value);
  const kept = (common.length > MOST_LEVELS ? common.slice(0, MOST_LEVELS - 1) : common).sort(compare);
  const at = new Map(kept.map((value, i) => [value, i]));
  const rest = counts.size - kept.length;
  const of = Int32Array.from(values, (value) => (value === null ? -1 : (at.get(value) ?? kept.length)));
  return finish(name, 'values', [...kept.map(word), ...(rest > 0 ? [`${rest} other values`] : [])], of);
}

function finish(name: string, kind: Cut['kind'], names: string[], of: Int32Array): Cut {
  const samples = names.map(() => 0);
  let missing = 0;
  for (const level of of) level < 0 ? missing++ : samples[level]!++;
  return { name, kind, levels: names.map((level, i) => ({ name: level, samples: samples[i]! })), missing, of };
}

/** True where nearly every level holds one class: such a column is the label by another name, or a leak of it. */
function saysLabel({ of, levels }: Cut, labels: ArrayLike<number>): boolean {
  const counts = levels.map(() => new Map<number, number>());
  let total = 0;
  const classes = new Set<number>();
  for (let i = 0; i < of.length; i++) {
    if (of[i]! < 0) continue;
    total += 1;
    classes.add(labels[i]!);
    const count = counts[of[i]!]!;
    count.set(labels[i]!, (count.get(labels[i]!) ?? 0) + 1);
  }
  if (classes.size < 2) return false;
  const pure = counts.reduce((sum, count) => sum + Math.max(0, ...count.values()), 0);
  return pure >= 0.95 * total;
}

function compare(a: Value, b: Value): number {
  if (typeof a === 'number' && typeof b === 'number') return a - b;
  return String(a).localeCompare(String(b), 'en');
}

function word(value: Value): string {
  return typeof value === 'boolean' ? (value ? 'yes' : 'no') : String(value);
}

function unknown(name: string, known: string[]): OslerError {
  if (known.length === 0) {
    return new OslerError('USAGE', `There are no subgroups by ${name}: these samples have no columns.`, {
      hint: 'Columns come with the import: osler data import SOURCE --metadata TABLE.csv --id COLUMN.',
    });
  }
  const near = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0]!;
  const listed = `The columns are ${known.sort().slice(0, 12).join(', ')}${known.length > 12 ? ', ...' : ''}.`;
  return new OslerError('USAGE', `No sample has a column "${name}".`, {
    hint: distance(near, name) <= Math.max(2, name.length / 3) ? `Did you mean "${near}"? ${listed}` : listed,
  });
}
