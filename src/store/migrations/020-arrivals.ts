import { type Kysely, sql } from 'kysely';
import { columnsOf, isPostgres } from '../columns.ts';

/**
 * Batches of many names as they came, one row each, beside the metrics they belong among. In a table that is sorted by series each name of
 * a batch stands on a page of its own, and SQLite writes whole pages: several batches of a run are brought in together. PostgreSQL writes rows.
 */
export async function up(db: Kysely<never>): Promise<void> {
  if (isPostgres(db)) return;
  const { text, counter } = columnsOf(db);
  await db.schema
    .createTable('arrivals')
    .addColumn('id', 'integer', counter)
    .addColumn('run_id', text, (c) => c.notNull().references('runs.id').onDelete('cascade'))
    .addColumn('rows', sql`blob`, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('arrivals_of_run').on('arrivals').column('run_id').execute();
}
