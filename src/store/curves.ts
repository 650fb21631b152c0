import { type Kysely, type RawBuilder, sql } from 'kysely';
import { isPostgres } from './columns.ts';
import type { Tables } from './schema.ts';
import { settle } from './settle.ts';

/**
 * One metric of one run, as much of it as a drawing can show. Either every value (`every`), or equal stretches of steps, each with the
 * step in its middle, and the lowest, mean and highest of its values: no peak is lost, however few there are.
 * Stretches without values are left out; one with nothing but NaN has NaN.
 */
export interface Curve {
  run: string;
  key: string;
  every: boolean;
  /** Values that are in it. */
  values: number;
  step: number[];
  mean: number[];
  /** The same array as `mean` where every value is there. */
  low: number[];
  high: number[];
  /** When the values were logged, milliseconds since 1970, and in which epoch (0: not known): means of the stretches. Where they were asked for. */
  time?: number[];
  epoch?: number[];
}

export interface SeriesSummary {
  run: string;
  key: string;
  values: number;
  last: number;
  lastStep: number;
  /** Of those that are numbers; null where none is. */
  lowest: number | null;
  highest: number | null;
}

export interface CurveQuery {
  runs: readonly string[];
  /** All of them when absent. */
  keys?: readonly string[];
  /** Stretches at most, and values below which all are given. */
  points: number;
  /** Steps, both included. */
  from?: number;
  to?: number;
  /** Says `time` and `epoch` as well. */
  along?: boolean;
}

export interface Curves {
  /** In order of run, as named, then key. The engine goes through the values; what comes here is what is drawn. */
  sample(query: CurveQuery): Promise<Curve[]>;
  /** In order of key. Goes through all values of the run. */
  summary(run: string, keys?: readonly string[]): Promise<SeriesSummary[]>;
}

interface Series {
  id: number;
  run: string;
  key: string;
  first: number;
  last: number;
  /** Up to one more than the points. */
  count: number;
}

interface Stretch {
  series: number;
  step: number;
  values: number;
  mean: number | null;
  low: number | null;
  high: number | null;
  time?: number;
  epoch?: number;
}

export function curveRepository(db: Kysely<Tables>): Curves {
  return {
    async sample({ runs, keys, points, from, to, along = false }) {
      const range = sql`${from === undefined ? sql`` : sql`and m.step >= ${from}`} ${to === undefined ? sql`` : sql`and m.step <= ${to}`}`;
      const series = await findSeries(db, { runs, keys, points, range });
      const short = series.filter(({ count }) => count > 0 && count <= points);
      const long = series.filter(({ count }) => count > points);
      const curves = new Map<number, Curve>();
      for (const { id, run, key, count } of series)
        if (count > 0)
          curves.set(id, {
            ...{ run, key, every: count <= points, values: 0, step: [], mean: [], low: [], high: [] },
            ...(along ? { time: [], epoch: [] } : {}),
          });
      for (const row of await readValues(db, short, range)) {
        const curve = curves.get(row.series)!;
        curve.values += 1;
        curve.step.push(row.step);
        curve.mean.push(row.nan === 1 ? Number.NaN : row.value);
        curve.time?.push(row.time);
        curve.epoch?.push(row.epoch);
      }
      for (const curve of curves.values()) if (curve.every) Object.assign(curve, { low: curve.mean, high: curve.mean });
      const stretches = isPostgres(db) ? postgresStretches : sqliteStretches;
      for (const row of long.length === 0 ? [] : await stretches(db, long, points, { range, along })) {
        const curve = curves.get(row.series)!;
        curve.values += row.values;
        curve.step.push(row.step);
        // Without numbers: NaN. Both infinities have no mean.
        curve.mean.push(row.mean ?? Number.NaN);
        curve.low.push(row.low ?? Number.NaN);
        curve.high.push(row.high ?? Number.NaN);
        curve.time?.push(row.time!);
        curve.epoch?.push(row.epoch!);
      }
      const place = new Map(runs.map((run, i) => [run, i]));
      return [...curves.values()].sort(
        (a, b) => place.get(a.run)! - place.get(b.run)! || (a.key < b.key ? -1 : a.key > b.key ? 1 : 0),
      );
    },
    async summary(run, keys) {
      await settle(db, { runs: [run] });
      const rows = await db
        .selectFrom('series as s')
        .innerJoin('metrics as m', 'm.series_id', 's.id')
        .select(['s.key', 's.last_value', 's.last_nan', 's.last_step'])
        .select(({ fn }) => [
          fn.countAll<number>().as('count'),
          sql<number | null>`min(case when m.nan = 0 then m.value end)`.as('lowest'),
          sql<number | null>`max(case when m.nan = 0 then m.value end)`.as('highest'),
        ])
        .where('s.run_id', '=', run)
        .$if(keys !== undefined, (query) => query.where(sql<boolean>`s.key ${among(db, keys ?? [])}`))
        .groupBy(['s.id', 's.key', 's.last_value', 's.last_nan', 's.last_step'])
        .orderBy('s.key')
        .execute();
      return rows.map((row) => ({
        run,
        key: row.key,
        values: row.count,
        last: row.last_nan === 1 ? Number.NaN : row.last_value,
        lastStep: row.last_step,
        lowest: row.lowest,
        highest: row.highest,
      }));
    },
  };
}

function among(db: Kysely<Tables>, values: readonly (string | number)[]): RawBuilder<unknown> {
  if (!isPostgres(db)) return sql`in (select value from json_each(${JSON.stringify(values)}))`;
  return typeof values[0] === 'number' ? sql`= any(${values}::bigint[])` : sql`= any(${values}::text[])`;
}

async function findSeries(
  db: Kysely<Tables>,
  {
    runs,
    keys,
    points,
    range,
  }: { runs: readonly string[]; keys: readonly string[] | undefined; points: number; range: RawBuilder<unknown> },
): Promise<Series[]> {
  if (runs.length === 0) return [];
  const { rows } = await sql<Series>`
    select s.id as id, s.run_id as run, s.key as key,
      (select m.step from metrics m where m.series_id = s.id ${range} order by m.step limit 1) as first,
      (select m.step from metrics m where m.series_id = s.id ${range} order by m.step desc limit 1) as last,
      (select count(*) from (select 1 from metrics m where m.series_id = s.id ${range} limit ${points + 1}) as few) as count
    from series s where s.run_id ${among(db, runs)} ${keys === undefined ? sql`` : sql`and s.key ${among(db, keys)}`}`.execute(
    db,
  );
  return rows;
}

interface Value {
  series: number;
  step: number;
  value: number;
  nan: number;
  time: number;
  epoch: number;
}

async function readValues(db: Kysely<Tables>, series: Series[], range: RawBuilder<unknown>): Promise<Value[]> {
  if (series.length === 0) return [];
  const ids = series.map(({ id }) => id);
  const { rows } = await sql<Value>`
    select m.series_id as series, m.step as step, m.value as value, m.nan as nan, m.time as time, m.epoch as epoch from metrics m
    where m.series_id ${among(db, ids)} ${range} order by m.series_id, m.step, m.time, m.value`.execute(db);
  return rows;
}

const widthOf = ({ first, last }: Series, points: number): number => Math.ceil((last - first + 1) / points);

interface Walk {
  range: RawBuilder<unknown>;
  along: boolean;
}

/**
 * One walk along the primary key for each stretch: grouping by an expression would sort all values first. NaN is left out in a
 * second walk, of the series that have one: to look at each value twice costs as much again.
 */
async function sqliteStretches(
  db: Kysely<Tables>,
  series: Series[],
  points: number,
  how: Walk,
  careful = false,
): Promise<Stretch[]> {
  const { range, along } = how;
  const plan = JSON.stringify(series.map((one) => [one.id, one.first, widthOf(one, points)]));
  const value = careful ? sql`case when m.nan = 0 then m.value end` : sql`m.value`;
  const also = along ? sql`, avg(m.time), avg(m.epoch)` : sql``;
  const { rows } = await sql<{ series: number; i: number; packed: string }>`
    with recursive stretch(i) as (select 0 union all select i + 1 from stretch where i < ${points - 1}),
      p(id, first, width) as materialized (select value ->> 0, value ->> 1, value ->> 2 from json_each(${plan}))
    select p.id as series, i, (
      select json_array(count(*), sum(m.nan), avg(${value}), min(${value}), max(${value})${also})
      from metrics m where m.series_id = p.id and m.step >= p.first + i * p.width and m.step < p.first + (i + 1) * p.width ${range}
    ) as packed
    from p cross join stretch`.execute(db);
  const byId = new Map(series.map((one) => [one.id, one]));
  const again = new Set<Series>();
  const out: Stretch[] = [];
  for (const { series: id, i, packed } of rows) {
    const [values, nan, mean, low, high, time, epoch] = JSON.parse(packed) as Packed;
    if (values === 0) continue;
    const one = byId.get(id)!;
    if (nan > 0 && !careful) again.add(one);
    const when = along ? { time: time!, epoch: epoch! } : {};
    out.push({ series: id, step: middle(one, i, points), values, mean, low, high, ...when });
  }
  if (again.size === 0) return out;
  const mended = await sqliteStretches(db, [...again], points, how, true);
  const ids = new Set([...again].map(({ id }) => id));
  return [...out.filter((row) => !ids.has(row.series)), ...mended];
}

type Packed = [values: number, nan: number, mean: number, low: number, high: number, time?: number, epoch?: number];

function middle(one: Series, i: number, points: number): number {
  const width = widthOf(one, points);
  const begin = one.first + i * width;
  return (begin + Math.min(begin + width - 1, one.last)) / 2;
}

/** Statements at once, each on a connection of its own: the engine's processors share the walks. */
const AT_ONCE = 4;

/** Numbers of a stretch; what JSON has no numbers for are texts. */
type Walked = [i: number, values: number, ...rest: (number | string | null)[]];

/** The same walks, along the index alone where the table has been vacuumed; a curve comes as one text, which is read at once. */
async function postgresStretches(
  db: Kysely<Tables>,
  series: Series[],
  points: number,
  { range, along }: Walk,
): Promise<Stretch[]> {
  const also = along ? sql`, avg(m.time)::float8 as time, avg(m.epoch)::float8 as epoch` : sql``;
  const [columns, more] = [sql`i, "values", mean, low, high`, along ? sql`, time, epoch` : sql``];
  const walk = async (part: Series[]) => {
    const column = (pick: (one: Series) => number) => sql`${part.map(pick)}::bigint[]`;
    const { rows } = await sql<{ series: number; walked: Walked[] | null }>`
      select p.id as series, (
        select json_agg(json_build_array(${columns}${more})) from generate_series(0, ${points - 1}::int) as i
        cross join lateral (
          select count(*) as "values", avg(m.value) filter (where m.nan = 0) as mean, min(m.value) filter (where m.nan = 0) as low,
            max(m.value) filter (where m.nan = 0) as high${also}
          from metrics m where m.series_id = p.id and m.step >= p.first + i * p.width and m.step < p.first + (i + 1) * p.width ${range}
          having count(*) > 0) as stretch
      ) as walked
      from unnest(${column((s) => s.id)}, ${column((s) => s.first)}, ${column((s) => widthOf(s, points))}) as p(id, first, width)`.execute(
      db,
    );
    return rows;
  };
  const parts = Array.from({ length: AT_ONCE }, (_, k) => series.filter((_one, i) => i % AT_ONCE === k));
  const found = (await Promise.all(parts.filter(({ length }) => length > 0).map(walk))).flat();
  const byId = new Map(series.map((one) => [one.id, one]));
  const number = (value: number | string | null): number | null => (value === null ? null : Number(value));
  return found.flatMap(({ series: id, walked }) =>
    // Null where its values were removed meanwhile.
    (walked ?? [])
      .sort(([a], [b]) => a - b)
      .map(([i, values, ...rest]) => {
        const [mean, low, high, time, epoch] = rest.map(number) as [
          number | null,
          number | null,
          number | null,
          number,
          number,
        ];
        return {
          series: id,
          step: middle(byId.get(id)!, i, points),
          values,
          mean,
          low,
          high,
          ...(along ? { time, epoch } : {}),
        };
      }),
  );
}
