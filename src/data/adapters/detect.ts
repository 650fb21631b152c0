import { stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { OslerError } from '../../errors.ts';
import type { Scratch } from '../../store/scratch.ts';
import type { Item, Source } from './adapter.ts';
import { findFolders, flatSource, folderSource, noClasses } from './folders.ts';
import { joinTables } from './join.ts';
import { findTables, type TableLayout, type TableOptions, type TableUse, useLabelTable, useTable } from './layouts.ts';
import { npzSource } from './npz.ts';
import { openTable } from './table.ts';
import { look } from './walk.ts';

export const FORMATS = ['folder', 'covid-radiography', 'csv', 'ham10000', 'isic', 'siim-isic', 'npz'] as const;
export type Format = (typeof FORMATS)[number];

export interface SourceOptions extends TableOptions {
  /** Found by itself when absent. */
  format?: Format;
  /** Takes the group from the image's file name: the first bracket of the pattern. */
  groupPattern?: RegExp;
}

/**
 * Understands what `path` is. In this order: an .npz; folders called train, test... that hold class folders; a table
 * whose columns are known, beside its images; class folders; a folder with one .npz.
 * Throws NOT_FOUND, USAGE for options that contradict each other, DATA_INVALID saying what was looked for.
 */
export async function openSource(path: string, options: SourceOptions, scratch: Scratch): Promise<Source> {
  const root = resolve(path);
  const info = await stat(root).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new OslerError('NOT_FOUND', `${path} does not exist.`, { cause });
    throw new OslerError('DATA_INVALID', `${path} can not be opened: ${cause.message}.`, { cause });
  });
  const source = info.isDirectory() ? await openFolder(root, options, scratch) : await openFile(root, options, scratch);
  return options.groupPattern === undefined ? source : withGroups(source, options.groupPattern);
}

async function openFile(path: string, options: SourceOptions, scratch: Scratch): Promise<Source> {
  if (/\.npz$/i.test(path) || options.format === 'npz') {
    refuseTable(options, 'An .npz holds its labels itself');
    return npzSource(path);
  }
  if (/\.(csv|tsv|tab)$/i.test(path)) {
    if (options.metadata !== undefined)
      throw new OslerError('USAGE', 'The source is a table itself: --metadata can not name another.');
    const root = dirname(path);
    return joined(root, 'csv', [useLabelTable(await openTable(path), options)], scratch);
  }
  throw new OslerError('DATA_INVALID', `${path} is neither a folder nor an .npz or CSV file.`, {
    hint: /\.(zip|tar|gz|tgz|7z|rar)$/i.test(path)
      ? 'Unpack it first, and name the folder.'
      : 'Name a folder of images.',
  });
}

async function openFolder(root: string, options: SourceOptions, scratch: Scratch): Promise<Source> {
  if (options.metadata !== undefined) return openWithMetadata(root, options.metadata, options, scratch);
  const { format } = options;
  const byFolder = format === 'folder' || format === 'covid-radiography';
  const folders = format === undefined || byFolder ? await findFolders(root) : undefined;
  if (folders !== undefined && (byFolder || folders.splits.size > 0)) {
    refuseTable(options, 'The folders name the classes');
    return withHint(folderSource(root, folders), root);
  }
  if (byFolder) throw noClasses(root, await look(root));
  if (format !== 'npz') {
    const tables = await chooseTables(root, options);
    if (tables !== undefined) return joined(root, tables.format, tables.uses, scratch);
    if (folders !== undefined) {
      refuseTable(options, 'The folders name the classes');
      return folderSource(root, folders);
    }
  }
  const level = await look(root);
  if (level.archives.length === 1) return openFile(join(root, level.archives[0]!), options, scratch);
  if (format === 'npz')
    throw new OslerError('DATA_INVALID', `${root} does not hold one .npz but ${level.archives.length}.`);
  // A table whose columns say nothing: say which are missing.
  if (level.tables.length > 0) useLabelTable(await openTable(join(root, level.tables[0]!)), options);
  throw noClasses(root, level);
}

async function openWithMetadata(root: string, file: string, options: SourceOptions, scratch: Scratch): Promise<Source> {
  const table = await openTable(resolve(file));
  const folders = options.format === undefined || options.format === 'folder' ? await findFolders(root) : undefined;
  const base = folders === undefined ? flatSource(root) : folderSource(root, folders);
  const labels = folders === undefined || options.label !== undefined;
  const use = labels ? useLabelTable(table, options) : useTable(table, options);
  return joinTables(base, [use], { root, labels, scratch });
}

function joined(root: string, format: string, uses: readonly TableUse[], scratch: Scratch): Promise<Source> {
  return joinTables(flatSource(root), uses, { root, labels: true, scratch, format });
}

async function chooseTables(root: string, options: SourceOptions): Promise<TableLayout | undefined> {
  const found = await findTables(root);
  const asked = options.id !== undefined || options.label !== undefined || options.group !== undefined;
  const wanted = options.format === undefined || options.format === found?.format || options.format === 'csv';
  if (!asked && wanted) return found;
  if (!wanted && options.format !== 'npz' && !asked) {
    throw new OslerError('DATA_INVALID', `${root} holds no tables in the layout of ${options.format}.`, {
      hint: found === undefined ? 'Name the table with --metadata FILE.' : `It looks like ${found.format}.`,
    });
  }
  const { tables } = await look(root);
  if (tables.length > 1) {
    throw new OslerError('USAGE', `${root} holds ${tables.length} tables: ${tables.join(', ')}.`, {
      hint: 'Name one with --metadata FILE.',
    });
  }
  if (tables.length === 0) return undefined;
  return { format: 'csv', uses: [useLabelTable(await openTable(join(root, tables[0]!)), options)] };
}

function refuseTable(options: SourceOptions, why: string): void {
  const asked = (['id', 'label', 'group', 'metadata'] as const).find((name) => options[name] !== undefined);
  if (asked === undefined) return;
  throw new OslerError('USAGE', `${why}: --${asked} has no table to look in.`, { hint: 'Add --metadata FILE.' });
}

/** A table that lies there unused is worth a word: it often holds the patients. */
function withHint(source: Source, root: string): Source {
  const notes = async () => (await look(root)).tables;
  let unused: string[] = [];
  return {
    ...source,
    async *items(known) {
      unused = await notes();
      yield* source.items(known);
    },
    notes: () => [
      ...source.notes(),
      ...unused.map(
        (name) => `${name} was not used; --metadata ${join(root, name)} joins its columns, --group its patients`,
      ),
    ],
  };
}

function withGroups(source: Source, pattern: RegExp): Source {
  let without = 0;
  return {
    ...source,
    async *items(known): AsyncGenerator<Item> {
      for await (const item of source.items(known)) {
        if ('skipped' in item) yield item;
        else {
          const group = item.group ?? pattern.exec(basename(item.id))?.[1];
          if (group === undefined) without += 1;
          yield group === undefined ? item : { ...item, group };
        }
      }
    },
    notes: () => [
      ...source.notes(),
      ...(without > 0 ? [`${without} images have no group: their names do not match ${pattern}`] : []),
    ],
  };
}
