import { hash, webcrypto } from 'node:crypto';
import { open, stat } from 'node:fs/promises';
import { OslerError } from '../errors.ts';
import type { StringMap } from '../store/scratch.ts';
import type { Entry } from './adapters/adapter.ts';
import { openImage } from './decode.ts';
import { DEFAULT_LIMITS } from './decode-limits.ts';
import type { ImageFormat } from './image-type.ts';
import { type ObjectStore, objectUri } from './objects.ts';

/** Part of every fingerprint: raised when the probe finds out more, or decides otherwise. */
const PROBE = 2;
const EXTENSIONS: Record<ImageFormat, string> = { jpeg: 'jpg', png: 'png', tiff: 'tif', bmp: 'bmp', webp: 'webp' };

export interface Probed {
  uri: string;
  sha256: string;
  width: number;
  height: number;
}

export interface Probe {
  /** Reads, hashes, decodes and stores one image; an image that can't be used gives the reason. */
  probe(entry: Entry): Promise<Probed | { reason: string }>;
  /** Whether an archive's image was read before and is still in the store. */
  known(key: string, fingerprint: string): boolean;
}

/**
 * Looks at images for an import. Each is decoded to its last row once (a JPEG at an eighth of its size, which still reads
 * every byte), so that a truncated file is found now and not in the middle of a training. What was found is kept in `cache`
 * under the file's path, size, time and inode: an unchanged file is not read again.
 */
export function createProbe(options: { cache: StringMap; objects: ObjectStore; inPlace: boolean }): Probe {
  const { cache, objects, inPlace } = options;

  async function read(entry: Entry): Promise<Found> {
    const { content, id } = entry;
    if (content.kind === 'archive') {
      if (content.bytes === undefined) throw new OslerError('INTERNAL', `${id} was given without its bytes.`);
      // Osler wrote this PNG itself a moment ago: there is nothing to find out.
      const { bytes, width, height } = content;
      return { sha256: await digest(bytes), extension: 'png', size: bytes.length, width, height, bytes };
    }
    try {
      const bytes = await readWhole(content.path);
      return 'reason' in bytes ? bytes : await examine(bytes.bytes);
    } catch (error) {
      const code = (error as NodeJS.ErrnoException).code;
      if (code === undefined || error instanceof OslerError) throw error;
      return { reason: code === 'EACCES' ? 'permission denied' : `it can not be read (${code})` };
    }
  }

  async function probe(entry: Entry): Promise<Probed | { reason: string }> {
    const { content } = entry;
    const stored = !inPlace || content.kind === 'archive';
    const key = content.kind === 'file' ? content.path : content.key;
    const fingerprint = content.kind === 'file' ? await fingerprintOf(content.path) : content.fingerprint;
    if (typeof fingerprint !== 'string') return fingerprint;
    const before = remembered(cache, key, fingerprint);
    if (before !== undefined && 'reason' in before) return before;
    if (before !== undefined && (!stored || (await objects.has(before.sha256, before.extension, before.size)))) {
      return probed(before, content.kind === 'file' && !stored ? content.path : undefined);
    }
    const found = await read(entry);
    if ('reason' in found) {
      cache.set(key, JSON.stringify([stamp(fingerprint), found.reason]));
      return found;
    }
    const { sha256, extension, size, width, height, bytes } = found;
    const path = content.kind === 'file' ? content.path : undefined;
    if (stored) await objects.put({ sha256, extension, bytes, ...(path === undefined ? {} : { file: path }) });
    cache.set(key, JSON.stringify([stamp(fingerprint), sha256, extension, size, width, height]));
    return probed(found, stored ? undefined : path);
  }

  function known(key: string, fingerprint: string): boolean {
    const before = remembered(cache, key, fingerprint);
    return before !== undefined && ('reason' in before || objects.hasNow(before.sha256, before.extension, before.size));
  }
  return { probe, known };
}

interface Facts {
  sha256: string;
  extension: string;
  size: number;
  width: number;
  height: number;
}
type Found = (Facts & { bytes: Uint8Array }) | { reason: string };

function probed({ sha256, extension, width, height }: Facts, path: string | undefined): Probed {
  return { uri: path === undefined ? objectUri(sha256, extension) : `file:${path}`, sha256, width, height };
}

async function examine(bytes: Uint8Array): Promise<Found> {
  try {
    const image = await openImage(bytes, { name: 'it' });
    const { width, height } = image;
    await image.decode({ width: Math.ceil(width / 8), height: Math.ceil(height / 8) });
    return {
      sha256: await digest(bytes),
      extension: EXTENSIONS[image.format],
      size: bytes.length,
      width,
      height,
      bytes,
    };
  } catch (error) {
    if (!(error instanceof OslerError)) throw error;
    return { reason: error.message.replace(/\.$/, '') };
  }
}

/** Large files in the thread pool; for small ones the way there costs more than the hash. */
async function digest(bytes: Uint8Array): Promise<string> {
  if (bytes.length < 1 << 18) return hash('sha256', bytes);
  return Buffer.from(await webcrypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>)).toString('hex');
}

async function readWhole(path: string): Promise<{ bytes: Uint8Array } | { reason: string }> {
  const handle = await open(path, 'r');
  try {
    const { size } = await handle.stat();
    const limit = DEFAULT_LIMITS.maxBytes;
    if (size > limit)
      return { reason: `it has ${(size / 2 ** 20).toFixed(0)} MiB; an image may have ${limit / 2 ** 20}` };
    return { bytes: await handle.readFile() };
  } finally {
    await handle.close();
  }
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
  const [before, first, extension, size, width, height] = JSON.parse(json) as [
    string,
    string,
    string,
    number,
    number,
    number,
  ];
  if (before !== stamp(fingerprint)) return undefined;
  return extension === undefined ? { reason: first } : { sha256: first, extension, size, width, height };
}
