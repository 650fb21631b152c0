import { type Kysely, sql } from 'kysely';
import { persist } from './engine.ts';
import { type Columns, checkParams, columnsOfMetrics, type LogBatch, type Pair } from './log-batch.ts';
import { MetricQueue } from './log-postgres-queue.ts';
import { type LogWriter, lastOfEach, missingRun, SeriesCache } from './log-writer.ts';
import { isPassing } from './postgres.ts';
import { explainRefusal } from './refusals.ts';
import type { Tables } from './schema.ts';
import { NAME_TAG, notActive } from './tracked.ts';

/** Batches as arrays: a few statements, whatever the number of rows. Repeated while the server is away. */
export function postgresLogWriter(db: Kysely<Tables>, url: string): LogWriter {
  const cache = new SeriesCache();
  const queue = new MetricQueue(url);
  return {
    async write(runId, batch) {
      const metrics = columnsOfMetrics(batch.metrics);
      const known = cache.get(runId);
      const plain = batch.params.length === 0 && batch.tags.length === 0 && metrics.keys.length > 0;
      if (plain && known !== undefined && metrics.keys.every((key) => known.has(key))) {
        // What it can't write is written below, which says why; not where a server that is away was waited for already.
        const written = await queue.write(runId, metrics, known).catch((error: unknown) => {
          if (isPassing(error)) throw explainRefusal(error);
          return false;
        });
        if (written) return;
      }
      // A run that was removed and has come back has other series than those remembered: they are read again.
      cache.forget(runId);
      const series = await persist(() => db.transaction().execute((trx) => writeBatch(trx, runId, batch, metrics)));
      if (series !== undefined) cache.set(runId, series);
    },
    close: () => queue.close(),
  };
}

async function writeBatch(
  trx: Kysely<Tables>,
  runId: string,
  batch: Required<LogBatch>,
  metrics: Columns,
): Promise<Map<string, number> | undefined> {
  const row = await trx
    .selectFrom('runs')
    .select(['experiment_id', 'deleted_at'])
    .where('id', '=', runId)
    .forShare()
    .executeTakeFirst();
  if (row === undefined) throw missingRun(runId);
  if (row.deleted_at !== null) throw notActive(runId);
  if (batch.params.length > 0) await params(trx, runId, batch.params);
  const known = metrics.keys.length > 0 ? await write(trx, runId, row.experiment_id, metrics) : undefined;
  if (batch.tags.length > 0) await tags(trx, runId, batch.tags);
  return known;
}

async function params(trx: Kysely<Tables>, runId: string, pairs: readonly Pair[]): Promise<void> {
  const keys = pairs.map(({ key }) => key);
  const values = pairs.map(({ value }) => value);
  await sql`insert into params (run_id, key, value) select ${runId}, * from unnest(${keys}::text[], ${values}::text[])
    on conflict do nothing`.execute(trx);
  // Read after writing: of two writers of one key the second sees what the first committed.
  const there = await trx
    .selectFrom('params')
    .select(['key', 'value'])
    .where('run_id', '=', runId)
    .where(sql<boolean>`key = any(${keys})`)
    .execute();
  checkParams(runId, pairs, there);
}

async function tags(trx: Kysely<Tables>, runId: string, pairs: readonly Pair[]): Promise<void> {
  const last = lastOfEach(pairs);
  await sql`insert into run_tags (run_id, key, value)
    select ${runId}, * from unnest(${last.map(({ key }) => key)}::text[], ${last.map(({ value }) => value)}::text[])
    on conflict (run_id, key) do update set value = excluded.value`.execute(trx);
  const name = last.find(({ key }) => key === NAME_TAG);
  if (name !== undefined) await trx.updateTable('runs').set({ name: name.value }).where('id', '=', runId).execute();
}

async function write(
  trx: Kysely<Tables>,
  runId: string,
  experiment: number,
  columns: Columns,
): Promise<Map<string, number>> {
  const { keys, last, series, step, time, value, nan, epoch } = columns;
  const pick = (from: number[]): number[] => last.map((row) => from[row]!);
  const read = async () => {
    const rows = await trx.selectFrom('series').select(['id', 'key']).where('run_id', '=', runId).execute();
    return new Map(rows.map((row) => [row.key, row.id]));
  };
  let known = await read();
  if (keys.some((key) => !known.has(key))) {
    await sql`insert into series (run_id, experiment_id, key, last_step, last_time, last_value, last_nan)
      select ${runId}, ${experiment}::bigint, * from unnest(${keys}::text[], ${pick(step)}::bigint[], ${pick(time)}::bigint[],
        ${pick(value)}::float8[], ${pick(nan)}::bigint[]) on conflict (run_id, key) do nothing`.execute(trx);
    known = await read();
  }
  const ids = keys.map((key) => known!.get(key)!);
  await sql`update series set last_step = new.step, last_time = new.time, last_value = new.value, last_nan = new.nan
    from unnest(${ids}::bigint[], ${pick(step)}::bigint[], ${pick(time)}::bigint[], ${pick(value)}::float8[],
      ${pick(nan)}::bigint[]) as new(id, step, time, value, nan)
    where series.id = new.id and (last_step, last_time, last_value, last_nan) < (new.step, new.time, new.value, new.nan)`.execute(
    trx,
  );
  await sql`insert into metrics (series_id, step, time, value, nan, epoch)
    select * from unnest(${series.map((place) => ids[place]!)}::bigint[], ${step}::bigint[], ${time}::bigint[],
      ${value}::float8[], ${nan}::bigint[], ${epoch}::bigint[]) on conflict do nothing`.execute(trx);
  return known;
}
