import { type Expression, type ExpressionBuilder, type Kysely, type SqlBool, sql } from 'kysely';
import { OslerError } from '../../errors.ts';
import { isPostgres } from '../columns.ts';
import type { Tables } from '../schema.ts';
import { type Comparator, type Condition, parseFilter } from './filter.ts';

/** MLflow keeps prompts among its models; a search gives them only when it asks for them. */
export const PROMPT_TAG = 'mlflow.prompt.is_prompt';

const MODEL_ORDER: Record<string, string> = {
  name: 'registered_models.name',
  timestamp: 'registered_models.updated_at',
  last_updated_timestamp: 'registered_models.updated_at',
};
const VERSION_ORDER: Record<string, string> = {
  name: 'registered_models.name',
  version_number: 'model_versions.version',
  creation_timestamp: 'model_versions.created_at',
  last_updated_timestamp: 'version_states.updated_at',
};

export interface Order {
  column: string;
  descending: boolean;
}

/** Ids of the models that a search finds, in order. */
export async function findModels(
  db: Kysely<Tables>,
  {
    filter = '',
    orderBy = [],
    limit,
    offset,
  }: { filter?: string; orderBy?: readonly string[]; limit: number; offset: number },
): Promise<number[]> {
  const conditions = parseFilter(filter, { text: ['name'], numbers: [], lists: ['name'] });
  let query = db
    .selectFrom('registered_models')
    .select('registered_models.id')
    .where('registered_models.deleted_at', 'is', null);
  for (const condition of ofModelsOnly(conditions)) {
    query = query.where((eb) =>
      condition.kind === 'attribute'
        ? compare(db, sql.ref('registered_models.name'), condition)
        : eb.exists(
            eb
              .selectFrom('model_tags')
              .select('model_tags.key')
              .whereRef('model_tags.model_id', '=', 'registered_models.id')
              .where('model_tags.key', '=', condition.key)
              .where(compare(db, sql.ref('model_tags.value'), condition)),
          ),
    );
  }
  query = query.where((eb) => promptsAreWanted(conditions) ?? eb.not(isPrompt(eb)));
  for (const { column, descending } of parseOrder(orderBy, MODEL_ORDER, ['name'])) {
    query = query.orderBy(sql.ref(column), descending ? 'desc' : 'asc');
  }
  return (await query.limit(limit).offset(offset).execute()).map((row) => row.id);
}

/** Keys of the versions that a search finds, in order. */
export async function findVersions(
  db: Kysely<Tables>,
  {
    filter = '',
    orderBy = [],
    limit,
    offset,
  }: { filter?: string; orderBy?: readonly string[]; limit: number; offset: number },
): Promise<{ modelId: number; version: number }[]> {
  const conditions = parseFilter(filter, {
    text: ['name', 'run_id', 'source_path'],
    numbers: ['version_number'],
    lists: ['name', 'run_id'],
  });
  const columns: Record<string, Expression<unknown>> = {
    name: sql.ref('registered_models.name'),
    run_id: sql.ref('model_versions.run_id'),
    source_path: sql.ref('model_versions.source'),
    version_number: sql.ref('model_versions.version'),
  };
  let query = db
    .selectFrom('model_versions')
    .innerJoin('registered_models', 'registered_models.id', 'model_versions.model_id')
    .innerJoin('version_states', (join) =>
      join
        .onRef('version_states.model_id', '=', 'model_versions.model_id')
        .onRef('version_states.version', '=', 'model_versions.version'),
    )
    .select(['model_versions.model_id as modelId', 'model_versions.version'])
    .where('registered_models.deleted_at', 'is', null)
    .where('version_states.deleted_at', 'is', null);
  for (const condition of ofModelsOnly(conditions)) {
    query = query.where((eb) =>
      condition.kind === 'attribute'
        ? compare(db, columns[condition.key]!, condition)
        : eb.exists(
            eb
              .selectFrom('version_tags')
              .select('version_tags.key')
              .whereRef('version_tags.model_id', '=', 'model_versions.model_id')
              .whereRef('version_tags.version', '=', 'model_versions.version')
              .where('version_tags.key', '=', condition.key)
              .where(compare(db, sql.ref('version_tags.value'), condition)),
          ),
    );
  }
  query = query.where((eb) => promptsAreWanted(conditions) ?? eb.not(isPrompt(eb)));
  const usual = orderBy.length === 0 ? ['last_updated_timestamp DESC'] : orderBy;
  for (const { column, descending } of parseOrder(usual, VERSION_ORDER, ['name', 'version_number DESC'])) {
    query = query.orderBy(sql.ref(column), descending ? 'desc' : 'asc');
  }
  return query.limit(limit).offset(offset).execute();
}

/** The tag that tells prompts apart is no ordinary one: models don't have it. */
function ofModelsOnly(conditions: readonly Condition[]): Condition[] {
  const wanted = promptsAreWanted(conditions) !== null;
  return conditions.filter(({ kind, key }) => wanted || kind !== 'tag' || key !== PROMPT_TAG);
}

function promptsAreWanted(conditions: readonly Condition[]): Expression<SqlBool> | null {
  const asked = conditions.some(
    ({ kind, key, comparator, value }) =>
      kind === 'tag' &&
      key === PROMPT_TAG &&
      String(value).toLowerCase() === (comparator === '=' ? 'true' : comparator === '!=' ? 'false' : ''),
  );
  return asked ? sql<boolean>`1 = 1` : null;
}

function isPrompt(eb: ExpressionBuilder<Tables, 'registered_models'>) {
  return eb.exists(
    eb
      .selectFrom('model_tags')
      .select('model_tags.key')
      .whereRef('model_tags.model_id', '=', 'registered_models.id')
      .where('model_tags.key', '=', PROMPT_TAG)
      .where('model_tags.value', '=', 'true'),
  );
}

function compare(db: Kysely<Tables>, column: Expression<unknown>, condition: Condition): Expression<SqlBool> {
  const { comparator, value } = condition;
  if (Array.isArray(value)) {
    const list = sql.join(value);
    return comparator === 'IN' ? sql<boolean>`${column} in (${list})` : sql<boolean>`${column} not in (${list})`;
  }
  if (comparator === 'LIKE' || comparator === 'ILIKE') return like(db, column, comparator, String(value));
  const operand = condition.key === 'version_number' && condition.kind === 'attribute' ? Number(value) : value;
  return sql<boolean>`${column} ${sql.raw(comparator as Exclude<Comparator, 'IN' | 'NOT IN'>)} ${operand}`;
}

/** LIKE minds upper and lower case, ILIKE does not. SQLite's own LIKE does not, and its GLOB has other wildcards. */
function like(db: Kysely<Tables>, column: Expression<unknown>, comparator: 'LIKE' | 'ILIKE', pattern: string) {
  if (isPostgres(db)) {
    return comparator === 'LIKE'
      ? sql<boolean>`${column} like ${pattern} escape ''`
      : sql<boolean>`${column} ilike ${pattern} escape ''`;
  }
  if (comparator === 'ILIKE') return sql<boolean>`${column} like ${pattern}`;
  const glob = pattern.replace(/[[*?]/g, '[$&]').replaceAll('%', '*').replaceAll('_', '?');
  return sql<boolean>`${column} glob ${glob}`;
}

/** `name`, `version_number DESC`... with what decides among equals behind it. Throws USAGE. */
function parseOrder(orderBy: readonly string[], columns: Record<string, string>, ties: readonly string[]): Order[] {
  const orders: Order[] = [];
  for (const text of orderBy) {
    const order = parseOne(text, columns);
    if (orders.some(({ column }) => column === order.column))
      throw new OslerError('USAGE', `\`order_by\` contains duplicate fields: ${JSON.stringify(orderBy)}`);
    orders.push(order);
  }
  for (const text of ties) {
    const order = parseOne(text, columns);
    if (!orders.some(({ column }) => column === order.column)) orders.push(order);
  }
  return orders;
}

function parseOne(text: string, columns: Record<string, string>): Order {
  const [, quoted, bare, way] = /^\s*(?:attributes?\.)?(?:`([^`]*)`|([\w.]+))(?:\s+(asc|desc))?\s*$/i.exec(text) ?? [];
  const key = quoted ?? bare;
  if (key === undefined) throw new OslerError('USAGE', `Invalid order_by clause '${text}'.`);
  const column = Object.hasOwn(columns, key) ? columns[key] : undefined;
  if (column === undefined) {
    const valid = Object.keys(columns)
      .filter((name) => name !== 'last_updated_timestamp' || Object.hasOwn(columns, 'version_number'))
      .map((name) => `'${name}'`)
      .join(', ');
    const what = columns === VERSION_ORDER ? 'attribute' : 'order by';
    throw new OslerError('USAGE', `Invalid ${what} key '${key}' specified. Valid keys are '{${valid}}'`);
  }
  return { column, descending: way?.toLowerCase() === 'desc' };
}
