import { AGE, plainColumn, SEX, yearsOf } from '../data/people.ts';
import type { Sample } from '../data/sample.ts';
import type { OddGroup } from './audit.ts';

/** Years by which the ages of one patient may differ over all the images there are of them. */
export const AGE_SPREAD = 10;
const FEMALE = /^(f|female|w|woman|women|weiblich|femme)$/i;
const MALE = /^(m|male|man|men|männlich|maennlich|homme)$/i;
/** Columns by which samples are usually grouped. */
const GROUPING =
  /(patient|subject|lesion|person|participant|study|case|eye)[\s_-]?(id|uid|no|nr|num|number|key|code|name)?$/i;
const SHOWN = 6;

/**
 * Groups that can hardly be what they are said to be: one patient with two sexes, or with ages further apart than follow-up
 * explains; and names that differ by case, spaces or leading zeros only, which are then two groups to the split.
 */
export function oddGroups(samples: readonly Sample[]): OddGroup[] {
  const members = new Map<string, Sample[]>();
  for (const sample of samples) {
    if (sample.group === undefined) continue;
    const list = members.get(sample.group);
    if (list === undefined) members.set(sample.group, [sample]);
    else list.push(sample);
  }
  const found: OddGroup[] = [];
  const kinds = new Map<string, 'sex' | 'age' | null>();
  const kindOf = (name: string): 'sex' | 'age' | null => {
    const known = kinds.get(name);
    if (known !== undefined) return known;
    const plain = plainColumn(name);
    const kind = SEX.test(plain) ? 'sex' : AGE.test(plain) ? 'age' : null;
    kinds.set(name, kind);
    return kind;
  };
  for (const [group, list] of members) {
    if (list.length < 2) continue;
    const sexes = new Map<string, string>();
    const ages = new Map<number, string>();
    for (const { id, meta } of list) {
      for (const [name, value] of Object.entries(meta)) {
        const kind = kindOf(name);
        const sex = kind === 'sex' ? sexOf(value) : undefined;
        if (sex !== undefined && !sexes.has(sex)) sexes.set(sex, id);
        const age = kind === 'age' ? ageOf(value) : undefined;
        if (age !== undefined && !ages.has(age)) ages.set(age, id);
      }
    }
    if (sexes.size > 1) {
      found.push({ kind: 'sex', groups: [group], values: [...sexes.keys()].sort(), samples: [...sexes.values()] });
    }
    if (ages.size > 1) {
      const [low, high] = [Math.min(...ages.keys()), Math.max(...ages.keys())];
      if (high - low > AGE_SPREAD) {
        found.push({
          kind: 'age',
          groups: [group],
          values: [String(low), String(high)],
          samples: [ages.get(low)!, ages.get(high)!],
        });
      }
    }
  }
  for (const names of Map.groupBy(members.keys(), plainName).values()) {
    if (names.length < 2) continue;
    const groups = names.sort();
    const some = groups.slice(0, SHOWN).map((name) => members.get(name)![0]!.id);
    found.push({ kind: 'spelling', groups, values: groups, samples: some });
  }
  return found;
}

/** A column that looks as if it named patients or lesions although no group was: its values repeat. */
export function unusedGrouping(samples: readonly Sample[]): string | null {
  if (samples.some(({ group }) => group !== undefined)) return null;
  const values = new Map<string, Set<unknown>>();
  const counts = new Map<string, number>();
  for (const { meta } of samples) {
    for (const [name, value] of Object.entries(meta)) {
      if (value === null || !GROUPING.test(name)) continue;
      values.set(name, (values.get(name) ?? new Set()).add(value));
      counts.set(name, (counts.get(name) ?? 0) + 1);
    }
  }
  const repeating = [...values].filter(([name, { size }]) => size > 1 && size < counts.get(name)!);
  return repeating.sort(([, a], [, b]) => b.size - a.size)[0]?.[0] ?? null;
}

/** A name without what typing and spreadsheets change: case, spaces, leading zeros, and the `.0` of a number that was a float. */
function plainName(name: string): string {
  return name
    .trim()
    .toLowerCase()
    .replace(/\s+/g, ' ')
    .replace(/^(\d+)\.0+$/, '$1')
    .replace(/\d+/g, (digits) => digits.replace(/^0+(?=\d)/, ''));
}

function sexOf(value: unknown): string | undefined {
  const text = String(value).trim();
  if (FEMALE.test(text)) return 'female';
  return MALE.test(text) ? 'male' : undefined;
}

/** Years. */
function ageOf(value: unknown): number | undefined {
  if (typeof value === 'number') return value;
  const years = yearsOf(String(value));
  if (years !== undefined) return years;
  const match = /^(\d{1,3})(\.\d+)?\s*(y|years?)?$/i.exec(String(value).trim());
  return match === null ? undefined : Number(`${match[1]}${match[2] ?? ''}`);
}
