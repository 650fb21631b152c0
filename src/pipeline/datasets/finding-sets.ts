import type { Audit, Check, Leak, OddGroup } from '../../audit/audit.ts';
import type { Pair } from '../../data/sample.ts';

/** Images of a finding that are to be seen side by side. */
export interface FindingSet {
  /** What they have to do with each other. */
  title: string;
  members: { id: string; remark: string | null }[];
}

const KINDS: Record<Leak['kind'], string> = {
  exact: 'The same picture on both sides',
  near: 'A near copy on both sides',
  group: 'One patient or lesion on both sides',
};

/** All that a check found, set by set: every one, in the audit's order. Checks that find no images have none. */
export function setsOf(audit: Audit, check: Check): FindingSet[] {
  const how = details(audit.nearPairs);
  const together = (ids: readonly string[], title: string): FindingSet => ({
    title,
    members: ids.map((id) => ({ id, remark: how(id) })),
  });
  switch (check) {
    case 'leaks':
      return audit.leaks.map(({ kind, a, b, splits, group }) => ({
        title: `${KINDS[kind]}${group === undefined ? '' : ` (${group})`}: ${splits.join(' and ')}`,
        members: [
          { id: a, remark: null },
          { id: b, remark: how(b, a) },
        ],
      }));
    case 'labelConflicts':
      return audit.labelConflicts.map((ids) => together(ids, 'One picture under several labels'));
    case 'exactDuplicates':
      return audit.exactDuplicates.map((ids) => together(ids, `${ids.length} files with equal pixels`));
    case 'nearDuplicates':
      return audit.nearDuplicates.map((ids) => together(ids, `${ids.length} near copies`));
    case 'groups':
      return audit.groups.map((odd) => together(odd.samples, groupTitle(odd)));
    case 'shortcut':
      return (audit.shortcut?.examples ?? []).map(({ id, label, probability, marks }) => ({
        title: `Given away as ${label} (${Math.round(probability * 100)}%) without a look at the anatomy`,
        members: [{ id, remark: marks.map(({ title, value }) => `${title} ${value}`).join('; ') }],
      }));
    default:
      return [];
  }
}

function groupTitle({ kind, groups, values }: OddGroup): string {
  if (kind === 'spelling') return `Written in several ways: ${values.join(', ')}`;
  return `${groups[0] ?? ''}: ${kind === 'sex' ? 'of two sexes' : 'of ages too far apart'} (${values.join(', ')})`;
}

/** How a near copy differs, in words: "mirrored, cropped 4%". */
function details(pairs: readonly Pair[]): (id: string, other?: string) => string | null {
  const of = new Map<string, string>();
  for (const { a, b, transform, distance } of pairs) {
    const words = `${transform === 'none' ? 'same view' : transform}, ${distance.toFixed(3)} apart`;
    of.set(`${a}\n${b}`, words);
    of.set(`${b}\n${a}`, words);
    if (!of.has(b)) of.set(b, words);
  }
  return (id, other) => (other === undefined ? of.get(id) : of.get(`${id}\n${other}`)) ?? null;
}
