import { createReadStream } from 'node:fs';
import { type FileHandle, open, stat } from 'node:fs/promises';
import { basename } from 'node:path';
import { type CsvError, parse } from 'csv-parse';
import { distance } from 'fastest-levenshtein';
import { OslerError } from '../../errors.ts';

/** A CSV file whose header was read. Rows are streamed. */
export interface Table {
  path: string;
  name: string;
  columns: string[];
  encoding: string;
  delimiter: string;
}

export interface Row {
  /** Of the file, 1 is the header. */
  line: number;
  values: Record<string, string>;
}

/**
 * Reads the header of a CSV: comma, semicolon, tab or bar between the columns, UTF-8 or UTF-16 with or without a byte order mark, or
 * Windows-1252 (what spreadsheet programs write) when the bytes are no UTF-8.
 * Throws NOT_FOUND, or DATA_INVALID for a file without columns or with two of one name.
 */
export async function openTable(path: string): Promise<Table> {
  await checkFile(path);
  const encoding = await encodingOf(path);
  const name = basename(path);
  let head = '';
  for await (const text of decoded(path, encoding)) {
    head += text;
    if (/[\r\n]/.test(head.trimStart()) || head.length > 1 << 20) break;
  }
  const first = head.trimStart().split(/\r\n|\n|\r/)[0] ?? '';
  const bare = first.replace(/"[^"]*"/g, '');
  const count = (mark: string) => bare.split(mark).length;
  const delimiter = [',', ';', '\t', '|'].reduce((best, mark) => (count(mark) > count(best) ? mark : best));
  const table = { path, name, columns: [], encoding, delimiter };
  const columns = await headerOf(table);
  if (columns.length < 2) {
    throw new OslerError('DATA_INVALID', `${name} is not a table: its first line has no columns.`, {
      hint: 'The first line names the columns, parted by commas, semicolons or tabs.',
    });
  }
  const twice = columns.find((column, i) => columns.indexOf(column) !== i);
  if (twice !== undefined) throw new OslerError('DATA_INVALID', `${name} has two columns called "${twice}".`);
  return { ...table, columns };
}

async function headerOf(table: Table): Promise<string[]> {
  for await (const { values } of records(table)) return values;
  return [];
}

/** All rows, trimmed; empty lines are passed over. Throws DATA_INVALID naming the line that has too many or few columns. */
export async function* rowsOf(table: Table): AsyncGenerator<Row> {
  let first = true;
  for await (const { line, values } of records(table)) {
    if (!first) {
      if (values.length !== table.columns.length) {
        throw new OslerError(
          'DATA_INVALID',
          `${table.name}, line ${line} has ${values.length} columns; the header has ${table.columns.length}.`,
          {
            hint: 'Quote values that contain the separator.',
          },
        );
      }
      yield { line, values: Object.fromEntries(table.columns.map((column, i) => [column, values[i]!])) };
    }
    first = false;
  }
}

async function* records(table: Table): AsyncGenerator<{ line: number; values: string[] }> {
  const parser = parse({
    delimiter: table.delimiter,
    bom: true,
    trim: true,
    skip_empty_lines: true,
    skip_records_with_empty_values: true,
    relax_column_count: true,
    info: true,
  });
  const feed = (async () => {
    try {
      for await (const text of decoded(table.path, table.encoding)) {
        if (!parser.write(text)) await new Promise<void>((done) => parser.once('drain', done).once('close', done));
        if (parser.destroyed) return;
      }
      parser.end();
    } catch (error) {
      parser.destroy(error as Error);
    }
  })();
  try {
    for await (const { record, info } of parser as AsyncIterable<{ record: string[]; info: { lines: number } }>) {
      yield { line: info.lines, values: record };
    }
    await feed;
  } catch (cause) {
    if (cause instanceof OslerError) throw cause;
    const line = (cause as CsvError & { lines?: number }).lines;
    throw new OslerError('DATA_INVALID', `${table.name}${line ? `, line ${line}` : ''}: ${(cause as Error).message}`, {
      cause,
    });
  } finally {
    parser.destroy();
  }
}

async function* decoded(path: string, encoding: string): AsyncGenerator<string> {
  const decoder = new TextDecoder(encoding);
  for await (const chunk of createReadStream(path)) yield decoder.decode(chunk as Buffer, { stream: true });
  yield decoder.decode();
}

async function checkFile(path: string): Promise<void> {
  const info = await stat(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code === 'ENOENT') throw new OslerError('NOT_FOUND', `${path} does not exist.`, { cause });
    throw new OslerError('DATA_INVALID', `${path} can not be read: ${cause.message}.`, { cause });
  });
  if (!info.isFile()) throw new OslerError('DATA_INVALID', `${path} is not a file: a table was expected.`);
}

async function encodingOf(path: string): Promise<string> {
  const handle = await open(path);
  try {
    const { buffer, bytesRead } = await handle.read(Buffer.alloc(4), 0, 4, 0);
    if (bytesRead >= 2 && buffer[0] === 0xff && buffer[1] === 0xfe) return 'utf-16le';
    if (bytesRead >= 2 && buffer[0] === 0xfe && buffer[1] === 0xff) return 'utf-16be';
    if (bytesRead === 4 && buffer.toString('latin1') === 'PK\x03\x04') {
      throw new OslerError('DATA_INVALID', `${basename(path)} is a spreadsheet, not a CSV.`, {
        hint: 'Save it as CSV.',
      });
    }
    if (await isBinary(handle)) {
      throw new OslerError('DATA_INVALID', `${basename(path)} is no text table: it holds bytes that no text has.`, {
        hint: 'Name a CSV file: a first line with the names of the columns, then one line for each image.',
      });
    }
  } finally {
    await handle.close();
  }
  const decoder = new TextDecoder('utf-8', { fatal: true });
  try {
    for await (const chunk of createReadStream(path)) decoder.decode(chunk as Buffer, { stream: true });
    decoder.decode();
    return 'utf-8';
  } catch (error) {
    if (error instanceof TypeError) return 'windows-1252';
    throw error;
  }
}

/** Text has no control characters but those that part lines and columns. */
async function isBinary(handle: FileHandle): Promise<boolean> {
  const { buffer, bytesRead } = await handle.read(Buffer.alloc(1 << 16), 0, 1 << 16, 0);
  return buffer
    .subarray(0, bytesRead)
    .some((byte) => byte < 9 || (byte > 13 && byte < 32 && byte !== 26) || byte === 127);
}

/** The column's name as the table spells it. Throws DATA_INVALID with the nearest name when there is none. */
export function column(table: Table, wanted: string): string {
  if (table.columns.includes(wanted)) return wanted;
  const near = table.columns.toSorted(
    (a, b) => distance(plain(a), plain(wanted)) - distance(plain(b), plain(wanted)),
  )[0]!;
  throw new OslerError('DATA_INVALID', `${table.name} has no column "${wanted}"; the nearest is "${near}".`, {
    hint: `Its columns are ${table.columns.join(', ')}.`,
  });
}

/** The first column whose name, in letters and digits alone, is one of these; undefined where none is. */
export function guessColumn(table: Table, names: readonly string[]): string | undefined {
  for (const name of names) {
    const found = table.columns.find((c) => plain(c) === name);
    if (found !== undefined) return found;
  }
  return undefined;
}

function plain(name: string): string {
  return name.toLowerCase().replace(/[^\p{L}\p{N}]/gu, '');
}
