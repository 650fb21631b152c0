import type { DatabaseSync, StatementSync } from 'node:sqlite';
import { setTimeout as sleep } from 'node:timers/promises';
import { MOST_ARRIVALS, pack, unpack } from './arrivals.ts';
import { type Columns, checkParams, columnsOfMetrics, type LogBatch, type Pair, WIDE } from './log-batch.ts';
import { type LogWriter, lastOfEach, missingRun, SeriesCache } from './log-writer.ts';
import { explainRefusal } from './refusals.ts';
import { NEWEST } from './settle.ts';
import { SortLater } from './sort-later.ts';
import { isBusy, openDatabase } from './sqlite.ts';
import { DatabaseFile } from './sqlite-file.ts';
import { NAME_TAG, notActive } from './tracked.ts';

/** As long as other writers wait. */
const BUSY_MS = 15_000;

/**
 * Batches on a connection of their own, with prepared statements: a transaction begins and ends without giving up the thread,
 * so nothing else of this process can stand in it. The database is there already.
 */
export function sqliteLogWriter(path: string): LogWriter {
  const file = new DatabaseFile(path);
  let open: Connection | undefined;
  const later = new SortLater((run) => {
    file.check(true);
    open?.settle(run);
  });
  return {
    async write(runId, batch) {
      const metrics = columnsOfMetrics(batch.metrics);
      const deadline = Date.now() + BUSY_MS;
      for (let wait = 1; ; wait = Math.min(wait * 2, 20)) {
        // Before it is opened as well: that would make another one.
        file.check(true);
        open ??= new Connection(path);
        try {
          open.write(runId, metrics, batch);
          if (isWide(metrics)) later.note(runId);
          return;
        } catch (error) {
          if (!isBusy(error) || Date.now() > deadline) throw explainRefusal(error);
        }
        await sleep(wait * (0.5 + Math.random()));
      }
    },
    async close() {
      later.end();
      open?.close();
      open = undefined;
    },
  };
}

function isWide({ keys }: Columns): boolean {
  return keys.length > WIDE;
}

class Connection {
  private readonly db: DatabaseSync;
  private readonly statements: Record<keyof typeof SQL, StatementSync>;
  private readonly cache = new SeriesCache();

  constructor(path: string) {
    this.db = openDatabase(path, 0);
    // Metrics that are sorted in touch a page for each series: those of several runs are written to the file together.
    this.db.exec('pragma wal_autocheckpoint = 8000; pragma cache_size = -65536');
    this.statements = Object.fromEntries(
      Object.entries(SQL).map(([name, sql]) => [name, this.db.prepare(sql)]),
    ) as Record<keyof typeof SQL, StatementSync>;
  }

  close(): void {
    this.db.close();
  }

  write(runId: string, metrics: Columns, batch: Required<LogBatch>): void {
    const series = this.transaction(() => {
      const row = this.statements.run.get(runId) as { experiment_id: number; deleted_at: string | null } | undefined;
      if (row === undefined) throw missingRun(runId);
      if (row.deleted_at !== null) throw notActive(runId);
      if (batch.params.length > 0) this.params(runId, batch.params);
      const series = metrics.keys.length > 0 ? this.metrics(runId, row.experiment_id, metrics) : undefined;
      if (batch.tags.length > 0) this.tags(runId, batch.tags);
      return series;
    });
    if (series !== undefined) this.cache.set(runId, series);
  }

  /** What wide batches left for later, as settle.ts does it for who reads. */
  settle(runId: string): void {
    const { unmark, advanceAll } = this.statements;
    this.transaction(() => {
      this.sortIn(runId);
      if (unmark.run(runId).changes > 0) advanceAll.run(runId);
    });
  }

  private transaction<T>(work: () => T): T {
    const { begin, commit, rollback } = this.statements;
    begin.run();
    try {
      const result = work();
      commit.run();
      return result;
    } catch (error) {
      if (this.db.isTransaction) rollback.run();
      throw error;
    }
  }

  private params(runId: string, params: readonly Pair[]): void {
    const there: Pair[] = [];
    for (const { key } of params) {
      const row = this.statements.param.get(runId, key) as { value: string } | undefined;
      if (row !== undefined) there.push({ key, value: row.value });
    }
    checkParams(runId, params, there);
    for (const { key, value } of params) this.statements.addParam.run(runId, key, value);
  }

  private tags(runId: string, tags: readonly Pair[]): void {
    for (const { key, value } of lastOfEach(tags)) {
      this.statements.setTag.run(runId, key, value);
      if (key === NAME_TAG) this.statements.rename.run(value, runId);
    }
  }

  private metrics(runId: string, experiment: number, columns: Columns): Map<string, number> {
    const { addSeries, advance, addMetric, mark } = this.statements;
    const { keys, last, series, step, time, value, nan, epoch } = columns;
    const known = this.seriesOf(runId, keys);
    const ids = new Array<number>(keys.length);
    const wide = isWide(columns);
    if (wide) mark.run(runId);
    for (let i = 0; i < keys.length; i++) {
      const row = last[i]!;
      const id = known.get(keys[i]!);
      if (id === undefined) {
        const made = addSeries.get(runId, experiment, keys[i]!, step[row]!, time[row]!, value[row]!, nan[row]!);
        ids[i] = (made as { id: number }).id;
        known.set(keys[i]!, ids[i]!);
      } else {
        ids[i] = id;
        if (!wide) advance.run(step[row]!, time[row]!, value[row]!, nan[row]!, id);
      }
    }
    if (wide) this.lay(runId, pack(ids, columns));
    else {
      // What is read later must not stand before what is read now: who pages through a history would miss it.
      if (this.lying(runId) > 0) this.sortIn(runId);
      for (let i = 0; i < series.length; i++)
        addMetric.run(ids[series[i]!]!, step[i]!, time[i]!, value[i]!, nan[i]!, epoch[i]!);
    }
    return known;
  }

  /** Beside the metrics, until there are too many. */
  private lay(runId: string, rows: Uint8Array): void {
    this.statements.addArrival.run(runId, rows);
    if (this.lying(runId) >= MOST_ARRIVALS) this.sortIn(runId);
  }

  private lying(runId: string): number {
    return (this.statements.countArrivals.get(runId) as { count: number }).count;
  }

  private sortIn(runId: string): void {
    const { arrivals, addMetric, endArrivals } = this.statements;
    const batches = arrivals.all(runId) as { rows: Uint8Array }[];
    for (const { series_id, step, time, value, nan, epoch } of unpack(batches.map((batch) => batch.rows)))
      addMetric.run(series_id, step, time, value, nan, epoch);
    endArrivals.run(runId);
  }

  /** A copy while names are added that are not committed yet. */
  private seriesOf(runId: string, keys: string[]): Map<string, number> {
    const cached = this.cache.get(runId);
    // A run that was removed and has come back has other series than those remembered: no number is given out again.
    if (cached !== undefined && keys.every((key) => cached.has(key)) && this.isThere(cached.get(keys[0]!)!))
      return cached;
    const rows = this.statements.series.all(runId) as { id: number; key: string }[];
    return new Map(rows.map(({ id, key }) => [key, id]));
  }

  private isThere(series: number): boolean {
    return this.statements.isThere.get(series) !== undefined;
  }
}

const SQL = {
  begin: 'begin immediate',
  commit: 'commit',
  rollback: 'rollback',
  run: 'select experiment_id, deleted_at from runs where id = ?',
  param: 'select value from params where run_id = ? and key = ?',
  addParam: 'insert into params (run_id, key, value) values (?, ?, ?) on conflict do nothing',
  setTag: `insert into run_tags (run_id, key, value) values (?, ?, ?)
    on conflict (run_id, key) do update set value = excluded.value`,
  rename: 'update runs set name = ? where id = ?',
  series: 'select id, key from series where run_id = ?',
  isThere: 'select 1 from series where id = ?',
  addSeries: `insert into series (run_id, experiment_id, key, last_step, last_time, last_value, last_nan)
    values (?, ?, ?, ?, ?, ?, ?) returning id`,
  advance: `update series set last_step = ?1, last_time = ?2, last_value = ?3, last_nan = ?4
    where id = ?5 and (last_step, last_time, last_value, last_nan) < (?1, ?2, ?3, ?4)`,
  mark: 'insert into unsettled (run_id) values (?) on conflict do nothing',
  unmark: 'delete from unsettled where run_id = ?',
  // Never backwards: a narrow batch may have advanced the row meanwhile.
  advanceAll: `update series set (last_step, last_time, last_value, last_nan) = ${NEWEST}
    where run_id = ? and (last_step, last_time, last_value, last_nan) < ${NEWEST}`,
  addMetric: `insert into metrics (series_id, step, time, value, nan, epoch) values (?, ?, ?, ?, ?, ?)
    on conflict do nothing`,
  addArrival: 'insert into arrivals (run_id, rows) values (?, ?)',
  countArrivals: 'select count(*) as count from arrivals where run_id = ?',
  arrivals: 'select rows from arrivals where run_id = ? order by id',
  endArrivals: 'delete from arrivals where run_id = ?',
} as const;
