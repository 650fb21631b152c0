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

/** Numbers of a row: its series, step, time, value, nan and epoch. */
const FIELDS = 6;

/** A batch as one value, column by column, each number in the eight bytes of a double, which hold all that they may be. */
export function pack(ids: readonly number[], { series, step, time, value, nan, epoch }: Columns): Uint8Array {
  const n = series.length;
  const numbers = new Float64Array(FIELDS * n);
  for (let i = 0; i < n; i++) numbers[i] = ids[series[i]!]!;
  for (const [i, column] of [step, time, value, nan, epoch].entries()) numbers.set(column, (i + 1) * n);
  return new Uint8Array(numbers.buffer);
}

/** Rows of several batches, in the order of their names, in the table's order; of equal ones the first. Throws STORE_FAILED for what is none. */
export function unpack(batches: Iterable<Uint8Array>): MetricRow[] {
  const bySeries = new Map<number, MetricRow[]>();
  for (const bytes of batches) {
    const width = FIELDS * Float64Array.BYTES_PER_ELEMENT;
    if (bytes.length % width !== 0)
      throw new OslerError('STORE_FAILED', `A batch of metrics has ${bytes.length} bytes, no multiple of ${width}.`, {
        hint: 'See what else is wrong with: osler store check',
      });
    const n = bytes.length / width;
    // A copy: the bytes need not begin where numbers may.
    const numbers = new Float64Array(Uint8Array.from(bytes).buffer);
    for (let i = 0; i < n; i++) {
      const field = (place: number) => numbers[place * n + i]!;
      const series_id = field(0);
      const row = { series_id, step: field(1), time: field(2), value: field(3), nan: field(4), epoch: field(5) };
      const rows = bySeries.get(series_id);
      if (rows === undefined) bySeries.set(series_id, [row]);
      else rows.push(row);
    }
  }
  return [...bySeries.keys()]
    .sort((a, b) => a - b)
    .flatMap((id) => {
      const rows = bySeries.get(id)!.sort(inOrder);
      return rows.filter((row, i) => i === 0 || inOrder(rows[i - 1]!, row) !== 0);
    });
}

/** Of one series, as its key in the table: above 0 where `a` comes later. */
export function inOrder(a: MetricRow, b: MetricRow): number {
  return a.step - b.step || a.time - b.time || ascending(a.value, b.value) || a.nan - b.nan;
}

/** Infinities have no difference. */
function ascending(a: number, b: number): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

/** By run what has arrived and lies beside its metrics, as `unpack` has it; nothing is written. */
export async function arrived(db: Kysely<Tables>, runs: readonly string[]): Promise<Map<string, MetricRow[]>> {
  const found = new Map<string, MetricRow[]>();
  for (const run of await runsWithArrivals(db, runs)) found.set(run, unpack(await batchesOf(db, run)));
  return found;
}

/** The last of each series, of rows in order. */
export function newestOf(rows: readonly MetricRow[]): Map<number, MetricRow> {
  return new Map(rows.map((row) => [row.series_id, row]));
}

/** To be called before metrics of these runs are read. */
export async function gather(db: Kysely<Tables>, runs: readonly string[]): Promise<void> {
  for (const run of await runsWithArrivals(db, runs))
    await persist(() => db.transaction().execute((trx) => bringIn(trx, run)));
}

/** The same for one run, within a transaction. */
export async function bringIn(trx: Kysely<Tables>, run: string): Promise<void> {
  if (isPostgres(trx)) return;
  const rows = unpack(await batchesOf(trx, run));
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
      const stray = unpack(await batchesOf(db, run)).find(({ series_id }) => !known.has(series_id));
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
