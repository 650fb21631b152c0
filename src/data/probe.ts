import { stat } from 'node:fs/promises';
import { availableParallelism } from 'node:os';
import { OslerError } from '../errors.ts';
import type { StringMap } from '../store/scratch.ts';
import { ThreadPool } from '../threads/thread-pool.ts';
import type { Entry } from './adapters/adapter.ts';
import { packFingerprint } from './duplicates/fingerprint.ts';
import type { Facts } from './examine.ts';
import { type ObjectStore, objectUri } from './objects.ts';

/** Part of every fingerprint: raised when the probe finds out more, or decides otherwise. */
const PROBE = 2;

export interface Probed {
  uri: string;
  sha256: string;
  width: number;
  height: number;
  dim: boolean;
  /** The file is as it was at an import before, and was not read again. */
  known: boolean;
}

/** What goes to a thread of the probe, and what comes back. */
export interface ProbeQuestion {
  /** A path, or a file's bytes. */
  file: string | Uint8Array;
  /** Where the file is to be kept; null: it stays where it is. */
  keep: { home: string; link: boolean } | null;
}

export type ProbeReply = (Facts & { fingerprint: Uint8Array; written: boolean }) | { reason: string };

export interface Probe {
  /** Reads, hashes, decodes and stores one image; an image that can't be used gives the reason. */
  probe(entry: Entry): Promise<Probed | { reason: string }>;
  /** Whether an archive's image was read before and is still in the store. */
  known(key: string, fingerprint: string): boolean;
  /** Ends its threads. */
  close(): Promise<void>;
}

/**
 * Looks at images for an import, in threads of their own. Each is read, hashed, and decoded to its last row once (a JPEG at an eighth of its size, which still reads
 * every byte), so that a truncated file is found now and not in the middle of a training. What was found is kept in `cache`
 * under the file's path, size, time and inode: an unchanged file is not read again.
 */
export function createProbe(options: {
  cache: StringMap;
  /** Of contents, by their sha256, as `packFingerprint` writes them. */
  fingerprints: StringMap;
  objects: ObjectStore;
  inPlace: boolean;
  /** Hard links instead of copies. */
  link: boolean;
}): Probe {
  const { cache, fingerprints, objects, inPlace, link } = options;
  const threads = new ThreadPool<ProbeQuestion, ProbeReply>({
    file: new URL('./probe-worker.ts', import.meta.url),
    name: 'probe',
    size: availableParallelism(),
    each: 2,
  });

  async function read({ content, id }: Entry, stored: boolean): Promise<ProbeReply> {
    const file = content.kind === 'archive' ? content.bytes : content.path;
    if (file === undefined) throw new OslerError('INTERNAL', `${id} was given without its bytes.`);
    const keep = stored ? { home: objects.home, link } : null;
    return threads.run(() => ({ request: { file, keep }, transfer: [] }));
  }

  async function probe(entry: Entry): Promise<Probed | { reason: string }> {
    const { content } = entry;
    const stored = !inPlace || content.kind === 'archive';
    const key = content.kind === 'file' ? content.path : content.key;
    const fingerprint = content.kind === 'file' ? await fingerprintOf(content.path) : content.fingerprint;
    if (typeof fingerprint !== 'string') return fingerprint;
    const before = recall(key, fingerprint);
    if (before !== undefined && 'reason' in before) return before;
    if (before !== undefined && (!stored || (await objects.has(before.sha256, before.extension, before.size)))) {
      return probed(before, content.kind === 'file' && !stored ? content.path : undefined, true);
    }
    const found = await read(entry, stored);
    if ('reason' in found) {
      cache.set(key, JSON.stringify([stamp(fingerprint), found.reason]));
      return found;
    }
    const { sha256, extension, size, width, height, dim } = found;
    fingerprints.set(sha256, packFingerprint(found.fingerprint));
    if (found.written) objects.note(sha256, extension);
    cache.set(key, JSON.stringify([stamp(fingerprint), sha256, extension, size, width, height, dim]));
    return probed(found, content.kind === 'file' && !stored ? content.path : undefined, false);
  }

  /** What was found before, unless the content's fingerprint is lost. */
  function recall(key: string, fingerprint: string): Facts | { reason: string } | undefined {
    const before = remembered(cache, key, fingerprint);
    if (before === undefined || 'reason' in before) return before;
    return fingerprints.get(before.sha256) === undefined ? undefined : before;
  }

  function known(key: string, fingerprint: string): boolean {
    const before = recall(key, fingerprint);
    return before !== undefined && ('reason' in before || objects.hasNow(before.sha256, before.extension, before.size));
  }
  return { probe, known, close: () => threads.close() };
}

function probed({ sha256, extension, width, height, dim }: Facts, path: string | undefined, known: boolean): Probed {
  return { uri: path === undefined ? objectUri(sha256, extension) : `file:${path}`, sha256, width, height, dim, known };
}

async function fingerprintOf(path: string): Promise<string | { reason: string }> {
  try {
    const info = await stat(path, { bigint: true });
    // A pipe would never end.
    if (!info.isFile()) return { reason: 'it is not a regular file' };
    const { size, mtimeNs, ino } = info;
    return `${size}:${mtimeNs}:${ino}`;
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === undefined) throw error;
    return {
      reason: code === 'ENOENT' ? 'it can not be read (a link that leads nowhere)' : `it can not be read (${code})`,
    };
  }
}

function stamp(fingerprint: string): string {
  return `${PROBE}:${fingerprint}`;
}

function remembered(cache: StringMap, key: string, fingerprint: string): Facts | { reason: string } | undefined {
  const json = cache.get(key);
  if (json === undefined) return undefined;
  // What was kept before dark images were looked for says nothing of it.
  const [before, first, extension, size, width, height, dim = false] = JSON.parse(json) as [
    string,
    string,
    string,
    number,
    number,
    number,
    boolean?,
  ];
  if (before !== stamp(fingerprint)) return undefined;
  return extension === undefined ? { reason: first } : { sha256: first, extension, size, width, height, dim };
}
