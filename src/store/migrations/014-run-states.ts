import type { Kysely } from 'kysely';

/** How runs stand, without reading the runs: for a page that asks again and again what changed. */
export async function up(db: Kysely<never>): Promise<void> {
  await db.schema
    .createIndex('runs_by_status')
    .on('runs')
    .columns(['status', 'deleted_at', 'ended_at', 'started_at', 'id'])
    .execute();
}
