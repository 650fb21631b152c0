import { type Kysely, sql } from 'kysely';
import { columnsOf } from '../columns.ts';

/** Long work that a server does for somebody: what came of it, also where the server ended before it did. */
export async function up(db: Kysely<never>): Promise<void> {
  const { text } = columnsOf(db);
  await db.schema
    .createTable('tasks')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('what', text, (c) => c.notNull())
    .addColumn('subject', text, (c) => c.notNull())
    .addColumn('who', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('started_at', text, (c) => c.notNull())
    .addColumn('ended_at', text)
    .addColumn('work', text, (c) => c.notNull())
    .addColumn('worker', text, (c) => c.notNull())
    .addColumn('result', text)
    .addColumn('error', text)
    .execute();
  await db.schema.createIndex('tasks_by_subject').on('tasks').columns(['subject', 'started_at']).execute();
  await db.schema.createIndex('tasks_by_state').on('tasks').columns(['state', 'started_at']).execute();
  // Of several servers one begins.
  await sql`create unique index tasks_under_way on tasks (subject) where state = 'running'`.execute(db);
}
