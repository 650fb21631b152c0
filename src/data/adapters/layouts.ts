import { join } from 'node:path';
import { OslerError } from '../../errors.ts';
import type { Split } from '../sample.ts';
import { splitOfName } from './folders.ts';
import { column, guessColumn, openTable, type Table } from './table.ts';
import { look } from './walk.ts';

const ID =
  'imageid image imagename imagepath img imageindex imagefile file filename filepath path isicid id name'.split(' ');
const LABEL = 'label class dx diagnosis target category finding findinglabels benignmalignant y'.split(' ');
const GROUP = 'patientid patient subjectid subject lesionid lesion caseid case personid groupid group'.split(' ');
const SPLIT = 'split subset partition phase set'.split(' ');
const ISIC = new Set('MEL NV BCC AKIEC AK BKL DF VASC SCC UNK'.split(' '));

/** What a table says of images, and in which columns. */
export interface TableUse {
  table: Table;
  id: string;
  /** A column, or one column for each class with a 1 in the image's own. */
  label?: string | { oneHot: string[] };
  group?: string;
  split?: string;
  /** All rows of this table are of this split. */
  given?: Split;
  /** Columns that are neither data nor truth. */
  ignore?: string[];
}

export interface TableOptions {
  metadata?: string;
  id?: string;
  label?: string;
  group?: string;
}

/** Columns as asked for, else by their usual names. Throws DATA_INVALID naming the column that is missing. */
export function useTable(table: Table, options: TableOptions): TableUse {
  const id = options.id === undefined ? guessColumn(table, ID) : column(table, options.id);
  if (id === undefined) {
    throw new OslerError('DATA_INVALID', `No column of ${table.name} is known to name the images.`, {
      hint: `Say which with --id COLUMN: ${table.columns.join(', ')}.`,
    });
  }
  const rest = { ...table, columns: table.columns.filter((c) => c !== id) };
  const label = options.label === undefined ? undefined : column(table, options.label);
  const group = options.group === undefined ? guessColumn(rest, GROUP) : column(table, options.group);
  return {
    table,
    id,
    ...(label === undefined ? {} : { label }),
    ...(group === undefined || group === label ? {} : { group }),
  };
}

/** As `useTable`, for a table that must say the labels too. */
export function useLabelTable(table: Table, options: TableOptions): TableUse {
  const use = useTable(table, options);
  const rest = { ...table, columns: table.columns.filter((c) => c !== use.id && c !== use.group) };
  const label = use.label ?? guessColumn(rest, LABEL);
  if (label === undefined) {
    throw new OslerError('DATA_INVALID', `No column of ${table.name} is known to hold the labels.`, {
      hint: `Say which with --label COLUMN: ${rest.columns.join(', ')}.`,
    });
  }
  const split = guessColumn(rest, SPLIT);
  return { ...use, label, ...(split === undefined ? {} : { split }) };
}

export interface TableLayout {
  format: 'ham10000' | 'isic' | 'siim-isic' | 'csv';
  uses: TableUse[];
}

/**
 * The tables of a folder (or one folder further down), recognised by their columns:
 * HAM10000 (image_id, lesion_id, dx), ISIC 2018 and 2019 (one column per class, with their metadata and lesion tables),
 * SIIM-ISIC of Kaggle (image_name, target), or any table whose columns have usual names.
 */
export async function findTables(root: string): Promise<TableLayout | undefined> {
  const tables = await openAll(root);
  const has = (table: Table, ...columns: string[]) => columns.every((c) => table.columns.includes(c));

  const ham = tables.filter((t) => has(t, 'image_id', 'lesion_id', 'dx'));
  if (ham.length > 0) {
    const split = (t: Table): Split => (/test/i.test(t.name) ? 'test' : 'train');
    const given = (t: Table) => (ham.length > 1 ? { given: split(t) } : {});
    const uses = ham.map((table) => ({ table, id: 'image_id', label: 'dx', group: 'lesion_id', ...given(table) }));
    return { format: 'ham10000', uses };
  }
  const truths = tables.filter((t) => has(t, 'image', 'MEL', 'NV'));
  if (truths.length > 0) return { format: 'isic', uses: [...isicTruths(truths), ...isicExtras(tables)] };

  const siim = tables.filter((t) => has(t, 'image_name', 'patient_id', 'target'));
  if (siim.length > 0) {
    const label = (t: Table) => (has(t, 'benign_malignant') ? 'benign_malignant' : 'target');
    return {
      format: 'siim-isic',
      uses: siim.map((table) => ({
        table,
        id: 'image_name',
        label: label(table),
        group: 'patient_id',
        ignore: ['target', 'benign_malignant', 'diagnosis'].filter((c) => has(table, c)),
      })),
    };
  }
  const usual = tables.filter((t) => guessColumn(t, ID) !== undefined && guessColumn(t, LABEL) !== undefined);
  if (usual.length === 0) return undefined;
  const uses = usual.map((table) => ({ ...useLabelTable(table, {}), ...tableSplit(usual, table) }));
  return { format: 'csv', uses };
}

/** `train.csv` beside `test.csv`: each gives its own split. */
function tableSplit(all: Table[], table: Table): { given?: Split } {
  const given = splitOfName(table.name.replace(/\.[^.]+$/, ''));
  return all.length > 1 && given !== undefined ? { given } : {};
}

function isicTruths(truths: Table[]): TableUse[] {
  return truths.map((table) => {
    const oneHot = table.columns.filter((c) => ISIC.has(c));
    const given = /test/i.test(table.name) ? 'test' : /valid/i.test(table.name) ? 'val' : 'train';
    const ignore = table.columns.filter((c) => c === 'score_weight' || c === 'validation_weight');
    return { table, id: 'image', label: { oneHot }, ignore, ...(truths.length > 1 ? { given } : {}) };
  });
}

function isicExtras(tables: Table[]): TableUse[] {
  return tables
    .filter((t) => t.columns.includes('image') && !t.columns.includes('MEL'))
    .map((table) => ({ table, id: 'image', ...(table.columns.includes('lesion_id') ? { group: 'lesion_id' } : {}) }));
}

async function openAll(root: string): Promise<Table[]> {
  const level = await look(root);
  const paths = level.tables.map((name) => join(root, name));
  for (const folder of level.folders.slice(0, 50)) {
    for (const name of (await look(join(root, folder))).tables) paths.push(join(root, folder, name));
  }
  const tables: Table[] = [];
  for (const path of paths) {
    // A file that is no table after all is none of this source's; what it should have said is missed by name later.
    const table = await openTable(path).catch((error: unknown) => {
      if (error instanceof OslerError) return undefined;
      throw error;
    });
    if (table !== undefined) tables.push(table);
  }
  return tables;
}
