import type pg from 'pg';
import { persist } from './engine.ts';
import { type Columns, isLater, WIDE } from './log-batch.ts';
import { postgresPool } from './postgres.ts';
import { float8s, int8s } from './postgres-arrays.ts';

/** Metrics of one run whose series are all known. */
interface Waiting {
  runId: string;
  columns: Columns;
  /** Series numbers of the run, as they were read together. */
  known: ReadonlyMap<string, number>;
  done(written: boolean): void;
  failed(error: unknown): void;
}

/** Rows of one statement, about. */
const MOST_ROWS = 16_000;
/** SQLSTATE of a row that is there already. */
const UNIQUE = '23505';

/**
 * Writes batches of many clients together: while one statement is under way, what arrives waits for the next. So each costs a share of
 * a round trip and of a commit. A statement is a transaction of its own; it is prepared once, on a connection of its own.
 */
export class MetricQueue {
  private readonly pool: pg.Pool;
  private waiting: Waiting[] = [];
  private busy = false;
  private closed: Promise<void> | undefined;

  constructor(url: string) {
    this.pool = postgresPool(url, 1);
  }

  /** False when the run is not there, deleted, or another one than when its series were read; then nothing is written. */
  write(runId: string, columns: Columns, known: ReadonlyMap<string, number>): Promise<boolean> {
    return new Promise((done, failed) => {
      this.waiting.push({ runId, columns, known, done, failed });
      if (!this.busy) void this.flush();
    });
  }

  close(): Promise<void> {
    this.closed ??= this.pool.end();
    return this.closed;
  }

  private async flush(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const batches = this.take();
      try {
        const { many, values } = parameters(batches);
        // Nearly always all rows are new, and to ask for each costs half as much as to write it.
        const active = await this.execute(many ? 'rows' : 'row', values).catch((error: { code?: string }) => {
          if (error.code !== UNIQUE) throw error;
          return this.execute(many ? 'known rows' : 'known row', values);
        });
        for (const batch of batches) batch.done(active.has(batch.runId));
      } catch (error) {
        // Perhaps the fault of one of them alone: each is told, and tries by itself.
        for (const batch of batches) batch.failed(error);
      }
    }
    this.busy = false;
  }

  /**
   * What one statement writes. It looks for one series of each run: numbers of a run that were read at another time may be those of a run
   * that was removed and has come back, and wait for the next.
   */
  private take(): Waiting[] {
    const read = new Map<string, Waiting['known']>();
    let batches = 0;
    for (let rows = 0; batches < this.waiting.length && (batches === 0 || rows < MOST_ROWS); batches++) {
      const { runId, columns, known } = this.waiting[batches]!;
      if ((read.get(runId) ?? known) !== known) break;
      read.set(runId, known);
      rows += columns.series.length;
    }
    return this.waiting.splice(0, batches);
  }

  private async execute(which: keyof typeof SQL, values: unknown[]): Promise<Set<string>> {
    const query = { name: `osler ${which}`, text: SQL[which], values };
    const { rows, rowCount } = await persist(() => this.pool.query<{ id: string }>(query));
    if (which === 'row') return new Set(rowCount === 1 ? [values[0] as string] : []);
    return new Set(rows.map(({ id }) => id));
  }
}

/**
 * A run is there while one of its series is: they go together. Its row is held, for metrics have no foreign key. Marks are taken in the
 * order of the runs, so that two statements lock them alike.
 */
const statement = (conflict: string): string => `
  with active as (
    select given.n, runs.id from unnest($1::text[], $2::bigint[]) with ordinality as given(id, series, n)
    join runs on runs.id = given.id and runs.deleted_at is null
    join series on series.id = given.series and series.run_id = runs.id
    for key share of runs),
  marked as (
    insert into unsettled (run_id) select id from active where n = any($3::bigint[]) order by id
    on conflict (run_id) do update set run_id = excluded.run_id),
  latest as (
    update series set last_step = new.step, last_time = new.time, last_value = new.value, last_nan = new.nan
    from unnest($4::bigint[], $5::bigint[], $6::bigint[], $7::bigint[], $8::float8[], $9::bigint[]) as new(run, id, step, time, value, nan)
    where series.id = new.id and new.run in (select n from active)
      and (last_step, last_time, last_value, last_nan) < (new.step, new.time, new.value, new.nan)),
  written as (
    insert into metrics (series_id, step, time, value, nan, epoch)
    select id, step, coalesce(time, $18), value, coalesce(nan, $19), coalesce(epoch, $20)
    from unnest($10::bigint[], $11::bigint[], $12::bigint[], $13::bigint[], $14::float8[], $15::bigint[], $16::bigint[])
      as new(run, id, step, time, value, nan, epoch)
    where coalesce(run, $17) in (select n from active) ${conflict})
  select id from active`;
const orLater = (column: string, given: string): string =>
  `${column} = case when (last_step, last_time, last_value, last_nan) < ($3, $4, $5, $6) then ${given} else ${column} end`;
/**
 * The same for one row: a lone client that waits for each of its calls is answered a third sooner. Its series is written in any case, which
 * holds it, and a run does not go before its series: the run's own row need not be locked, which would be another page to write.
 */
const found = `
  with active as (
    update series set ${orLater('last_step', '$3')}, ${orLater('last_time', '$4')}, ${orLater('last_value', '$5')},
      ${orLater('last_nan', '$6')}
    from runs where series.id = $2 and series.run_id = $1 and runs.id = $1 and runs.deleted_at is null returning runs.id)`;
const added =
  'insert into metrics (series_id, step, time, value, nan, epoch) select $2, $3, $4, $5, $6, $7 from active';
const KNOWN = 'on conflict do nothing';
const SQL = {
  rows: statement(''),
  'known rows': statement(KNOWN),
  // How many rows it wrote says whether the run is active: an answer without rows is read in half the time.
  row: `${found} ${added}`,
  'known row': `${found}, written as (${added} ${KNOWN}) select id from active`,
};

/** What the statements are given: arrays in PostgreSQL's own form, so that neither side turns thousands of numbers into text and back. */
function parameters(batches: readonly Waiting[]): { many: boolean; values: unknown[] } {
  const [{ runId, columns, known }] = batches as [Waiting];
  if (batches.length === 1 && columns.series.length === 1) {
    const { step, time, value, nan, epoch } = columns;
    return { many: false, values: [runId, known.get(columns.keys[0]!), step[0], time[0], value[0], nan[0], epoch[0]] };
  }
  const firsts = new Map<string, number>();
  for (const { runId, columns, known } of batches) firsts.set(runId, known.get(columns.keys[0]!)!);
  const runs = [...firsts.keys()];
  const place = new Map(runs.map((id, i) => [id, i + 1]));
  const run: number[] = [];
  const id: number[] = [];
  const rows: Columns = { keys: [], series: [], step: [], time: [], value: [], nan: [], epoch: [], last: [] };
  const latest = new Map<number, number>();
  const wide = new Set<number>();
  for (const { runId, columns, known } of batches) {
    const start = id.length;
    const ids = columns.keys.map((key) => known.get(key)!);
    const n = place.get(runId)!;
    for (let i = 0; i < columns.series.length; i++) {
      run.push(n);
      id.push(ids[columns.series[i]!]!);
      rows.step.push(columns.step[i]!);
      rows.time.push(columns.time[i]!);
      rows.value.push(columns.value[i]!);
      rows.nan.push(columns.nan[i]!);
      rows.epoch.push(columns.epoch[i]!);
    }
    if (ids.length > WIDE) {
      wide.add(n);
      continue;
    }
    for (let key = 0; key < ids.length; key++) {
      const row = start + columns.last[key]!;
      const before = latest.get(ids[key]!);
      if (before === undefined || isLater(rows, row, before)) latest.set(ids[key]!, row);
    }
  }
  // In the order of their numbers, so that two statements lock them alike.
  const last = [...latest].sort(([a], [b]) => a - b).map(([, row]) => row);
  const { step, time, value, nan, epoch } = rows;
  const arrayOf = (column: number[], numbers = column): Buffer =>
    column === value ? float8s(numbers) : int8s(numbers);
  // What is the same in all rows, as it mostly is, is said once and not for each.
  const shared = [run, time, nan, epoch];
  const alike = new Set(shared.filter((column) => column.every((number) => number === column[0])));
  const values = [
    ...[runs, int8s([...firsts.values()]), int8s([...wide])],
    ...[run, id, step, time, value, nan].map((column) =>
      arrayOf(
        column,
        last.map((row) => column[row]!),
      ),
    ),
    ...[run, id, step, time, value, nan, epoch].map((column) => arrayOf(column, alike.has(column) ? [] : column)),
    ...shared.map((column) => column[0]),
  ];
  return { many: true, values };
}
