import type { Pair } from '../../data/sample.ts';
import { count, safe } from '../../evaluation/report/html.ts';
import type { Audit, Leak, OddGroup } from '../audit.ts';
import { figure, type Picture } from './pictures.ts';
import { shortcutPictures } from './shortcut-section.ts';

type Pictures = ReadonlyMap<string, Picture>;

/** Sets shown of each finding, and pictures of each set: a page stays below a few megabytes. */
const SETS = 24;
const MEMBERS = 6;
const KINDS: Record<Leak['kind'], string> = {
  exact: 'the same picture',
  near: 'a near copy',
  group: 'the same group',
};

/** Every id whose picture the page shows. */
export function chosen(audit: Audit): Set<string> {
  return new Set([
    ...shownLeaks(audit).flatMap(({ a, b }) => [a, b]),
    ...[audit.labelConflicts, audit.exactDuplicates, audit.nearDuplicates].flatMap((sets) =>
      spread(sets).flatMap((set) => set.slice(0, MEMBERS)),
    ),
    ...audit.groups.slice(0, SETS).flatMap(({ samples }) => samples.slice(0, MEMBERS)),
    ...shortcutPictures(audit),
  ]);
}

export function leakSets(audit: Audit, pictures: Pictures): string {
  const how = details(audit.nearPairs);
  const sets = shownLeaks(audit).map((leak) => {
    const { kind, a, b, group } = leak;
    const title = `${KINDS[kind]}${group === undefined ? '' : ` <small>${safe(group)}</small>`} `;
    return set(title, [figure(a, pictures), figure(b, pictures, how(b, a))]);
  });
  return gallery(sets, audit.leaks.length, 'pairs');
}

export function conflictSets(audit: Audit, pictures: Pictures): string {
  return ofSets(audit.labelConflicts, pictures, details(audit.nearPairs), (ids) => {
    const labels = new Set(ids.flatMap((id) => pictures.get(id)?.sample.label ?? []));
    return [...labels].map(safe).join(' <small>or</small> ');
  });
}

export function nearSets(audit: Audit, pictures: Pictures): string {
  return ofSets(audit.nearDuplicates, pictures, details(audit.nearPairs));
}

export function exactSets(audit: Audit, pictures: Pictures): string {
  return ofSets(audit.exactDuplicates, pictures, () => '');
}

export function groupSets({ groups }: Audit, pictures: Pictures): string {
  const titles: Record<OddGroup['kind'], (group: OddGroup) => string> = {
    sex: ({ groups: [name], values }) => `${safe(name!)} <small>is ${safe(values.join(' and '))}</small>`,
    age: ({ groups: [name], values }) => `${safe(name!)} <small>is ${safe(values.join(' and '))} years old</small>`,
    spelling: ({ values }) => values.map((value) => `“${safe(value)}”`).join(' <small>and</small> '),
  };
  const sets = groups.slice(0, SETS).map((group) =>
    set(
      titles[group.kind](group),
      group.samples.slice(0, MEMBERS).map((id) => figure(id, pictures)),
    ),
  );
  return gallery(sets, groups.length, 'groups');
}

function ofSets(
  sets: readonly string[][],
  pictures: Pictures,
  how: (id: string, other?: string) => string,
  titleOf: (ids: readonly string[]) => string = () => '',
): string {
  const drawn = spread(sets).map((ids) => {
    const figures = ids.slice(0, MEMBERS).map((id) => figure(id, pictures, how(id)));
    const rest = ids.length > MEMBERS ? ` <small>and ${count(ids.length - MEMBERS)} more</small>` : '';
    return set(`${titleOf(ids)}${rest}`, figures);
  });
  return gallery(drawn, sets.length, 'sets');
}

function set(title: string, figures: readonly string[]): string {
  return `<div class="set">${title === '' ? '' : `<h3>${title}</h3>`}${figures.join('')}</div>`;
}

function gallery(sets: readonly string[], all: number, word: string): string {
  if (sets.length === 0) return '';
  const more =
    all > sets.length
      ? `<p class="more">${count(sets.length)} of ${count(all)} ${word}; all are in audit.json.</p>`
      : '';
  return `<div class="sets">${sets.join('')}</div>${more}`;
}

/** A third of each kind of leak where there are many, so that none hides the others. */
function shownLeaks({ leaks }: Audit): Leak[] {
  const kinds = (['exact', 'near', 'group'] as const).map((kind) => leaks.filter((leak) => leak.kind === kind));
  const present = kinds.filter(({ length }) => length > 0).length;
  return kinds.flatMap((list) => spread(list, Math.ceil(SETS / Math.max(1, present))));
}

/** Evenly taken from the whole list: the first ones would all be of the first class. */
function spread<T>(list: readonly T[], most = SETS): T[] {
  if (list.length <= most) return [...list];
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)]!);
}

/** How a near copy differs, in words: "mirrored, cropped 4%, 0.02 apart". */
function details(pairs: readonly Pair[]): (id: string, other?: string) => string {
  const of = new Map<string, string>();
  for (const { a, b, transform, distance } of pairs) {
    const words = `${transform === 'none' ? 'same view' : transform}, ${distance.toFixed(3)} apart`;
    of.set(`${a}\n${b}`, words);
    of.set(`${b}\n${a}`, words);
    if (!of.has(b)) of.set(b, words);
  }
  return (id, other) => (other === undefined ? of.get(id) : of.get(`${id}\n${other}`)) ?? '';
}
