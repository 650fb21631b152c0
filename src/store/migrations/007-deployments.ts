import { type Kysely, sql } from 'kysely';
import { columnsOf, isPostgres } from '../columns.ts';

export async function up(db: Kysely<never>): Promise<void> {
  const { text, integer, real, counter } = columnsOf(db);
  await db.schema
    .createTable('deployments')
    .addColumn('id', integer, counter)
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('salt', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('revision', integer, (c) => c.notNull())
    .addColumn('deleted_at', integer)
    .execute();
  // A deleted deployment keeps its rows for ever, and its name may be taken again.
  await sql`create unique index deployments_name on deployments (name) where deleted_at is null`.execute(db);
  await db.schema
    .createTable('deployment_revisions')
    .addColumn('deployment_id', integer, (c) => c.notNull().references('deployments.id'))
    .addColumn('number', integer, (c) => c.notNull())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('who', text, (c) => c.notNull())
    .addColumn('what', text, (c) => c.notNull())
    .addColumn('why', text)
    .addColumn('spec', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('deployment_revisions_key', ['deployment_id', 'number'])
    .execute();
  await db.schema
    .createTable('predictions')
    .addColumn('id', text, (c) => c.notNull())
    .addColumn('variant', text, (c) => c.notNull())
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('deployment_id', integer, (c) => c.notNull())
    .addColumn('revision', integer, (c) => c.notNull())
    .addColumn('model', text, (c) => c.notNull())
    .addColumn('version', integer, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('key', text)
    .addColumn('image', text)
    .addColumn('outcome', text, (c) => c.notNull())
    .addColumn('answer', text)
    .addColumn('milliseconds', real, (c) => c.notNull())
    .addPrimaryKeyConstraint('predictions_key', ['id', 'variant'])
    .execute();
  await db.schema
    .createIndex('predictions_by_revision')
    .on('predictions')
    .columns(['deployment_id', 'revision', 'variant', 'outcome', 'at'])
    .execute();
  await db.schema.createIndex('predictions_by_time').on('predictions').columns(['deployment_id', 'at', 'id']).execute();
  await db.schema
    .createTable('feedback')
    .addColumn('id', integer, counter)
    .addColumn('prediction_id', text, (c) => c.notNull())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('who', text, (c) => c.notNull())
    .addColumn('label', text, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('feedback_by_prediction').on('feedback').columns(['prediction_id', 'id']).execute();
  await (isPostgres(db) ? refuseOnPostgres(db) : refuseOnSqlite(db));
}

/** Revisions are written once: what was live when is not to be changed afterwards. */
async function refuseOnPostgres(db: Kysely<never>): Promise<void> {
  await sql`create trigger deployment_revisions_rows before update or delete on deployment_revisions
    for each row execute function osler_append_only()`.execute(db);
}

async function refuseOnSqlite(db: Kysely<never>): Promise<void> {
  for (const verb of ['update', 'delete']) {
    await sql`create trigger ${sql.ref(`deployment_revisions_${verb}`)} before ${sql.raw(verb)} on deployment_revisions
      begin select raise(abort, ${sql.lit(`rows of deployment_revisions are written once: ${verb} is refused`)}); end`.execute(
      db,
    );
  }
}
