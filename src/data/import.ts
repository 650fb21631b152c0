import { randomBytes } from 'node:crypto';
import { mkdir, rm, rmdir } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { join } from 'node:path';
import { OslerError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { makeHome } from '../store/home-folder.ts';
import { Scratch, type SortedList, type StringMap } from '../store/scratch.ts';
import type { Skipped, Source } from './adapters/adapter.ts';
import { openSource, type SourceOptions } from './adapters/detect.ts';
import { list } from './adapters/join.ts';
import { amended, readAmendments } from './amendments.ts';
import { acceptLeaks, checkName, datasetFolder, findRecord, manifestPath, versionsOf } from './dataset.ts';
import { type Conflicts, findConflicts, LABEL_CONFLICT } from './duplicates/conflicts.ts';
import { contentsOf } from './duplicates/contents.ts';
import { Copies } from './duplicates/copies.ts';
import { findCopies } from './duplicates/find.ts';
import { FINGERPRINT_VERSION } from './duplicates/fingerprint.ts';
import { readManifest } from './manifest.ts';
import { keepMasks } from './masks.ts';
import { ObjectStore, removeDead } from './objects.ts';
import { mapBounded } from './pool.ts';
import { createProbe } from './probe.ts';
import type { DatasetRecord, LeftOut, Unreadable } from './sample.ts';
import { type Move, noteMoves } from './split/mend.ts';
import { DEFAULT_FRACTIONS, type Fractions, type SplitResult, Splitter } from './split/split.ts';
import { type Pending, writeVersion } from './version.ts';

const MAX_CLASSES = 1000;
const IMPORTING = '.importing';

export interface ImportOptions extends SourceOptions {
  name: string;
  /** Shares of train, val and test for what the source does not split itself; the parent version's, else 70/15/15. */
  fractions?: Fractions;
  /** The parent version's, else 0. */
  seed?: number;
  /** Splits anew even where the source gives splits. */
  resplit?: boolean;
  /** Keeps references to the source's files instead of copies. */
  inPlace?: boolean;
  /** Hard links instead of copies, where the file system can not clone. */
  link?: boolean;
  /** Fewer classes are an error: 2 unless said otherwise. */
  minClasses?: number;
  /** Uses images that occur under more than one label; without, they are excluded. */
  keepConflicts?: boolean;
  /** Looks for exact copies only. */
  noNear?: boolean;
  /** Why a split that leaks is used as it is: recorded beside the version. */
  acceptLeaks?: { reason: string; by: string };
  /** Mends a given split that leaks, moving as little as that takes. Default: as the parent version did. */
  fix?: boolean;
}

export interface ImportDeps {
  /** OSLER_HOME, absolute. */
  home: string;
  onProgress?: OnProgress;
  signal?: AbortSignal;
}

export type ImportResult = DatasetRecord & {
  /** Nothing differs from the newest version: this is it, and nothing was written. */
  unchanged: boolean;
  /** What a person should know of how the source was read. What is wrong with it is the audit's to say. */
  notes: string[];
  /** What is likely to spoil the images, for a person to look at before anything is trained on them. */
  warnings: string[];
  /** Samples that are elsewhere than the source gives them, because its split was mended. */
  moved: Move[];
};

/**
 * Imports a source as a new version of the dataset `options.name`. In bounded memory for any number of images: rows are kept
 * in a scratch file. A version appears at once and whole, by renaming its folder; before that nothing that can be seen
 * changes, so that a crash leaves the store as it was (images already copied are found again by their content).
 * Throws OslerError (NOT_FOUND, USAGE, DATA_INVALID, STORE_FAILED, INTERRUPTED as the signal says), or what else the signal says.
 */
export async function importDataset(path: string, options: ImportOptions, deps: ImportDeps): Promise<ImportResult> {
  const { home, onProgress, signal } = deps;
  checkName(options.name);
  const folder = datasetFolder(home, options.name);
  const objects = new ObjectStore(home);
  await Promise.all([objects.clean(), removeDead(folder, /^\.importing-(\d+)-/)]);
  const work = join(folder, `${IMPORTING}-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    makeHome(home);
    await mkdir(work, { recursive: true });
    using scratch = new Scratch(join(work, 'scratch.db'));
    const source = await openSource(path, options, scratch);
    using cacheFile = new Scratch(join(home, 'cache', 'probe.db'), { durable: true });
    using printFile = new Scratch(join(home, 'cache', 'fingerprints.db'), { durable: true });
    const fingerprints = printFile.map(`v${FINGERPRINT_VERSION}`);
    const inPlace = options.inPlace ?? false;
    const link = options.link ?? false;
    const probe = createProbe({ cache: cacheFile.map('probe'), fingerprints, objects, inPlace, link });
    const history = await readHistory(home, options.name);
    const mend = options.fix ?? (options.acceptLeaks === undefined && history.rule?.split.mended === true);
    const splitter = new Splitter(scratch, { ...splitOptions(options, history.rule), mend });
    const read = { source, probe, scratch, resplit: options.resplit ?? false, onProgress, signal };
    const scan = await scanSource(read).finally(() => probe.close());
    checkScan(scan, path, options.minClasses ?? 2);
    const contents = contentsOf({ home, files: scan.files, fingerprints });
    const copies = new Copies(await findCopies(contents, { near: options.noNear !== true, onProgress, signal }));
    const conflicts = findConflicts(scan.labels, copies);
    const amendments = await readAmendments(home, history.newest);
    const members = scratch.list();
    const left = new Set<string>();
    for (const [id, json] of scan.samples.sorted()) {
      const read = JSON.parse(json) as Pending;
      const member = amended(read, amendments);
      // What a person decided about counts before what is decided by itself.
      if (member === read && !options.keepConflicts && conflicts.pictures.has(copies.pictureOf(member.sha256))) {
        member.excluded = LABEL_CONFLICT;
      }
      if (member.excluded === undefined) left.add(member.label);
      splitter.add(member);
      members.add(id, JSON.stringify(member));
    }
    if (left.size < Math.min(scan.classes.size, options.minClasses ?? 2)) throw tooFewLeft(path, left, conflicts);
    for (const { a, b } of copies.pairs) splitter.tie(a, b);
    if (history.rule !== undefined) {
      for await (const sample of readManifest(manifestPath(home, history.rule), history.rule.digest))
        splitter.inherit(sample);
    }
    const split = splitter.finish();
    await objects.flush();
    const moved: Move[] = [];
    const given = split.rule.kind === 'given' || split.rule.kind === 'carved';
    const result = await writeVersion({
      home,
      work,
      name: options.name,
      parent: history.newest,
      members,
      scratch,
      copies,
      place: noteMoves((member: Pending) => splitter.place(member), mend ? moved : []),
      moved,
      amendments: [...amendments.values()],
      facts: {
        groups: split.groups,
        unreadable: scan.unreadable,
        leftOut: scan.leftOut,
        split: mend && given ? { ...split.rule, mended: true } : split.rule,
        source: { format: source.format, given },
        nearSearched: options.noNear !== true,
      },
      signal,
    });
    const { record, unchanged } = result;
    if (options.acceptLeaks !== undefined && record.leaks !== null)
      await acceptLeaks(home, record, options.acceptLeaks);
    const masks = await keepMasks(path, { home, record, link, signal });
    return {
      ...record,
      unreadable: scan.unreadable,
      unchanged,
      moved,
      notes: [...notesOf({ source, split, options, classes: scan.classes }), ...masks],
      warnings: scan.warnings,
    };
  } catch (error) {
    if (!(error instanceof OslerError) || error.code !== 'INTERRUPTED') throw error;
    throw new OslerError('INTERRUPTED', `${error.message} No version of ${options.name} was made.`, {
      hint: 'Import it again: what was read already is not read again.',
      cause: error,
    });
  } finally {
    await rm(work, { recursive: true, force: true });
    // Gone when this was the first import and it came to nothing.
    await rmdir(folder).catch(() => undefined);
  }
}

interface Scan {
  /** By id; the value is a Sample without its split, and with the source's. */
  samples: SortedList;
  /** By sha256; the value is [label, id]. */
  labels: SortedList;
  /** By sha256; the value is [uri, width, height]. */
  files: StringMap;
  classes: Set<string>;
  unreadable: Unreadable[];
  leftOut: LeftOut[];
  warnings: string[];
}

const DIM =
  'of 16 bit hold nothing above 12 bits and come out nearly black; scale them to the whole range, here and where the model is used';

async function scanSource(read: {
  source: Source;
  probe: ReturnType<typeof createProbe>;
  scratch: Scratch;
  resplit: boolean;
  onProgress: OnProgress | undefined;
  signal: AbortSignal | undefined;
}): Promise<Scan> {
  const { source, probe, scratch, onProgress, signal } = read;
  const scan: Scan = {
    samples: scratch.list(),
    labels: scratch.list(),
    files: scratch.map(),
    classes: new Set(),
    unreadable: [],
    leftOut: [],
    warnings: [],
  };
  const skipped = new Map<string, LeftOut>();
  const doubtful = new Map<string, LeftOut>();
  const total = await source.count();
  let done = 0;
  let known = 0;
  const looked = mapBounded(source.items(probe.known), Math.max(4, 2 * availableParallelism()), async (item) => {
    signal?.throwIfAborted();
    return 'skipped' in item ? item : { entry: item, found: await probe.probe(item) };
  });
  for await (const item of looked) {
    if ('skipped' in item) {
      leaveOut(skipped, item);
      continue;
    }
    const { entry, found } = item;
    done += 1;
    if ('known' in found && found.known) known += 1;
    if (done % 50 === 0 || done === total) {
      const notes = [
        ...(known > 0 ? [`${known} unchanged`] : []),
        ...(scan.unreadable.length > 0 ? [`${scan.unreadable.length} unreadable`] : []),
      ];
      onProgress?.({ task: 'reading images', done, total, ...(notes.length === 0 ? {} : { note: notes.join(', ') }) });
    }
    if ('reason' in found) {
      scan.unreadable.push({ id: entry.id, reason: found.reason });
      continue;
    }
    const { dim, known: _, ...facts } = found;
    if (dim) leaveOut(doubtful, { skipped: DIM, id: entry.id });
    const { content: __, given, ...rest } = entry;
    const label = entry.label!;
    scan.classes.add(label);
    if (scan.classes.size > MAX_CLASSES) throw tooManyClasses(scan.classes);
    const member: Pending = { ...rest, label, ...facts, ...(given === undefined || read.resplit ? {} : { given }) };
    scan.samples.add(member.id, JSON.stringify(member));
    scan.labels.add(member.sha256, JSON.stringify([label, member.id]));
    scan.files.set(member.sha256, JSON.stringify([member.uri, member.width, member.height]));
  }
  scan.warnings = [...doubtful.values()].map((some) => `${some.count} images ${some.reason}: ${list(some)}`);
  scan.unreadable.sort((a, b) => (a.id < b.id ? -1 : 1));
  scan.leftOut = [...skipped.values()].sort((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  return scan;
}

/** Of what was left out for one reason. */
const EXAMPLES = 10;

function leaveOut(skipped: Map<string, LeftOut>, { skipped: reason, id }: Skipped): void {
  const entry = skipped.get(reason) ?? { reason, count: 0, examples: [] };
  entry.count += 1;
  // The first by name: the file system gives them in an order of its own.
  const { examples } = entry;
  if (examples.length < EXAMPLES || id < examples.at(-1)!) {
    examples.push(id);
    examples.sort().splice(EXAMPLES);
  }
  skipped.set(reason, entry);
}

function checkScan(scan: Scan, path: string, minClasses: number): void {
  const bad = scan.unreadable.length;
  if (scan.samples.size === 0) {
    const first = scan.unreadable[0];
    const why = first === undefined ? '' : ` ${bad} could not be read, for one ${first.id}: ${first.reason}.`;
    const left = scan.leftOut[0];
    throw new OslerError('DATA_INVALID', `${path} holds no images that can be used.${why}`, {
      hint:
        left === undefined
          ? 'Osler reads JPEG, PNG, TIFF, BMP and WebP.'
          : `${left.count} were left out: ${left.reason} (${list(left)}).`,
    });
  }
  if (scan.classes.size >= minClasses) return;
  throw new OslerError(
    'DATA_INVALID',
    `${path} holds only one class, "${[...scan.classes][0]}": there is nothing to tell apart.`,
    {
      hint: 'Name the folder above the class folders, or the right column with --label.',
    },
  );
}

function tooFewLeft(path: string, left: ReadonlySet<string>, conflicts: Conflicts): OslerError {
  const some = list({ count: conflicts.pictures.size, ...conflicts });
  return new OslerError(
    'DATA_INVALID',
    left.size === 0
      ? `Every image of ${path} occurs under more than one label: ${some}.`
      : `Without the images that occur under more than one label, ${path} holds only one class, "${[...left][0]}": ${some}.`,
    {
      hint: 'Check how the labels were read; --keep-conflicts uses the images all the same.',
    },
  );
}

function tooManyClasses(classes: Set<string>): OslerError {
  const some = [...classes].slice(0, 3).join('", "');
  return new OslerError(
    'DATA_INVALID',
    `There are more than ${MAX_CLASSES} classes ("${some}"...): these are hardly labels.`,
    {
      hint: 'Say with --label which column holds the labels.',
    },
  );
}

/** The newest version, and the newest that was not a fold: its samples keep their split. */
async function readHistory(home: string, name: string): Promise<{ newest?: DatasetRecord; rule?: DatasetRecord }> {
  let newest: DatasetRecord | undefined;
  for (const version of (await versionsOf(home, name)).reverse()) {
    const record = await findRecord(home, `${name}@${version}`);
    newest ??= record;
    if (record.split.kind !== 'fold') return { newest, rule: record };
  }
  return newest === undefined ? {} : { newest };
}

function splitOptions(options: ImportOptions, rule: DatasetRecord | undefined) {
  return {
    fractions: options.fractions ?? rule?.split.fractions ?? DEFAULT_FRACTIONS,
    seed: options.seed ?? rule?.split.seed ?? 0,
    ...(rule === undefined ? {} : { inherited: rule.split }),
  };
}

function notesOf(what: { source: Source; split: SplitResult; options: ImportOptions; classes: Set<string> }): string[] {
  const { source, split, options, classes } = what;
  const notes = [`${source.format}: ${source.description}`, ...source.notes()];
  for (const alike of Map.groupBy(classes, (label) => label.toLowerCase().replace(/[\s_-]+/g, ' ')).values()) {
    if (alike.length > 1) notes.push(`the classes "${alike.join('" and "')}" differ only in how they are written`);
  }
  if (split.rule.kind === 'given' && options.fractions !== undefined) {
    notes.push("the source gives its split, so --split changed nothing; --resplit would set the source's aside");
  }
  return notes;
}
