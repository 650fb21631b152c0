import { type Kysely, sql } from 'kysely';
import { isPostgres } from '../columns.ts';

/** What 007 left open: a revision could be replaced on SQLite, and all of them truncated on PostgreSQL. */
export async function up(db: Kysely<never>): Promise<void> {
  if (isPostgres(db)) {
    await sql`create trigger deployment_revisions_truncate before truncate on deployment_revisions
      for each statement execute function osler_append_only()`.execute(db);
    return;
  }
  await sql`create trigger deployment_revisions_replace before insert on deployment_revisions
    when exists (select 1 from deployment_revisions where (deployment_id = new.deployment_id and number = new.number))
    begin select raise(abort, 'rows of deployment_revisions are written once: replace is refused'); end`.execute(db);
}
