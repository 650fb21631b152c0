import { type Kysely, sql } from 'kysely';
import { columnsOf, isPostgres } from '../columns.ts';

/**
 * Experiments; runs that other programs log, which have no record of Osler's; what MLflow keeps of a run; several values of one
 * metric at one step; the latest value of each series beside its name.
 */
export async function up(db: Kysely<never>): Promise<void> {
  await experiments(db);
  await setAside(db);
  await runs(db);
  await metrics(db);
  await inputs(db);
  await models(db);
  await copy(db);
}

const OLD = ['runs', 'series', 'metrics', 'artifacts'] as const;

async function setAside(db: Kysely<never>): Promise<void> {
  for (const index of ['runs_by_time', 'runs_by_name']) await db.schema.dropIndex(index).execute();
  for (const table of OLD) await db.schema.alterTable(table).renameTo(`old_${table}`).execute();
}

async function experiments(db: Kysely<never>): Promise<void> {
  const { text, integer, serial } = columnsOf(db);
  await db.schema
    .createTable('experiments')
    .addColumn('id', integer, serial)
    .addColumn('name', text, (c) => c.notNull().unique())
    .addColumn('artifact_location', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('updated_at', integer, (c) => c.notNull())
    .addColumn('deleted_at', integer)
    .execute();
  const now = Date.now();
  await sql`insert into experiments (id, name, artifact_location, created_at, updated_at)
    values (0, 'Default', 'mlflow-artifacts:/0', ${now}, ${now})`.execute(db);
  await db.schema
    .createTable('experiment_tags')
    .addColumn('experiment_id', integer, (c) => c.notNull().references('experiments.id').onDelete('cascade'))
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('value', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('experiment_tags_key', ['experiment_id', 'key'])
    .execute();
}

async function runs(db: Kysely<never>): Promise<void> {
  const { text, integer } = columnsOf(db);
  await db.schema
    .createTable('runs')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('experiment_id', integer, (c) => c.notNull().references('experiments.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('user_name', text, (c) => c.notNull())
    .addColumn('started_at', integer, (c) => c.notNull())
    .addColumn('ended_at', integer)
    .addColumn('artifact_uri', text, (c) => c.notNull())
    .addColumn('created_at', text, (c) => c.notNull())
    .addColumn('deleted_at', text)
    .addColumn('dataset', text)
    .addColumn('model', text)
    .addColumn('record', text)
    .execute();
  const index = (name: string, columns: string[]) => db.schema.createIndex(name).on('runs').columns(columns).execute();
  await index('runs_by_time', ['created_at', 'id']);
  await index('runs_by_name', ['name', 'created_at']);
  await index('runs_by_experiment', ['experiment_id', 'started_at', 'id']);
  for (const table of ['params', 'run_tags']) {
    await db.schema
      .createTable(table)
      .addColumn('run_id', text, (c) => c.notNull().references('runs.id').onDelete('cascade'))
      .addColumn('key', text, (c) => c.notNull())
      .addColumn('value', text, (c) => c.notNull())
      .addPrimaryKeyConstraint(`${table}_key`, ['run_id', 'key'])
      .$call((table) => clustered(db, table))
      .execute();
  }
  await db.schema
    .createTable('artifacts')
    .addColumn('owner', text, (c) => c.notNull())
    .addColumn('path', text, (c) => c.notNull())
    .addColumn('kind', text, (c) => c.notNull())
    .addColumn('bytes', integer, (c) => c.notNull())
    .addColumn('sha256', text, (c) => c.notNull())
    .addColumn('added_at', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('artifacts_by_owner', ['owner', 'path'])
    .execute();
}

async function metrics(db: Kysely<never>): Promise<void> {
  const { text, integer, real, serial } = columnsOf(db);
  await db.schema
    .createTable('series')
    .addColumn('id', integer, serial)
    .addColumn('run_id', text, (c) => c.notNull().references('runs.id').onDelete('cascade'))
    .addColumn('experiment_id', integer, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('last_step', integer, (c) => c.notNull())
    .addColumn('last_time', integer, (c) => c.notNull())
    .addColumn('last_value', real, (c) => c.notNull())
    .addColumn('last_nan', integer, (c) => c.notNull())
    .addUniqueConstraint('series_of_run', ['run_id', 'key'])
    .execute();
  // A search by a metric walks this in its order and stops after a page.
  await db.schema
    .createIndex('series_by_value')
    .on('series')
    .columns(['experiment_id', 'key', 'last_nan', 'last_value', 'run_id'])
    .execute();
  await db.schema
    .createTable('metrics')
    .addColumn('series_id', integer, (c) => c.notNull().references('series.id').onDelete('cascade'))
    .addColumn('step', integer, (c) => c.notNull())
    .addColumn('time', integer, (c) => c.notNull())
    .addColumn('value', real, (c) => c.notNull())
    .addColumn('nan', integer, (c) => c.notNull())
    .addColumn('epoch', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('metrics_of_series', ['series_id', 'step', 'time', 'value', 'nan'])
    .$call((table) => clustered(db, table))
    .execute();
}

async function inputs(db: Kysely<never>): Promise<void> {
  const { text, integer } = columnsOf(db);
  await db.schema
    .createTable('input_datasets')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('experiment_id', integer, (c) => c.notNull().references('experiments.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('digest', text, (c) => c.notNull())
    .addColumn('source_type', text, (c) => c.notNull())
    .addColumn('source', text, (c) => c.notNull())
    .addColumn('schema', text)
    .addColumn('profile', text)
    .addUniqueConstraint('input_datasets_by_name', ['experiment_id', 'name', 'digest'])
    .execute();
  await db.schema
    .createTable('run_inputs')
    .addColumn('run_id', text, (c) => c.notNull().references('runs.id').onDelete('cascade'))
    .addColumn('dataset_id', text, (c) => c.notNull().references('input_datasets.id'))
    .addColumn('tags', text, (c) => c.notNull())
    .addPrimaryKeyConstraint('run_inputs_key', ['run_id', 'dataset_id'])
    .execute();
  await db.schema
    .createTable('run_models')
    .addColumn('run_id', text, (c) => c.notNull().references('runs.id').onDelete('cascade'))
    .addColumn('model_id', text, (c) => c.notNull())
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('step', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('run_models_key', ['run_id', 'role', 'model_id'])
    .execute();
}

async function models(db: Kysely<never>): Promise<void> {
  const { text, integer, real } = columnsOf(db);
  await db.schema
    .createTable('logged_models')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('experiment_id', integer, (c) => c.notNull().references('experiments.id'))
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('artifact_uri', text, (c) => c.notNull())
    .addColumn('created_at', integer, (c) => c.notNull())
    .addColumn('updated_at', integer, (c) => c.notNull())
    .addColumn('deleted_at', integer)
    .addColumn('status', text, (c) => c.notNull())
    .addColumn('status_message', text)
    .addColumn('model_type', text)
    .addColumn('source_run_id', text)
    .execute();
  await db.schema
    .createIndex('logged_models_by_experiment')
    .on('logged_models')
    .columns(['experiment_id', 'created_at', 'id'])
    .execute();
  for (const table of ['logged_model_params', 'logged_model_tags']) {
    await db.schema
      .createTable(table)
      .addColumn('model_id', text, (c) => c.notNull().references('logged_models.id').onDelete('cascade'))
      .addColumn('key', text, (c) => c.notNull())
      .addColumn('value', text, (c) => c.notNull())
      .addPrimaryKeyConstraint(`${table}_key`, ['model_id', 'key'])
      .execute();
  }
  await db.schema
    .createTable('logged_model_metrics')
    .addColumn('model_id', text, (c) => c.notNull().references('logged_models.id').onDelete('cascade'))
    .addColumn('run_id', text, (c) => c.notNull())
    .addColumn('key', text, (c) => c.notNull())
    .addColumn('step', integer, (c) => c.notNull())
    .addColumn('time', integer, (c) => c.notNull())
    .addColumn('value', real, (c) => c.notNull())
    .addColumn('nan', integer, (c) => c.notNull())
    .addColumn('dataset_name', text)
    .addColumn('dataset_digest', text)
    .addPrimaryKeyConstraint('logged_model_metrics_key', ['model_id', 'run_id', 'key', 'step', 'time'])
    .execute();
}

/** Rows from before: trainings of Osler, in the experiment that is there from the start. */
async function copy(db: Kysely<never>): Promise<void> {
  const ms = isPostgres(db)
    ? sql`(extract(epoch from created_at::timestamptz) * 1000)::bigint`
    : sql`cast(round((julianday(created_at) - 2440587.5) * 86400000) as integer)`;
  const ended = isPostgres(db)
    ? sql`(extract(epoch from (record::json->>'endedAt')::timestamptz) * 1000)::bigint`
    : sql`cast(round((julianday(record->>'endedAt') - 2440587.5) * 86400000) as integer)`;
  await sql`insert into runs
      (id, experiment_id, name, status, user_name, started_at, ended_at, artifact_uri, created_at, deleted_at, dataset, model, record)
    select id, 0, name, status, '', ${ms}, ${ended}, 'mlflow-artifacts:/0/' || id || '/artifacts', created_at, deleted_at,
      dataset, model, record from old_runs`.execute(db);
  await sql`insert into artifacts (owner, path, kind, bytes, sha256, added_at)
    select run_id, path, kind, bytes, sha256, added_at from old_artifacts`.execute(db);
  // A name without a value is no series any more.
  await sql`insert into series (id, run_id, experiment_id, key, last_step, last_time, last_value, last_nan)
    select s.id, s.run_id, 0, s.key, m.step, m.time, coalesce(m.value, 0), case when m.value is null then 1 else 0 end
    from old_series s join (
      select series_id, step, time, value, row_number() over (partition by series_id order by step desc) as place from old_metrics
    ) m on m.series_id = s.id and m.place = 1`.execute(db);
  await sql`insert into metrics (series_id, step, time, value, nan, epoch)
    select series_id, step, time, coalesce(value, 0), case when value is null then 1 else 0 end, epoch
    from old_metrics`.execute(db);
  if (isPostgres(db)) {
    await sql`select setval(pg_get_serial_sequence('series', 'id'), coalesce((select max(id) from series), 0) + 1, false)`.execute(
      db,
    );
  }
  for (const table of ['metrics', 'series', 'artifacts', 'runs']) await db.schema.dropTable(`old_${table}`).execute();
}

/** In SQLite rows lie in the order of their key; PostgreSQL keeps a heap and an index either way. */
function clustered<T extends { modifyEnd(raw: ReturnType<typeof sql>): T }>(db: Kysely<never>, table: T): T {
  return isPostgres(db) ? table : table.modifyEnd(sql`without rowid`);
}
