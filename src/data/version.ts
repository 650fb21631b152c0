import { mkdir, open, rename } from 'node:fs/promises';
import { join } from 'node:path';
import { OslerError } from '../errors.ts';
import type { Scratch, SortedList } from '../store/scratch.ts';
import { AMENDMENTS_FILE, type Amendment } from './amendments.ts';
import { datasetFolder, manifestPath, versionFolder } from './dataset.ts';
import type { Copies } from './duplicates/copies.ts';
import { PairFinder } from './duplicates/pair-finder.ts';
import { LeakCounter } from './leaks.ts';
import { compareUtf8, ManifestWriter, manifestLine, readManifest } from './manifest.ts';
import { syncPath } from './objects.ts';
import { DatasetRecord, type Sample, type Split } from './sample.ts';
import type { Move } from './split/mend.ts';

/** A sample that waits for its split. */
export type Pending = Omit<Sample, 'split' | 'cluster'> & { given?: Split };

type Facts = Pick<DatasetRecord, 'groups' | 'unreadable' | 'leftOut' | 'split' | 'source' | 'nearSearched'>;

/**
 * Writes a version and makes it appear, whole, by renaming its folder; unless its manifest equals the newest version's, which
 * is then returned. Throws STORE_FAILED when another import made a version meanwhile.
 */
export async function writeVersion(request: {
  home: string;
  /** A folder inside the dataset's, to be removed by the caller. */
  work: string;
  name: string;
  parent: DatasetRecord | undefined;
  /** Pendings by id. */
  members: SortedList;
  scratch: Scratch;
  copies: Copies;
  place: (member: Pending) => { split: Split; cluster: string | undefined; excluded: string | undefined };
  /** Filled while members are placed. */
  moved?: readonly Move[];
  /** What people decided about its images; kept beside the manifest. */
  amendments?: readonly Amendment[];
  facts: Facts;
  signal: AbortSignal | undefined;
}): Promise<{ record: DatasetRecord; unchanged: boolean }> {
  const {
    home,
    work,
    name,
    parent,
    members,
    scratch,
    copies,
    place,
    moved = [],
    amendments = [],
    facts,
    signal,
  } = request;
  const whole = join(work, 'version');
  await mkdir(whole);
  const writer = new ManifestWriter(join(whole, 'manifest.jsonl'));
  const counts: Record<Split, Record<string, number>> = { train: {}, val: {}, test: {} };
  const labels = new Set<string>();
  const excluded: Record<string, number> = {};
  const leakCounter = new LeakCounter(scratch, copies);
  const pairFinder = new PairFinder(scratch, copies);
  let samples = 0;
  const difference = new Difference(parent === undefined ? undefined : manifestPath(home, parent));
  for (const [, json] of members.sorted()) {
    signal?.throwIfAborted();
    const pending = JSON.parse(json) as Pending;
    const { given: _, excluded: __, ...rest } = pending;
    const { cluster, split, excluded: out } = place(pending);
    const sample: Sample = {
      ...rest,
      split,
      ...(cluster === undefined ? {} : { cluster }),
      ...(out === undefined ? {} : { excluded: out }),
    };
    leakCounter.take(sample);
    pairFinder.take(sample);
    if (sample.excluded !== undefined) excluded[sample.excluded] = (excluded[sample.excluded] ?? 0) + 1;
    else {
      samples += 1;
      counts[split][sample.label] = (counts[split][sample.label] ?? 0) + 1;
      labels.add(sample.label);
    }
    await writer.write(sample);
    await difference.take(sample);
  }
  const digest = await writer.close();
  const { added, removed, changed } = await difference.finish();
  if (parent !== undefined && parent.digest === digest && parent.nearSearched === facts.nearSearched) {
    return { record: parent, unchanged: true };
  }
  const leaks = leakCounter.finish();
  const { pairs, duplicates, nearDuplicates } = pairFinder.finish();
  const classes = sortClasses(labels);
  const inOrder = (split: Split) => Object.fromEntries(classes.map((label) => [label, counts[split][label] ?? 0]));
  const record: DatasetRecord = DatasetRecord.parse({
    name,
    version: (parent?.version ?? 0) + 1,
    digest,
    parent: parent === undefined ? null : { version: parent.version, added, removed, changed },
    createdAt: new Date().toISOString(),
    classes,
    samples,
    excluded,
    splits: { train: inOrder('train'), val: inOrder('val'), test: inOrder('test') },
    duplicates,
    nearDuplicates,
    leaks,
    stamps: leaks === null ? [] : ['leaky'],
    ...facts,
  });
  await writeDurably(join(whole, 'pairs.jsonl'), pairs.map((pair) => `${JSON.stringify(pair)}\n`).join(''));
  if (moved.length > 0) await writeDurably(join(whole, 'moved.json'), `${JSON.stringify(moved, null, 1)}\n`);
  if (amendments.length > 0)
    await writeDurably(join(whole, AMENDMENTS_FILE), `${JSON.stringify(amendments, null, 1)}\n`);
  await writeDurably(join(whole, 'dataset.json'), `${JSON.stringify(record, null, 2)}\n`);
  await syncPath(whole);
  try {
    await rename(whole, versionFolder(home, name, record.version));
  } catch (cause) {
    if (!['ENOTEMPTY', 'EEXIST'].includes((cause as NodeJS.ErrnoException).code ?? '')) throw cause;
    throw new OslerError('STORE_FAILED', `Another import made version ${record.version} of "${name}" meanwhile.`, {
      hint: 'Start this one again.',
      cause,
    });
  }
  await syncPath(datasetFolder(home, name));
  return { record, unchanged: false };
}

/** Classes in the order of their indices: by number where all are numbers, else by their letters. */
export function sortClasses(labels: Iterable<string>): string[] {
  const all = [...labels];
  const numbers = all.every((label) => /^-?\d+(\.\d+)?$/.test(label));
  return numbers ? all.sort((a, b) => Number(a) - Number(b) || (a < b ? -1 : 1)) : all.sort();
}

/** Counts what differs between two manifests sorted by id, both read once, side by side. */
class Difference {
  private readonly before: AsyncIterator<Sample> | undefined;
  private next: Sample | undefined;
  private started = false;
  private added = 0;
  private removed = 0;
  private changed = 0;

  constructor(path: string | undefined) {
    this.before = path === undefined ? undefined : readManifest(path)[Symbol.asyncIterator]();
  }

  async take(sample: Sample): Promise<void> {
    if (!this.started) await this.advance();
    while (this.next !== undefined && compareUtf8(this.next.id, sample.id) < 0) {
      this.removed += 1;
      await this.advance();
    }
    if (this.next?.id !== sample.id) this.added += 1;
    else {
      if (manifestLine({ ...this.next, uri: '' }) !== manifestLine({ ...sample, uri: '' })) this.changed += 1;
      await this.advance();
    }
  }

  async finish(): Promise<{ added: number; removed: number; changed: number }> {
    for (; this.next !== undefined; await this.advance()) this.removed += 1;
    return { added: this.added, removed: this.removed, changed: this.changed };
  }

  private async advance(): Promise<void> {
    this.started = true;
    const step = await this.before?.next();
    this.next = step === undefined || step.done ? undefined : step.value;
  }
}

async function writeDurably(path: string, text: string): Promise<void> {
  const handle = await open(path, 'w');
  try {
    await handle.writeFile(text);
    await handle.sync();
  } finally {
    await handle.close();
  }
}
