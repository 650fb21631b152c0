import type { Pair, Sample } from '../data/sample.ts';
import { Links } from '../data/split/links.ts';

/** Which samples show the same picture. Lists of ids are sorted, and so are the sets in them. */
export interface Clusters {
  /** Sets of equal pixels, two or more. */
  exact: string[][];
  /** Sets held together by at least one near pair; exact copies of a member are members. */
  near: string[][];
  /** Sets whose members show the same picture under different labels: all of it that carries the contradiction. */
  conflicts: string[][];
  /** Names of the exact set and of the set of same pictures (exact and near) that a sample is in; its own id when in none. */
  exactOf(id: string): string;
  pictureOf(id: string): string;
}

/**
 * Sets of duplicates out of pairs. Files with equal bytes are exact copies whether or not a pair says so.
 *
 * A conflict is drawn as narrowly as the pairs allow: where A and B look alike under one label and B and C under two, the set is
 * {B, C} with their exact copies, and A stays out of it.
 */
export function clusterPairs(samples: readonly Sample[], pairs: readonly Pair[]): Clusters {
  const exact = new Links();
  const picture = new Links();
  const contested = new Links();
  const label = new Map(samples.map((sample) => [sample.id, sample.label]));
  const firstOf = new Map<string, string>();
  for (const { id, sha256 } of samples) {
    const first = firstOf.get(sha256);
    if (first === undefined) firstOf.set(sha256, id);
    else exact.tie(first, id);
  }
  for (const { a, b, kind } of pairs) if (kind === 'exact') exact.tie(a, b);
  for (const { id } of samples) if (exact.root(id) !== id) picture.tie(exact.root(id), id);
  const near = new Set<string>();
  const disputed = new Set<string>();
  const exactSets = setsOf(samples, (id) => exact.root(id));
  for (const set of exactSets.values()) {
    if (new Set(set.map((id) => label.get(id))).size > 1) disputed.add(exact.root(set[0]!));
  }
  for (const { a, b, kind } of pairs) {
    if (kind !== 'near') continue;
    picture.tie(a, b);
    near.add(a);
    if (label.get(a) === label.get(b)) continue;
    contested.tie(exact.root(a), exact.root(b));
    disputed.add(exact.root(a));
  }
  const nearRoots = new Set([...near].map((id) => picture.root(id)));
  const disputes = new Set([...disputed].map((root) => contested.root(root)));
  const pictures = setsOf(samples, (id) => picture.root(id));
  const conflicts = setsOf(samples, (id) => contested.root(exact.root(id)));
  return {
    exact: [...exactSets.values()],
    near: [...pictures].filter(([root]) => nearRoots.has(root)).map(([, ids]) => ids),
    conflicts: [...conflicts].filter(([root]) => disputes.has(root)).map(([, ids]) => ids),
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
