import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { type Kysely, sql } from 'kysely';
import { strayArrivals } from './arrivals.ts';
import { isPostgres } from './columns.ts';
import { runDir, runFile } from './paths.ts';
import { RunRecord } from './run.ts';
import type { Tables } from './schema.ts';

const PAGE = 500;

/**
 * What is wrong with the store's tables and with the run.json beside each run, one sentence each: damaged pages and broken
 * references (SQLite; PostgreSQL keeps its own), records that don't fit their schema, files that are not there or tell otherwise.
 */
export async function* checkTables(db: Kysely<Tables>, home: string): AsyncGenerator<string, void, undefined> {
  if (!isPostgres(db)) yield* checkFile(db);
  const stray = await strayMetrics(db);
  if (stray !== undefined) yield `there are metrics of the series ${stray}, which is not there`;
  yield* strayArrivals(db);
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('runs')
      .select(['id', 'record'])
      .where('id', '>', after)
      .where('record', 'is not', null)
      .orderBy('id')
      .limit(PAGE)
      .execute();
    if (rows.length === 0) return;
    for (const { id, record } of rows) {
      // Of one PostgreSQL's several machines another has it.
      if (isPostgres(db) && !existsSync(runDir(home, id))) continue;
      const problem = await problemOf(id, record!, home);
      if (problem !== undefined) yield problem;
    }
    after = rows.at(-1)!.id;
  }
}

/** A series that metrics name and that is not there; undefined when all is well. On SQLite foreign keys see to it. */
export async function strayMetrics(db: Kysely<Tables>): Promise<number | undefined> {
  if (!isPostgres(db)) return undefined;
  const { rows } = await sql<{ series_id: number }>`select series_id from metrics
    where not exists (select 1 from series where series.id = metrics.series_id) limit 1`.execute(db);
  return rows[0]?.series_id;
}

async function* checkFile(db: Kysely<Tables>): AsyncGenerator<string, void, undefined> {
  const { rows } = await sql<{ integrity_check: string }>`pragma integrity_check(20)`.execute(db);
  for (const { integrity_check: text } of rows) if (text !== 'ok') yield `the database file is damaged: ${text}`;
  const broken = await sql<{ table: string; rowid: number; parent: string }>`pragma foreign_key_check`.execute(db);
  for (const { table, rowid, parent } of broken.rows)
    yield `row ${rowid} of ${table} refers to a row of ${parent} that is not there`;
}

async function problemOf(id: string, json: string, home: string): Promise<string | undefined> {
  let record: RunRecord;
  try {
    record = RunRecord.parse(JSON.parse(json));
  } catch (error) {
    return `the record of run ${id} is not one: ${(error as Error).message.slice(0, 200)}`;
  }
  if (record.id !== id) return `the record of run ${id} is that of ${record.id}`;
  const path = runFile(home, id);
  try {
    const beside = RunRecord.parse(JSON.parse(await readFile(path, 'utf8')));
    return JSON.stringify(beside) === JSON.stringify(record) ? undefined : `${path} differs from the store's record`;
  } catch (error) {
    return `${path} can't be read: ${(error as Error).message.slice(0, 200)}`;
  }
}
