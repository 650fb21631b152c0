import type { Kysely } from 'kysely';
import { columnsOf } from '../columns.ts';

/** Scoring jobs, their images with what was said of each, and, where no queue of PostgreSQL has them, the parts that are to be done. */
export async function up(db: Kysely<never>): Promise<void> {
  const { text, integer, real } = columnsOf(db);
  await db.schema
    .createTable('jobs')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('fingerprint', text, (c) => c.notNull())
    .addColumn('who', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('started_at', integer)
    .addColumn('ended_at', integer)
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('target', text, (c) => c.notNull())
    .addColumn('total', integer, (c) => c.notNull())
    .addColumn('done', integer, (c) => c.notNull())
    .addColumn('failed', integer, (c) => c.notNull())
    .addColumn('failures', integer, (c) => c.notNull())
    .addColumn('error', text)
    .execute();
  await db.schema.createIndex('jobs_by_time').on('jobs').columns(['created_at', 'id']).execute();
  await db.schema.createIndex('jobs_by_state').on('jobs').columns(['state', 'created_at']).execute();
  await db.schema
    .createTable('job_items')
    .addColumn('job_id', text, (c) => c.notNull().references('jobs.id').onDelete('cascade'))
    .addColumn('number', integer, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('content', text)
    .addColumn('outcome', text)
    .addColumn('image', text)
    .addColumn('answer', text)
    .addColumn('milliseconds', real)
    .addPrimaryKeyConstraint('job_items_key', ['job_id', 'number'])
    .execute();
  await db.schema.createIndex('job_items_open').on('job_items').columns(['job_id', 'outcome', 'number']).execute();
  await db.schema
    .createTable('job_parts')
    .addColumn('job_id', text, (c) => c.notNull().references('jobs.id').onDelete('cascade'))
    .addColumn('number', integer, (c) => c.notNull())
    .addColumn('token', text)
    .addColumn('worker', text)
    .addColumn('until', integer)
    .addPrimaryKeyConstraint('job_parts_key', ['job_id', 'number'])
    .execute();
}
