import type { Kysely } from 'kysely';
import { OslerError } from '../errors.ts';
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
  /** In order of key, then step. All keys when none is named. */
  read(runId: string, keys?: readonly string[]): Promise<MetricRow[]>;
  /** Names of the run's metrics, sorted. */
  keys(runId: string): Promise<string[]>;
}

/** Rows in one statement; five values each, well below SQLite's limit of 32,766. */
const CHUNK = 1_000;

export function metricRepository(db: Kysely<Tables>): Metrics {
  return {
    async append(runId, rows) {
      if (rows.length === 0) return;
      const last = lastOfEach(rows);
      await persist(() =>
        db.transaction().execute(async (trx) => {
          const series = await seriesIds(trx, runId, new Set(last.map((row) => row.key)));
          for (let i = 0; i < last.length; i += CHUNK) {
            const values = last.slice(i, i + CHUNK).map((row) => ({
              series_id: series.get(row.key)!,
              step: row.step,
              epoch: row.epoch,
              value: Number.isNaN(row.value) ? null : row.value,
              time: Math.round(row.time),
            }));
            await trx
              .insertInto('metrics')
              .values(values)
              .onConflict((c) =>
                c.columns(['series_id', 'step']).doUpdateSet((eb) => ({
                  epoch: eb.ref('excluded.epoch'),
                  value: eb.ref('excluded.value'),
                  time: eb.ref('excluded.time'),
                })),
              )
              .execute();
          }
        }),
      );
    },
    async read(runId, keys) {
      let query = db
        .selectFrom('metrics')
        .innerJoin('series', 'series.id', 'metrics.series_id')
        .select(['series.key', 'metrics.step', 'metrics.epoch', 'metrics.value', 'metrics.time'])
        .where('series.run_id', '=', runId)
        .orderBy('series.key')
        .orderBy('metrics.step');
      if (keys !== undefined) query = query.where('series.key', 'in', keys);
      return (await query.execute()).map((row) => ({ ...row, value: row.value ?? Number.NaN }));
    },
    async keys(runId) {
      const rows = await db.selectFrom('series').select('key').where('run_id', '=', runId).orderBy('key').execute();
      return rows.map((row) => row.key);
    },
  };
}

/** One statement may not touch a row twice: of equal key and step the last counts, as if they had come one by one. */
function lastOfEach(rows: readonly MetricRow[]): MetricRow[] {
  return [...new Map(rows.map((row) => [`${row.step}:${row.key}`, row])).values()];
}

async function seriesIds(trx: Kysely<Tables>, runId: string, keys: Set<string>): Promise<Map<string, number>> {
  const read = async () =>
    new Map(
      (await trx.selectFrom('series').select(['id', 'key']).where('run_id', '=', runId).execute()).map((row) => [
        row.key,
        row.id,
      ]),
    );
  const known = await read();
  const fresh = [...keys].filter((key) => !known.has(key));
  if (fresh.length === 0) return known;
  const run = await trx.selectFrom('runs').select('id').where('id', '=', runId).executeTakeFirst();
  if (run === undefined) throw new OslerError('NOT_FOUND', `There is no run ${runId}.`);
  await trx
    .insertInto('series')
    .values(fresh.map((key) => ({ run_id: runId, key })))
    // Another process may have named the same series a moment ago.
    .onConflict((c) => c.columns(['run_id', 'key']).doNothing())
    .execute();
  return read();
}
