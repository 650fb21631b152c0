import { type Kysely, sql } from 'kysely';
import { OslerError } from '../errors.ts';
import { gather } from './arrivals.ts';
import { persist } from './engine.ts';
import type { LogBatch, LoggedMetric, Pair } from './log-batch.ts';
import type { LogWriter } from './log-writer.ts';
import { refuseZeroBytes } from './refusals.ts';
import type { Runs } from './runs.ts';
import type { Tables } from './schema.ts';
import { settle } from './settle.ts';
import { NAME_TAG, notActive, type Tracked } from './tracked.ts';

export interface HistoryPage {
  /** Where to go on: the last row of the page before. */
  after?: LoggedMetric;
  /** At most; all when absent. */
  limit?: number;
  /** Both included. */
  from?: number;
  to?: number;
}

/** Metrics, parameters and tags of runs of any program. */
export interface Logs {
  /**
   * In one transaction; the same batch again changes nothing. A metric may have several values at one step, at different times.
   * Throws NOT_FOUND for an unknown run; USAGE when it is deleted, or a parameter stands there with another value.
   */
  write(runId: string, batch: LogBatch): Promise<void>;
  /** In order of key, as are the next two. */
  params(runId: string): Promise<Pair[]>;
  tags(runId: string): Promise<Pair[]>;
  /** Of each metric its latest value: of the highest step, then time, then value. */
  latest(runId: string): Promise<LoggedMetric[]>;
  /** All values of one metric, in order of step, then time, then value. */
  history(runId: string, key: string, page?: HistoryPage): Promise<LoggedMetric[]>;
  /** At most so many values of one metric, evenly spaced in the order of `history`; the first and the last are among them. */
  sample(runId: string, key: string, most: number, range?: { from?: number; to?: number }): Promise<LoggedMetric[]>;
  /** Does what wide batches left for later, of all runs: there may be much of it where a server was killed. */
  settle(): Promise<void>;
  /** Throws NOT_FOUND when there is no such tag. */
  deleteTag(runId: string, key: string): Promise<void>;
}

export function logRepository(db: Kysely<Tables>, writer: LogWriter, tracked: Tracked, runs: Runs): Logs {
  const pairs = (table: 'params' | 'run_tags') => async (runId: string) => {
    const rows = await db
      .selectFrom(table)
      .select(['key', 'value'])
      .where('run_id', '=', runId)
      .orderBy('key')
      .execute();
    return rows.map(({ key, value }) => ({ key, value }));
  };
  return {
    async write(runId, { metrics = [], params = [], tags = [] }) {
      for (const pairs of [params, tags]) for (const { key, value } of pairs) refuseZeroBytes([key, value]);
      await writer.write(runId, { metrics, params, tags });
      const name = tags.findLast(({ key }) => key === NAME_TAG);
      // A training of Osler has its name in its record as well.
      if (name !== undefined && !(await tracked.get(runId)).foreign) await runs.update(runId, { name: name.value });
    },
    params: pairs('params'),
    tags: pairs('run_tags'),
    async latest(runId) {
      await settle(db, { runs: [runId] });
      const rows = await db.selectFrom('series').selectAll().where('run_id', '=', runId).orderBy('key').execute();
      return rows.map((row) => ({
        key: row.key,
        value: row.last_nan === 1 ? Number.NaN : row.last_value,
        step: row.last_step,
        timestamp: row.last_time,
      }));
    },
    async history(runId, key, { after, limit, from, to } = {}) {
      await gather(db, [runId]);
      let query = db
        .selectFrom('metrics')
        .innerJoin('series', 'series.id', 'metrics.series_id')
        .select(['metrics.step', 'metrics.time', 'metrics.value', 'metrics.nan', 'metrics.epoch'])
        .where('series.run_id', '=', runId)
        .where('series.key', '=', key)
        .orderBy('metrics.step')
        .orderBy('metrics.time')
        .orderBy('metrics.value')
        .orderBy('metrics.nan');
      if (after !== undefined) {
        const nan = Number.isNaN(after.value);
        query = query.where(({ eb, refTuple, tuple }) =>
          eb(
            refTuple('metrics.step', 'metrics.time', 'metrics.value', 'metrics.nan'),
            '>',
            tuple(after.step, after.timestamp, nan ? 0 : after.value, nan ? 1 : 0),
          ),
        );
      }
      if (from !== undefined) query = query.where('metrics.step', '>=', from);
      if (to !== undefined) query = query.where('metrics.step', '<=', to);
      if (limit !== undefined) query = query.limit(limit);
      return (await query.execute()).map((row) => metricOf(key, row));
    },
    async sample(runId, key, most, { from, to } = {}) {
      await gather(db, [runId]);
      const series = await db
        .selectFrom('series')
        .select('id')
        .where('run_id', '=', runId)
        .where('key', '=', key)
        .executeTakeFirst();
      if (series === undefined) return [];
      const range = sql`${from === undefined ? sql`` : sql`and step >= ${from}`} ${to === undefined ? sql`` : sql`and step <= ${to}`}`;
      const order = sql`step, time, value, nan`;
      const { rows } = await sql<Row>`
        with placed as (
          select step, time, value, nan, epoch, row_number() over (order by ${order}) as place, count(*) over () as total,
            ntile(${sql.lit(most)}) over (order by ${order}) as bucket
          from metrics where series_id = ${series.id} ${range}),
        marked as (select *, lag(bucket) over (order by place) as before from placed)
        select step, time, value, nan, epoch from marked
        where place = total or before is null or before <> bucket order by place`.execute(db);
      // The last row takes the place of the last bucket's first.
      if (rows.length > most) rows.splice(-2, 1);
      return rows.map((row) => metricOf(key, row));
    },
    settle: () => settle(db, 'all'),
    async deleteTag(runId, key) {
      if ((await tracked.get(runId)).deleted) throw notActive(runId);
      const { numDeletedRows } = await persist(() =>
        db.deleteFrom('run_tags').where('run_id', '=', runId).where('key', '=', key).executeTakeFirstOrThrow(),
      );
      if (numDeletedRows === 0n) throw new OslerError('NOT_FOUND', `No tag with name: ${key} in run with id ${runId}`);
    },
  };
}

interface Row {
  step: number;
  time: number;
  value: number;
  nan: number;
  epoch: number;
}

function metricOf(key: string, { step, time, value, nan, epoch }: Row): LoggedMetric {
  return { key, value: nan === 1 ? Number.NaN : value, step, timestamp: time, epoch };
}
