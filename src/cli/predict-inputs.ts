import { readdir, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { createInterface } from 'node:readline';
import type { Readable } from 'node:stream';
import { DEFAULT_LIMITS } from '../data/preprocess.ts';
import { OslerError } from '../errors.ts';
import type { ImageSource } from '../serving/predictor.ts';

/** One image to predict. */
export interface Input {
  /** As the person wrote it; `-` for an image on standard input. */
  file: string;
  source: ImageSource;
}

const EXTENSIONS = new Set(['.jpg', '.jpeg', '.png', '.tif', '.tiff', '.bmp', '.webp']);

/**
 * The images that the arguments name: files as they are (also those that turn out not to exist), folders with all their images,
 * sorted, and `-` for standard input. `total` is absent while standard input decides.
 */
export async function listInputs(
  args: readonly string[],
  stdin: Readable,
): Promise<{ inputs: Iterable<Input> | AsyncIterable<Input>; total?: number }> {
  if (args.includes('-')) {
    if (args.length > 1) throw new OslerError('USAGE', '`-` stands alone: standard input names the images.');
    return { inputs: standardInput(stdin) };
  }
  const inputs: Input[] = [];
  for (const arg of args) {
    const info = await stat(arg).catch(() => null);
    if (info?.isDirectory()) inputs.push(...(await imagesBelow(arg)));
    else inputs.push({ file: arg, source: arg });
  }
  if (inputs.length === 0) {
    throw new OslerError('USAGE', `There is no image in ${args.join(', ')}.`, {
      hint: `Looked for ${[...EXTENSIONS].join(' ')}, sub-folders included.`,
    });
  }
  return { inputs, total: inputs.length };
}

async function imagesBelow(folder: string): Promise<Input[]> {
  const entries = await readdir(folder, { withFileTypes: true });
  const found: Input[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    if (entry.name.startsWith('.')) continue;
    const path = join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await imagesBelow(path)));
    else if (EXTENSIONS.has(extname(entry.name).toLowerCase())) found.push({ file: path, source: path });
  }
  return found;
}

/**
 * Standard input is one image, or a list of paths, one a line. Its first bytes tell: every image format has bytes that no text has.
 */
async function* standardInput(stdin: Readable): AsyncGenerator<Input> {
  const first = await firstChunk(stdin);
  if (first === null)
    throw new OslerError('USAGE', 'Standard input is empty.', { hint: 'Give an image, or paths, one a line.' });
  if (isText(first)) {
    for await (const line of createInterface({ input: stdin, crlfDelay: Number.POSITIVE_INFINITY })) {
      if (line.trim() !== '') yield { file: line, source: line };
    }
    return;
  }
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of stdin) {
    chunks.push(chunk as Buffer);
    length += (chunk as Buffer).length;
    // One byte over the limit is enough for the decoder to refuse it.
    if (length > DEFAULT_LIMITS.maxBytes) break;
  }
  yield { file: '-', source: Buffer.concat(chunks) };
}

/** The first bytes, which stay in the stream. */
async function firstChunk(stdin: Readable): Promise<Buffer | null> {
  for (;;) {
    const chunk = stdin.read() as Buffer | null;
    if (chunk !== null) {
      stdin.unshift(chunk);
      return chunk;
    }
    if (stdin.readableEnded) return null;
    await new Promise<void>((resolve, reject) => {
      const settle = (): void => {
        stdin.off('readable', settle).off('end', settle).off('error', reject);
        resolve();
      };
      stdin.once('readable', settle).once('end', settle).once('error', reject);
    });
  }
}

function isText(bytes: Buffer): boolean {
  if (bytes.includes(0)) return false;
  // A character may be cut at the end of the chunk.
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    decoder.decode(bytes, { stream: true });
    return true;
  } catch {
    return false;
  }
}
