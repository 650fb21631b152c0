import { type Kysely, sql } from 'kysely';
import { OslerError } from '../errors.ts';
import { bringIn, gather } from './arrivals.ts';
import { isPostgres } from './columns.ts';
import { persist } from './engine.ts';
import type { Tables } from './schema.ts';

export interface MetricRow {
  /** `train/loss`, `val/auroc`... */
  key: string;
  /** Optimiser steps since the run's start. */
  step: number;
  epoch: number;
  /** NaN and the infinities are kept as they are. */
  value: number;
  /** Milliseconds since 1970. */
  time: number;
}

export interface Metrics {
  /** In one transaction. A row with the same key and step replaces the old one, so a resumed run may write its steps again. */
  append(runId: string, rows: readonly MetricRow[]): Promise<void>;
  /** In order of key, then step, then time. All keys when none is named. */
  read(runId: string, keys?: readonly string[]): Promise<MetricRow[]>;
  /** Names of the run's metrics, sorted. */
  keys(runId: string): Promise<string[]>;
}

/** Rows in one statement; six values each, below SQLite's limit of 32,766. */
const CHUNK = 1_000;

export function metricRepository(db: Kysely<Tables>): Metrics {
  return {
    async append(runId, rows) {
      if (rows.length === 0) return;
      const last = lastOfEach(rows);
      await persist(() =>
        db.transaction().execute(async (trx) => {
          if (isPostgres(trx)) await holdRun(trx, runId);
          await bringIn(trx, runId);
          const series = await seriesIds(trx, runId, last);
          const values = last.map((row) => ({
            series_id: series.get(row.key)!,
            step: row.step,
            time: Math.round(row.time),
            value: Number.isNaN(row.value) ? 0 : row.value,
            nan: Number.isNaN(row.value) ? 1 : 0,
            epoch: row.epoch,
          }));
          for (let i = 0; i < values.length; i += CHUNK) {
            const chunk = values.slice(i, i + CHUNK);
            const places = sql.join(
              chunk.map((row) => sql`(cast(${row.series_id} as bigint), cast(${row.step} as bigint))`),
            );
            await sql`delete from metrics where (series_id, step) in (values ${places})`.execute(trx);
            await trx.insertInto('metrics').values(chunk).execute();
          }
          await settle(trx, [...new Set(values.map((row) => row.series_id))]);
        }),
      );
    },
    async read(runId, keys) {
      await gather(db, [runId]);
      let query = db
        .selectFrom('metrics')
        .innerJoin('series', 'series.id', 'metrics.series_id')
        .select(['series.key', 'metrics.step', 'metrics.epoch', 'metrics.value', 'metrics.nan', 'metrics.time'])
        .where('series.run_id', '=', runId)
        .orderBy('series.key')
        .orderBy('metrics.step')
        .orderBy('metrics.time')
        .orderBy('metrics.value');
      if (keys !== undefined) query = query.where('series.key', 'in', keys);
      return (await query.execute()).map(({ nan, ...row }) => ({ ...row, value: nan === 1 ? Number.NaN : row.value }));
    },
    async keys(runId) {
      const rows = await db.selectFrom('series').select('key').where('run_id', '=', runId).orderBy('key').execute();
      return rows.map((row) => row.key);
    },
  };
}

/** Until the transaction ends the run, and its series with it, stays: metrics have no foreign key on PostgreSQL. */
async function holdRun(trx: Kysely<Tables>, runId: string): Promise<void> {
  const row = await trx.selectFrom('runs').select('id').where('id', '=', runId).forKeyShare().executeTakeFirst();
  if (row === undefined) throw new OslerError('NOT_FOUND', `There is no run ${runId}.`);
}

/** One statement may not touch a row twice: of equal key and step the last counts, as if they had come one by one. */
function lastOfEach(rows: readonly MetricRow[]): MetricRow[] {
  return [...new Map(rows.map((row) => [`${row.step}:${row.key}`, row])).values()];
}

/** Writes the latest values again, from the rows: a value that was replaced may have been one. */
async function settle(trx: Kysely<Tables>, ids: number[]): Promise<void> {
  await sql`update series set (last_step, last_time, last_value, last_nan) = (
      select step, time, value, nan from metrics where series_id = series.id
      order by step desc, time desc, value desc, nan desc limit 1)
    where id in (${sql.join(ids)})`.execute(trx);
}

async function seriesIds(trx: Kysely<Tables>, runId: string, rows: MetricRow[]): Promise<Map<string, number>> {
  const read = async () =>
    new Map(
      (await trx.selectFrom('series').select(['id', 'key']).where('run_id', '=', runId).execute()).map((row) => [
        row.key,
        row.id,
      ]),
    );
  const known = await read();
  const fresh = [...new Map(rows.filter(({ key }) => !known.has(key)).map((row) => [row.key, row])).values()];
  if (fresh.length === 0) return known;
  const run = await trx.selectFrom('runs').select('experiment_id').where('id', '=', runId).executeTakeFirst();
  if (run === undefined) throw new OslerError('NOT_FOUND', `There is no run ${runId}.`);
  await trx
    .insertInto('series')
    .values(
      fresh.map((row) => ({
        run_id: runId,
        experiment_id: run.experiment_id,
        key: row.key,
        last_step: row.step,
        last_time: Math.round(row.time),
        last_value: Number.isNaN(row.value) ? 0 : row.value,
        last_nan: Number.isNaN(row.value) ? 1 : 0,
      })),
    )
    // Another process may have named the same series a moment ago.
    .onConflict((c) => c.columns(['run_id', 'key']).doNothing())
    .execute();
  return read();
}
