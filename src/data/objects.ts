import { execFile } from 'node:child_process';
import { randomBytes } from 'node:crypto';
import { constants, copyFileSync, linkSync, mkdirSync, renameSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { open, readdir, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { OslerError } from '../errors.ts';

const run = promisify(execFile);
const TEMPORARY = '.tmp';
const FEW = 64;
const URI = /^object:([0-9a-f]{64})\.([a-z0-9]+)$/;

/** Absolute path of the file behind a sample's `uri`. Throws DATA_INVALID for a uri of another form. */
export function resolveUri(home: string, uri: string): string {
  if (uri.startsWith('file:/')) return uri.slice('file:'.length);
  const match = URI.exec(uri);
  if (match === null) throw new OslerError('DATA_INVALID', `"${uri}" is not the address of an image in the store.`);
  return objectPath(home, match[1]!, match[2]!);
}

export function objectUri(sha256: string, extension: string): string {
  return `object:${sha256}.${extension}`;
}

function objectPath(home: string, sha256: string, extension: string): string {
  return join(home, 'objects', sha256.slice(0, 2), `${sha256}.${extension}`);
}

/** What is to be stored: a file, or bytes that are already in memory (they were read for their hash). */
export interface Content {
  sha256: string;
  extension: string;
  bytes: Uint8Array;
  /** The file the bytes came from: a copy-on-write clone or a hard link of it saves the space. */
  file?: string;
}

/**
 * Image files by the sha256 of their bytes, `objects/ab/abcdef....ext`. An object is never changed. `ObjectWriter` puts them there.
 */
export class ObjectStore {
  readonly home: string;
  /** What was written since the last flush, as long as it is little. */
  private written: string[] = [];
  private many = false;

  constructor(home: string) {
    this.home = home;
  }

  /** Whether an object of that size is there. */
  async has(sha256: string, extension: string, size: number): Promise<boolean> {
    try {
      return (await stat(objectPath(this.home, sha256, extension))).size === size;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return false;
      throw error;
    }
  }

  hasNow(sha256: string, extension: string, size: number): boolean {
    return sizeOf(objectPath(this.home, sha256, extension)) === size;
  }

  /** Takes note of what a writer has put, for `flush`. */
  note(sha256: string, extension: string): void {
    if (this.written.length < FEW) this.written.push(objectPath(this.home, sha256, extension));
    else this.many = true;
  }

  /** Removes what processes that are no more left behind half written. */
  async clean(): Promise<void> {
    await removeDead(join(this.home, 'objects', TEMPORARY), /^(\d+)-/);
  }

  /**
   * Makes what was put durable before a manifest names it. Many files by one `sync` of the file system: an fsync for each of
   * a hundred thousand small ones would take longer than the import.
   */
  async flush(): Promise<void> {
    const { written, many } = this;
    this.written = [];
    this.many = false;
    const folder = join(this.home, 'objects');
    if (many) await run('sync', ['-f', folder]).catch(() => run('sync', []));
    else await Promise.all(written.map(syncPath));
    for (const name of new Set(many ? [] : written.map(dirname))) await syncPath(name);
  }
}

/**
 * Puts contents into the store, in the thread that read them. A file is cloned where the file system can (no space, no risk), else
 * copied; `link: true` makes a hard link instead of the copy: no space either, but then whoever edits the source in place edits the
 * object.
 */
export class ObjectWriter {
  private readonly home: string;
  private readonly link: boolean;
  private readonly folders = new Set<string>();
  private clones = true;

  constructor(home: string, { link }: { link: boolean }) {
    this.home = home;
    this.link = link;
  }

  /** Stores the content unless it is there already; atomic. Returns whether it was not. Throws STORE_FAILED. */
  put(content: Content): boolean {
    const target = objectPath(this.home, content.sha256, content.extension);
    const temporary = join(this.home, 'objects', TEMPORARY, `${process.pid}-${randomBytes(6).toString('hex')}`);
    try {
      // A size that differs is what a machine that lost power left behind: written again.
      if (sizeOf(target) === content.bytes.length) return false;
      this.makeFolder(TEMPORARY);
      this.makeFolder(content.sha256.slice(0, 2));
      this.fill(temporary, content);
      renameSync(temporary, target);
    } catch (cause) {
      removeQuietly(temporary);
      throw new OslerError(
        'STORE_FAILED',
        `Could not store ${content.file ?? content.sha256} as ${target}: ${(cause as Error).message}`,
        {
          hint: 'Check the free space and the permissions of OSLER_HOME.',
          cause,
        },
      );
    }
    return true;
  }

  private makeFolder(name: string): void {
    if (this.folders.has(name)) return;
    mkdirSync(join(this.home, 'objects', name), { recursive: true });
    this.folders.add(name);
  }

  private fill(temporary: string, { file, bytes }: Content): void {
    if (file !== undefined && this.clones) {
      try {
        copyFileSync(file, temporary, constants.COPYFILE_FICLONE_FORCE);
        return;
      } catch {
        // Not a copy-on-write file system, or another device: the ways below always work.
        this.clones = false;
      }
    }
    if (file !== undefined && this.link) {
      try {
        linkSync(file, temporary);
        return;
      } catch (error) {
        if (!['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
      }
    }
    writeFileSync(temporary, bytes);
  }
}

/** Removes entries whose name holds (first group of `pattern`) the id of a process that is no more. */
export async function removeDead(folder: string, pattern: RegExp): Promise<void> {
  const names = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  for (const name of names) {
    const pid = Number(pattern.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) await rm(join(folder, name), { recursive: true, force: true });
  }
}

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Where it can't be removed, the reason is told by whoever failed to write it; `clean` comes by later. */
function removeQuietly(path: string): void {
  try {
    rmSync(path, { force: true });
  } catch {}
}

function sizeOf(path: string): number | undefined {
  return statSync(path, { throwIfNoEntry: false })?.size;
}

/** Flushes a file, or a folder's entries, so that it survives a power cut. */
export async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
