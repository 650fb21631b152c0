import { type Kysely, sql } from 'kysely';
import { columnsOf, isPostgres } from '../columns.ts';

/** Rows of these are written once: the engine itself refuses to change, replace or remove them. With their unique keys. */
const APPEND_ONLY = { events: [['seq'], ['id']], model_versions: [['model_id', 'version']], decisions: [['id']] };

export async function up(db: Kysely<never>): Promise<void> {
  const { text, integer, counter } = columnsOf(db);
  await db.schema
    .createTable('events')
    .addColumn('seq', integer, (c) => c.primaryKey())
    .addColumn('id', text, (c) => c.notNull().unique())
    .addColumn('at', text, (c) => c.notNull())
    .addColumn('who', text, (c) => c.notNull())
    .addColumn('via', text, (c) => c.notNull())
    .addColumn('what', text, (c) => c.notNull())
    .addColumn('subject', text, (c) => c.notNull())
    .addColumn('why', text)
    .addColumn('before', text)
    .addColumn('after', text)
    .addColumn('previous', text, (c) => c.notNull())
    .addColumn('hash', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('signature', text, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('events_by_subject').on('events').columns(['subject', 'seq']).execute();
  await db.schema
    .createTable('registered_models')
    .addColumn('id', integer, counter)
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('description', text)
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('updated_at', integer, (c) => c.notNull())
    .addColumn('deleted_at', integer)
    .execute();
  // A deleted model keeps its rows for ever, and its name may be taken again.
  await sql`create unique index registered_models_name on registered_models (name) where deleted_at is null`.execute(
    db,
  );
  await db.schema
    .createTable('model_versions')
    .addColumn('model_id', integer, (c) => c.notNull().references('registered_models.id'))
    .addColumn('version', integer, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('run_id', text)
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('digest', text)
    .addColumn('record', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('signature', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('model_versions_key', ['model_id', 'version'])
    .execute();
  await db.schema.createIndex('model_versions_by_run').on('model_versions').columns(['run_id']).execute();
  const ofVersion = (table: string) =>
    db.schema
      .createTable(table)
      .addColumn('model_id', integer, (c) => c.notNull())
      .addColumn('version', integer, (c) => c.notNull())
      .addForeignKeyConstraint(`${table}_version`, ['model_id', 'version'], 'model_versions', ['model_id', 'version']);
  await ofVersion('version_states')
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('stage', text, (c) => c.notNull())
    .addColumn('description', text)
    .addColumn('updated_at', integer, (c) => c.notNull())
    .addColumn('deleted_at', integer)
    .addPrimaryKeyConstraint('version_states_key', ['model_id', 'version'])
    .execute();
  await ofVersion('version_tags')
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('value', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('version_tags_key', ['model_id', 'version', 'key'])
    .execute();
  await ofVersion('model_aliases')
    .addColumn('alias', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('model_aliases_key', ['model_id', 'alias'])
    .execute();
  await ofVersion('decisions')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('at', integer, (c) => c.notNull())
    .addColumn('who', text, (c) => c.notNull())
    .addColumn('decision', text, (c) => c.notNull())
    .addColumn('reason', text, (c) => c.notNull())
    .addColumn('override', text)
    .addColumn('policy', text)
    .addColumn('evidence', text)
    .execute();
  await db.schema.createIndex('decisions_by_version').on('decisions').columns(['model_id', 'version', 'at']).execute();
  await db.schema
    .createTable('model_tags')
    .addColumn('model_id', integer, (c) => c.notNull().references('registered_models.id'))
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('value', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('model_tags_key', ['model_id', 'key'])
    .execute();
  await (isPostgres(db) ? refuseOnPostgres(db) : refuseOnSqlite(db));
}

async function refuseOnPostgres(db: Kysely<never>): Promise<void> {
  await sql`
    create function osler_append_only() returns trigger language plpgsql as $$
    begin raise exception 'rows of % are written once: % is refused', tg_table_name, lower(tg_op) using errcode = '23001'; end $$`.execute(
    db,
  );
  for (const table of Object.keys(APPEND_ONLY)) {
    const refuse = (name: string, when: string) =>
      sql`create trigger ${sql.ref(`${table}_${name}`)} before ${sql.raw(when)} execute function osler_append_only()`;
    await refuse('rows', `update or delete on ${table} for each row`).execute(db);
    await refuse('truncate', `truncate on ${table} for each statement`).execute(db);
  }
}

async function refuseOnSqlite(db: Kysely<never>): Promise<void> {
  for (const [table, keys] of Object.entries(APPEND_ONLY)) {
    const refuse = async (verb: string, when = ''): Promise<void> => {
      const what = verb === 'insert' ? 'replace' : verb;
      await sql`
        create trigger ${sql.ref(`${table}_${what}`)} before ${sql.raw(verb)} on ${sql.table(table)} ${sql.raw(when)}
        begin select raise(abort, ${sql.lit(`rows of ${table} are written once: ${what} is refused`)}); end`.execute(
        db,
      );
    };
    await refuse('update');
    await refuse('delete');
    // "insert or replace" removes a row without asking the trigger above.
    const same = keys.map((key) => `(${key.map((column) => `${column} = new.${column}`).join(' and ')})`).join(' or ');
    await refuse('insert', `when exists (select 1 from ${table} where ${same})`);
  }
}
