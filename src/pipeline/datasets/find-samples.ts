import { hash } from 'node:crypto';
import type { Sample, Split } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';
import type { OpenVersion } from './shelf.ts';

export const SAMPLE_ORDERS = ['number', 'mixed', 'largest', 'smallest'] as const;

/** Which samples are looked at; a sample must fit all that is named. */
export interface SampleFilter {
  splits?: readonly Split[] | undefined;
  labels?: readonly string[] | undefined;
  /** In a split, or left out of all. */
  state?: 'used' | 'leftOut' | undefined;
  /** Why they are left out. */
  reason?: string | undefined;
  /** A level of a column, as the balance names it. */
  column?: { name: string; value: string } | undefined;
  /** Patient or lesion, exactly. */
  group?: string | undefined;
  /** What moves as one. */
  cluster?: string | undefined;
  /** Somewhere in the file's name or the group's, whatever the case. */
  text?: string | undefined;
  /** `mixed` is the same every time, and like a draw from all of them. */
  order?: (typeof SAMPLE_ORDERS)[number] | undefined;
}

/** Throws USAGE for a column or a level that there is none of. */
export function findSamples(version: OpenVersion, filter: SampleFilter): Sample[] {
  const { splits, labels, state, reason, column, group, cluster, text, order = 'number' } = filter;
  const levelOf = column === undefined ? undefined : levelsBy(version, column);
  const wanted = text?.trim().toLowerCase();
  const found = version.samples.filter(
    (sample) =>
      (splits === undefined || (sample.excluded === undefined && splits.includes(sample.split))) &&
      (labels === undefined || labels.includes(sample.label)) &&
      (state === undefined || (state === 'used') === (sample.excluded === undefined)) &&
      (reason === undefined || sample.excluded === reason) &&
      (levelOf === undefined || levelOf.get(sample.id) === column!.value) &&
      (group === undefined || sample.group === group) &&
      (cluster === undefined || sample.cluster === cluster) &&
      (wanted === undefined ||
        wanted === '' ||
        sample.id.toLowerCase().includes(wanted) ||
        (sample.group?.toLowerCase().includes(wanted) ?? false)),
  );
  return inOrder(version, found, order);
}

function inOrder(version: OpenVersion, samples: Sample[], order: (typeof SAMPLE_ORDERS)[number]): Sample[] {
  if (order === 'number') return samples;
  if (order === 'mixed') {
    const rank = mixedRank(version);
    return samples.sort((a, b) => rank.get(a.id)! - rank.get(b.id)!);
  }
  const sign = order === 'largest' ? -1 : 1;
  return samples.sort((a, b) => sign * (a.width * a.height - b.width * b.height));
}

/** By version, as it is asked for page by page. */
const ranks = new WeakMap<OpenVersion, ReadonlyMap<string, number>>();

function mixedRank(version: OpenVersion): ReadonlyMap<string, number> {
  const known = ranks.get(version);
  if (known !== undefined) return known;
  const keyed = version.samples.map(({ id }) => [hash('sha256', id), id] as const);
  keyed.sort(([a], [b]) => (a < b ? -1 : 1));
  const rank = new Map(keyed.map(([, id], i) => [id, i]));
  ranks.set(version, rank);
  return rank;
}

function levelsBy(version: OpenVersion, { name, value }: { name: string; value: string }): ReadonlyMap<string, string> {
  const column = version.columns.find((one) => one.name === name);
  if (column === undefined) {
    throw new OslerError('USAGE', `There is no column "${name}" to choose by.`, {
      hint: `There is: ${version.columns.map((one) => one.name).join(', ') || 'none'}.`,
    });
  }
  if (!column.values.includes(value)) {
    throw new OslerError('USAGE', `The column ${name} has no value "${value}".`, {
      hint: `It has: ${column.values.join(', ')}.`,
    });
  }
  return column.levelOf;
}
