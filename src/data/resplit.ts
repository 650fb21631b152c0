import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OslerError } from '../errors.ts';
import { Scratch, type StringMap } from '../store/scratch.ts';
import { readAmendments } from './amendments.ts';
import { datasetFolder, findRecord, manifestPath, pairsPath, versionsOf } from './dataset.ts';
import { Copies } from './duplicates/copies.ts';
import { readManifest } from './manifest.ts';
import { readPairs } from './pairs.ts';
import type { DatasetRecord, Pair } from './sample.ts';
import { LEAK, type Move, noteMoves } from './split/mend.ts';
import { type Fractions, Splitter } from './split/split.ts';
import { type Pending, writeVersion } from './version.ts';

export interface ResplitOptions {
  fractions?: Fractions;
  seed?: number;
  /** One of k folds of train and val becomes val; test stays. Without, all samples are dealt anew. */
  fold?: { folds: number; fold: number };
  /** Everything stays where it is but what is on both sides of the split; that moves as little as it must. */
  mend?: boolean;
}

/**
 * Splits a dataset version anew, without its source: the result is the dataset's next version.
 * Throws OslerError NOT_FOUND, USAGE for a fold that does not exist.
 */
export async function resplitDataset(
  ref: string,
  options: ResplitOptions,
  deps: { home: string; signal?: AbortSignal },
): Promise<{ record: DatasetRecord; unchanged: boolean; moved: Move[] }> {
  const { home, signal } = deps;
  const { fold, mend = false } = options;
  if (fold !== undefined && !(fold.folds >= 2 && fold.folds <= 100 && fold.fold >= 0 && fold.fold < fold.folds)) {
    throw new OslerError('USAGE', `There is no fold ${fold.fold} of ${fold.folds}.`, {
      hint: 'Folds are 2 to 100, counted from 0: --folds 5 --fold 0 to --fold 4.',
    });
  }
  const from = await findRecord(home, ref);
  const newest = await findRecord(home, `${from.name}@${(await versionsOf(home, from.name)).at(-1)}`);
  const work = join(datasetFolder(home, from.name), `.importing-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(work);
    using scratch = new Scratch(join(work, 'scratch.db'));
    const members = scratch.list();
    const contents = scratch.map();
    const splitter = new Splitter(scratch, {
      fractions: options.fractions ?? from.split.fractions,
      seed: options.seed ?? from.split.seed,
      ...(fold === undefined ? {} : { fold }),
      ...(mend ? { kept: from.split, mend } : {}),
    });
    const stays = fold !== undefined || mend;
    for await (const { split, cluster: _, excluded, ...sample } of readManifest(
      manifestPath(home, from),
      from.digest,
    )) {
      signal?.throwIfAborted();
      // What was left out of a mended split has its place in a new one.
      const out = excluded === undefined || (excluded === LEAK && !stays) ? {} : { excluded };
      const pending: Pending = { ...sample, ...out, ...(stays ? { given: split } : {}) };
      splitter.add(pending);
      members.add(pending.id, JSON.stringify(pending));
      contents.set(sample.id, sample.sha256);
    }
    const copies = copiesOf(await readPairs(pairsPath(home, from)), contents);
    for (const { a, b } of copies.pairs) splitter.tie(a, b);
    const split = splitter.finish();
    const moved: Move[] = [];
    const written = await writeVersion({
      home,
      work,
      name: from.name,
      parent: newest,
      members,
      scratch,
      copies,
      place: noteMoves((member: Pending) => splitter.place(member), mend ? moved : []),
      moved,
      amendments: [...(await readAmendments(home, from)).values()],
      facts: {
        groups: split.groups,
        unreadable: from.unreadable,
        leftOut: from.leftOut,
        split: mend ? { ...split.rule, mended: true } : split.rule,
        source: { ...from.source, given: stays && from.source.given },
        nearSearched: from.nearSearched,
      },
      signal,
    });
    return { ...written, moved };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

/** Pairs of samples as pairs of their contents. */
export function copiesOf(pairs: readonly Pair[], contents: StringMap): Copies {
  return new Copies(
    pairs.flatMap(({ a, b, ...rest }) => {
      const [one, two] = [contents.get(a), contents.get(b)];
      return one === undefined || two === undefined || one === two ? [] : [{ a: one, b: two, ...rest }];
    }),
  );
}
