import type { Kysely } from 'kysely';
import { columnsOf } from '../columns.ts';

export async function up(db: Kysely<never>): Promise<void> {
  const { text, integer, real, counter } = columnsOf(db);
  await db.schema
    .createTable('runs')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('created_at', text, (c) => c.notNull())
    .addColumn('dataset', text, (c) => c.notNull())
    .addColumn('model', text, (c) => c.notNull())
    .addColumn('record', text, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('runs_by_time').on('runs').columns(['created_at', 'id']).execute();
  await db.schema.createIndex('runs_by_name').on('runs').columns(['name', 'created_at']).execute();
  await db.schema
    .createTable('series')
    .addColumn('id', integer, counter)
    .addColumn('run_id', text, (c) => c.notNull().references('runs.id').onDelete('cascade'))
    .addColumn('key', text, (c) => c.notNull())
    .addUniqueConstraint('series_key', ['run_id', 'key'])
    .execute();
  await db.schema
    .createTable('metrics')
    .addColumn('series_id', integer, (c) => c.notNull().references('series.id').onDelete('cascade'))
    .addColumn('step', integer, (c) => c.notNull())
    .addColumn('epoch', integer, (c) => c.notNull())
    .addColumn('value', real)
    .addColumn('time', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('metrics_key', ['series_id', 'step'])
    .execute();
  await db.schema
    .createTable('artifacts')
    .addColumn('run_id', text, (c) => c.notNull().references('runs.id').onDelete('cascade'))
    .addColumn('path', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('bytes', integer, (c) => c.notNull())
    .addColumn('sha256', text, (c) => c.notNull())
    .addColumn('added_at', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('artifacts_key', ['run_id', 'path'])
    .execute();
}
