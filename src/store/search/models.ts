import { type Kysely, type RawBuilder, sql } from 'kysely';
import { OslerError } from '../../errors.ts';
import { isPostgres } from '../columns.ts';
import type { Tables } from '../schema.ts';
import { type Condition, compare } from './conditions.ts';
import { type Clause, parseFilter, type Vocabulary } from './grammar.ts';

export interface DatasetFilter {
  name: string;
  digest?: string;
}

export interface ModelOrder {
  /** An attribute, or `metrics.NAME`. */
  field: string;
  ascending: boolean;
  dataset?: DatasetFilter;
}

export interface ModelQuery {
  experimentIds: readonly number[];
  filter?: string;
  /** Of these datasets alone metrics are compared; without such a comparison the model has some metric on one of them. */
  datasets?: readonly DatasetFilter[];
  orderBy?: readonly ModelOrder[];
}

const TEXT = ['name', 'model_id', 'model_type', 'status', 'source_run_id', 'experiment_id', 'artifact_location'];
const MODELS: Vocabulary = {
  entities: ['metric', 'parameter', 'tag', 'attribute'],
  text: Object.fromEntries(TEXT.map((name) => [name, name])),
  numeric: {
    creation_time: 'created',
    creation_timestamp: 'created',
    creation_timestamp_ms: 'created',
    last_updated_timestamp: 'updated',
    last_updated_timestamp_ms: 'updated',
  },
  lists: TEXT,
};
const COLUMNS: Record<string, RawBuilder<unknown>> = {
  name: sql`m.name`,
  model_id: sql`m.id`,
  model_type: sql`m.model_type`,
  // MLflow keeps LoggedModelStatus as a number, and searches by it.
  status: sql`case m.status when 'pending' then '1' when 'ready' then '2' else '3' end`,
  source_run_id: sql`m.source_run_id`,
  experiment_id: sql`cast(m.experiment_id as text)`,
  artifact_location: sql`m.artifact_uri`,
  created: sql`m.created_at`,
  updated: sql`m.updated_at`,
};

/** Ids of the first `most` logged models that fit, in their order: then the newest first, and by id. Throws USAGE. */
export async function findModels(db: Kysely<Tables>, query: ModelQuery, most: number): Promise<string[]> {
  const { experimentIds, datasets = [], orderBy = [] } = query;
  const clauses = parseFilter(query.filter, MODELS);
  if (experimentIds.length === 0) return [];
  const conditions: Condition[] = [
    sql`m.deleted_at is null`,
    sql`m.experiment_id in (${sql.join([...experimentIds])})`,
    ...clauses.map((clause) => condition(clause, datasets, isPostgres(db))),
  ];
  if (datasets.length > 0 && !clauses.some(({ entity }) => entity === 'metric'))
    conditions.push(
      sql`exists (select 1 from logged_model_metrics x where x.model_id = m.id and ${onDatasets(datasets)})`,
    );
  const terms = orderBy.flatMap((order) => orderTerms(order));
  const { rows } = await sql<{ id: string }>`select m.id as id from logged_models m
    where ${sql.join(conditions, sql` and `)}
    order by ${sql.join([...terms, sql`m.created_at desc`, sql`m.id`], sql`, `)} limit ${most}`.execute(db);
  return rows.map(({ id }) => id);
}

function condition(
  { entity, key, comparator, value }: Clause,
  datasets: readonly DatasetFilter[],
  postgres: boolean,
): Condition {
  if (entity === 'attribute') return compare(COLUMNS[key]!, comparator, value, postgres);
  if (entity === 'metric') {
    const number = compare(sql`x.value`, comparator, value, postgres);
    const holds = comparator === '!=' ? sql`(${number} or x.nan = 1)` : sql`${number} and x.nan = 0`;
    const on = datasets.length === 0 ? sql`` : sql`and ${onDatasets(datasets)}`;
    return sql`exists (select 1 from logged_model_metrics x where x.model_id = m.id and x.key = ${key} and ${holds} ${on})`;
  }
  const table = sql.table(entity === 'parameter' ? 'logged_model_params' : 'logged_model_tags');
  const there = sql`select 1 from ${table} p where p.model_id = m.id and p.key = ${key}`;
  if (comparator === 'IS NULL') return sql`not exists (${there})`;
  if (comparator === 'IS NOT NULL') return sql`exists (${there})`;
  return sql`exists (${there} and ${compare(sql`p.value`, comparator, value, postgres)})`;
}

function onDatasets(datasets: readonly DatasetFilter[]): Condition {
  const each = datasets.map(({ name, digest }) =>
    digest === undefined
      ? sql`x.dataset_name = ${name}`
      : sql`(x.dataset_name = ${name} and x.dataset_digest = ${digest})`,
  );
  return sql`(${sql.join(each, sql` or `)})`;
}

function orderTerms({ field, ascending, dataset }: ModelOrder): RawBuilder<unknown>[] {
  const direction = sql.raw(ascending ? 'asc' : 'desc');
  const both = (value: RawBuilder<unknown>) => [
    sql`case when ${value} is null then 1 else 0 end`,
    sql`${value} ${direction}`,
  ];
  if (!field.includes('.')) {
    const name = MODELS.numeric[field] ?? MODELS.text[field];
    if (name === undefined) throw new OslerError('USAGE', `Invalid order by field name: ${field}`);
    return both(COLUMNS[name]!);
  }
  const key = field.slice(field.indexOf('.') + 1);
  if (field.split('.')[0] !== 'metrics')
    throw new OslerError('USAGE', `Invalid order by field name: ${field}. Only metrics are supported.`);
  const on = dataset === undefined ? sql`` : sql`and ${onDatasets([dataset])}`;
  return both(sql`(select x.value from logged_model_metrics x where x.model_id = m.id and x.key = ${key} ${on}
    order by x.time desc, x.step desc, x.run_id limit 1)`);
}
