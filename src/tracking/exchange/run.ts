import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
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
  /** In order of step for each key, some thousand at a time. */
  metrics(): AsyncIterable<MetricPoint[]>;
  artifacts(): AsyncIterable<ExchangeArtifact>;
  /** What the source holds and Osler has no place for, in words. */
  leftOut: string[];
}

export type Source = AsyncIterable<ExchangeRun>;

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

/** The place that runs are brought to. The same run again adds what is new and changes nothing else. */
export interface Sink {
  write(run: ExchangeRun): Promise<Moved>;
  close?(): Promise<void>;
}

export const CHUNK = 5_000;

/** An id in Osler's form: the source's own where it has that form, else one that is the same each time. */
export function foreignId(kind: string, id: string): string {
  return /^[0-9a-f]{32}$/.test(id) ? id : createHash('sha256').update(`${kind}:${id}`).digest('hex').slice(0, 32);
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
