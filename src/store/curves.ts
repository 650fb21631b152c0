import { type Kysely, type RawBuilder, sql } from 'kysely';
import { gather } from './arrivals.ts';
import { isPostgres } from './columns.ts';
import type { Tables } from './schema.ts';
import { settle } from './settle.ts';
import { type LongSeries, stretchesOf } from './stretches.ts';

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
  /** Steps; null where there are no values, as in that range. */
  first: number | null;
  last: number | null;
  /** Step of the first value that there is no point for; null where all have one. */
  beyond: number | null;
}

export function curveRepository(db: Kysely<Tables>): Curves {
  return {
    async sample({ runs, keys, points, from, to, along = false }) {
      await gather(db, runs);
      const range = sql`${from === undefined ? sql`` : sql`and m.step >= ${from}`} ${to === undefined ? sql`` : sql`and m.step <= ${to}`}`;
      const series = await findSeries(db, { runs, keys, points, range });
      const short = series.filter(({ first, beyond }) => first !== null && beyond === null);
      const long = series.filter((one): one is Series & LongSeries => one.beyond !== null);
      const curves = new Map<number, Curve>();
      for (const { id, run, key, first, beyond } of series)
        if (first !== null)
          curves.set(id, {
            ...{ run, key, every: beyond === null, values: 0, step: [], mean: [], low: [], high: [] },
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
      for (const [id, stretches] of await stretchesOf(db, long, { points, range, along }))
        Object.assign(curves.get(id)!, stretches);
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
      (select m.step from metrics m where m.series_id = s.id ${range} order by m.step limit 1 offset ${points}) as beyond
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
