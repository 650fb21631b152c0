import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { distance } from 'fastest-levenshtein';
import { OslerError } from '../errors.ts';
import { writeFileAtomic } from '../store/files.ts';
import { readManifest } from './manifest.ts';
import { resolveUri } from './objects.ts';
import { readPairs } from './pairs.ts';
import { Acceptance, type Dataset, DatasetRecord, type Sample, type Split } from './sample.ts';

const NAME = /^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/;

/** Throws USAGE unless the name can be a folder and a part of `name@version`. */
export function checkName(name: string): void {
  if (NAME.test(name)) return;
  throw new OslerError('USAGE', `"${name.slice(0, 100)}" cannot be the name of a dataset.`, {
    hint: 'Use letters, digits, dots, dashes and underscores, at most 100, beginning with a letter or digit.',
  });
}

export function datasetFolder(home: string, name: string): string {
  return join(home, 'datasets', name);
}

export function versionFolder(home: string, name: string, version: number): string {
  return join(datasetFolder(home, name), String(version));
}

/** Versions that exist, ascending. A version exists once its folder was renamed into place, and is whole from then on. */
export async function versionsOf(home: string, name: string): Promise<number[]> {
  const names = await readdir(datasetFolder(home, name)).catch(ignoreMissing);
  return names
    .filter((n) => /^[1-9][0-9]*$/.test(n))
    .map(Number)
    .sort((a, b) => a - b);
}

/** Datasets with at least one version, in order. */
export async function datasetNames(home: string): Promise<string[]> {
  const names = (await readdir(join(home, 'datasets')).catch(ignoreMissing)).filter((n) => NAME.test(n)).sort();
  const versions = await Promise.all(names.map((name) => versionsOf(home, name)));
  return names.filter((_, i) => versions[i]!.length > 0);
}

/** The newest record of every dataset, by name. */
export async function listDatasets(home: string): Promise<DatasetRecord[]> {
  return Promise.all((await datasetNames(home)).map((name) => findRecord(home, name)));
}

/** The record of `name` (its newest version) or `name@2`. Throws NOT_FOUND with the nearest name, DATA_INVALID. */
export async function findRecord(home: string, ref: string): Promise<DatasetRecord> {
  const [name = '', wanted] = ref.split('@');
  checkName(name);
  const versions = await versionsOf(home, name);
  const newest = versions.at(-1);
  if (newest === undefined) throw await notFound(home, name);
  if (wanted === undefined || wanted === 'latest') return readRecord(home, name, newest);
  const version = Number(wanted.replace(/^v/, ''));
  if (!versions.includes(version)) {
    throw new OslerError('NOT_FOUND', `Dataset "${name}" has no version ${wanted}.`, {
      hint: `It has ${versions.join(', ')}.`,
    });
  }
  return readRecord(home, name, version);
}

/**
 * Opens a dataset version for reading: its manifest is read and checked against the recorded digest.
 * Throws NOT_FOUND, or DATA_INVALID when a file was altered.
 */
export async function openDataset(home: string, ref: string): Promise<Dataset> {
  const record = await findRecord(home, ref);
  const all: Sample[] = [];
  const excluded: Sample[] = [];
  for await (const sample of readManifest(manifestPath(home, record), record.digest)) {
    (sample.excluded === undefined ? all : excluded).push(sample);
  }
  const bySplit = Map.groupBy(all, (sample) => sample.split);
  return {
    record,
    samples: (split?: Split) => (split === undefined ? all : (bySplit.get(split) ?? [])),
    excluded,
    pairs: () => readPairs(pairsPath(home, record)),
    accepted: await readAcceptance(home, record),
    path: (sample) => resolveUri(home, sample.uri),
  };
}

/** Records that somebody takes responsibility for a version's leaks; a later word replaces an earlier one. */
export async function acceptLeaks(
  home: string,
  record: { name: string; version: number },
  said: { reason: string; by: string },
): Promise<Acceptance> {
  if (said.reason.trim() === '') {
    throw new OslerError('USAGE', 'Leaks are accepted for a reason, and none was given.', {
      hint: '--accept-leaks "published benchmark, compared with papers that used this split"',
    });
  }
  const acceptance = { reason: said.reason.trim(), by: said.by, at: new Date().toISOString() };
  await writeFileAtomic(acceptancePath(home, record), `${JSON.stringify(acceptance, null, 2)}\n`);
  return acceptance;
}

/** Null when nobody did. Throws DATA_INVALID for a file that says something else. */
export async function readAcceptance(
  home: string,
  record: { name: string; version: number },
): Promise<Acceptance | null> {
  const path = acceptancePath(home, record);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return null;
    throw error;
  }
  try {
    return Acceptance.parse(JSON.parse(text));
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} is not an acceptance of leaks.`, {
      hint: `osler data audit ${record.name}@${record.version} --accept-leaks REASON writes it anew.`,
      cause,
    });
  }
}

function acceptancePath(home: string, record: { name: string; version: number }): string {
  return join(versionFolder(home, record.name, record.version), 'accepted.json');
}

/** Pairs of samples that show the same picture, beside the manifest. */
export function pairsPath(home: string, record: { name: string; version: number }): string {
  return join(versionFolder(home, record.name, record.version), 'pairs.jsonl');
}

export function manifestPath(home: string, record: { name: string; version: number }): string {
  return join(versionFolder(home, record.name, record.version), 'manifest.jsonl');
}

async function readRecord(home: string, name: string, version: number): Promise<DatasetRecord> {
  const path = join(versionFolder(home, name, version), 'dataset.json');
  try {
    return DatasetRecord.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} is not a dataset record: ${(cause as Error).message.slice(0, 200)}`, {
      hint: 'Import the data again; it makes a new version.',
      cause,
    });
  }
}

async function notFound(home: string, name: string): Promise<OslerError> {
  const known = (await readdir(join(home, 'datasets')).catch(ignoreMissing)).filter((n) => NAME.test(n));
  const near = known.toSorted((a, b) => distance(a, name) - distance(b, name))[0];
  const hint =
    near === undefined
      ? 'There is none yet: osler data import FOLDER --name NAME makes one.'
      : distance(near, name) <= Math.max(2, name.length / 3)
        ? `Did you mean "${near}"?`
        : `osler data list shows those there are: ${known.slice(0, 5).join(', ')}${known.length > 5 ? '...' : '.'}`;
  return new OslerError('NOT_FOUND', `There is no dataset "${name}".`, { hint });
}

function ignoreMissing(error: NodeJS.ErrnoException): string[] {
  if (error.code === 'ENOENT') return [];
  throw error;
}
