import { compareUtf8 } from '../../data/manifest.ts';
import type { Sample } from '../../data/sample.ts';
import type { OpenVersion } from './shelf.ts';

/**
 * `moved`: to another split. `leftOut`, `broughtBack`: out of all splits, or into one again. `picture`: other bytes under the same name.
 * `regrouped`: another patient or lesion, or tied to other images. `columns`: what else the source says of it.
 */
export const CHANGES = [
  'added',
  'removed',
  'relabelled',
  'moved',
  'leftOut',
  'broughtBack',
  'picture',
  'regrouped',
  'columns',
] as const;
export type Change = (typeof CHANGES)[number];

export interface Changed {
  kinds: Change[];
  /** Null where the version has none of that name. */
  before: Sample | null;
  after: Sample | null;
}

/** What differs between two versions, sample by sample, in the order of their names. */
export function difference(before: OpenVersion, after: OpenVersion): Changed[] {
  const changed: Changed[] = [];
  let i = 0;
  let j = 0;
  while (i < before.samples.length || j < after.samples.length) {
    const old = before.samples[i];
    const now = after.samples[j];
    const order = old === undefined ? 1 : now === undefined ? -1 : compareUtf8(old.id, now.id);
    if (order < 0) {
      changed.push({ kinds: ['removed'], before: old!, after: null });
      i += 1;
    } else if (order > 0) {
      changed.push({ kinds: ['added'], before: null, after: now! });
      j += 1;
    } else {
      const kinds = kindsOf(old!, now!);
      if (kinds.length > 0) changed.push({ kinds, before: old!, after: now! });
      i += 1;
      j += 1;
    }
  }
  return changed;
}

/** How many samples each kind of change concerns; a sample may count in several. */
export function countChanges(changed: readonly Changed[]): Partial<Record<Change, number>> {
  const counts: Partial<Record<Change, number>> = {};
  for (const { kinds } of changed) for (const kind of kinds) counts[kind] = (counts[kind] ?? 0) + 1;
  return counts;
}

function kindsOf(old: Sample, now: Sample): Change[] {
  const wasOut = old.excluded !== undefined;
  const isOut = now.excluded !== undefined;
  return [
    ...(old.label !== now.label ? (['relabelled'] as const) : []),
    ...(!wasOut && !isOut && old.split !== now.split ? (['moved'] as const) : []),
    ...(!wasOut && isOut ? (['leftOut'] as const) : []),
    ...(wasOut && !isOut ? (['broughtBack'] as const) : []),
    ...(old.sha256 !== now.sha256 ? (['picture'] as const) : []),
    ...(old.group !== now.group || old.cluster !== now.cluster ? (['regrouped'] as const) : []),
    ...(textOf(old) !== textOf(now) ? (['columns'] as const) : []),
  ];
}

const textOf = ({ meta }: Sample): string => JSON.stringify(Object.entries(meta).sort(([a], [b]) => (a < b ? -1 : 1)));
