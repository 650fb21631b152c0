/** Recall of every change and false pairs, on phantoms and (with OSLER_DATA) on real images. */
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Copies } from '../../src/data/duplicates/copies.ts';
import { type Looked, look } from './look.ts';
import { CHANGES, type Change, change, lcg } from './pictures.ts';

export interface Result {
  images: number;
  /** Share of the changed copies that stand in one set with their original. */
  recall: Record<Change, number>;
  /** Share of the lossless copies that are found to be exact. */
  exact: number;
  /** Sets in which pictures of different originals stand, by pairs that tie them: for a look. */
  others: { a: string; b: string; distance: number; transform: string }[];
  looked: Looked;
  copies: { original: string; kind: Change; path: string }[];
  /** The original of every path. */
  truth: Map<string, string>;
}

/** @param every of how many originals one is copied. */
export async function measure(
  name: string,
  originals: readonly string[],
  every: number,
  work: string,
  options: { strictFrom?: number } = {},
): Promise<Result> {
  const random = lcg(1);
  const truth = new Map(originals.map((path) => [path, path]));
  const copies: Result['copies'] = [];
  for (let i = 0; i < originals.length; i += every) {
    const original = originals[i]!;
    const made = await change(original, join(work, name), random);
    for (const kind of CHANGES) {
      copies.push({ original, kind, path: made[kind] });
      truth.set(made[kind], original);
    }
  }
  const looked = await look([...truth.keys()], options);
  const { hashes, pairs } = looked;
  const sets = new Copies(pairs);
  const together = (a: string, b: string) => sets.pictureOf(hashes.get(a)!) === sets.pictureOf(hashes.get(b)!);
  const equal = (a: string, b: string) => sets.exactOf(hashes.get(a)!) === sets.exactOf(hashes.get(b)!);
  const share = (kind: Change, test: (a: string, b: string) => boolean) => {
    const some = copies.filter((copy) => copy.kind === kind);
    return some.filter(({ original, path }) => test(original, path)).length / some.length;
  };
  const paths = new Map([...hashes].map(([path, sha]) => [sha, path]));
  const others = pairs.flatMap(({ a, b, distance, transform }) => {
    const [one, two] = [paths.get(a)!, paths.get(b)!];
    const [from, to] = [truth.get(one)!, truth.get(two)!];
    const same = from === to || digest(from) === digest(to);
    return same ? [] : [{ a: from, b: to, distance, transform }];
  });
  return {
    images: truth.size,
    recall: Object.fromEntries(CHANGES.map((kind) => [kind, share(kind, together)])) as Record<Change, number>,
    exact: share('lossless', equal),
    others,
    looked,
    copies,
    truth,
  };
}

function digest(path: string): string {
  return createHash('sha256').update(readFileSync(path)).digest('hex');
}
