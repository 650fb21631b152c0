import { type Kysely, sql } from 'kysely';
import { columnsOf } from '../columns.ts';

/** Contents by their sha256, each kept once however many artifacts have it; claims of those who are writing one. */
export async function up(db: Kysely<never>): Promise<void> {
  const { text, integer } = columnsOf(db);
  await db.schema
    .createTable('blobs')
    .addColumn('sha256', text, (c) => c.primaryKey())
    .addColumn('bytes', integer, (c) => c.notNull())
    .addColumn('place', text)
    .addColumn('added_at', text, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('blobs_by_place').on('blobs').columns(['place', 'sha256']).execute();
  await db.schema
    .createTable('blob_claims')
    .addColumn('token', text, (c) => c.primaryKey())
    .addColumn('sha256', text, (c) => c.notNull().references('blobs.sha256').onDelete('cascade'))
    .addColumn('at', integer, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('blob_claims_by_content').on('blob_claims').columns(['sha256']).execute();
  // Their contents lie in the folders of their runs alone.
  await sql`insert into blobs (sha256, bytes, place, added_at)
    select sha256, max(bytes), null, min(added_at) from artifacts group by sha256`.execute(db);
  await db.schema.alterTable('artifacts').renameTo('old_artifacts').execute();
  await db.schema
    .createTable('artifacts')
    .addColumn('owner', text, (c) => c.notNull())
    .addColumn('path', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('bytes', integer, (c) => c.notNull())
    .addColumn('sha256', text, (c) => c.notNull().references('blobs.sha256'))
    .addColumn('added_at', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('artifacts_of_owner', ['owner', 'path'])
    .execute();
  await sql`insert into artifacts (owner, path, kind, bytes, sha256, added_at)
    select owner, path, kind, bytes, sha256, added_at from old_artifacts`.execute(db);
  await db.schema.dropTable('old_artifacts').execute();
  await db.schema.createIndex('artifacts_by_content').on('artifacts').columns(['sha256']).execute();
}
