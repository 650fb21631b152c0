import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { type FileHandle, mkdir, open, readFile, rename, rm, stat, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { withLock } from './download-lock.ts';

export interface DownloadOptions {
  /** Folder of the cache; made where it is absent. */
  dir: string;
  onProgress?: OnProgress | undefined;
  /** Stops the download; what has come is kept and the next call goes on from there. */
  signal?: AbortSignal | undefined;
  fetch?: typeof fetch | undefined;
  /** Allows http:// to this machine itself, for tests. */
  allowLoopbackHttp?: boolean | undefined;
  /** Tries without progress before giving up. Default 4. */
  attempts?: number | undefined;
  /** Milliseconds before the second try, doubled for each further one. Default 500. */
  retryDelay?: number | undefined;
}

export interface Download {
  path: string;
  /** Of the whole file, lower-case hex. */
  sha256: string;
  /** True when nothing had to be fetched. */
  cached: boolean;
}

/** Kept beside a file: for one half way, what the server called this version; for a whole one, its checksum. */
const Note = z.object({ url: z.string(), validator: z.string().nullish(), sha256: z.string().nullish() });
type Note = z.infer<typeof Note>;

const MAX_REDIRECTS = 5;

/**
 * Fetches a file once. An interrupted download goes on where it stopped (Range requests); the sha256 is checked against the
 * URL's `#sha256=...` or against the hex digits at the end of the file's name (torchvision's way), where there are any.
 * A cached file is checked again before it is used.
 * @throws OslerError USAGE for anything but https; DOWNLOAD_FAILED naming the URL; INTERRUPTED
 */
export async function download(url: string, options: DownloadOptions): Promise<Download> {
  const target = checkedUrl(url, options);
  const expected = expectedHash(target);
  target.hash = '';
  const clean = target.href;
  const name = basename(target.pathname).replaceAll(/[^\w.-]/g, '_') || 'weights';
  // A name that ends in its checksum is unique; any other is made so.
  const unique = /-[0-9a-f]{8,64}\.\w+$/.test(name) ? name : `${digest(clean).slice(0, 12)}-${name}`;
  const path = join(options.dir, unique);
  // Often the first that is made of a home, which is no other account's business.
  await mkdir(options.dir, { recursive: true, mode: 0o770 });
  const before = await cachedFile(path, expected);
  if (before !== undefined) return before;
  return withLock(`${path}.lock`, options.signal, async () => {
    const meanwhile = await cachedFile(path, expected);
    if (meanwhile !== undefined) return meanwhile;
    const part = `${path}.part`;
    await fetchWhole(clean, part, expected !== undefined, options);
    const sha256 = await hashFile(part);
    if (expected !== undefined && !sha256.startsWith(expected)) {
      await Promise.all([rm(part), rm(noteOf(part), { force: true })]);
      throw new OslerError('DOWNLOAD_FAILED', `${clean} has the sha256 ${sha256} instead of ${expected}...`, {
        hint: 'The file was damaged or replaced; try again, and trust it only when the checksum fits.',
      });
    }
    await writeNote(path, { url: clean, sha256 });
    await rename(part, path);
    await syncFolder(options.dir);
    await rm(noteOf(part), { force: true });
    return { path, sha256, cached: false };
  });
}

function checkedUrl(url: string, options: DownloadOptions): URL {
  if (!URL.canParse(url)) throw new OslerError('USAGE', `"${url}" is no URL.`);
  const parsed = new URL(url);
  const loopback = ['localhost', '127.0.0.1', '[::1]'].includes(parsed.hostname);
  if (parsed.protocol === 'https:' || (parsed.protocol === 'http:' && loopback && options.allowLoopbackHttp === true)) {
    return parsed;
  }
  throw new OslerError('USAGE', `Weights are fetched by https only, not by ${parsed.protocol}//${parsed.host}.`, {
    hint: 'Download the file by hand and give its path.',
  });
}

/** Lower-case hex, 8 to 64 digits; undefined where neither the URL nor the file's name says it. */
function expectedHash(url: URL): string | undefined {
  const given = /^#sha256=([0-9a-f]{8,64})$/i.exec(url.hash)?.[1];
  if (url.hash !== '' && given === undefined) {
    throw new OslerError('USAGE', `The URL's ending ${url.hash} is no checksum.`, {
      hint: 'Write #sha256=<64 hex digits>.',
    });
  }
  return (given ?? /-([0-9a-f]{8,64})\.\w+$/.exec(url.pathname)?.[1])?.toLowerCase();
}

async function cachedFile(path: string, expected: string | undefined): Promise<Download | undefined> {
  if ((await sizeOf(path)) === undefined) return undefined;
  const [sha256, note] = [await hashFile(path), await readNote(path)];
  const good = expected === undefined ? note?.sha256 === sha256 : sha256.startsWith(expected);
  return good ? { path, sha256, cached: true } : undefined;
}

/** Fetches into `part` until it is whole, with retries as long as they bring something. */
async function fetchWhole(url: string, part: string, hashKnown: boolean, options: DownloadOptions): Promise<void> {
  const { attempts = 4, retryDelay = 500, signal } = options;
  for (let failures = 0; ; ) {
    const had = (await sizeOf(part)) ?? 0;
    try {
      await fetchRest(url, part, hashKnown, options);
      return;
    } catch (cause) {
      if (signal?.aborted) throw interrupted(url, signal);
      if (cause instanceof OslerError) throw cause;
      failures = ((await sizeOf(part)) ?? 0) > had ? 1 : failures + 1;
      if (failures >= attempts) {
        throw new OslerError('DOWNLOAD_FAILED', `${url} could not be fetched: ${reasonOf(cause)}`, {
          hint: 'Check the network; run the command again and it goes on where it stopped. Or fetch the file by hand and give its path.',
          cause,
        });
      }
      await sleep(retryDelay * 2 ** (failures - 1), undefined, signal ? { signal } : {}).catch(() => undefined);
    }
  }
}

async function fetchRest(url: string, part: string, hashKnown: boolean, options: DownloadOptions): Promise<void> {
  const note = await readNote(part);
  const had = (await sizeOf(part)) ?? 0;
  // Without a checksum to tell in the end, only the same version by the server's word may be continued.
  const resumable = had > 0 && note?.url === url && (hashKnown || typeof note.validator === 'string');
  const headers: Record<string, string> = { 'accept-encoding': 'identity' };
  if (resumable) headers.range = `bytes=${had}-`;
  if (resumable && typeof note.validator === 'string') headers['if-range'] = note.validator;
  const response = await follow(url, headers, options);
  if (response.status === 416) {
    await rm(part, { force: true });
    throw new Error('the server has less than was fetched before; starting anew');
  }
  if (response.status >= 500 || response.status === 429) throw new Error(`the server answered ${response.status}`);
  if ((response.status !== 200 && response.status !== 206) || response.body === null) {
    throw new OslerError('DOWNLOAD_FAILED', `${url} could not be fetched: the server answered ${response.status}.`, {
      hint: 'Check the URL, or fetch the file by hand and give its path.',
    });
  }
  const start = response.status === 206 ? rangeStart(response, had) : 0;
  const length = Number(response.headers.get('content-length') ?? Number.NaN);
  const etag = response.headers.get('etag');
  // A weak validator promises only the same meaning, not the same bytes.
  const validator = etag !== null && !etag.startsWith('W/') ? etag : response.headers.get('last-modified');
  await writeNote(part, { url, validator });
  const file = await open(part, start === 0 ? 'w' : 'r+');
  try {
    await receive(response.body, file, { start, total: start + length, url, ...options });
    await file.sync();
  } finally {
    await file.close();
  }
}

interface Receiving extends DownloadOptions {
  start: number;
  /** NaN where the server does not say. */
  total: number;
  url: string;
}

async function receive(body: ReadableStream<Uint8Array>, file: FileHandle, o: Receiving): Promise<void> {
  const task = `downloading ${basename(new URL(o.url).pathname)}`;
  const report = (done: number) =>
    o.onProgress?.({
      task,
      done,
      ...(Number.isNaN(o.total) ? {} : { total: o.total }),
      note: megabytes(done, o.total),
    });
  let at = o.start;
  for await (const chunk of body) {
    o.signal?.throwIfAborted();
    for (let done = 0; done < chunk.length; ) {
      const { bytesWritten } = await file.write(chunk, done, chunk.length - done, at);
      done += bytesWritten;
      at += bytesWritten;
    }
    report(at);
  }
  if (!Number.isNaN(o.total) && at !== o.total) throw new Error(`the connection ended after ${at} of ${o.total} bytes`);
  await file.truncate(at);
}

/** Follows redirects by hand, since each of them must be allowed too. */
async function follow(url: string, headers: Record<string, string>, options: DownloadOptions): Promise<Response> {
  let current = url;
  for (let i = 0; i <= MAX_REDIRECTS; i++) {
    const response = await (options.fetch ?? fetch)(current, {
      headers,
      redirect: 'manual',
      ...(options.signal ? { signal: options.signal } : {}),
    });
    const location = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || location === null) return response;
    await response.body?.cancel();
    current = checkedUrl(new URL(location, current).href, options).href;
  }
  throw new OslerError('DOWNLOAD_FAILED', `${url} is redirected more than ${MAX_REDIRECTS} times.`);
}

function rangeStart(response: Response, had: number): number {
  const range = response.headers.get('content-range') ?? '';
  if (!range.startsWith(`bytes ${had}-`)) throw new Error(`the server sent another part than was asked for (${range})`);
  return had;
}

function interrupted(url: string, signal: AbortSignal): OslerError {
  if (signal.reason instanceof OslerError) return signal.reason;
  return new OslerError('INTERRUPTED', `The download of ${url} was interrupted.`, {
    hint: 'Run the command again: it goes on where it stopped.',
  });
}

function reasonOf(error: unknown): string {
  const { message, cause } = error as Error;
  return cause instanceof Error && cause.message !== '' ? `${message} (${cause.message})` : message;
}

function megabytes(done: number, total: number): string {
  const mb = (bytes: number) => (bytes / 1e6).toFixed(1);
  return Number.isNaN(total) ? `${mb(done)} MB` : `${mb(done)}/${mb(total)} MB`;
}

function digest(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}

/** sha256 of a file's bytes, lower-case hex. */
export async function hashFile(path: string): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) hash.update(chunk as Uint8Array);
  return hash.digest('hex');
}

async function sizeOf(path: string): Promise<number | undefined> {
  try {
    return (await stat(path)).size;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

function noteOf(path: string): string {
  return `${path}.json`;
}

/** Undefined where there is none or it is damaged: then the file it speaks of is fetched again. */
async function readNote(path: string): Promise<Note | undefined> {
  try {
    return Note.parse(JSON.parse(await readFile(noteOf(path), 'utf8')));
  } catch (error) {
    if (error instanceof SyntaxError || error instanceof z.ZodError) return undefined;
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    throw error;
  }
}

async function writeNote(path: string, note: Note): Promise<void> {
  const temporary = `${noteOf(path)}.${process.pid}.tmp`;
  await writeFile(temporary, JSON.stringify(note), { flush: true });
  await rename(temporary, noteOf(path));
}

async function syncFolder(path: string): Promise<void> {
  const folder = await open(path);
  try {
    await folder.sync();
  } finally {
    await folder.close();
  }
}
