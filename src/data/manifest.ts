import { createHash } from 'node:crypto';
import { once } from 'node:events';
import { createReadStream, createWriteStream, type WriteStream } from 'node:fs';
import { open } from 'node:fs/promises';
import { createInterface } from 'node:readline';
import { OslerError } from '../errors.ts';
import { Sample } from './sample.ts';

/** A manifest is one JSON object a line, sorted by id (UTF-8 bytes), keys in this order: equal data give equal bytes. */
export function manifestLine(sample: Sample): string {
  const { id, uri, sha256, label, group, cluster, split, excluded, width, height, meta } = sample;
  const sorted = Object.fromEntries(Object.entries(meta).sort(([a], [b]) => (a < b ? -1 : 1)));
  return JSON.stringify({
    id,
    uri,
    sha256,
    label,
    ...(group === undefined ? {} : { group }),
    ...(cluster === undefined ? {} : { cluster }),
    split,
    ...(excluded === undefined ? {} : { excluded }),
    width,
    height,
    meta: sorted,
  });
}

/** Writes a manifest line by line, hashing as it goes; `close` makes it durable and gives the sha256 of its bytes. */
export class ManifestWriter {
  private readonly stream: WriteStream;
  private readonly hash = createHash('sha256');
  private readonly path: string;
  private buffer = '';
  private failure: Error | undefined;

  constructor(path: string) {
    this.path = path;
    this.stream = createWriteStream(path);
    this.stream.on('error', (error) => {
      this.failure = error;
    });
  }

  async write(sample: Sample): Promise<void> {
    this.buffer += `${manifestLine(sample)}\n`;
    if (this.buffer.length >= 1 << 16) await this.drain();
  }

  async close(): Promise<string> {
    await this.drain();
    this.stream.end();
    if (!this.stream.closed) await once(this.stream, 'close');
    if (this.failure) throw this.failure;
    const handle = await open(this.path, 'r');
    try {
      await handle.sync();
    } finally {
      await handle.close();
    }
    return this.hash.digest('hex');
  }

  private async drain(): Promise<void> {
    if (this.failure) throw this.failure;
    const text = this.buffer;
    this.buffer = '';
    this.hash.update(text);
    if (!this.stream.write(text)) await once(this.stream, 'drain');
  }
}

/**
 * The samples of a manifest file, in its order, each checked. With `digest`, the sha256 of all bytes is compared at the end.
 * Throws DATA_INVALID naming the line, or the file when its digest differs.
 */
export async function* readManifest(path: string, digest?: string): AsyncGenerator<Sample> {
  const hash = createHash('sha256');
  const input = createReadStream(path);
  if (digest !== undefined) input.on('data', (chunk) => hash.update(chunk));
  let number = 0;
  for await (const line of createInterface({ input, crlfDelay: Number.POSITIVE_INFINITY })) {
    number += 1;
    yield parseLine(line, path, number);
  }
  if (digest !== undefined && hash.digest('hex') !== digest) {
    throw new OslerError(
      'DATA_INVALID',
      `${path} was changed after it was written: its sha256 is not the recorded one.`,
      {
        hint: 'Import the data again; it makes a new version.',
      },
    );
  }
}

function parseLine(line: string, path: string, number: number): Sample {
  try {
    return Sample.parse(JSON.parse(line));
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path}, line ${number} is not a sample.`, {
      hint: 'Import the data again.',
      cause,
    });
  }
}

/** The order of a manifest and of SQLite: by UTF-8 bytes, which differs from JavaScript's for rare characters. */
export function compareUtf8(a: string, b: string): number {
  return Buffer.compare(Buffer.from(a), Buffer.from(b));
}
