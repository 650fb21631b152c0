import { type Kysely, type RawBuilder, sql } from 'kysely';
import { OslerError } from '../../errors.ts';
import { isPostgres } from '../columns.ts';
import type { Tables } from '../schema.ts';
import { type Condition, compare } from './conditions.ts';
import { type Clause, parseFilter, parseOrder, type Vocabulary } from './grammar.ts';

export interface ExperimentQuery {
  filter?: string;
  /** Default: the newest first. */
  orderBy?: readonly string[];
  viewType?: 'active' | 'deleted' | 'all';
}

const EXPERIMENTS: Vocabulary = {
  entities: ['attribute', 'tag'],
  text: { name: 'name', experiment_id: 'experiment_id' },
  numeric: { creation_time: 'creation_time', last_update_time: 'last_update_time' },
  lists: ['experiment_id'],
};
const COLUMNS: Record<string, RawBuilder<unknown>> = {
  name: sql`e.name`,
  experiment_id: sql`e.id`,
  creation_time: sql`e.created_at`,
  last_update_time: sql`e.updated_at`,
};

/** Ids of the first `most` experiments that fit, in their order. Throws USAGE for a filter or an order that is none. */
export async function findExperiments(db: Kysely<Tables>, query: ExperimentQuery, most: number): Promise<number[]> {
  const { filter, viewType = 'active' } = query;
  const conditions = parseFilter(filter, EXPERIMENTS).map((clause) => condition(clause, isPostgres(db)));
  if (viewType === 'active') conditions.push(sql`e.deleted_at is null`);
  if (viewType === 'deleted') conditions.push(sql`e.deleted_at is not null`);
  const chosen = query.orderBy?.length ? query.orderBy : ['creation_time DESC', 'experiment_id ASC'];
  const orders = chosen.map((order) => parseOrder(order, EXPERIMENTS));
  const wrong = orders.find(({ entity }) => entity !== 'attribute');
  if (wrong !== undefined) throw new OslerError('USAGE', `Invalid order_by entity: ${wrong.entity}`);
  const terms = orders.map(({ key, ascending }) => sql`${COLUMNS[key]!} ${sql.raw(ascending ? 'asc' : 'desc')}`);
  if (!orders.some(({ key }) => key === 'experiment_id')) terms.push(sql`e.id desc`);
  const where = conditions.length === 0 ? sql`` : sql`where ${sql.join(conditions, sql` and `)}`;
  const { rows } = await sql<{ id: number }>`select e.id as id from experiments e ${where}
    order by ${sql.join(terms, sql`, `)} limit ${most}`.execute(db);
  return rows.map(({ id }) => id);
}

function condition({ entity, key, comparator, value }: Clause, postgres: boolean): Condition {
  if (entity === 'tag') {
    const there = sql`select 1 from experiment_tags t where t.experiment_id = e.id and t.key = ${key}`;
    if (comparator === 'IS NULL') return sql`not exists (${there})`;
    if (comparator === 'IS NOT NULL') return sql`exists (${there})`;
    return sql`exists (${there} and ${compare(sql`t.value`, comparator, value, postgres)})`;
  }
  if (key !== 'experiment_id') return compare(COLUMNS[key]!, comparator, value, postgres);
  if (comparator === 'LIKE' || comparator === 'ILIKE')
    throw new OslerError('USAGE', `Invalid comparator for experiment_id: ${comparator}`);
  const ids = [value].flat().map(experimentId);
  const list = sql.join(ids);
  return comparator === '!=' || comparator === 'NOT IN' ? sql`e.id not in (${list})` : sql`e.id in (${list})`;
}

/** Throws USAGE for what is no number. */
export function experimentId(text: string | number | null): number {
  const id = Number(text);
  if (/^\d{1,15}$/.test(String(text))) return id;
  throw new OslerError('USAGE', `Invalid experiment ID '${text}'. Experiment ID must be a valid integer.`);
}
