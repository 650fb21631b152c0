import { type Kysely, type RawBuilder, sql } from 'kysely';
import { OslerError } from '../../errors.ts';
import { isPostgres } from '../columns.ts';
import type { Tables } from '../schema.ts';
import { type Condition, compare, compareMetric } from './conditions.ts';
import { type Clause, type Order, parseFilter, parseOrder, type Vocabulary } from './grammar.ts';

export type ViewType = 'active' | 'deleted' | 'all';

export interface RunQuery {
  experimentIds: readonly number[];
  /** MLflow's grammar: `metrics.loss < 0.1 and params.lr = '0.01'`. */
  filter?: string;
  /** `metrics.loss ASC`, `attributes.start_time DESC`... Then, always: the newest first, and by id. */
  orderBy?: readonly string[];
  /** Default: active. */
  viewType?: ViewType;
}

const RUNS: Vocabulary = {
  entities: ['metric', 'parameter', 'tag', 'attribute', 'dataset'],
  text: {
    artifact_uri: 'artifact_uri',
    run_id: 'run_id',
    run_name: 'run_name',
    'run name': 'run_name',
    'Run name': 'run_name',
    'Run Name': 'run_name',
    status: 'status',
    user_id: 'user_id',
  },
  numeric: { start_time: 'start_time', end_time: 'end_time', created: 'start_time', Created: 'start_time' },
  lists: ['run_id'],
};
const COLUMNS: Record<string, RawBuilder<unknown>> = {
  artifact_uri: sql`r.artifact_uri`,
  run_id: sql`r.id`,
  run_name: sql`r.name`,
  user_id: sql`r.user_name`,
  start_time: sql`r.started_at`,
  end_time: sql`r.ended_at`,
  status: sql`case r.status when 'interrupted' then 'KILLED' else upper(r.status) end`,
};
/**
 * Of `rows` runs with a metric, `m` satisfy a comparison: fetching these and sorting them costs m, following the order's index until
 * a page of `most` is full costs most * rows / m where the two metrics have nothing to do with each other. Equal at this m, for as
 * many rows as a search must be quick for.
 */
const few = (most: number): number => Math.ceil(Math.sqrt(most * 100_000));

/** Runs that are put in order after each of several experiments gave its first: SQLite takes 32,766 values in a statement. */
const MERGED = 20_000;

interface Plan {
  db: Kysely<Tables>;
  query: RunQuery;
  clauses: Clause[];
  orders: Order[];
  most: number;
}

/** Ids of the first `most` runs that fit, in their order. Throws USAGE for a filter or an order that is none. */
export async function findRuns(db: Kysely<Tables>, query: RunQuery, most: number): Promise<string[]> {
  const clauses = parseFilter(query.filter, RUNS);
  const orders = (query.orderBy ?? []).map((order) => parseOrder(order, RUNS));
  const seen = new Set(orders.map(({ entity, key }) => `${entity}.${key}`));
  if (seen.size < orders.length)
    throw new OslerError(
      'USAGE',
      `\`order_by\` contains duplicate fields: [${query.orderBy!.map((o) => `'${o}'`).join(', ')}]`,
    );
  if (orders.some(({ entity }) => entity === 'dataset'))
    throw new OslerError('USAGE', "Invalid identifier type 'dataset'");
  if (query.experimentIds.length === 0 || most === 0) return [];
  const plan = { db, query, clauses, orders, most };
  const ids = query.experimentIds;
  if (ids.length === 1) return inOne(plan, ids[0]!);
  if (orders[0]?.entity !== 'metric' || ids.length * most > MERGED) return all(plan, []);
  // The first of all are among the first of each, which its own index gives.
  const firsts = await Promise.all(ids.map((id) => inOne({ ...plan, query: { ...query, experimentIds: [id] } }, id)));
  const candidates = firsts.flat();
  return candidates.length === 0 ? [] : all(plan, [], candidates);
}

async function inOne(plan: Plan, only: number): Promise<string[]> {
  const { orders } = plan;
  const selective = await selectiveClause(plan, only);
  if (selective !== undefined) return all(plan, [selective]);
  const [first] = orders;
  return first?.entity === 'metric' ? byMetric(plan, only, first) : all(plan, []);
}

/** How many fit. Throws USAGE for a filter that is none. */
export async function countRuns(db: Kysely<Tables>, query: RunQuery): Promise<number> {
  const clauses = parseFilter(query.filter, RUNS);
  if (query.experimentIds.length === 0) return 0;
  const conditions = [inExperiments(query.experimentIds), ...filters(db, query, clauses)];
  const { rows } = await sql<{ count: number }>`select count(*) as count from runs r
    where ${sql.join(conditions, sql` and `)}`.execute(db);
  return Number(rows[0]!.count);
}

/** A comparison of a metric that so few runs satisfy that the others need not be looked at. */
async function selectiveClause({ db, clauses, most }: Plan, experiment: number): Promise<Clause | undefined> {
  if (isPostgres(db)) return undefined;
  const limit = few(most);
  let best: { clause: Clause; rows: number } | undefined;
  for (const clause of clauses) {
    if (clause.entity !== 'metric' || clause.comparator === '!=') continue;
    const { rows } = await sql<{ rows: number }>`select count(*) as rows from (
      select 1 from series s where s.experiment_id = ${experiment} and s.key = ${clause.key}
        and ${compareMetric('s', clause.comparator, clause.value as number)} limit ${limit + 1})`.execute(db);
    const count = rows[0]!.rows;
    if (count <= limit && count < (best?.rows ?? Number.POSITIVE_INFINITY)) best = { clause, rows: count };
  }
  return best?.clause;
}

/** Sorts what fits; of a page in the order of time the engine reads no more than it needs. */
async function all(
  { db, query, clauses, orders, most }: Plan,
  driving: Clause[],
  among?: readonly string[],
): Promise<string[]> {
  const [drive] = driving;
  const from =
    drive === undefined
      ? sql`runs r`
      : sql`series d cross join runs r on r.id = d.run_id and d.experiment_id = ${query.experimentIds[0]}
          and d.key = ${drive.key} and ${compareMetric('d', drive.comparator, drive.value as number)}`;
  const joins = orders.map((order, i) => joinOf(order, i));
  const rest = clauses.filter((clause) => clause !== drive);
  const fits = among === undefined ? filters(db, query, rest) : [sql`r.id in (${sql.join([...among])})`];
  const conditions = [inExperiments(query.experimentIds), ...fits];
  const { rows } = await sql<{ id: string }>`select r.id as id from ${from} ${sql.join(joins, sql` `)}
    where ${sql.join(conditions, sql` and `)} order by ${sql.join(orderTerms(orders), sql`, `)} limit ${most}`.execute(
    db,
  );
  return rows.map(({ id }) => id);
}

/** Follows the index of the metric's latest values: first runs with a number, then with NaN, then those without this metric. */
async function byMetric(plan: Plan, experiment: number, first: Order): Promise<string[]> {
  const { db, query, clauses, orders, most } = plan;
  const same = (clause: Clause) => clause.entity === 'metric' && clause.key === first.key;
  const others = filters(
    db,
    query,
    clauses.filter((clause) => !same(clause)),
  );
  const own = clauses.filter(same).map((clause) => compareMetric('o', clause.comparator, clause.value as number));
  const rest = orders.slice(1);
  const joins = rest.map((order, i) => joinOf(order, i));
  const terms = orderTerms(rest);
  const direction = sql.raw(first.ascending ? 'asc' : 'desc');
  const found: string[] = [];
  for (const nan of [0, 1]) {
    const where = sql.join([sql`r.id = o.run_id`, ...own, ...others], sql` and `);
    const { rows } = await sql<{
      id: string;
    }>`select r.id as id from series o cross join runs r ${sql.join(joins, sql` `)}
      where o.experiment_id = ${experiment} and o.key = ${first.key} and o.last_nan = ${nan} and ${where}
      order by ${sql.join([...(nan === 0 ? [sql`o.last_value ${direction}`] : []), ...terms], sql`, `)}
      limit ${most - found.length}`.execute(db);
    found.push(...rows.map(({ id }) => id));
    if (found.length >= most) return found;
  }
  if (own.length > 0) return found;
  const without = sql`not exists (select 1 from series s where s.run_id = r.id and s.key = ${first.key})`;
  const { rows } = await sql<{ id: string }>`select r.id as id from runs r ${sql.join(joins, sql` `)}
    where ${sql.join([inExperiments([experiment]), without, ...others], sql` and `)}
    order by ${sql.join(terms, sql`, `)} limit ${most - found.length}`.execute(db);
  return [...found, ...rows.map(({ id }) => id)];
}

function inExperiments(ids: readonly number[]): Condition {
  if (ids.length === 1) return sql`r.experiment_id = ${ids[0]}`;
  // Numbers alone (see experimentId): a statement takes some ten thousand values, and there may be more experiments.
  const list = ids.length > MERGED ? sql.raw(ids.map(Number).join(',')) : sql.join([...ids]);
  return sql`r.experiment_id in (${list})`;
}

function filters(db: Kysely<Tables>, { viewType = 'active' }: RunQuery, clauses: Clause[]): Condition[] {
  const conditions = clauses.map((clause) => condition(clause, isPostgres(db)));
  if (viewType === 'active') conditions.push(sql`r.deleted_at is null`);
  if (viewType === 'deleted') conditions.push(sql`r.deleted_at is not null`);
  return conditions;
}

function condition({ entity, key, comparator, value }: Clause, postgres: boolean): Condition {
  if (entity === 'attribute') return compare(COLUMNS[key]!, comparator, value, postgres);
  if (entity === 'metric') {
    const holds = compareMetric('s', comparator, value as number);
    return sql`exists (select 1 from series s where s.run_id = r.id and s.key = ${key} and ${holds})`;
  }
  if (entity === 'dataset') return datasetCondition(key, comparator, value, postgres);
  const table = sql.table(entity === 'parameter' ? 'params' : 'run_tags');
  const there = sql`select 1 from ${table} p where p.run_id = r.id and p.key = ${key}`;
  if (comparator === 'IS NULL') return sql`not exists (${there})`;
  if (comparator === 'IS NOT NULL') return sql`exists (${there})`;
  return sql`exists (${there} and ${compare(sql`p.value`, comparator, value, postgres)})`;
}

function datasetCondition(
  key: string,
  comparator: Clause['comparator'],
  value: Clause['value'],
  postgres: boolean,
): Condition {
  const from = sql`select 1 from run_inputs i join input_datasets d on d.id = i.dataset_id`;
  if (key !== 'context')
    return sql`exists (${from} where i.run_id = r.id and ${compare(sql.ref(`d.${key}`), comparator, value, postgres)})`;
  const tag = postgres
    ? sql`cross join json_array_elements(i.tags::json) as t(tag)`
    : sql`cross join (select 1) join json_each(i.tags) as t`;
  const [name, content] = postgres
    ? [sql`t.tag->>'key'`, sql`t.tag->>'value'`]
    : [sql`t.value->>'key'`, sql`t.value->>'value'`];
  return sql`exists (${from} ${tag} where i.run_id = r.id and ${name} = 'mlflow.data.context'
    and ${compare(sql`(${content})`, comparator, value, postgres)})`;
}

function joinOf({ entity, key }: Order, i: number): RawBuilder<unknown> {
  if (entity === 'attribute') return sql``;
  const table = sql.table(entity === 'metric' ? 'series' : entity === 'parameter' ? 'params' : 'run_tags');
  const name = sql.table(`o${i}`);
  return sql`left join ${table} as ${name} on ${sql.ref(`o${i}.run_id`)} = r.id and ${sql.ref(`o${i}.key`)} = ${key}`;
}

/** Runs without the value come last, whichever the direction; NaN comes before them. */
function orderTerms(orders: Order[]): RawBuilder<unknown>[] {
  const terms = orders.flatMap(({ entity, key, ascending }, i) => {
    const direction = sql.raw(ascending ? 'asc' : 'desc');
    const value =
      entity === 'attribute' ? COLUMNS[key]! : sql.ref(`o${i}.${entity === 'metric' ? 'last_value' : 'value'}`);
    if (entity !== 'metric') return [sql`case when ${value} is null then 1 else 0 end`, sql`${value} ${direction}`];
    const nan = sql.ref(`o${i}.last_nan`);
    return [sql`case when ${nan} = 1 then 1 when ${value} is null then 2 else 0 end`, sql`${value} ${direction}`];
  });
  // What is never null needs no such term, and its index can be followed.
  const plain = orders.length === 1 && orders[0]!.entity === 'attribute' && orders[0]!.key === 'start_time';
  if (plain) return [terms[1]!, sql`r.id`];
  const byTime = orders.some(({ entity, key }) => entity === 'attribute' && key === 'start_time');
  return [...terms, ...(byTime ? [] : [sql`r.started_at desc`]), sql`r.id`];
}
