import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, rm, stat } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { setTimeout as sleep } from 'node:timers/promises';
import { OslerError } from '../../errors.ts';
import type { Content } from './blobs.ts';
import type { KnownFile } from './places/place.ts';

/** Of a file that nobody is writing. Throws NOT_FOUND where there is none. */
export async function hashFile(path: string): Promise<KnownFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  try {
    for await (const chunk of createReadStream(path, { highWaterMark: 1024 * 1024 })) {
      hash.update(chunk as Buffer);
      bytes += (chunk as Buffer).length;
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT' || code === 'EISDIR')
      throw new OslerError('NOT_FOUND', `There is no file ${path}.`, { cause: error });
    throw error;
  }
  return { path, sha256: hash.digest('hex'), bytes };
}

/**
 * Writes a stream to a file, to the disk. Nothing of it stays when the stream breaks off or the disk is full.
 * Throws STORE_FAILED for a full disk, and whatever the stream throws.
 */
export async function receive(
  source: AsyncIterable<Uint8Array>,
  path: string,
  signal?: AbortSignal,
): Promise<KnownFile> {
  const hash = createHash('sha256');
  let bytes = 0;
  const file = await open(path, 'wx').catch(fullDisk);
  try {
    for await (const chunk of source) {
      signal?.throwIfAborted();
      hash.update(chunk);
      for (let at = 0; at < chunk.length; ) at += (await file.write(chunk, at)).bytesWritten;
      bytes += chunk.length;
    }
    await file.sync();
    await file.close();
  } catch (error) {
    await file.close().catch(() => undefined);
    await rm(path, { force: true });
    return fullDisk(error);
  }
  return { path, sha256: hash.digest('hex'), bytes };
}

export function fullDisk(error: unknown): never {
  const { code } = error as NodeJS.ErrnoException;
  if (code !== 'ENOSPC' && code !== 'EDQUOT') throw error;
  throw new OslerError('STORE_FAILED', 'The artifact was not kept: the disk of OSLER_HOME is full.', {
    hint: 'Nothing of it was left behind. Free space (osler store gc) and send it again.',
    cause: error,
  });
}

/** A connection may break so often without a byte in between. */
const BREAKS = 3;

/**
 * A content as it comes from its place, going on where a connection broke. The last piece is held back until the sum is right, so
 * that nobody takes an altered content for a whole one. Throws ARTIFACT_ALTERED.
 * @param open reads from an offset on; the first reading is handed over, so that its errors come before the first byte.
 */
export async function* verified(
  { sha256, bytes }: Content,
  first: Readable,
  open: (offset: number) => Promise<Readable>,
): AsyncGenerator<Buffer, void, undefined> {
  const hash = createHash('sha256');
  let count = 0;
  let held: Buffer | undefined;
  for (let source = first, breaks = 0; ; ) {
    try {
      for await (const chunk of source as AsyncIterable<Buffer>) {
        breaks = 0;
        hash.update(chunk);
        count += chunk.length;
        if (count > bytes) break;
        if (held !== undefined) yield held;
        held = chunk;
      }
      if (count >= bytes || breaks >= BREAKS) break;
    } catch (error) {
      if (error instanceof OslerError || breaks >= BREAKS) throw error;
    } finally {
      source.destroy();
    }
    breaks += 1;
    await sleep(100 * 2 ** breaks);
    source = await open(count);
  }
  if (hash.digest('hex') !== sha256) {
    throw new OslerError('ARTIFACT_ALTERED', `The content ${sha256.slice(0, 12)} is not what was recorded.`, {
      hint: 'Something changed it where it lies, or the disk is failing. osler store check --content says what else is; restore it from a backup.',
    });
  }
  if (held !== undefined) yield held;
}

/** What tells whether a file was changed: for one that is hashed and then linked. */
export async function traces(path: string): Promise<string> {
  const { size, mtimeMs, ino } = await stat(path);
  return `${ino}:${size}:${mtimeMs}`;
}
