import { type CompiledQuery, type Kysely, sql } from 'kysely';
import { amongIds } from '../among.ts';
import { isPostgres } from '../columns.ts';
import type { LoggedMetric, Pair } from '../log-batch.ts';
import { planned } from '../postgres.ts';
import type { Tables } from '../schema.ts';
import { RUN_COLUMNS, type RunInfo, type RunRow, runInfo } from '../tracked-run.ts';

export interface FoundRun {
  info: RunInfo;
  /** The latest value of each; in order of key, as are the next two. */
  metrics: LoggedMetric[];
  params: Pair[];
  tags: Pair[];
}

/** In the order of the ids; unknown ones are left out. */
export async function loadRuns(db: Kysely<Tables>, ids: readonly string[]): Promise<FoundRun[]> {
  if (ids.length === 0) return [];
  if (!isPostgres(db)) return sqliteRuns(db, ids);
  const size = Math.max(PART, Math.ceil(ids.length / AT_ONCE));
  const parts = Array.from({ length: Math.ceil(ids.length / size) }, (_, i) => ids.slice(i * size, (i + 1) * size));
  return (await Promise.all(parts.map((part) => postgresRuns(db, part)))).flat();
}

/** Statements at once, each on a connection of its own, and the runs that are worth one. */
const AT_ONCE = 4;
const PART = 250;

const INFO = RUN_COLUMNS.map((name) => name.replace('runs.', ''));

/** Of a table the rows that belong to the runs, column by column; the first says to which, counted from 1. Nulls where there are none. */
type Columns = [places: number[] | null, ...(unknown[] | null)[]];
type Loaded = { runs: Columns; metrics: Columns; params: Columns; tags: Columns };

/**
 * All tables in one statement. Each run's rows are looked up by index behind a barrier: asked for many runs at once PostgreSQL would rather
 * read whole tables. A column comes as one text: to make a list for each run costs the server as much as to find what is in it.
 */
function loading(db: Kysely<Tables>): CompiledQuery<Loaded> {
  const columns = (
    table: keyof Tables,
    names: readonly string[],
    picked = sql.join(names.map((name) => sql.ref(name))),
  ) =>
    sql`(select json_build_array(${sql.join(['place', ...names].map((name) => sql`json_agg(${sql.ref(name)})`))}) from (
      select place, found.* from wanted cross join lateral (
        select ${picked} from ${sql.table(table)} where ${sql.ref(table === 'runs' ? 'id' : 'run_id')} = wanted.run offset 0) as found
      order by place, ${sql.ref(names[0]!)}) as rows)`;
  const info = sql`${sql.join(INFO.map((name) => sql.ref(name)))}, record is null as "foreign"`;
  return sql<Loaded>`${planned('runs')}
    with wanted as materialized (select * from unnest(${[]}::text[]) with ordinality as wanted(run, place))
    select ${columns('runs', [...INFO, 'foreign'], info)} as runs,
      ${columns('series', ['key', 'last_value', 'last_nan', 'last_step', 'last_time'])} as metrics,
      ${columns('params', ['key', 'value'])} as params, ${columns('run_tags', ['key', 'value'])} as tags`.compile(db);
}

/** The same text for all runs: to make it took a tenth of what the server does for a hundred of them. */
let made: CompiledQuery<Loaded> | undefined;

async function postgresRuns(db: Kysely<Tables>, ids: readonly string[]): Promise<FoundRun[]> {
  made ??= loading(db);
  const { rows } = await db.executeQuery<Loaded>({ ...made, parameters: [ids] });
  const [{ runs, metrics, params, tags }] = rows as [(typeof rows)[0]];
  const found: FoundRun[] = [];
  const [places, ...of] = runs;
  for (let i = 0; i < (places?.length ?? 0); i++) {
    const row = Object.fromEntries([...INFO, 'foreign'].map((name, k) => [name, of[k]![i]]));
    found[places![i]!] = { info: runInfo(row as unknown as RunRow), metrics: [], params: [], tags: [] };
  }
  const [run, key, value, nan, step, timestamp] = metrics;
  for (let i = 0; i < (run?.length ?? 0); i++)
    found[run![i]!]?.metrics.push({
      key: key![i] as string,
      // JSON has no infinities: they are texts.
      value: nan![i] === 1 ? Number.NaN : Number(value![i]),
      step: step![i] as number,
      timestamp: timestamp![i] as number,
    });
  for (const [list, [run, key, value]] of [
    ['params', params],
    ['tags', tags],
  ] as const)
    for (let i = 0; i < (run?.length ?? 0); i++)
      found[run![i]!]?.[list].push({ key: key![i] as string, value: value![i] as string });
  // Unknown ones left holes.
  return found.filter((run) => run !== undefined);
}

async function sqliteRuns(db: Kysely<Tables>, ids: readonly string[]): Promise<FoundRun[]> {
  const among = amongIds(db, ids);
  const pairs = (table: 'params' | 'run_tags') =>
    db
      .selectFrom(table)
      .select(['run_id', 'key', 'value'])
      .where(sql<boolean>`run_id ${among}`)
      .orderBy('run_id')
      .orderBy('key')
      .execute();
  const rows = await db
    .selectFrom('runs')
    .select(RUN_COLUMNS)
    .select((eb) => eb('record', 'is', null).as('foreign'))
    .where(sql<boolean>`id ${among}`)
    .execute();
  const series = await db
    .selectFrom('series')
    .select(['run_id', 'key', 'last_value', 'last_nan', 'last_step', 'last_time'])
    .where(sql<boolean>`run_id ${among}`)
    .orderBy('run_id')
    .orderBy('key')
    .execute();
  const found = new Map(
    rows.map((row): [string, FoundRun] => [
      row.id,
      { info: runInfo(row as RunRow), metrics: [], params: [], tags: [] },
    ]),
  );
  for (const { run_id, key, value } of await pairs('params')) found.get(run_id)?.params.push({ key, value });
  for (const { run_id, key, value } of await pairs('run_tags')) found.get(run_id)?.tags.push({ key, value });
  for (const row of series) {
    found.get(row.run_id)?.metrics.push({
      key: row.key,
      value: row.last_nan === 1 ? Number.NaN : row.last_value,
      step: row.last_step,
      timestamp: row.last_time,
    });
  }
  return ids.flatMap((id) => found.get(id) ?? []);
}
