import { createHash } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { arrived, type MetricRow, missingMetrics, runsWithArrivals } from './arrivals.ts';
import { strayMetrics } from './check.ts';
import { isPostgres } from './columns.ts';
import { addContents, completeTables, convertRows, TRACKING } from './dump-before-tracking.ts';
import { countHours } from './migrations/013-answer-counts.ts';
import { isPassing } from './postgres.ts';
import type { Tables } from './schema.ts';
import { endLoadedTasks } from './studio/tasks.ts';
import { endLoadedTrainings } from './studio/trainings.ts';

/**
 * The tables in an order in which rows may be written again: what others refer to first. `key` is the primary key.
 * A dump is lines of JSON: a head, rows in pages, and an end with their counts and the sha256 of all lines before it.
 */
const TABLES = [
  { name: 'experiments', key: ['id'] },
  { name: 'experiment_tags', key: ['experiment_id', 'key'] },
  { name: 'runs', key: ['id'] },
  { name: 'params', key: ['run_id', 'key'] },
  { name: 'run_tags', key: ['run_id', 'key'] },
  { name: 'series', key: ['id'] },
  { name: 'metrics', key: ['series_id', 'step', 'time', 'value', 'nan'] },
  { name: 'unsettled', key: ['run_id'] },
  { name: 'blobs', key: ['sha256'] },
  { name: 'artifacts', key: ['owner', 'path'] },
  { name: 'input_datasets', key: ['id'] },
  { name: 'run_inputs', key: ['run_id', 'dataset_id'] },
  { name: 'run_models', key: ['run_id', 'role', 'model_id'] },
  { name: 'logged_models', key: ['id'] },
  { name: 'logged_model_params', key: ['model_id', 'key'] },
  { name: 'logged_model_tags', key: ['model_id', 'key'] },
  { name: 'logged_model_metrics', key: ['model_id', 'run_id', 'key', 'step', 'time'] },
  { name: 'sweeps', key: ['id'] },
  { name: 'trials', key: ['sweep_id', 'number'] },
  { name: 'jobs', key: ['id'] },
  // Not `job_parts`: who goes on with a job queues what is open.
  { name: 'job_items', key: ['job_id', 'number'] },
  // Not `stops`: nobody listens for them elsewhere.
  { name: 'trainings', key: ['id'] },
  { name: 'tasks', key: ['id'] },
  { name: 'views', key: ['room', 'name'] },
  { name: 'registered_models', key: ['id'] },
  { name: 'model_versions', key: ['model_id', 'version'] },
  { name: 'version_states', key: ['model_id', 'version'] },
  { name: 'version_tags', key: ['model_id', 'version', 'key'] },
  { name: 'model_tags', key: ['model_id', 'key'] },
  { name: 'model_aliases', key: ['model_id', 'alias'] },
  { name: 'decisions', key: ['id'] },
  { name: 'deployments', key: ['id'] },
  { name: 'deployment_revisions', key: ['deployment_id', 'number'] },
  { name: 'predictions', key: ['id', 'variant'] },
  { name: 'answer_counts', key: ['deployment_id', 'span', 'start', 'variant', 'role', 'outcome', 'bin'] },
  { name: 'feedback', key: ['id'] },
  // Not `sessions`: who signed in before a move signs in again.
  { name: 'api_keys', key: ['id'] },
  { name: 'events', key: ['seq'] },
] as const satisfies readonly { name: Exclude<keyof Tables, 'migrations'>; key: readonly string[] }[];

/** Tables whose `id` counts up by itself. */
const COUNTED = ['experiments', 'series', 'registered_models', 'deployments', 'feedback'] as const;

type Value = string | number | null;
type Row = Record<string, Value>;
export type Counts = Record<(typeof TABLES)[number]['name'], number>;

const FORMAT = 'osler-store-dump/1';
const PAGE = 2_000;

const Head = z.object({ format: z.literal(FORMAT), migrations: z.array(z.string()) });
/** JSON has no infinities. */
const Cell = z.union([
  z.string(),
  z.number(),
  z.null(),
  z.strictObject({ number: z.enum(['Infinity', '-Infinity']) }).transform(({ number }) => Number(number)),
]);
const Page = z.object({
  table: z.enum(TABLES.map((t) => t.name)),
  columns: z.array(z.string()),
  rows: z.array(z.array(Cell)),
});
const End = z.object({ end: z.literal(true), counts: z.record(z.string(), z.int()), sha256: z.string() });

/**
 * All rows as of one moment, in bounded memory, while others go on writing. Lines without their line feeds.
 * @param db connections of its own, closed at the end.
 */
export async function* dumpLines(db: Kysely<Tables>): AsyncGenerator<string, void, undefined> {
  const hash = createHash('sha256');
  const counts = Object.fromEntries(TABLES.map((t) => [t.name, 0])) as Counts;
  const line = (value: unknown): string => {
    const text = JSON.stringify(value);
    hash.update(`${text}\n`);
    return text;
  };
  const snapshot = await db
    .startTransaction()
    .setIsolationLevel('repeatable read')
    .setAccessMode('read only')
    .execute();
  try {
    const migrations = await snapshot.selectFrom('migrations').select('name').orderBy('name').execute();
    yield line({ format: FORMAT, migrations: migrations.map((m) => m.name) });
    for (const { name, key } of TABLES) {
      for (let after: Row | undefined; ; ) {
        const rows = await readPage(snapshot, name, key, after);
        if (rows.length === 0) break;
        const columns = Object.keys(rows[0]!);
        yield line({ table: name, columns, rows: rows.map((row) => columns.map((c) => cell(row[c]!))) });
        counts[name] += rows.length;
        after = rows.at(-1);
      }
      if (name !== 'metrics') continue;
      for await (const rows of arrivedPages(snapshot)) {
        const columns = ['series_id', 'step', 'time', 'value', 'nan', 'epoch'] as const;
        yield line({ table: name, columns, rows: rows.map((row) => columns.map((c) => cell(row[c]))) });
        counts[name] += rows.length;
      }
    }
  } finally {
    await snapshot.rollback().execute();
    await db.destroy();
  }
  yield JSON.stringify({ end: true, counts, sha256: hash.digest('hex') });
}

/** Metrics that a SQLite store has taken and not yet sorted in among the others; without those that are there already. */
async function* arrivedPages(db: Kysely<Tables>): AsyncGenerator<MetricRow[], void, undefined> {
  for (const run of await runsWithArrivals(db)) {
    const rows = await arrived(db, run);
    for (let i = 0; i < rows.length; i += PAGE) {
      const page = await missingMetrics(db, rows.slice(i, i + PAGE));
      if (page.length > 0) yield page;
    }
  }
}

/** A key with a zero byte, of a SQLite store of before they were refused: as its bytes, as no value of a statement may hold one. */
function keyValue(value: unknown) {
  if (typeof value !== 'string' || !value.includes('\0')) return sql.val(value);
  return sql.raw(`cast(x'${Buffer.from(value).toString('hex')}' as text)`);
}

async function readPage(
  db: Kysely<Tables>,
  table: string,
  key: readonly string[],
  after: Row | undefined,
): Promise<Row[]> {
  const columns = sql.join(key.map((c) => sql.ref(c)));
  const from =
    after === undefined ? sql`` : sql`where (${columns}) > (${sql.join(key.map((c) => keyValue(after[c])))})`;
  const { rows } =
    await sql<Row>`select * from ${sql.table(table)} ${from} order by ${columns} limit ${sql.lit(PAGE)}`.execute(db);
  return rows;
}

function cell(value: Value): Value | { number: string } {
  return typeof value === 'number' && !Number.isFinite(value) ? { number: String(value) } : value;
}

/**
 * Writes a dump's rows into an empty store, all or none. The schema must be the dump's own or newer.
 * Throws ALREADY_EXISTS when the store holds runs, DATA_INVALID when the dump is damaged, cut off or from a newer Osler.
 */
export async function loadDump(db: Kysely<Tables>, lines: AsyncIterable<string>): Promise<Counts> {
  return db.transaction().execute(async (trx) => {
    const what = await held(trx);
    if (what !== undefined) {
      throw new OslerError('ALREADY_EXISTS', `The store to write to holds ${what} already.`, {
        hint: 'A dump is only written into an empty store: name another OSLER_HOME or database.',
      });
    }
    const known = (await trx.selectFrom('migrations').select('name').execute()).map((m) => m.name);
    const hash = createHash('sha256');
    const counts = Object.fromEntries(TABLES.map((t) => [t.name, 0])) as Counts;
    let number = 0;
    let end: z.infer<typeof End> | undefined;
    let old = false;
    for await (const text of lines) {
      number += 1;
      if (end !== undefined) throw damaged(`something follows its end, line ${number}`);
      const value = parse(text, number);
      if (number === 1) {
        const { migrations } = check(Head, value, number);
        const newer = migrations.find((name) => !known.includes(name));
        if (newer !== undefined) {
          throw new OslerError('DATA_INVALID', `The dump was written by a newer Osler (${newer}).`, {
            hint: 'Use that version of Osler or a newer one.',
          });
        }
        old = !migrations.includes(TRACKING);
        // The dump brings its own.
        if (!old) await trx.deleteFrom('experiments').execute();
      } else if (typeof value === 'object' && value !== null && 'end' in value) {
        end = check(End, value, number);
        continue;
      } else {
        const { table, columns, rows } = check(Page, value, number);
        counts[table] += rows.length;
        const now = old ? convertRows(table, columns, rows) : { columns, rows };
        if (old && table === 'artifacts') await addContents(trx, columns, rows);
        await insert(trx, table, now.columns, now.rows).catch((error: Error) => {
          // A row whose run is missing, a column that is unknown...
          throw isPassing(error) || isOfPlace(error) ? error : damaged(`line ${number}, ${table}: ${error.message}`);
        });
      }
      hash.update(`${text}\n`);
    }
    if (end === undefined) throw damaged(`it is cut off after line ${number}`);
    // A dump of an older Osler says nothing of tables that came later.
    const wrong = TABLES.find(({ name }) => counts[name] !== (end.counts[name] ?? 0));
    if (wrong !== undefined)
      throw damaged(`${wrong.name}: ${counts[wrong.name]} rows, its end says ${end.counts[wrong.name] ?? 0}`);
    if (hash.digest('hex') !== end.sha256) throw damaged('its sha256 is not the one it ends with');
    if (old) await completeTables(trx);
    await endLoadedTasks(trx);
    await endLoadedTrainings(trx);
    // On PostgreSQL these have no foreign key.
    const stray = await strayMetrics(trx);
    if (stray !== undefined) throw damaged(`metrics of the series ${stray}, which is not there`);
    if (counts.answer_counts === 0 && counts.predictions > 0) await countHours(trx as unknown as Kysely<never>);
    // Rows brought their own numbers: the counter goes on after them.
    if (isPostgres(trx)) {
      for (const table of COUNTED) {
        await sql`select setval(pg_get_serial_sequence(${table}, 'id'), coalesce(max(id), 0) + 1, false) from ${sql.table(table)}`.execute(
          trx,
        );
      }
      // Until it looks by itself, minutes later, the planner would take the tables for empty ones.
      await sql`analyze ${sql.join(TABLES.map(({ name }) => sql.table(name)))}`.execute(trx);
    }
    return counts;
  });
}

/** What a store has beside the experiment that is there from the start, in words; undefined where it is empty. */
async function held(db: Kysely<Tables>): Promise<string | undefined> {
  for (const { name } of TABLES) {
    const rows = db.selectFrom(name).select(sql.lit(1).as('one')).limit(1);
    const found = await (name === 'experiments' ? rows.where('id', '>', 0) : rows).executeTakeFirst();
    if (found !== undefined) return name === 'events' ? 'an audit trail' : name.replaceAll('_', ' ');
  }
  return undefined;
}

/** Values of one statement stay below both engines' limits. */
const PARAMETERS = 20_000;

async function insert(db: Kysely<Tables>, table: string, columns: string[], rows: Value[][]): Promise<void> {
  const most = Math.floor(PARAMETERS / columns.length);
  for (let i = 0; i < rows.length; i += most) {
    const values = rows.slice(i, i + most).map((row) => sql`(${sql.join(row.map(withoutZeroBytes))})`);
    await sql`insert into ${sql.table(table)} (${sql.join(columns.map((c) => sql.ref(c)))}) values ${sql.join(values)}`.execute(
      db,
    );
  }
}

/** SQLite kept them once; what is hashed in the trail never had any. */
function withoutZeroBytes(value: Value): Value {
  return typeof value === 'string' && value.includes('\0') ? value.replaceAll('\0', '\ufffd') : value;
}

function parse(text: string, number: number): unknown {
  try {
    return JSON.parse(text);
  } catch {
    throw damaged(`line ${number} is no JSON`);
  }
}

function check<T>(schema: z.ZodType<T>, value: unknown, number: number): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw damaged(`line ${number} is not what it should be: ${z.prettifyError(parsed.error)}`);
}

/** Whether the database itself has no room, or may not be written: of statements that it can't read (SQLSTATE 42), the dump is at fault. */
function isOfPlace(error: Error): boolean {
  const { code } = (error.cause ?? {}) as { code?: unknown };
  return (
    error instanceof OslerError &&
    error.code === 'STORE_FAILED' &&
    (code === '42501' || typeof code !== 'string' || !code.startsWith('42'))
  );
}

function damaged(what: string): OslerError {
  return new OslerError('DATA_INVALID', `The dump is damaged: ${what}.`, {
    hint: 'Nothing was written. Take another backup, or the one before.',
  });
}
