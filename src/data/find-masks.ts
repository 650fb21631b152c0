import { readdir } from 'node:fs/promises';
import { extname, join, sep } from 'node:path';
import { OslerError } from '../errors.ts';

const IMAGE = /\.(png|jpe?g|bmp|tiff?|webp)$/i;
/** What masks are called beside their image's name. */
const SUFFIX = /[_-](masks?|seg|segmentation|lesion|label|gt)$/i;

/** Finds the mask of an image by its id; undefined where there is none. */
export type FindMask = (id: string) => string | undefined;

/**
 * Masks in a folder (and those below) by the image's name: ISIC_01.png or ISIC_01_segmentation.png for .../ISIC_01.jpg. Where several
 * have the name, the one in the folder that is called like the image's counts.
 * Throws NOT_FOUND for a folder that is not there or holds no image; the finder throws DATA_INVALID where two masks fit alike.
 */
export async function findMasks(folder: string): Promise<FindMask> {
  return masksIn([folder]);
}

/** The same over several folders. */
export async function masksIn(folders: readonly string[]): Promise<FindMask> {
  const byName = new Map<string, string[][]>();
  for (const folder of folders) {
    const entries = await readdir(folder, { recursive: true, withFileTypes: true }).catch((cause: unknown) => {
      throw new OslerError('NOT_FOUND', `The folder of masks ${folder} cannot be read.`, { cause });
    });
    for (const entry of entries) {
      if (!entry.isFile() || !IMAGE.test(entry.name)) continue;
      const path = join(entry.parentPath, entry.name);
      const parts = path.split(sep);
      const name = stem(entry.name).replace(SUFFIX, '');
      byName.set(name, [...(byName.get(name) ?? []), parts]);
    }
  }
  if (byName.size === 0)
    throw new OslerError('NOT_FOUND', `${folders.join(', ')} holds no masks: no PNG, JPEG, BMP, TIFF or WebP.`);
  return (id) => {
    const parts = id.split('/');
    const found = byName.get(stem(parts.at(-1)!));
    if (found === undefined) return undefined;
    const scored = found.map((mask) => ({ path: mask.join(sep), alike: alike(mask, parts) }));
    const best = Math.max(...scored.map((one) => one.alike));
    const [first, second] = scored.filter((one) => one.alike === best);
    if (second === undefined) return first!.path;
    throw new OslerError('DATA_INVALID', `Two masks fit ${id} alike: ${first!.path} and ${second.path}.`, {
      hint: 'Name a folder with one mask for each image.',
    });
  };
}

function stem(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

/** Folders above the file that are called the same, counted from the file upwards. */
function alike(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count + 1 < Math.min(a.length, b.length) && a.at(-2 - count) === b.at(-2 - count)) count += 1;
  return count;
}
