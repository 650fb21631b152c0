import { type Kysely, sql } from 'kysely';
import { isPostgres } from '../columns.ts';

/**
 * A search by one metric in the order of another asks for the latest values of a thousand runs, each by its run and name: PostgreSQL finds
 * them in the index itself. In SQLite the table is as near, and an index has no such columns.
 */
export async function up(db: Kysely<never>): Promise<void> {
  if (!isPostgres(db)) return;
  await sql`alter table series drop constraint series_of_run,
    add constraint series_of_run unique (run_id, key) include (last_value, last_nan)`.execute(db);
}
