import type { Kysely } from 'kysely';
import { columnsOf } from '../columns.ts';

/** What people keep of the page: views by name, and the trainings they begin there. */
export async function up(db: Kysely<never>): Promise<void> {
  const { text } = columnsOf(db);
  await db.schema
    .createTable('views')
    .addColumn('room', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('content', text, (c) => c.notNull())
    .addColumn('who', text, (c) => c.notNull())
    .addColumn('changed_at', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('views_key', ['room', 'name'])
    .execute();
  await db.schema
    .createTable('trainings')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('who', text, (c) => c.notNull())
    .addColumn('begun_at', text, (c) => c.notNull())
    .addColumn('ended_at', text)
    .addColumn('task', text, (c) => c.notNull())
    .addColumn('run_id', text)
    .addColumn('worker', text)
    .addColumn('progress', text)
    .addColumn('error', text)
    .execute();
  await db.schema.createIndex('trainings_by_time').on('trainings').columns(['begun_at', 'id']).execute();
  await db.schema.createIndex('trainings_by_state').on('trainings').columns(['state', 'begun_at']).execute();
}
