import { join } from 'node:path';
import { OslerError } from '../../errors.ts';
import type { Split } from '../sample.ts';
import type { Item, Source } from './adapter.ts';
import { countImages, isMaskFolder, type Level, look, walk } from './walk.ts';

/** The split that a folder's name stands for: `Train`, `valid`, `test_set`, `val_images`... */
export function splitOfName(name: string): Split | undefined {
  const word = name
    .toLowerCase()
    .replace(/[^a-z]/g, '')
    .replace(/(set|dir|data|images?|imgs?|split)$/, '');
  if (/^(train|training|trn)$/.test(word)) return 'train';
  if (/^(val|valid|validation|dev)$/.test(word)) return 'val';
  if (/^(test|testing|tst|holdout)$/.test(word)) return 'test';
  return undefined;
}

export interface FolderLayout {
  /** Where the class folders, or the split folders, stand. */
  base: string;
  /** Folder names by split; empty where the source gives none. */
  splits: Map<string, Split>;
  /** `class/images/`, `class/masks/`, as COVID-19 Radiography has it. */
  nested: boolean;
}

/**
 * Finds the class folders: in `root`, in its `train`, `test`... folders, or below folders that hold nothing but one folder.
 * Returns undefined where there are none (images without a class).
 */
export async function findFolders(root: string): Promise<FolderLayout | undefined> {
  let base = root;
  for (let depth = 0; depth < 8; depth++) {
    const level = await look(base);
    const folders = level.folders.filter((name) => !isMaskFolder(name));
    const splits = new Map(folders.flatMap((name) => (splitOfName(name) ? [[name, splitOfName(name)!] as const] : [])));
    if (splits.size > 0) return (await anyClass(base, splits)) ? { base, splits, nested: false } : undefined;
    if (folders.length === 0) return undefined;
    const inner = await look(join(base, folders[0]!));
    // One folder alone with images in it is a single class, unless it is called `images`; without, it only wraps the rest.
    const wraps =
      folders.length === 1 && !level.images && (!inner.images || /^(images?|imgs?|data)$/i.test(folders[0]!));
    if (!wraps) return { base, splits, nested: await isNested(base, folders, inner) };
    base = join(base, folders[0]!);
  }
  return undefined;
}

async function anyClass(base: string, splits: Map<string, Split>): Promise<boolean> {
  for (const name of splits.keys()) if ((await look(join(base, name))).folders.length > 0) return true;
  return false;
}

async function isNested(base: string, folders: string[], first: Level): Promise<boolean> {
  const holds = (level: Level) => !level.images && level.folders.includes('images') && level.folders.some(isMaskFolder);
  return holds(first) || (folders.length > 1 && holds(await look(join(base, folders.at(-1)!))));
}

/** A source whose folders name the classes. Images that stand beside the class folders are skipped, and counted. */
export function folderSource(root: string, { base, splits, nested }: FolderLayout): Source {
  const prefix = base === root ? '' : `${base.slice(root.length).replace(/^\/+/, '')}/`;
  async function* items(): AsyncGenerator<Item> {
    for await (const found of walk(base)) {
      if ('skipped' in found) {
        yield { skipped: found.skipped, id: `${prefix}${found.id}` };
        continue;
      }
      const id = `${prefix}${found.path}`;
      const parts = found.path.split('/');
      const given = splits.size > 0 ? splits.get(parts.shift()!) : undefined;
      if (splits.size > 0 && given === undefined) yield { skipped: 'outside the folders of a split', id };
      else if (parts.length < 2) yield { skipped: 'outside the folders of a class', id };
      else {
        const content = { kind: 'file', path: found.absolute } as const;
        yield { id, label: parts[0]!, ...(given === undefined ? {} : { given }), meta: {}, content };
      }
    }
  }
  return {
    format: nested ? 'covid-radiography' : 'folder',
    description: `classes by folder${splits.size > 0 ? `, ${[...splits.keys()].join(', ')} given` : ''}`,
    count: () => countImages(base),
    items,
    notes: () => [],
  };
}

/** Images by file alone, for a table that says their labels. */
export function flatSource(root: string): Source {
  async function* items(): AsyncGenerator<Item> {
    for await (const found of walk(root)) {
      if ('skipped' in found) yield found;
      else {
        const given = found.path
          .split('/')
          .slice(0, -1)
          .map(splitOfName)
          .find((split) => split !== undefined);
        const content = { kind: 'file', path: found.absolute } as const;
        yield { id: found.path, ...(given === undefined ? {} : { given }), meta: {}, content };
      }
    }
  }
  return { format: 'csv', description: 'images by file', count: () => countImages(root), items, notes: () => [] };
}

export function noClasses(root: string, level: Level): OslerError {
  if (!level.images && level.folders.length === 0) {
    return new OslerError('DATA_INVALID', `${root} holds no images.`, {
      hint: 'Name a folder with one sub-folder for each class, a folder with a CSV, or an .npz file.',
    });
  }
  return new OslerError(
    'DATA_INVALID',
    `The images in ${root} have no classes: they lie in no folders of classes, and there is no table.`,
    {
      hint: 'Put the images of each class into a folder of its name, or give a table: --metadata FILE --id COLUMN --label COLUMN.',
    },
  );
}
