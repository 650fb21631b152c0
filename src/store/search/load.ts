import { type Kysely, sql } from 'kysely';
import { amongIds } from '../among.ts';
import { isPostgres } from '../columns.ts';
import type { LoggedMetric, Pair } from '../log-batch.ts';
import type { Tables } from '../schema.ts';
import { RUN_COLUMNS, type RunInfo, type RunRow, runInfo } from '../tracked-run.ts';

export interface FoundRun {
  info: RunInfo;
  /** The latest value of each; in order of key, as are the next two. */
  metrics: LoggedMetric[];
  params: Pair[];
  tags: Pair[];
}

/** In the order of the ids; unknown ones are left out. */
export async function loadRuns(db: Kysely<Tables>, ids: readonly string[]): Promise<FoundRun[]> {
  if (ids.length === 0) return [];
  if (!isPostgres(db)) return sqliteRuns(db, ids);
  const size = Math.max(PART, Math.ceil(ids.length / AT_ONCE));
  const parts = Array.from({ length: Math.ceil(ids.length / size) }, (_, i) => ids.slice(i * size, (i + 1) * size));
  return (await Promise.all(parts.map((part) => postgresRuns(db, part)))).flat();
}

/** Statements at once, each on a connection of its own, and the runs that are worth one. */
const AT_ONCE = 4;
const PART = 250;

interface Packed extends RunRow {
  metrics: [key: string, value: number | string, nan: number, step: number, time: number][] | null;
  params: [key: string, value: string][] | null;
  tags: [key: string, value: string][] | null;
}

/**
 * A run with all it has in one row: few look-ups by index for each. Asked for many runs at once, a table of its own, PostgreSQL would
 * rather read the whole table.
 */
async function postgresRuns(db: Kysely<Tables>, ids: readonly string[]): Promise<FoundRun[]> {
  const list = (table: keyof Tables, ...columns: string[]) =>
    sql`(select json_agg(json_build_array(${sql.join(columns.map((name) => sql.ref(name)))}) order by key)
      from ${sql.table(table)} where run_id = runs.id)`;
  const { rows } = await sql<Packed>`
    select ${sql.join(RUN_COLUMNS.map((name) => sql.ref(name)))}, runs.record is null as "foreign",
      ${list('series', 'key', 'last_value', 'last_nan', 'last_step', 'last_time')} as metrics,
      ${list('params', 'key', 'value')} as params, ${list('run_tags', 'key', 'value')} as tags
    from unnest(${ids}::text[]) with ordinality as wanted(id, place) join runs on runs.id = wanted.id order by place`.execute(
    db,
  );
  const pairs = (list: Packed['params']): Pair[] => (list ?? []).map(([key, value]) => ({ key, value }));
  return rows.map((row) => ({
    info: runInfo(row),
    // JSON has no infinities: they are texts.
    metrics: (row.metrics ?? []).map(([key, value, nan, step, timestamp]) => ({
      key,
      value: nan === 1 ? Number.NaN : Number(value),
      step,
      timestamp,
    })),
    params: pairs(row.params),
    tags: pairs(row.tags),
  }));
}

async function sqliteRuns(db: Kysely<Tables>, ids: readonly string[]): Promise<FoundRun[]> {
  const among = amongIds(db, ids);
  const pairs = (table: 'params' | 'run_tags') =>
    db
      .selectFrom(table)
      .select(['run_id', 'key', 'value'])
      .where(sql<boolean>`run_id ${among}`)
      .orderBy('run_id')
      .orderBy('key')
      .execute();
  const rows = await db
    .selectFrom('runs')
    .select(RUN_COLUMNS)
    .select((eb) => eb('record', 'is', null).as('foreign'))
    .where(sql<boolean>`id ${among}`)
    .execute();
  const series = await db
    .selectFrom('series')
    .select(['run_id', 'key', 'last_value', 'last_nan', 'last_step', 'last_time'])
    .where(sql<boolean>`run_id ${among}`)
    .orderBy('run_id')
    .orderBy('key')
    .execute();
  const found = new Map(
    rows.map((row): [string, FoundRun] => [
      row.id,
      { info: runInfo(row as RunRow), metrics: [], params: [], tags: [] },
    ]),
  );
  for (const { run_id, key, value } of await pairs('params')) found.get(run_id)?.params.push({ key, value });
  for (const { run_id, key, value } of await pairs('run_tags')) found.get(run_id)?.tags.push({ key, value });
  for (const row of series) {
    found.get(row.run_id)?.metrics.push({
      key: row.key,
      value: row.last_nan === 1 ? Number.NaN : row.last_value,
      step: row.last_step,
      timestamp: row.last_time,
    });
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}
