import { randomBytes } from 'node:crypto';
import { mkdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { OslerError } from '../errors.ts';
import { Scratch } from '../store/scratch.ts';
import { type Amendment, amended, readAmendments } from './amendments.ts';
import { datasetFolder, findRecord, manifestPath, pairsPath, versionsOf } from './dataset.ts';
import { readManifest } from './manifest.ts';
import { readPairs } from './pairs.ts';
import { copiesOf } from './resplit.ts';
import type { DatasetRecord, Sample } from './sample.ts';
import { Links } from './split/links.ts';
import { type Move, noteMoves } from './split/mend.ts';
import { Splitter } from './split/split.ts';
import { type Pending, writeVersion } from './version.ts';

/** What is to be decided about an image: the class it is, or that it is in no split. */
export interface Decision {
  id: string;
  label?: string;
  out: boolean;
}

/**
 * Makes the next version of a dataset, in which some images have another label, are left out, or are brought back. The split stays as
 * it is; what is brought back goes where its copies and its group are, and where these are on both sides of a split that did not leak,
 * it is mended. Imports that follow keep what was decided, as long as the file is the same.
 * Throws NOT_FOUND, USAGE for an image that the version has not, for a class that it has not, and where one picture would stand under
 * two labels.
 */
export async function amendDataset(
  ref: string,
  decisions: readonly Decision[],
  said: { by: string; reason: string },
  deps: { home: string; signal?: AbortSignal },
): Promise<{ record: DatasetRecord; unchanged: boolean; moved: Move[] }> {
  const { home, signal } = deps;
  const from = await findRecord(home, ref);
  const newest = await findRecord(home, `${from.name}@${(await versionsOf(home, from.name)).at(-1)}`);
  checkClasses(from, decisions);
  const samples: Sample[] = [];
  for await (const sample of readManifest(manifestPath(home, from), from.digest)) samples.push(sample);
  const amendments = await readAmendments(home, from);
  take(decisions, samples, amendments, said);
  const pairs = await readPairs(pairsPath(home, from));
  const changed = samples.map((sample) => amended(sample, amendments));
  checkPictures(changed, pairs);
  const work = join(datasetFolder(home, from.name), `.importing-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(work);
    using scratch = new Scratch(join(work, 'scratch.db'));
    const members = scratch.list();
    const contents = scratch.map();
    // A split that leaks, and was accepted as it is, is not mended in passing.
    const mend = !from.stamps.includes('leaky');
    const { fractions, seed } = from.split;
    const splitter = new Splitter(scratch, { fractions, seed, kept: from.split, mend });
    for (const { split, cluster: _, ...sample } of changed) {
      signal?.throwIfAborted();
      const pending: Pending = { ...sample, given: split };
      splitter.add(pending);
      members.add(pending.id, JSON.stringify(pending));
      contents.set(sample.id, sample.sha256);
    }
    const copies = copiesOf(pairs, contents);
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
      place: noteMoves((member: Pending) => splitter.place(member), moved),
      moved,
      amendments: [...amendments.values()],
      facts: {
        groups: split.groups,
        unreadable: from.unreadable,
        leftOut: from.leftOut,
        split: moved.length > 0 ? { ...split.rule, mended: true } : split.rule,
        source: from.source,
        nearSearched: from.nearSearched,
      },
      signal,
    });
    return { ...written, moved };
  } finally {
    await rm(work, { recursive: true, force: true });
  }
}

function checkClasses({ name, version, classes }: DatasetRecord, decisions: readonly Decision[]): void {
  const unknown = decisions.find(({ label }) => label !== undefined && !classes.includes(label));
  if (unknown === undefined) return;
  throw new OslerError('USAGE', `${name}@${version} has no class "${unknown.label}".`, {
    hint: `It has ${classes.join(', ')}.`,
  });
}

/** Later decisions about an image replace earlier ones. */
function take(
  decisions: readonly Decision[],
  samples: readonly Sample[],
  amendments: Map<string, Amendment>,
  { by, reason }: { by: string; reason: string },
): void {
  const byId = new Map(samples.map((sample) => [sample.id, sample]));
  const at = new Date().toISOString();
  for (const { id, label, out } of decisions) {
    const sample = byId.get(id);
    if (sample === undefined) throw new OslerError('USAGE', 'One of the images is none of this version.');
    const known = label ?? amendments.get(id)?.label;
    amendments.set(id, {
      id,
      sha256: sample.sha256,
      ...(known === undefined ? {} : { label: known }),
      out,
      by,
      at,
      reason,
    });
  }
}

/** Throws USAGE where a picture that is used would stand under two labels: nobody could tell which one was learnt. */
function checkPictures(samples: readonly Sample[], pairs: readonly { a: string; b: string }[]): void {
  const links = new Links();
  for (const { a, b } of pairs) links.tie(`i:${a}`, `i:${b}`);
  for (const { id, sha256 } of samples) links.tie(`i:${id}`, `s:${sha256}`);
  const labels = new Map<string, string>();
  for (const { id, label, excluded } of samples) {
    if (excluded !== undefined) continue;
    const picture = links.root(`i:${id}`);
    const other = labels.get(picture);
    if (other !== undefined && other !== label) {
      throw new OslerError('USAGE', `A picture would stand under two labels, ${other} and ${label}.`, {
        hint: 'Decide on all of its copies at once: one label for all, or leave out those that are wrong.',
      });
    }
    labels.set(picture, label);
  }
}
