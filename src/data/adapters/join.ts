import { basename, resolve } from 'node:path';
import { OslerError } from '../../errors.ts';
import type { Scratch, StringMap } from '../../store/scratch.ts';
import { AGE, plainColumn, yearsOf } from '../people.ts';
import type { SampleMeta, Split } from '../sample.ts';
import type { Entry, Item, Source } from './adapter.ts';
import { splitOfName } from './folders.ts';
import type { TableUse } from './layouts.ts';
import { type Row, rowsOf } from './table.ts';

interface Said {
  at: string;
  label?: string;
  /** Why the row has no label. */
  unlabelled?: string;
  group?: string;
  given?: Split;
  meta: SampleMeta;
}

const NONE = /^(|nan|na|n\/a|none|null|unknown|-)$/i;
const NAMED = 10;

/**
 * Joins what tables say to the images of a source. An image's row is the one whose id is its path or the end of it, with or
 * without the file's ending. Rows live in scratch tables, so that their number costs no memory.
 *
 * With `labels`, the tables say which images are samples: an image without a row is skipped, and two images of one row are an
 * error, since only one can be meant. Without, the tables only add groups and further columns.
 */
export async function joinTables(
  source: Source,
  uses: readonly TableUse[],
  options: { root: string; labels: boolean; scratch: Scratch; format?: string },
): Promise<Source> {
  const rows = options.scratch.map();
  const used = options.scratch.map();
  const remarks: string[] = [];
  const total = await load(uses, rows, remarks);
  const names = uses.map((use) => use.table.name).join(' and ');
  const tables = new Set(uses.map((use) => resolve(use.table.path)));
  const missing = { count: 0, examples: [] as string[] };
  let matched = 0;

  async function* items(known: (key: string, fingerprint: string) => boolean): AsyncGenerator<Item> {
    for await (const item of source.items(known)) {
      if ('skipped' in item) {
        // A table that is read is not left out.
        if (!tables.has(resolve(options.root, item.id))) yield item;
        continue;
      }
      const row = find(rows, item.id, options.root);
      if (row === undefined) {
        missing.count += 1;
        if (missing.examples.length < NAMED) missing.examples.push(item.id);
        yield options.labels ? { skipped: `no row in ${names}`, id: item.id } : item;
        continue;
      }
      if (options.labels) claim(used, row.key, item.id, row.said.at);
      else used.set(row.key, item.id);
      matched += 1;
      yield options.labels && row.said.label === undefined
        ? { skipped: row.said.unlabelled ?? `no label in ${names}`, id: item.id }
        : merge(item, row.said);
    }
    if (matched === 0 && missing.count > 0) throw nothingMatches(uses, rows, missing.examples[0]!, names);
  }

  function notes(): string[] {
    const left: string[] = [];
    let count = 0;
    for (const [key] of used.entries()) count += key === '' ? 0 : 1;
    const unused = total - count;
    if (unused > 0) {
      for (const [key] of rows.entries()) {
        if (left.length >= NAMED) break;
        if (used.get(key) === undefined) left.push(key);
      }
    }
    return [
      ...source.notes(),
      ...remarks,
      ...(missing.count > 0
        ? [`${naming(missing.count, 'image has', 'images have')} no row in ${names}: ${list(missing)}`]
        : []),
      ...(unused > 0
        ? [
            `${naming(unused, 'row', 'rows')} of ${names} ${unused === 1 ? 'has' : 'have'} no image here: ${list({ count: unused, examples: left })}`,
          ]
        : []),
    ];
  }
  const groups = uses.flatMap((use) => (use.group === undefined ? [] : [use.group]));
  const what = [
    options.labels ? 'labels' : '',
    groups.length > 0 ? `groups (${[...new Set(groups)].join(', ')})` : '',
    'columns',
  ];
  return {
    format: options.format ?? source.format,
    description: `${source.description}; ${what.filter(Boolean).join(', ')} from ${names}`,
    count: source.count,
    items,
    notes,
  };
}

async function load(uses: readonly TableUse[], rows: StringMap, remarks: string[]): Promise<number> {
  let total = 0;
  for (const use of uses) {
    const repeated = { count: 0, examples: [] as string[] };
    for await (const row of rowsOf(use.table)) {
      const key = normalise(row.values[use.id]!);
      if (key === '') continue;
      const said = read(use, row);
      const json = rows.get(key);
      if (json === undefined) total += 1;
      const before = json === undefined ? undefined : (JSON.parse(json) as Said);
      if (before?.at.startsWith(`${use.table.name}, `)) {
        if (before.label !== said.label || before.group !== said.group) throw conflict(key, before, said);
        repeated.count += 1;
        if (repeated.examples.length < NAMED) repeated.examples.push(key);
        continue;
      }
      rows.set(
        key,
        JSON.stringify(before === undefined ? said : { ...before, ...said, meta: { ...before.meta, ...said.meta } }),
      );
    }
    if (use.table.encoding === 'windows-1252')
      remarks.push(`${use.table.name} is not UTF-8; it was read as Windows-1252`);
    if (repeated.count > 0) {
      remarks.push(
        `${naming(repeated.count, 'row', 'rows')} of ${use.table.name} ${repeated.count === 1 ? 'repeats' : 'repeat'} an id; the first counts: ${list(repeated)}`,
      );
    }
  }
  return total;
}

function read(use: TableUse, { line, values }: Row): Said {
  const said: Said = { at: `${use.table.name}, line ${line}`, meta: {} };
  const taken = new Set([use.id, use.group, use.split, ...(use.ignore ?? [])]);
  if (typeof use.label === 'string') {
    taken.add(use.label);
    const label = values[use.label]!;
    if (NONE.test(label)) said.unlabelled = `no label in ${use.table.name}`;
    else said.label = label;
  } else if (use.label !== undefined) {
    const ones = use.label.oneHot.filter((c) => Number(values[c]) >= 0.5);
    for (const c of use.label.oneHot) taken.add(c);
    if (ones.length === 1) said.label = ones[0]!.toLowerCase();
    else said.unlabelled = `${ones.length === 0 ? 'no class' : 'several classes'} in ${use.table.name}`;
  }
  if (use.group !== undefined && !NONE.test(values[use.group]!)) said.group = values[use.group]!;
  const given = use.given ?? (use.split === undefined ? undefined : splitOfName(values[use.split]!));
  if (given !== undefined) said.given = given;
  for (const [name, value] of Object.entries(values)) if (!taken.has(name)) said.meta[name] = typed(name, value);
  return said;
}

/** Ages as DICOM writes them become years, so that all that cuts or compares numbers can use them. */
function typed(name: string, value: string): string | number | null {
  if (value === '' || /^nan$/i.test(value)) return null;
  const years = yearsOf(value);
  if (years !== undefined && AGE.test(plainColumn(name))) return years;
  return /^-?(0|[1-9]\d{0,14})(\.\d+)?$/.test(value) ? Number(value) : value;
}

function merge(entry: Entry, said: Said): Entry {
  return {
    ...entry,
    ...(said.label === undefined ? {} : { label: said.label }),
    ...(said.group === undefined ? {} : { group: said.group }),
    ...(said.given === undefined ? {} : { given: said.given }),
    meta: { ...entry.meta, ...said.meta },
  };
}

function find(rows: StringMap, id: string, root: string): { key: string; said: Said } | undefined {
  const parts = [...normalise(root).split('/').slice(-3), ...id.split('/')];
  for (let from = 0; from < parts.length; from++) {
    const path = parts.slice(from).join('/');
    for (const key of [path, path.replace(/\.[^./]+$/, '')]) {
      const json = rows.get(key);
      if (json !== undefined) return { key, said: JSON.parse(json) as Said };
    }
  }
  return undefined;
}

function normalise(id: string): string {
  return id
    .replaceAll('\\', '/')
    .replace(/^(\.?\/)+/, '')
    .replace(/\/+$/, '');
}

function claim(used: StringMap, key: string, id: string, at: string): void {
  const other = used.get(key);
  if (other !== undefined) {
    throw new OslerError('DATA_INVALID', `"${key}" (${at}) names two images: ${other} and ${id}.`, {
      hint: 'Import the folder that holds the images meant, with --metadata for the table; or put paths into the table.',
    });
  }
  used.set(key, id);
}

function conflict(key: string, a: Said, b: Said): OslerError {
  const what =
    a.label !== b.label
      ? `labels "${a.label ?? ''}" and "${b.label ?? ''}"`
      : `groups "${a.group ?? ''}" and "${b.group ?? ''}"`;
  return new OslerError('DATA_INVALID', `"${key}" has two rows with different ${what}: ${a.at} and ${b.at}.`, {
    hint: 'An image has one label and one group; settle it in the table.',
  });
}

function nothingMatches(uses: readonly TableUse[], rows: StringMap, image: string, names: string): OslerError {
  const [row] = rows.entries().next().value ?? [];
  if (row === undefined)
    return new OslerError('DATA_INVALID', `${names} has no rows below its header: no image has a label or a group.`, {
      hint: 'Add a row for each image, or import without --metadata.',
    });
  return new OslerError(
    'DATA_INVALID',
    `No image has a row in ${names}: the images are called like "${basename(image)}", the rows like "${row}".`,
    {
      hint: `Say with --id which column names the images: ${uses[0]!.table.columns.join(', ')}.`,
    },
  );
}

function naming(count: number, one: string, many: string): string {
  return `${count} ${count === 1 ? one : many}`;
}

export function list({ count, examples }: { count: number; examples: string[] }): string {
  return examples.join(', ') + (count > examples.length ? ` and ${count - examples.length} more` : '');
}
