import { open, opendir, readFile, realpath, stat } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { buffer } from 'node:stream/consumers';
import { type Entry, openPromise, type ZipFile } from 'yauzl';
import { z } from 'zod';
import { isImageName, walk } from '../../data/adapters/walk.ts';
import { checkBytes, DEFAULT_LIMITS } from '../../data/decode-limits.ts';
import { OslerError } from '../../errors.ts';
import type { JobItem } from '../../store/jobs/types.ts';

/** Where a job's images are. `upload`: kept one by one, each named by its item. */
export const JobSource = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('folder'), where: z.string() }),
  z.object({ kind: z.literal('archive'), where: z.string(), bytes: z.int(), changed: z.number() }),
  z.object({ kind: z.literal('upload') }),
]);
export type JobSource = z.infer<typeof JobSource>;

/** Images that were sent to a server, kept until they are scored. */
export interface KeptImages {
  /** What to find it by. */
  keep(job: string, bytes: Uint8Array): Promise<string>;
  /** Throws NOT_FOUND. */
  read(job: string, content: string): Promise<Uint8Array>;
  /** Whether a job's images are to be had here: they may lie on another machine. */
  has(job: string): Promise<boolean>;
  /** All of a job. */
  drop(job: string): Promise<void>;
}

export interface SourceReader {
  /** The bytes of an item. Throws what keeps it from being read: an error of the item's own, in words without a path of the machine. */
  read(item: JobItem): Promise<Uint8Array>;
  close(): Promise<void>;
}

/** A folder, or a ZIP archive, as a job remembers it. Throws NOT_FOUND, USAGE for what is neither. */
export async function sourceOf(path: string): Promise<JobSource> {
  const info = await stat(path).catch(() => null);
  if (info === null) throw new OslerError('NOT_FOUND', `There is no folder or archive ${path}.`);
  const where = await realpath(resolve(path));
  if (info.isDirectory()) return { kind: 'folder', where };
  if (info.isFile() && (await isZip(where))) return { kind: 'archive', where, bytes: info.size, changed: info.mtimeMs };
  throw new OslerError('USAGE', `${path} is neither a folder nor a ZIP archive.`, {
    hint: 'osler predict takes single images.',
  });
}

export interface Listed {
  name: string;
  content: null;
}

/** The images of a folder or an archive, sorted by name, with what was left out. Throws DATA_INVALID for an archive that is damaged. */
export async function listSource(source: JobSource): Promise<{ items: Listed[]; skipped: number }> {
  const names: string[] = [];
  let skipped = 0;
  if (source.kind === 'folder') {
    for await (const found of walk(source.where)) {
      if ('skipped' in found) skipped += 1;
      else names.push(found.path);
    }
  } else if (source.kind === 'archive') {
    await withZip(source.where, async (zip) => {
      for await (const entry of zip.eachEntry()) {
        const kind = entryKind(entry.fileName);
        if (kind === 'image') names.push(entry.fileName);
        else if (kind === 'other') skipped += 1;
      }
    });
  }
  const items = names.sort(byText).map((name): Listed => ({ name, content: null }));
  return { items, skipped };
}

const byText = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);

/**
 * Whether an archive's entry is an image by its name, and not hidden: those and all others are left out, and counted. What a Mac packs
 * beside each file is nobody's and not counted. Throws DATA_INVALID for a name that leads out of the archive.
 */
export function entryKind(name: string): 'image' | 'other' | 'none' {
  const parts = name.split(/[/\\]/);
  if (parts.includes('..') || name.startsWith('/')) {
    throw new OslerError('DATA_INVALID', `An entry's name leads out of the ZIP archive: ${name.slice(0, 200)}`, {
      hint: 'Pack it anew, from inside its folder.',
    });
  }
  if (name.endsWith('/') || parts.includes('__MACOSX') || parts.at(-1) === '.DS_Store') return 'none';
  return isImageName(name) && !parts.some((part) => part.startsWith('.')) ? 'image' : 'other';
}

/** Throws DATA_INVALID for an archive that is another than the job began with. */
export async function openSource(job: string, source: JobSource, kept?: KeptImages): Promise<SourceReader> {
  if (source.kind === 'folder') return folderReader(source.where);
  if (source.kind === 'archive') return archiveReader(source);
  if (kept === undefined) throw new OslerError('INTERNAL', 'Nothing here keeps images that were sent.');
  return {
    async read({ content }) {
      if (content === null) throw gone();
      return kept.read(job, content);
    },
    close: async () => undefined,
  };
}

function folderReader(folder: string): SourceReader {
  return {
    async read({ name }) {
      const path = join(folder, name);
      const info = await stat(path).catch(() => null);
      if (info === null) await refuseVanished(folder);
      if (info === null || !info.isFile()) throw gone();
      checkBytes(info.size, DEFAULT_LIMITS, 'The image');
      return readFile(path).catch(() => {
        throw new OslerError('IMAGE_UNREADABLE', 'The file can not be opened.');
      });
    },
    close: async () => undefined,
  };
}

/** A share that was unmounted leaves nothing, or an empty folder: that is no fault of an image. Throws SOURCE_GONE. */
async function refuseVanished(folder: string): Promise<void> {
  const found = await opendir(folder).catch(() => null);
  try {
    if (found !== null && (await found.read()) !== null) return;
  } finally {
    await found?.close();
  }
  throw new OslerError('SOURCE_GONE', 'The folder of the images is gone, or empty: is its disk or share mounted?', {
    hint: 'Once it is back the same command goes on with the job.',
  });
}

async function archiveReader({
  where,
  bytes,
  changed,
}: Extract<JobSource, { kind: 'archive' }>): Promise<SourceReader> {
  const info = await stat(where).catch(() => null);
  if (info === null || info.size !== bytes || info.mtimeMs !== changed) {
    throw new OslerError('DATA_INVALID', 'The archive is gone, or another one than the job began with.', {
      hint: 'Begin anew: osler score --fresh',
    });
  }
  const zip = await openZip(where);
  const entries = new Map<string, Entry>();
  for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  return {
    async read({ name }) {
      const entry = entries.get(name);
      if (entry === undefined) throw gone();
      // Before anything is inflated; yauzl ends the stream where an entry is longer than it says.
      checkBytes(entry.uncompressedSize, DEFAULT_LIMITS, 'The image');
      if (!entry.canDecodeFileData()) {
        throw new OslerError('IMAGE_UNREADABLE', 'The entry is encrypted, or packed in a way that is not known here.');
      }
      return zip
        .openReadStreamPromise(entry)
        .then(buffer)
        .catch((cause: unknown) => {
          throw new OslerError('IMAGE_UNREADABLE', 'The entry of the archive is damaged.', { cause });
        });
    },
    async close() {
      zip.close();
    },
  };
}

const gone = (): OslerError => new OslerError('NOT_FOUND', 'The image is not there any more.');

async function isZip(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer: head, bytesRead } = await file.read(Buffer.alloc(4), 0, 4, 0);
    // An empty archive begins with its end.
    return bytesRead === 4 && (head.readUInt32LE(0) === 0x04034b50 || head.readUInt32LE(0) === 0x06054b50);
  } finally {
    await file.close();
  }
}

async function withZip<T>(path: string, use: (zip: ZipFile) => Promise<T>): Promise<T> {
  const zip = await openZip(path);
  try {
    return await use(zip);
  } catch (cause) {
    if (cause instanceof OslerError) throw cause;
    throw damaged(cause);
  } finally {
    zip.close();
  }
}

async function openZip(path: string): Promise<ZipFile> {
  return openPromise(path, { lazyEntries: true, autoClose: false }).catch((cause: unknown) => {
    throw damaged(cause);
  });
}

const damaged = (cause: unknown): OslerError =>
  new OslerError('DATA_INVALID', `The ZIP archive can not be read: ${(cause as Error).message}.`, { cause });
