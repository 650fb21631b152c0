import { type Kysely, sql } from 'kysely';
import { columnsOf } from '../columns.ts';

/** Wishes to stop what runs on another machine; and of two who begin the same work at once, one begins. */
export async function up(db: Kysely<never>): Promise<void> {
  const { text } = columnsOf(db);
  await db.schema
    .createTable('stops')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('who', text, (c) => c.notNull())
    .addColumn('at', text, (c) => c.notNull())
    .execute();
  await sql`alter table trainings add column claim ${text === 'text' ? sql`text` : text}`.execute(db);
  await sql`create unique index trainings_under_way on trainings (claim) where state in ('starting', 'running')`.execute(
    db,
  );
}
