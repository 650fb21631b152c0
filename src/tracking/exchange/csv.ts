import { createReadStream, existsSync, statSync } from 'node:fs';
import { appendFile, mkdir, readdir, writeFile } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { parse } from 'csv-parse';
import { OslerError } from '../../errors.ts';
import type { MetricPoint } from '../tracker.ts';
import { type ExchangeStatus, foreignId, type Moved, pieces, type Sink, type Source } from './run.ts';

const RUN_COLUMNS = [
  'id',
  'name',
  'experiment',
  'status',
  'user',
  'started_at',
  'ended_at',
  'params',
  'tags',
  'datasets',
  'experiment_tags',
] as const;
const METRIC_COLUMNS = ['run', 'key', 'step', 'time', 'epoch', 'value'] as const;
const STATES: ExchangeStatus[] = ['scheduled', 'running', 'finished', 'failed', 'interrupted'];

type Row = Record<string, string>;

/**
 * Runs from CSV: what Osler exported (`runs.csv` and `metrics.csv` in a folder), or a table of metrics as training scripts write them: one
 * line a step with a column for each metric, or one line a value (`key` or `metric`, `step`, `value`, and `run` where there are several).
 */
export async function* csvSource(path: string, options: { experiment?: string } = {}): Source {
  if (statSync(path).isDirectory()) {
    if (existsSync(join(path, 'runs.csv'))) return yield* exported(path, options);
    for (const name of (await readdir(path)).sort()) {
      if (name.endsWith('.csv')) yield* table(join(path, name), options);
    }
    return;
  }
  yield* table(path, options);
}

async function* exported(folder: string, { experiment }: { experiment?: string }): Source {
  const places = await placesOf(join(folder, 'metrics.csv'));
  for await (const row of rowsOf(join(folder, 'runs.csv'))) {
    const { id = '', name = '', status = '', user = '' } = row;
    if (experiment !== undefined && row.experiment !== experiment) continue;
    const json = <T>(text: string | undefined, empty: T): T => (text ? (JSON.parse(text) as T) : empty);
    yield {
      id,
      name,
      experiment: row.experiment ?? '',
      experimentTags: json(row.experiment_tags, {}),
      status: STATES.find((known) => known === status) ?? 'finished',
      user,
      startedAt: Number(row.started_at),
      endedAt: row.ended_at ? Number(row.ended_at) : null,
      params: json(row.params, {}),
      tags: json(row.tags, {}),
      datasets: json(row.datasets, []),
      metrics: () => pieces(valuesOf(join(folder, 'metrics.csv'), places.get(id) ?? [])),
      async *artifacts() {},
      leftOut: [],
    };
  }
}

/** Of each run the stretches of bytes that are its rows: a table of many runs is read twice, not once for each. */
async function placesOf(file: string): Promise<Map<string, [from: number, to: number][]>> {
  const out = new Map<string, [number, number][]>();
  if (!existsSync(file)) return out;
  const reader = createReadStream(file).pipe(parse({ columns: true, bom: true, info: true }));
  let from: number | null = null;
  for await (const { record, info } of reader as AsyncIterable<{ record: Row; info: { bytes: number } }>) {
    // The heading's end is where the first row begins, and nobody says it: the stretch of the first row begins with the heading.
    const start = from ?? 0;
    const places = out.get(record.run!) ?? [];
    const last = places.at(-1);
    if (last !== undefined && last[1] === start) last[1] = info.bytes;
    else places.push([start, info.bytes]);
    out.set(record.run!, places);
    from = info.bytes;
  }
  return out;
}

async function* valuesOf(
  file: string,
  places: [from: number, to: number][],
): AsyncGenerator<MetricPoint, void, undefined> {
  for (const [start, end] of places) {
    const reader = createReadStream(file, { start, end: end - 1 }).pipe(
      parse({ columns: [...METRIC_COLUMNS], bom: true }),
    );
    for await (const row of reader as AsyncIterable<Row>) {
      const value = numberOf(row.value!);
      // The heading.
      if (value === null) continue;
      yield { key: row.key!, value, step: Number(row.step), time: Number(row.time), epoch: Number(row.epoch || 0) };
    }
  }
}

/** A table of metrics that another program wrote. */
async function* table(file: string, { experiment }: { experiment?: string }): Source {
  const names = new Set<string>();
  const skipped = new Set<string>();
  let columns: string[] = [];
  for await (const row of rowsOf(file)) {
    columns = Object.keys(row);
    names.add(nameOf(row, columns, file));
    if (isLong(columns)) continue;
    for (const column of columns)
      if (row[column] !== '' && numberOf(row[column]!) === null && !isPlace(column)) skipped.add(column);
  }
  if (columns.length === 0) return;
  if (!columns.some((column) => /^(?:step|global_step|iteration|epoch)$/i.test(column))) {
    throw new OslerError('DATA_INVALID', `${file} has no column step, iteration or epoch.`, {
      hint: `It has ${columns.join(', ')}.`,
    });
  }
  const startedAt = Math.round(statSync(file).mtimeMs);
  for (const name of names) {
    yield {
      id: foreignId('csv', `${file}:${name}`),
      name,
      experiment: experiment ?? 'csv',
      experimentTags: {},
      status: 'finished',
      user: '',
      startedAt,
      endedAt: startedAt,
      params: {},
      tags: { 'csv.file': basename(file) },
      datasets: [],
      metrics: () => pieces(tableValues(file, name, startedAt)),
      async *artifacts() {},
      leftOut: [...skipped].map((column) => `column ${column}: not all its cells are numbers`),
    };
  }
}

async function* tableValues(file: string, run: string, at: number): AsyncGenerator<MetricPoint, void, undefined> {
  let line = 0;
  for await (const row of rowsOf(file)) {
    const columns = Object.keys(row);
    line += 1;
    if (nameOf(row, columns, file) !== run) continue;
    const find = (pattern: RegExp) => columns.find((column) => pattern.test(column));
    const cell = (pattern: RegExp) => {
      const column = find(pattern);
      return column === undefined || row[column] === '' ? null : numberOf(row[column]!);
    };
    const epoch = cell(/^epoch$/i) ?? 0;
    const step = Math.round(cell(/^(?:step|global_step|iteration)$/i) ?? epoch);
    const time = timeOf(cell(/^(?:time|timestamp|wall_time)$/i), at + line);
    if (isLong(columns)) {
      const value = cell(/^value$/i);
      const key = row[find(/^(?:key|metric|tag)$/i)!]!;
      if (value !== null) yield { key, value, step, time, epoch };
      continue;
    }
    for (const column of columns) {
      if (isPlace(column) || row[column] === '') continue;
      const value = numberOf(row[column]!);
      if (value !== null) yield { key: column, value, step, time, epoch };
    }
  }
}

/** Seconds or milliseconds since 1970. */
function timeOf(value: number | null, otherwise: number): number {
  if (value === null) return otherwise;
  return Math.round(value > 1e11 ? value : value * 1000);
}

const isLong = (columns: string[]): boolean =>
  columns.some((c) => /^value$/i.test(c)) && columns.some((c) => /^(?:key|metric|tag)$/i.test(c));
const isPlace = (column: string): boolean =>
  /^(?:run|run_id|step|global_step|iteration|epoch|time|timestamp|wall_time)$/i.test(column);

function nameOf(row: Row, columns: string[], file: string): string {
  const column = columns.find((c) => /^run(?:_id)?$/i.test(c));
  return column === undefined ? basename(file, '.csv') : row[column]!;
}

/** Null for what is no number. */
function numberOf(text: string): number | null {
  if (/^nan$/i.test(text)) return Number.NaN;
  const infinite = /^([+-]?)inf(?:inity)?$/i.exec(text.trim());
  if (infinite !== null) return infinite[1] === '-' ? Number.NEGATIVE_INFINITY : Number.POSITIVE_INFINITY;
  const value = Number(text);
  return text.trim() === '' || Number.isNaN(value) ? null : value;
}

async function* rowsOf(file: string): AsyncGenerator<Row, void, undefined> {
  const reader = createReadStream(file).pipe(parse({ columns: true, bom: true, skip_empty_lines: true, trim: true }));
  try {
    yield* reader as AsyncIterable<Row>;
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${file}: ${(cause as Error).message}.`, { cause });
  }
}

/** Writes runs as two tables: `runs.csv` and `metrics.csv`. Files are no table: they are left out, and told. */
export function csvSink(folder: string, options: { experiment?: string } = {}): Sink {
  let begun = false;
  return {
    async write(run) {
      if (!begun) await begin(folder);
      begun = true;
      let metrics = 0;
      for await (const points of run.metrics()) {
        metrics += points.length;
        const lines = points.map(({ key, value, step, time, epoch = 0 }) =>
          line([run.id, key, step, Math.round(time), epoch, value]),
        );
        await appendFile(join(folder, 'metrics.csv'), lines.join(''));
      }
      const { id, name, status, user, startedAt, endedAt, params, tags, datasets, experimentTags } = run;
      const json = [params, tags, datasets, experimentTags].map((value) => JSON.stringify(value));
      const experiment = options.experiment ?? run.experiment;
      await appendFile(
        join(folder, 'runs.csv'),
        line([id, name, experiment, status, user, startedAt, endedAt ?? '', ...json]),
      );
      const leftOut = [...run.leftOut];
      for await (const { path } of run.artifacts()) leftOut.push(`file ${path}: a table holds none`);
      const counts = { params: Object.keys(params).length, tags: Object.keys(tags).length };
      return { run: id, name, metrics, ...counts, artifacts: 0, leftOut } satisfies Moved;
    },
  };
}

async function begin(folder: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [name, columns] of [
    ['runs.csv', RUN_COLUMNS],
    ['metrics.csv', METRIC_COLUMNS],
  ] as const) {
    await writeFile(join(folder, name), line([...columns]), { flag: 'wx' }).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'EEXIST') throw error;
      throw new OslerError('ALREADY_EXISTS', `${join(folder, name)} is there already.`, {
        hint: 'Name another folder.',
      });
    });
  }
}

function line(cells: readonly (string | number)[]): string {
  return `${cells.map((cell) => cellText(String(cell))).join(',')}\n`;
}

const cellText = (text: string): string => (/[",\r\n]|^\s|\s$/.test(text) ? `"${text.replaceAll('"', '""')}"` : text);
