import type { Dirent } from 'node:fs';
import { access, constants, opendir, realpath, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Skipped } from './adapter.ts';

const IMAGE = /\.(png|jpe?g|jpe|jfif|tiff?|bmp|dib|webp)$/i;
const TABLE = /(\.(csv|tsv|tab)|^HAM10000_metadata)$/i;
/** Other programs' droppings, and Osler's own home: no part of anybody's data. */
const JUNK = /^(\.|__MACOSX$|Thumbs\.db$|desktop\.ini$)/i;
/** Drawn truth beside the images, the same size and name as they: no sample of its own. */
const MASKS = /^((lung|lesion|binary)[ _-]?)?(masks?|segmentations?|ground[ _-]?truth[ _-]?masks?)$/i;

export interface Found {
  /** Relative to the root, with `/`. */
  path: string;
  absolute: string;
}

export function isImageName(name: string): boolean {
  return IMAGE.test(name);
}

export function isMaskFolder(name: string): boolean {
  return MASKS.test(name);
}

/** What one folder holds at its own level. Only its folders are kept: the files may be a million. */
export interface Level {
  folders: string[];
  images: boolean;
  tables: string[];
  /** .npz files. */
  archives: string[];
}

export async function look(folder: string): Promise<Level> {
  const level: Level = { folders: [], images: false, tables: [], archives: [] };
  for await (const { name, folder: isFolder } of entriesOf(folder)) {
    if (name === undefined || JUNK.test(name)) continue;
    if (isFolder) level.folders.push(name);
    else if (isImageName(name)) level.images = true;
    else if (TABLE.test(name)) level.tables.push(name);
    else if (/\.npz$/i.test(name)) level.archives.push(name);
  }
  level.folders.sort();
  level.tables.sort();
  return level;
}

/**
 * All image files below a folder, in the order the file system gives them, folder by folder: no more memory than the depth
 * of the tree. What is neither image nor table by name, lies in a folder of masks or has a name that is not UTF-8 comes as skipped.
 * A link to a folder is followed unless it leads back to where it came from.
 */
export async function* walk(root: string, prefix = '', above: readonly string[] = []): AsyncGenerator<Found | Skipped> {
  const real = await realpath(join(root, prefix));
  if (!(await mayRead(real))) {
    yield { skipped: 'a folder that can not be opened: permission denied', id: prefix };
    return;
  }
  if (above.includes(real)) {
    yield { skipped: 'a link that leads back to a folder above it', id: prefix };
    return;
  }
  for await (const { name, raw, folder } of entriesOf(join(root, prefix))) {
    if (name === undefined) {
      yield { skipped: 'its name is not valid UTF-8; rename it', id: `${prefix}${raw}` };
      continue;
    }
    if (JUNK.test(name)) continue;
    const path = `${prefix}${name}`;
    if (folder && isMaskFolder(name)) yield { skipped: 'a folder of masks', id: path };
    else if (folder) yield* walk(root, `${path}/`, [...above, real]);
    else if (isImageName(name)) yield { path, absolute: join(root, path) };
    else
      yield {
        skipped: `no image by its name (${/\.[a-z]{1,8}$/i.exec(name)?.[0].toLowerCase() ?? 'no known ending'})`,
        id: path,
      };
  }
}

/** Counts what `walk` will find, without opening a file. */
export async function countImages(root: string): Promise<number> {
  let count = 0;
  for await (const found of walk(root)) if (!('skipped' in found)) count += 1;
  return count;
}

function mayRead(folder: string): Promise<boolean> {
  return access(folder, constants.R_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

async function* entriesOf(folder: string): AsyncGenerator<{ name: string | undefined; raw: string; folder: boolean }> {
  // Names come as bytes: a name that is not UTF-8 would otherwise be altered in silence, and then not be found.
  const options = { encoding: 'buffer' as BufferEncoding, bufferSize: 256 };
  for await (const entry of (await opendir(folder, options)) as AsyncIterable<Dirent<string>>) {
    const bytes = entry.name as unknown as Buffer;
    const name = bytes.toString('utf8');
    const valid = Buffer.from(name, 'utf8').equals(bytes);
    const linked = entry.isSymbolicLink() && valid ? await stat(join(folder, name)).catch(() => undefined) : undefined;
    yield {
      name: valid ? name : undefined,
      raw: valid ? name : bytes.toString('latin1').replace(/[\x80-\xff]/g, (c) => `\\x${c.charCodeAt(0).toString(16)}`),
      folder: entry.isDirectory() || (linked?.isDirectory() ?? false),
    };
  }
}
