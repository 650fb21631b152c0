import { type Kysely, type RawBuilder, sql } from 'kysely';
import type { z } from 'zod';
import { amongIds } from '../among.ts';
import { RunRecord } from '../run.ts';
import type { Tables } from '../schema.ts';
import { RUN_COLUMNS, type RunInfo, type RunRow, runInfo } from '../tracked-run.ts';

/** Cells that a table shows beside what every run has. */
export interface Wanted {
  metrics: readonly string[];
  params: readonly string[];
  tags: readonly string[];
}

/** What of a training's record a table shows. */
const Summary = RunRecord.pick({ best: true, stamps: true, leaks: true, seconds: true, group: true });
type Summary = z.infer<typeof Summary>;

/** A run as a line of a table. */
export interface TableRow {
  info: RunInfo;
  /** Of a training of Osler; null for others. */
  summary: Summary | null;
  /** Of the wanted keys, those it has. */
  metrics: Record<string, number>;
  params: Record<string, string>;
  tags: Record<string, string>;
}

/** In the order of the ids; unknown ones are left out. Reads the wanted cells only: a run may have hundreds. */
export async function tableRows(db: Kysely<Tables>, ids: readonly string[], wanted: Wanted): Promise<TableRow[]> {
  if (ids.length === 0) return [];
  const among = amongIds(db, ids);
  const pairs = async (table: 'params' | 'run_tags', keys: readonly string[]) =>
    keys.length === 0
      ? []
      : db
          .selectFrom(table)
          .select(['run_id', 'key', 'value'])
          .where(sql<boolean>`run_id ${among}`)
          .where('key', 'in', [...keys])
          .execute();
  const [rows, params, tags, metrics] = await Promise.all([
    db
      .selectFrom('runs')
      .select([...RUN_COLUMNS, 'record'])
      .where(sql<boolean>`id ${among}`)
      .execute(),
    pairs('params', wanted.params),
    pairs('run_tags', wanted.tags),
    wanted.metrics.length === 0
      ? []
      : db
          .selectFrom('series')
          .select(['run_id', 'key', 'last_value', 'last_nan'])
          .where(sql<boolean>`run_id ${among}`)
          .where('key', 'in', [...wanted.metrics])
          .execute(),
  ]);
  const found = new Map<string, TableRow>();
  for (const { record, ...row } of rows) {
    const summary = record === null ? null : Summary.parse(JSON.parse(record));
    const info = runInfo({ ...row, foreign: record === null } as RunRow);
    found.set(row.id, { info, summary, metrics: {}, params: {}, tags: {} });
  }
  for (const { run_id, key, value } of params) found.get(run_id)!.params[key] = value;
  for (const { run_id, key, value } of tags) found.get(run_id)!.tags[key] = value;
  for (const { run_id, key, last_value, last_nan } of metrics)
    found.get(run_id)!.metrics[key] = last_nan === 1 ? Number.NaN : last_value;
  return ids.flatMap((id) => found.get(id) ?? []);
}

export interface Keys {
  /** In order of name. All metrics; parameters and tags of the newest thousand runs. */
  metrics: string[];
  params: string[];
  tags: string[];
}

/** Nobody chooses among more. */
const MOST_KEYS = 2_000;
const NEWEST = 1_000;

export async function keysOf(db: Kysely<Tables>, experimentIds: readonly number[]): Promise<Keys> {
  if (experimentIds.length === 0) return { metrics: [], params: [], tags: [] };
  const metrics = new Set<string>();
  for (const id of experimentIds) {
    for (const key of await metricKeys(db, id)) metrics.add(key);
    if (metrics.size >= MOST_KEYS) break;
  }
  const newest = await db
    .selectFrom('runs')
    .select('id')
    .where('experiment_id', 'in', [...experimentIds])
    .where('deleted_at', 'is', null)
    .orderBy('started_at', 'desc')
    .limit(NEWEST)
    .execute();
  const among = amongIds(
    db,
    newest.map(({ id }) => id),
  );
  const keys = async (table: 'params' | 'run_tags') =>
    newest.length === 0
      ? []
      : (
          await db
            .selectFrom(table)
            .select('key')
            .distinct()
            .where(sql<boolean>`run_id ${among}`)
            .orderBy('key')
            .limit(MOST_KEYS)
            .execute()
        ).map(({ key }) => key);
  return {
    metrics: [...metrics].sort().slice(0, MOST_KEYS),
    params: await keys('params'),
    tags: await keys('run_tags'),
  };
}

/** From key to key along the index, past the many runs that have each. */
async function metricKeys(db: Kysely<Tables>, experiment: number): Promise<string[]> {
  const next = (after: RawBuilder<unknown>) =>
    sql`(select min(s.key) from series s where s.experiment_id = ${experiment} ${after})`;
  const { rows } = await sql<{ key: string }>`with recursive k(key) as (
      select ${next(sql``)} union all select ${next(sql`and s.key > k.key`)} from k where k.key is not null
    ) select key from k where key is not null limit ${MOST_KEYS}`.execute(db);
  return rows.map(({ key }) => key);
}
