import { readFile } from 'node:fs/promises';
import type { Command } from 'commander';
import { parse } from 'csv-parse/sync';
import { amendDataset, type Decision } from '../data/amend.ts';
import { findRecord } from '../data/dataset.ts';
import { OslerError } from '../errors.ts';
import { DatasetShelf, type OpenVersion } from '../pipeline/datasets/shelf.ts';
import { tellAmendment } from '../pipeline/datasets/tell-amendment.ts';
import { openStore } from '../store/store.ts';
import { actor } from './actor.ts';
import type { Context } from './context.ts';
import { reportVersion } from './data-report.ts';

const YES = ['yes', 'true', '1', 'x'];
const NO = ['no', 'false', '0', ''];

export function register(data: Command, context: Context): void {
  data
    .command('amend')
    .description('make the next version, in which some images have another label, are left out, or are brought back')
    .argument('<dataset>', 'NAME, or NAME@VERSION')
    .argument('<file>', 'a CSV with the columns id and label, or id and out (yes or no), or all three')
    .requiredOption('--reason <text>', 'why; it stands in the audit trail with your name')
    .addHelpText(
      'after',
      `
Only rows that say something else than the dataset count, so labels.csv of osler data suspects can be corrected and given as it is.
Imports that follow keep what was decided, as long as the file is the same. Images are decided about on a page with osler server.

Examples:
  osler data suspects latest-group          writes labels.csv; correct it, and:
  osler data amend lesions labels.csv --reason "read again by two dermatologists"`,
    )
    .action(async (ref: string, file: string, { reason }: { reason: string }) => {
      const { home, databaseUrl, artifacts, signal } = context;
      if (reason.trim() === '') throw new OslerError('USAGE', 'Labels are changed for a reason, and none was given.');
      const { name, version } = await findRecord(home, ref);
      const open = await new DatasetShelf(home).version(name, version);
      const decisions = decide(open, await readRows(file), file);
      if (decisions.length === 0) {
        throw new OslerError('USAGE', `${file} says nothing else than ${name}@${version} does.`);
      }
      const who = actor();
      const { record } = open.dataset;
      await using store = await openStore(home, databaseUrl, artifacts);
      const numbered = decisions.map(({ id, ...rest }) => ({ number: open.numbers.get(id)!, ...rest }));
      await tellAmendment(store.trail, record, numbered, { ...who, reason: reason.trim() });
      const said = { by: who.who, reason: reason.trim() };
      const made = await amendDataset(`${name}@${version}`, decisions, said, { home, signal });
      await reportVersion({ ...made.record, unchanged: made.unchanged, moved: made.moved, notes: [] }, context);
    });
}

/** Throws NOT_FOUND, USAGE for what is no such table. */
async function readRows(file: string): Promise<Record<string, string>[]> {
  const text = await readFile(file, 'utf8').catch((cause: unknown) => {
    throw new OslerError('NOT_FOUND', `${file} cannot be read.`, { cause });
  });
  let rows: Record<string, string>[];
  try {
    rows = parse(text, { columns: true, bom: true, trim: true, skip_empty_lines: true });
  } catch (cause) {
    throw new OslerError('USAGE', `${file} is no CSV: ${(cause as Error).message}`, { cause });
  }
  const columns = Object.keys(rows[0] ?? {});
  if (columns.includes('id') && (columns.includes('label') || columns.includes('out'))) return rows;
  throw new OslerError('USAGE', `${file} has not the columns id and label, or id and out.`, {
    hint: columns.length === 0 ? 'It has no rows.' : `It has ${columns.join(', ')}.`,
  });
}

/** Rows that differ from what the version has. Throws USAGE naming the row. */
function decide({ samples, numbers }: OpenVersion, rows: readonly Record<string, string>[], file: string): Decision[] {
  const wrong = (row: number, what: string): OslerError => new OslerError('USAGE', `${file}, row ${row + 2}: ${what}`);
  return rows.flatMap(({ id = '', label = '', out }, row): Decision[] => {
    const number = numbers.get(id);
    if (number === undefined) throw wrong(row, `"${id}" is no image of this version.`);
    const sample = samples[number - 1]!;
    const was = sample.excluded !== undefined;
    const is = out === undefined ? undefined : readFlag(out);
    if (is === null) throw wrong(row, `out is "${out}", neither yes nor no.`);
    const relabelled = label !== '' && label !== sample.label;
    // Who corrects the label of an image that was left out for its label means to use it.
    const outNow = is ?? (relabelled ? false : was);
    if (!relabelled && outNow === was) return [];
    return [{ id, out: outNow, ...(relabelled ? { label } : {}) }];
  });
}

function readFlag(text: string): boolean | null {
  const word = text.toLowerCase();
  return YES.includes(word) ? true : NO.includes(word) ? false : null;
}
