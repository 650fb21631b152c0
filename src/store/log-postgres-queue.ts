import { type Kysely, sql } from 'kysely';
import { persist } from './engine.ts';
import { type Columns, isLater } from './log-batch.ts';
import type { Tables } from './schema.ts';

/** Metrics of one run whose series are all known. */
interface Waiting {
  runId: string;
  columns: Columns;
  /** Series numbers of `columns.keys`. */
  ids: number[];
  done(written: boolean): void;
  failed(error: unknown): void;
}

/** Rows of one statement, about. */
const MOST_ROWS = 16_000;

/**
 * Writes batches of many clients together: while one statement is under way, what arrives waits for the next. So each costs a share of
 * a round trip and of a commit. A statement is a transaction of its own.
 */
export class MetricQueue {
  private readonly db: Kysely<Tables>;
  private waiting: Waiting[] = [];
  private busy = false;

  constructor(db: Kysely<Tables>) {
    this.db = db;
  }

  /** False when the run is not there or deleted; then nothing is written. */
  write(runId: string, columns: Columns, ids: number[]): Promise<boolean> {
    return new Promise((done, failed) => {
      this.waiting.push({ runId, columns, ids, done, failed });
      if (!this.busy) void this.flush();
    });
  }

  private async flush(): Promise<void> {
    this.busy = true;
    while (this.waiting.length > 0) {
      const batches: Waiting[] = [];
      for (let rows = 0; this.waiting.length > 0 && (batches.length === 0 || rows < MOST_ROWS); ) {
        rows += this.waiting[0]!.columns.series.length;
        batches.push(this.waiting.shift()!);
      }
      try {
        const active = await persist(() => this.statement(batches));
        for (const batch of batches) batch.done(active.has(batch.runId));
      } catch (error) {
        // Perhaps the fault of one of them alone: each is told, and tries by itself.
        for (const batch of batches) batch.failed(error);
      }
    }
    this.busy = false;
  }

  private async statement(batches: Waiting[]): Promise<Set<string>> {
    const runs = [...new Set(batches.map(({ runId }) => runId))];
    const place = new Map(runs.map((id, i) => [id, i + 1]));
    const all = { run: [] as number[], id: [] as number[], step: [] as number[], time: [] as number[] };
    const values = { value: [] as number[], nan: [] as number[], epoch: [] as number[] };
    const whole: Columns = {
      keys: [],
      series: [],
      step: all.step,
      time: all.time,
      value: values.value,
      nan: values.nan,
      epoch: values.epoch,
      last: [],
    };
    const latest = new Map<number, number>();
    for (const { runId, columns, ids } of batches) {
      const start = all.id.length;
      for (let i = 0; i < columns.series.length; i++) {
        all.run.push(place.get(runId)!);
        all.id.push(ids[columns.series[i]!]!);
        all.step.push(columns.step[i]!);
        all.time.push(columns.time[i]!);
        values.value.push(columns.value[i]!);
        values.nan.push(columns.nan[i]!);
        values.epoch.push(columns.epoch[i]!);
      }
      for (let key = 0; key < ids.length; key++) {
        const row = start + columns.last[key]!;
        const known = latest.get(ids[key]!);
        if (known === undefined || isLater(whole, row, known)) latest.set(ids[key]!, row);
      }
    }
    // In the order of their numbers, so that two statements lock them alike.
    const rows = [...latest].sort(([a], [b]) => a - b).map(([, row]) => row);
    const pick = (from: number[]): number[] => rows.map((row) => from[row]!);
    const { rows: active } = await sql<{ id: string }>`
      with active as (
        select given.id, given.n from unnest(${runs}::text[]) with ordinality as given(id, n)
        join runs on runs.id = given.id and runs.deleted_at is null),
      latest as (
        update series set last_step = new.step, last_time = new.time, last_value = new.value, last_nan = new.nan
        from unnest(${pick(all.run)}::bigint[], ${pick(all.id)}::bigint[], ${pick(all.step)}::bigint[], ${pick(all.time)}::bigint[],
          ${pick(values.value)}::float8[], ${pick(values.nan)}::bigint[]) as new(run, id, step, time, value, nan)
        where series.id = new.id and new.run in (select n from active)
          and (last_step, last_time, last_value) < (new.step, new.time, new.value)),
      written as (
        insert into metrics (series_id, step, time, value, nan, epoch)
        select id, step, time, value, nan, epoch
        from unnest(${all.run}::bigint[], ${all.id}::bigint[], ${all.step}::bigint[], ${all.time}::bigint[], ${values.value}::float8[],
          ${values.nan}::bigint[], ${values.epoch}::bigint[]) as new(run, id, step, time, value, nan, epoch)
        where run in (select n from active) on conflict do nothing)
      select id from active`.execute(this.db);
    return new Set(active.map(({ id }) => id));
  }
}
