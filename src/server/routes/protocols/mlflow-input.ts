/** What MLflow's scoring protocol sends: a data frame or tensors, as JSON or CSV. */
import { parse as parseCsv } from 'csv-parse/sync';
import { z } from 'zod';
import type { BundleManifest } from '../../../bundle/manifest.ts';
import { OslerError } from '../../../errors.ts';
import type { Pixels } from '../../../serving/predictor.ts';
import { fromBase64 } from '../../image-body.ts';
import { flatten, fromNormalised } from './pixels.ts';

export const FORMATS = ['dataframe_split', 'dataframe_records', 'instances', 'inputs'] as const;

const Split = z.object({
  columns: z.array(z.string()).optional(),
  index: z.unknown().optional(),
  data: z.array(z.array(z.unknown())),
});
const Records = z.array(z.record(z.string(), z.unknown()));

/** Columns that hold an image, the first of them that there is. A frame of one column needs no name. */
const COLUMNS = ['image', 'images', 'data', 'file', 'content'];
/** Of a patient or session. */
const KEY = 'key';
const MOST = 256;

export interface Row {
  image: Uint8Array | Pixels;
  key?: string;
}

export const isMlflowInput = (body: unknown): boolean =>
  typeof body === 'object' && body !== null && FORMATS.some((format) => format in body);

/** The images of a request. Throws USAGE, naming the row. */
export function mlflowRows(body: unknown, manifest: BundleManifest): Row[] {
  const named = FORMATS.filter((format) => typeof body === 'object' && body !== null && format in body);
  if (named.length !== 1) {
    throw new OslerError('USAGE', `The body must have exactly one of ${FORMATS.join(', ')}.`, {
      hint: 'As in {"dataframe_split": {"columns": ["image"], "data": [[BASE64]]}} or {"inputs": [BASE64]}.',
    });
  }
  const [format] = named as [(typeof FORMATS)[number]];
  const value = (body as Record<string, unknown>)[format];
  const rows = format.startsWith('dataframe') ? fromFrame(format, value) : fromTensor(value, manifest);
  if (rows.length < 1 || rows.length > MOST)
    throw new OslerError('USAGE', `The request has ${rows.length} rows; 1 to ${MOST} are answered at once.`);
  return rows;
}

/** A CSV with a head, as `DataFrame.to_csv` writes it. Throws USAGE. */
export function mlflowCsv(text: string): Row[] {
  let records: Record<string, string>[];
  try {
    records = parseCsv(text, { columns: true, skip_empty_lines: true, to: MOST + 1 });
  } catch (cause) {
    throw new OslerError('USAGE', `The CSV cannot be read: ${(cause as Error).message}.`, { cause });
  }
  if (records.length < 1 || records.length > MOST)
    throw new OslerError('USAGE', `The CSV has ${records.length} rows or more; 1 to ${MOST} are answered at once.`);
  return records.map(fromRecord);
}

function fromFrame(format: string, value: unknown): Row[] {
  if (format === 'dataframe_records') {
    const records = Records.safeParse(value);
    if (!records.success) throw new OslerError('USAGE', 'dataframe_records is not a list of rows with named columns.');
    return records.data.map(fromRecord);
  }
  const split = Split.safeParse(value);
  if (!split.success) throw new OslerError('USAGE', 'dataframe_split is not {"columns": [...], "data": [[...]]}.');
  const { columns, data } = split.data;
  return data.map((cells, row) => {
    if (columns !== undefined && cells.length !== columns.length) {
      throw new OslerError('USAGE', `Row ${row} has ${cells.length} values for ${columns.length} columns.`);
    }
    return fromRecord(
      Object.fromEntries(cells.map((cell, c) => [columns?.[c] ?? (c === 0 ? 'image' : String(c)), cell])),
      row,
    );
  });
}

function fromRecord(record: Record<string, unknown>, row: number): Row {
  const names = Object.keys(record).filter((name) => name !== KEY && name !== '');
  const column = COLUMNS.find((name) => name in record) ?? (names.length === 1 ? names[0] : undefined);
  if (column === undefined) {
    throw new OslerError('USAGE', `Row ${row} has no column with an image.`, {
      hint: `Call it ${COLUMNS[0]}; it holds the file as base64.`,
    });
  }
  const key = record[KEY];
  return { image: base64(record[column], row, column), ...(typeof key === 'string' && key !== '' ? { key } : {}) };
}

/**
 * `inputs` and `instances`: a list of files as base64, {"image": [...]} or [{"image": ...}] of such, or the numbers that the graph takes
 * (n x channels x height x width).
 */
function fromTensor(value: unknown, manifest: BundleManifest): Row[] {
  const list = unwrap(value);
  if (Array.isArray(list) && list.every((one) => typeof one === 'object' && one !== null && !Array.isArray(one)))
    return (list as Record<string, unknown>[]).map(fromRecord);
  const texts = typeof list === 'string' ? [list] : Array.isArray(list) ? list.flat(1) : null;
  if (texts?.every((one) => typeof one === 'string')) return texts.map((text, row) => ({ image: base64(text, row) }));
  const { channels, height, width } = manifest.preprocess;
  const { values, shape } = flatten(list, MOST * channels * height * width);
  const [count = 0, ...size] = shape;
  if (String(size) !== String([channels, height, width])) {
    throw new OslerError(
      'USAGE',
      `The tensor has the shape ${shape.join(' x ')}; n x ${channels} x ${height} x ${width} was expected.`,
      {
        hint: 'Or send files: {"inputs": [BASE64, ...]}.',
      },
    );
  }
  return fromNormalised(values, count, manifest.preprocess).map((image) => ({ image }));
}

/** {"image": [...]} is the list; so is {"images": [...]}, as the graph's own input is called. */
function unwrap(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  const names = Object.keys(value);
  const name = COLUMNS.find((one) => one in value) ?? names[0];
  if (name !== undefined && names.length === 1) return (value as Record<string, unknown>)[name];
  throw new OslerError('USAGE', 'The inputs have no image, or more than that.', {
    hint: 'As in {"inputs": {"image": [BASE64]}}.',
  });
}

function base64(cell: unknown, row: number, column = 'image'): Uint8Array {
  if (cell === undefined || cell === null || cell === '') {
    throw new OslerError('USAGE', `Row ${row} has no value in its column "${column}".`, { hint: WANTED });
  }
  if (typeof cell !== 'string') {
    throw new OslerError('USAGE', `Row ${row} has ${kindOf(cell)} in its column "${column}", not base64.`, {
      hint: WANTED,
    });
  }
  try {
    return fromBase64(cell);
  } catch {
    throw new OslerError('USAGE', `The text in column "${column}" of row ${row} is not base64.`, { hint: WANTED });
  }
}

const WANTED = "It holds the image's file, as base64.";

function kindOf(cell: unknown): string {
  if (Array.isArray(cell)) return 'a list';
  return typeof cell === 'object' ? 'an object' : `a ${typeof cell}`;
}
