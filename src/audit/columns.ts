import { plainColumn } from '../data/people.ts';
import type { Sample } from '../data/sample.ts';

/** A column of the samples' own data. */
export interface Column {
  name: string;
  /** `number`: cut into quantiles where levels are needed. */
  kind: 'number' | 'category';
  /** Of the patient rather than of where the picture comes from. */
  patient: boolean;
  /** In the order of the samples; undefined where the source says nothing. */
  values: (string | number | undefined)[];
}

export interface Columns {
  columns: Column[];
  left: { name: string; reason: string }[];
}

/** Another name of the label, or what was concluded from it. */
const LABEL = /^(dx|diagnos|label|class(es|_?name)?$|target|finding|malignan|benign|ground_?truth|category$|y$)/i;
/** Names the image, its row or its patient: a network never sees it. */
const NAME =
  /((^|[_\s-])(id|uid|uuid|index|row|no|nr|key|file|filename|path|url|image|img|name|hash|md5|sha256)$)|^unnamed/i;
const PATIENT =
  /^(age|sex|gender|ethnic|race|skin_?type|skin_?tone|tone$|fitzpatrick|locali[sz]ation|location|anatom|body|lateral|side$|weight|bmi|smok|history|family|pregnan)/i;
/** Values of a column that says where on the body: the patient's, whatever it is called. */
const BODY =
  /back|trunk|torso|chest|abdom|extremit|\b(arm|leg|foot|feet|hand|face|scalp|neck|head|ear|hip|knee)\b|shoulder|genital|lung|breast|acral|palm|sole|oral|thora/i;
const NOTHING = /^\s*(|nan|na|n\/a|none|null|unknown|unk|\?|-)\s*$/i;
/** Levels that are told apart; rarer ones count as "other". */
export const MAX_LEVELS = 24;

/**
 * Sorts the samples' columns: which can be used, as numbers or as categories, which describe the patient, and which are left out
 * (with the reason). A column whose every value is another one names its image; one that repeats the label is the label.
 */
export function readColumns(samples: readonly Sample[]): Columns {
  const names = new Set(samples.flatMap((sample) => Object.keys(sample.meta)));
  const columns: Column[] = [];
  const left: Columns['left'] = [];
  for (const name of [...names].sort()) {
    const values = samples.map((sample) => known(sample.meta[name]));
    const reason = unfit(name, values, samples);
    if (reason !== undefined) left.push({ name, reason });
    else {
      const patient = PATIENT.test(plainColumn(name)) || namesBody(values);
      columns.push({ name, kind: isNumeric(values) ? 'number' : 'category', patient, values });
    }
  }
  return { columns: columns.map(tidy), left };
}

function unfit(
  name: string,
  values: readonly (string | number | undefined)[],
  samples: readonly Sample[],
): string | undefined {
  const said = values.filter((value) => value !== undefined);
  const distinct = new Set(said);
  if (said.length === 0) return 'it is empty';
  if (LABEL.test(name)) return 'its name says that it is the label, or follows from it';
  const same = values.filter((value, i) => plain(value) === plain(samples[i]!.label)).length;
  if (same > 0.9 * said.length) return 'it repeats the label';
  if (NAME.test(name) && distinct.size > Math.max(MAX_LEVELS, said.length / 10))
    return 'it names the image or its patient, which no network sees';
  if (distinct.size === 1 && said.length === values.length) return 'it has one value only';
  if (!isNumeric(values)) {
    const often = [...Map.groupBy(said, (value) => value).values()].filter((same) => same.length >= 5).length;
    if (often === 0 || distinct.size > Math.max(MAX_LEVELS, said.length / 3)) return 'hardly any value occurs twice';
  }
  return undefined;
}

function tidy(column: Column): Column {
  if (column.kind === 'number')
    return { ...column, values: column.values.map((v) => (v === undefined ? v : Number(v))) };
  return { ...column, values: column.values.map((v) => (v === undefined ? v : String(v).trim())) };
}

function namesBody(values: readonly (string | number | undefined)[]): boolean {
  const names = [...new Set(values)].filter((value) => typeof value === 'string');
  return names.length > 1 && names.filter((name) => BODY.test(name)).length > names.length / 2;
}

function isNumeric(values: readonly (string | number | undefined)[]): boolean {
  const distinct = new Set<number>();
  for (const value of values) {
    if (value === undefined) continue;
    const number = typeof value === 'number' ? value : Number(value);
    if (!Number.isFinite(number)) return false;
    distinct.add(number);
  }
  // Few whole numbers are codes.
  return distinct.size > 6;
}

function known(value: string | number | boolean | null | undefined): string | number | undefined {
  if (value === null || value === undefined) return undefined;
  if (typeof value === 'boolean') return value ? 'yes' : 'no';
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  return NOTHING.test(value) ? undefined : value;
}

function plain(value: string | number | undefined): string {
  return String(value ?? '')
    .toLowerCase()
    .replace(/[^a-z0-9]/g, '');
}
