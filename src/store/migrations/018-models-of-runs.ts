import type { Kysely } from 'kysely';

/** The logged models of a run are asked for by a page that looks every second. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.createIndex('logged_models_by_run').on('logged_models').column('source_run_id').execute();
}
