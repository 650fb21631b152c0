import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { MetricPoint } from '../tracker.ts';

export type ExchangeStatus = 'scheduled' | 'running' | 'finished' | 'failed' | 'interrupted';

export interface ExchangeDataset {
  name: string;
  digest: string;
  sourceType: string;
  source: string;
  schema: string;
  profile: string;
  tags: Record<string, string>;
}

export interface ExchangeArtifact {
  /** With forward slashes. */
  path: string;
  kind: string;
  read(): AsyncIterable<Uint8Array>;
}

/** Ids of logged models that a run made or read. */
export interface ModelLinks {
  made: { id: string; step: number }[];
  read: string[];
}

/** What MLflow 3 calls a logged model, on its way. */
export interface ExchangeModel {
  /** `m-` and 32 hex digits: the source's own id, or one that follows from it (`foreignModelId`). */
  id: string;
  name: string;
  experiment: string;
  type: string | null;
  status: 'pending' | 'ready' | 'failed';
  statusMessage: string | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  updatedAt: number;
  /** The run that made it, by its id here. */
  sourceRun: string | null;
  params: Record<string, string>;
  tags: Record<string, string>;
  metrics: ExchangeModelMetric[];
  artifacts(): AsyncIterable<ExchangeArtifact>;
}

export interface ExchangeModelMetric extends Omit<MetricPoint, 'epoch'> {
  /** Where it was measured, by its id here. */
  run: string;
  dataset: { name: string; digest: string } | null;
}

/** A run on its way from one tracker to another: what any of them can hold. Times are milliseconds since 1970. */
export interface ExchangeRun {
  /** 32 hex digits: the source's own id, or one that follows from it (`foreignId`). */
  id: string;
  name: string;
  experiment: string;
  experimentTags: Record<string, string>;
  status: ExchangeStatus;
  user: string;
  startedAt: number;
  endedAt: number | null;
  params: Record<string, string>;
  tags: Record<string, string>;
  datasets: ExchangeDataset[];
  /** Absent: none. */
  models?: ModelLinks;
  /** In order of step for each key, some thousand at a time. */
  metrics(): AsyncIterable<MetricPoint[]>;
  artifacts(): AsyncIterable<ExchangeArtifact>;
  /** What the source holds and Osler has no place for, in words. */
  leftOut: string[];
}

export interface Source extends AsyncIterable<ExchangeRun> {
  /** To be asked for after the runs: those of the same experiments, and those that the runs made or read. */
  models?(): AsyncIterable<ExchangeModel>;
}

export interface Moved {
  run: string;
  name: string;
  metrics: number;
  params: number;
  tags: number;
  artifacts: number;
  leftOut: string[];
  /** Names there that stand for others here, and come back as those with an import; by name there. */
  renamed?: Record<string, string>;
}

export interface MovedModel extends Omit<Moved, 'run' | 'renamed'> {
  /** Its id there. */
  model: string;
}

/** The place that runs are brought to. The same run or model again adds what is new and changes nothing else. */
export interface Sink {
  write(run: ExchangeRun): Promise<Moved>;
  /** After the runs that it belongs to; absent where logged models have no place. */
  writeModel?(model: ExchangeModel): Promise<MovedModel>;
}

export const CHUNK = 5_000;

/** An id in Osler's form: the source's own where it has that form, else one that is the same each time. */
export function foreignId(kind: string, id: string): string {
  return /^[0-9a-f]{32}$/.test(id) ? id : createHash('sha256').update(`${kind}:${id}`).digest('hex').slice(0, 32);
}

export function foreignModelId(id: string): string {
  return /^m-[0-9a-f]{32}$/.test(id) ? id : `m-${foreignId('mlflow model', id)}`;
}

/** All files below a folder as artifacts, in order of path. */
export async function* folderArtifacts(
  folder: string,
  kind = 'file',
): AsyncGenerator<ExchangeArtifact, void, undefined> {
  for await (const path of filesBelow(folder)) {
    yield { path, kind, read: () => createReadStream(join(folder, ...path.split('/'))) };
  }
}

/** Paths with forward slashes, sorted. Nothing for a folder that is not there. */
export async function* filesBelow(folder: string, inside = ''): AsyncGenerator<string, void, undefined> {
  const names = await readdir(join(folder, inside)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names.sort()) {
    const path = inside === '' ? name : `${inside}/${name}`;
    // Follows links, which W&B makes of saved files.
    const about = await stat(join(folder, path)).catch(() => null);
    if (about?.isDirectory()) yield* filesBelow(folder, path);
    else if (about?.isFile()) yield path;
  }
}

/** Each artifact as a file for the time of a call. Returns how many there were. */
export async function eachFile(
  { artifacts }: Pick<ExchangeRun, 'artifacts'>,
  use: (file: string, artifact: { path: string; kind: string }) => Promise<void>,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'osler-exchange-'));
  let count = 0;
  try {
    for await (const { path, kind, read } of artifacts()) {
      const file = join(folder, randomBytes(8).toString('hex'));
      await pipeline(Readable.from(read()), createWriteStream(file));
      await use(file, { path, kind });
      await rm(file, { force: true });
      count += 1;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return count;
}

export const pairsOf = (map: Record<string, string>): { key: string; value: string }[] =>
  Object.entries(map).map(([key, value]) => ({ key, value }));

export const mapOf = (pairs: readonly { key: string; value: string }[]): Record<string, string> =>
  Object.fromEntries(pairs.map(({ key, value }) => [key, value]));

/** Splits what is at hand into pieces. */
export async function* pieces<T>(
  items: Iterable<T> | AsyncIterable<T>,
  most = CHUNK,
): AsyncGenerator<T[], void, undefined> {
  let piece: T[] = [];
  for await (const item of items) {
    piece.push(item);
    if (piece.length < most) continue;
    yield piece;
    piece = [];
  }
  if (piece.length > 0) yield piece;
}
