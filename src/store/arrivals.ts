import { setImmediate } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { OslerError } from '../errors.ts';
import { amongIds } from './among.ts';
import { isPostgres } from './columns.ts';
import { persist } from './engine.ts';
import type { Columns } from './log-batch.ts';
import type { Tables } from './schema.ts';

/**
 * Metrics of wide batches that a SQLite store has taken and not yet sorted in among the others (migration 020): whoever reads metrics of a run
 * brings them in first, and so does their writer after `MOST_ARRIVALS` batches, or soon. On PostgreSQL there are none.
 */

export type MetricRow = Tables['metrics'];

/** Batches of a run that lie beside its metrics, at most: who reads next waits for them, some 50 ms if each has a thousand names. */
export const MOST_ARRIVALS = 16;

/** Of a row, in the order in which a batch that is packed has them. */
const FIELDS = ['series_id', 'step', 'time', 'value', 'nan', 'epoch'] as const satisfies readonly (keyof MetricRow)[];

/** A batch as one value, column by column, each number in the eight bytes of a double, which hold all that they may be. */
export function pack(ids: readonly number[], { series, step, time, value, nan, epoch }: Columns): Uint8Array {
  const n = series.length;
  const numbers = new Float64Array(FIELDS.length * n);
  for (let i = 0; i < n; i++) numbers[i] = ids[series[i]!]!;
  for (const [i, column] of [step, time, value, nan, epoch].entries()) numbers.set(column, (i + 1) * n);
  return new Uint8Array(numbers.buffer);
}

/** Rows of several batches, in the order of their names, in the table's order; of equal ones the first. Throws STORE_FAILED for what is none. */
export function unpack(batches: Iterable<Uint8Array>): MetricRow[] {
  const bySeries = new Map<number, MetricRow[]>();
  for (const bytes of batches) {
    const columns = columnsIn(bytes);
    for (const [i, series] of columns.series_id.entries()) {
      const rows = bySeries.get(series);
      if (rows === undefined) bySeries.set(series, [rowAt(columns, i)]);
      else rows.push(rowAt(columns, i));
    }
  }
  return [...bySeries.keys()]
    .sort((a, b) => a - b)
    .flatMap((id) => {
      const rows = bySeries.get(id)!.sort(inOrder);
      return rows.filter((row, i) => i === 0 || inOrder(rows[i - 1]!, row) !== 0);
    });
}

/** By series the newest row of several batches. Throws STORE_FAILED for what is none. */
function newestOf(batches: Iterable<Uint8Array>): Map<number, MetricRow> {
  const newest = new Map<number, MetricRow>();
  for (const bytes of batches) {
    const columns = columnsIn(bytes);
    for (const [i, series] of columns.series_id.entries()) {
      const known = newest.get(series);
      if (known !== undefined && columns.step[i]! < known.step) continue;
      const row = rowAt(columns, i);
      if (known === undefined || inOrder(row, known) > 0) newest.set(series, row);
    }
  }
  return newest;
}

type Packed = Record<(typeof FIELDS)[number], Float64Array>;

function columnsIn(bytes: Uint8Array): Packed {
  const width = FIELDS.length * Float64Array.BYTES_PER_ELEMENT;
  if (bytes.length % width !== 0)
    throw new OslerError('STORE_FAILED', `A batch of metrics has ${bytes.length} bytes, no multiple of ${width}.`, {
      hint: 'See what else is wrong with: osler store check',
    });
  const n = bytes.length / width;
  // A copy: the bytes need not begin where numbers may.
  const numbers = new Float64Array(Uint8Array.from(bytes).buffer);
  return Object.fromEntries(FIELDS.map((field, i) => [field, numbers.subarray(i * n, (i + 1) * n)])) as Packed;
}

function rowAt({ series_id, step, time, value, nan, epoch }: Packed, i: number): MetricRow {
  return {
    series_id: series_id[i]!,
    step: step[i]!,
    time: time[i]!,
    value: value[i]!,
    nan: nan[i]!,
    epoch: epoch[i]!,
  };
}

/** Of one series, as its key in the table: above 0 where `a` comes later. */
export function inOrder(a: MetricRow, b: MetricRow): number {
  return a.step - b.step || a.time - b.time || ascending(a.value, b.value) || a.nan - b.nan;
}

/** Infinities have no difference. */
function ascending(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** What has arrived of a run and lies beside its metrics, as `unpack` has it; nothing is written. */
export async function arrived(db: Kysely<Tables>, run: string): Promise<MetricRow[]> {
  return unpack(await batchesOf(db, run));
}

/** Of that the newest row of each series. */
export async function newestArrived(db: Kysely<Tables>, run: string): Promise<Map<number, MetricRow>> {
  // The last that came are the newest, most of the time.
  return newestOf((await batchesOf(db, run)).reverse());
}

/** To be called before metrics of these runs are read. */
export async function gather(db: Kysely<Tables>, runs: readonly string[]): Promise<void> {
  for (const run of await runsWithArrivals(db, runs)) {
    await persist(() => db.transaction().execute((trx) => bringIn(trx, run)));
    // SQLite answers without giving up the thread.
    await setImmediate();
  }
}

/** The same for one run, within a transaction. */
export async function bringIn(trx: Kysely<Tables>, run: string): Promise<void> {
  const rows = await arrived(trx, run);
  if (rows.length === 0) return;
  for (let i = 0; i < rows.length; i += CHUNK) {
    const chunk = rows.slice(i, i + CHUNK);
    await trx
      .insertInto('metrics')
      .values(chunk)
      .onConflict((c) => c.doNothing())
      .execute();
  }
  await trx.deleteFrom('arrivals').where('run_id', '=', run).execute();
}

/** Rows in one statement; six values each, below SQLite's limit of 32,766. */
const CHUNK = 1_000;

async function batchesOf(db: Kysely<Tables>, run: string): Promise<Uint8Array[]> {
  if (isPostgres(db)) return [];
  const rows = await db.selectFrom('arrivals').select('rows').where('run_id', '=', run).orderBy('id').execute();
  return rows.map((row) => row.rows);
}

/** Among all runs when none is named. */
export async function runsWithArrivals(db: Kysely<Tables>, runs?: readonly string[]): Promise<string[]> {
  if (isPostgres(db) || runs?.length === 0) return [];
  const rows = await db
    .selectFrom('arrivals')
    .select('run_id')
    .distinct()
    .$if(runs !== undefined, (query) => query.where(sql<boolean>`run_id ${amongIds(db, runs!)}`))
    .orderBy('run_id')
    .execute();
  return rows.map((row) => row.run_id);
}

/** What is wrong with what lies beside the metrics, a sentence for each run; nothing when all is well. */
export async function* strayArrivals(db: Kysely<Tables>): AsyncGenerator<string, void, undefined> {
  for (const run of await runsWithArrivals(db)) {
    try {
      const series = await db.selectFrom('series').select('id').where('run_id', '=', run).execute();
      const known = new Set(series.map(({ id }) => id));
      const stray = (await arrived(db, run)).find(({ series_id }) => !known.has(series_id));
      if (stray !== undefined)
        yield `a batch of run ${run} has metrics of the series ${stray.series_id}, which is not the run's`;
    } catch (error) {
      if (!(error instanceof OslerError)) throw error;
      yield `run ${run}: ${error.message}`;
    }
  }
}

/** Those of the rows that are not among the metrics. */
export async function missingMetrics(db: Kysely<Tables>, rows: readonly MetricRow[]): Promise<MetricRow[]> {
  const keys = sql.join(rows.map((row) => sql`(${row.series_id}, ${row.step}, ${row.time}, ${row.value}, ${row.nan})`));
  const there = await sql<MetricRow>`
    select m.* from (values ${keys}) as k join metrics m
    on (m.series_id, m.step, m.time, m.value, m.nan) = (k.column1, k.column2, k.column3, k.column4, k.column5)`.execute(
    db,
  );
  const known = new Set(there.rows.map(keyOf));
  return rows.filter((row) => !known.has(keyOf(row)));
}

function keyOf({ series_id, step, time, value, nan }: MetricRow): string {
  return `${series_id} ${step} ${time} ${value} ${nan}`;
}
