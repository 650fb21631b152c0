import { randomBytes } from 'node:crypto';
import { copyFile, link, mkdir, readdir, rename, stat } from 'node:fs/promises';
import { dirname, extname, join } from 'node:path';
import { isMaskFolder } from './adapters/walk.ts';
import { datasetFolder, openDataset } from './dataset.ts';
import { openImage } from './decode.ts';
import { type FindMask, masksIn } from './find-masks.ts';
import { mapBounded } from './pool.ts';
import type { Dataset, DatasetRecord, Sample } from './sample.ts';

/** Folders of masks deeper than this below the source are not looked for. */
const DEPTH = 4;
/** Masks that are looked at before a set of another size than its images is given up. */
const FIRST = 20;
/** Of those, named in the remark. */
const NAMED = 3;

/** Masks of a dataset's images, for all its versions: each named by its image's sha256. */
function masksFolder(home: string, name: string): string {
  return join(datasetFolder(home, name), 'masks');
}

/**
 * Keeps the masks that lie beside a source's images in a folder of their own (masks/, segmentations/...), for what is of the size of
 * its image, so that explanations find them. Answers remarks for the reader; none where there are no masks.
 */
export async function keepMasks(
  source: string,
  {
    home,
    record,
    link: linked,
    signal,
  }: { home: string; record: DatasetRecord; link: boolean; signal: AbortSignal | undefined },
): Promise<string[]> {
  const root = (await stat(source)).isDirectory() ? source : dirname(source);
  const folders = await maskFolders(root, DEPTH);
  const find = folders.length === 0 ? null : await masksIn(folders).catch(() => null);
  if (find === null) return [];
  const dataset = await openDataset(home, `${record.name}@${record.version}`);
  const target = masksFolder(home, record.name);
  const there = new Set(await readdir(target).catch(() => []));
  const counts = { kept: 0, other: 0, unclear: 0 };
  const named = new Map<string, string>();
  const keep = async (sample: Sample): Promise<keyof typeof counts | null> => {
    signal?.throwIfAborted();
    const mask = maskOf(find, sample.id);
    if (mask === undefined || mask === null) return mask === null ? 'unclear' : null;
    const file = `${sample.sha256}${extname(mask).toLowerCase()}`;
    if (there.has(file)) return 'kept';
    if (counts.kept === 0 && counts.other >= FIRST) return 'other';
    const size = await openImage(mask).catch(() => null);
    if (size?.width !== sample.width || size.height !== sample.height) {
      const is = size === null ? 'not readable' : `${size.width} × ${size.height}`;
      named.set(sample.id, `${sample.id} (mask ${is}, image ${sample.width} × ${sample.height})`);
      return 'other';
    }
    await mkdir(target, { recursive: true });
    const temporary = join(target, `.${randomBytes(6).toString('hex')}.tmp`);
    await (linked ? link(mask, temporary).catch(() => copyFile(mask, temporary)) : copyFile(mask, temporary));
    await rename(temporary, join(target, file));
    return 'kept';
  };
  for await (const found of mapBounded([...dataset.samples(), ...dataset.excluded], 8, keep)) {
    if (found !== null) counts[found] += 1;
  }
  const { kept, other, unclear } = counts;
  // Several are looked at at once, and end in any order.
  const examples = [...named.keys()]
    .sort()
    .slice(0, NAMED)
    .map((id) => named.get(id)!);
  return [
    ...(kept > 0 ? [`${kept} masks are kept with the images: osler explain holds its maps against them`] : []),
    ...(other > 0
      ? [
          `${other} masks are not of the size of their image, or not readable: they are not kept; of ${examples.join(', ')}${other > examples.length ? ' and others' : ''}`,
        ]
      : []),
    ...(unclear > 0 ? [`${unclear} images have more than one mask: none of them is kept`] : []),
  ];
}

/** The masks that an import kept, by sample id; null where it kept none. */
export async function keptMasks(home: string, dataset: Dataset): Promise<FindMask | null> {
  const folder = masksFolder(home, dataset.record.name);
  const names = await readdir(folder).catch(() => []);
  const bySha = new Map(names.filter((name) => !name.startsWith('.')).map((name) => [name.slice(0, 64), name]));
  if (bySha.size === 0) return null;
  const shas = new Map(dataset.samples().map(({ id, sha256 }) => [id, sha256]));
  return (id) => {
    const name = bySha.get(shas.get(id) ?? '');
    return name === undefined ? undefined : join(folder, name);
  };
}

/** Undefined where there is none, null where several fit alike. */
function maskOf(find: FindMask, id: string): string | undefined | null {
  try {
    return find(id);
  } catch {
    return null;
  }
}

async function maskFolders(folder: string, depth: number): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  const found: string[] = [];
  for (const { name } of entries.filter((one) => one.isDirectory() && !one.name.startsWith('.'))) {
    if (isMaskFolder(name)) found.push(join(folder, name));
    else if (depth > 0) found.push(...(await maskFolders(join(folder, name), depth - 1)));
  }
  return found;
}
