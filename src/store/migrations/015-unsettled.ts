import { type Kysely, sql } from 'kysely';
import { columnsOf, isPostgres } from '../columns.ts';

/**
 * Runs whose series are behind their metrics: a batch of many names writes its rows alone, and whoever reads the latest values brings
 * them up to date first. On PostgreSQL rows of metrics refer to their series by a trigger: a foreign key is looked up, and locked,
 * for each row, which costs as much again as the row.
 */
export async function up(db: Kysely<never>): Promise<void> {
  const { text } = columnsOf(db);
  await db.schema
    .createTable('unsettled')
    .addColumn('run_id', text, (c) => c.primaryKey().references('runs.id').onDelete('cascade'))
    .execute();
  if (!isPostgres(db)) return;
  const { rows } = await sql<{ name: string }>`select conname as name from pg_constraint
    where conrelid = 'metrics'::regclass and contype = 'f'`.execute(db);
  for (const { name } of rows) await db.schema.alterTable('metrics').dropConstraint(name).execute();
  await sql`create or replace function osler_forget_metrics() returns trigger language plpgsql as $$
    begin delete from metrics using gone where metrics.series_id = gone.id; return null; end $$`.execute(db);
  await sql`create trigger series_forget_metrics after delete on series referencing old table as gone
    for each statement execute function osler_forget_metrics()`.execute(db);
}
