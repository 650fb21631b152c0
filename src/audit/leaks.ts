import { type Pair, type Sample, type Split, unitOf } from '../data/sample.ts';
import type { ExposureKind } from '../evaluation/exposure/result.ts';
import type { LeakCounts } from '../store/leak-stamp.ts';
import type { Leak } from './audit.ts';
import { type Clusters, clusterPairs } from './clusters.ts';

const ORDER: Record<Split, number> = { train: 0, val: 1, test: 2 };

export interface Leaks {
  /** Each sample of a later split with one of an earlier, for each kind: as many as samples are concerned, not all pairs. */
  list: Leak[];
  counts: LeakCounts;
  /** Samples of val and test with a counterpart in train, by id. */
  exposed: Map<string, ExposureKind>;
}

/**
 * What crosses the split of a dataset's usable samples: groups, exact copies, near copies; and which samples of val and test have
 * something in train by which they could be known.
 */
export function findLeaks(samples: readonly Sample[], clusters: Clusters): Leaks {
  const list: Leak[] = [];
  const group = crossing(samples, ({ group }) => group);
  const exact = crossing(samples, ({ id }) => clusters.exactOf(id));
  const picture = crossing(samples, ({ id }) => clusters.pictureOf(id));
  const exposed = new Map<string, ExposureKind>();
  const inTrain = new Set(samples.filter(({ split }) => split === 'train').map(unitOf));
  for (const sample of samples) {
    if (sample.split === 'train') continue;
    const { id } = sample;
    const byGroup = sample.group === undefined ? undefined : earlier(group.get(sample.group), sample);
    const copy = earlier(exact.get(clusters.exactOf(id)), sample);
    // A near copy is another picture: an exact copy is listed as such.
    const alike = earlier(picture.get(clusters.pictureOf(id)), sample, (other) => {
      return clusters.exactOf(other.id) !== clusters.exactOf(id);
    });
    if (byGroup !== undefined) list.push({ ...leak('group', byGroup, sample), group: sample.group! });
    if (copy !== undefined) list.push(leak('exact', copy, sample));
    if (alike !== undefined) list.push(leak('near', alike, sample));
    if (copy?.split === 'train') exposed.set(id, 'exact');
    else if (alike?.split === 'train') exposed.set(id, 'near');
    else if (byGroup?.split === 'train') exposed.set(id, 'group');
    else if (inTrain.has(unitOf(sample))) exposed.set(id, 'tied');
  }
  const nearCount = [...picture.values()].filter((members) => {
    return new Set(members.map(({ id }) => clusters.exactOf(id))).size > 1;
  }).length;
  const inSplit = (split: Split) => samples.filter((s) => s.split === split && exposed.has(s.id)).length;
  return {
    list,
    counts: {
      groups: group.size,
      exact: exact.size,
      near: nearCount,
      exposed: { val: inSplit('val'), test: inSplit('test') },
    },
    exposed,
  };
}

/** The samples of val and test that train knows, and how. Empty for a dataset without leaks. */
export async function exposedSamples(dataset: {
  samples(): Sample[];
  excluded: Sample[];
  pairs(): Promise<Pair[]>;
}): Promise<Map<string, ExposureKind>> {
  const samples = dataset.samples();
  return findLeaks(samples, clusterPairs([...samples, ...dataset.excluded], await dataset.pairs())).exposed;
}

/** Whether anything crosses. */
export function isLeaky({ groups, exact, near, exposed }: LeakCounts): boolean {
  return groups + exact + near + exposed.val + exposed.test > 0;
}

/** Sets in more than one split, members in the manifest's order, those of earlier splits first. */
function crossing(samples: readonly Sample[], key: (sample: Sample) => string | undefined): Map<string, Sample[]> {
  const splits = new Map<string, Split | 'several'>();
  for (const sample of samples) {
    const name = key(sample);
    if (name === undefined) continue;
    const before = splits.get(name);
    splits.set(name, before === undefined || before === sample.split ? sample.split : 'several');
  }
  const sets = new Map<string, Sample[]>();
  for (const sample of samples) {
    const name = key(sample);
    if (name === undefined || splits.get(name) !== 'several') continue;
    const set = sets.get(name);
    if (set === undefined) sets.set(name, [sample]);
    else set.push(sample);
  }
  for (const set of sets.values()) set.sort((a, b) => ORDER[a.split] - ORDER[b.split]);
  return sets;
}

function earlier(
  set: readonly Sample[] | undefined,
  sample: Sample,
  fits: (other: Sample) => boolean = () => true,
): Sample | undefined {
  const found = set?.find((other) => ORDER[other.split] < ORDER[sample.split] && fits(other));
  return found;
}

function leak(kind: Leak['kind'], a: Sample, b: Sample): Leak {
  return { kind, a: a.id, b: b.id, splits: [a.split, b.split] };
}
