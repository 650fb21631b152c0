import type { Pair, Sample } from '../data/sample.ts';
import { Links } from '../data/split/links.ts';

/** Which samples show the same picture. Lists of ids are sorted, and so are the sets in them. */
export interface Clusters {
  /** Sets of equal pixels, two or more. */
  exact: string[][];
  /** Sets held together by at least one near pair; exact copies of a member are members. */
  near: string[][];
  /** Sets of the same picture, exact or near, under more than one label. */
  conflicts: string[][];
  /** Names of the exact set and of the set of same pictures (exact and near) that a sample is in; its own id when in none. */
  exactOf(id: string): string;
  pictureOf(id: string): string;
}

/** Sets of duplicates out of pairs. Files with equal bytes are exact copies whether or not a pair says so. */
export function clusterPairs(samples: readonly Sample[], pairs: readonly Pair[]): Clusters {
  const exact = new Links();
  const picture = new Links();
  const label = new Map(samples.map((sample) => [sample.id, sample.label]));
  const firstOf = new Map<string, string>();
  for (const { id, sha256 } of samples) {
    const first = firstOf.get(sha256);
    if (first === undefined) firstOf.set(sha256, id);
    else exact.tie(first, id);
  }
  for (const { a, b, kind } of pairs) if (kind === 'exact') exact.tie(a, b);
  for (const { id } of samples) if (exact.root(id) !== id) picture.tie(exact.root(id), id);
  for (const { a, b, kind } of pairs) if (kind === 'near') picture.tie(a, b);
  const near = new Set(pairs.filter(({ kind }) => kind === 'near').map(({ a }) => picture.root(a)));
  const pictures = setsOf(samples, (id) => picture.root(id));
  return {
    exact: [...setsOf(samples, (id) => exact.root(id)).values()],
    near: [...pictures].filter(([root]) => near.has(root)).map(([, ids]) => ids),
    conflicts: [...pictures.values()].filter((ids) => new Set(ids.map((id) => label.get(id))).size > 1),
    exactOf: (id) => exact.root(id),
    pictureOf: (id) => picture.root(id),
  };
}

/** Sets of two or more, in the order of their first members. */
function setsOf(samples: readonly Sample[], rootOf: (id: string) => string): Map<string, string[]> {
  const sets = new Map<string, string[]>();
  for (const { id } of samples) {
    const root = rootOf(id);
    const set = sets.get(root);
    if (set === undefined) sets.set(root, [id]);
    else set.push(id);
  }
  for (const [root, set] of sets) if (set.length < 2) sets.delete(root);
  return sets;
}
