import { type Kysely, type RawBuilder, sql } from 'kysely';
import { isPostgres } from './columns.ts';
import type { Curve } from './curves.ts';
import type { Tables } from './schema.ts';

/** A series with more values than a drawing has points. */
export interface LongSeries {
  id: number;
  /** Steps of its first and last value. */
  first: number;
  last: number;
}

/** What a curve of stretches has, column by column. */
export type Stretches = Pick<Curve, 'values' | 'step' | 'mean' | 'low' | 'high' | 'time' | 'epoch'>;

export interface Walk {
  /** Stretches of a series, at most. */
  points: number;
  /** More conditions on the values, which are called `m`. */
  range: RawBuilder<unknown>;
  /** Says `time` and `epoch` as well. */
  along: boolean;
}

/** By series. NaN counts among the values alone: a stretch that has no others has NaN. */
export async function stretchesOf(
  db: Kysely<Tables>,
  series: readonly LongSeries[],
  how: Walk,
): Promise<Map<number, Stretches>> {
  if (series.length === 0) return new Map();
  const walk = isPostgres(db) ? postgresWalk : sqliteWalk;
  const walked = await walk(db, series, how, false);
  // Series that have a NaN are walked again without them: to look at each value twice costs as much again.
  const again = series.filter(({ id }) => walked.get(id)?.nan === true);
  if (again.length > 0) for (const [id, one] of await walk(db, again, how, true)) walked.set(id, one);
  return new Map([...walked].map(([id, { stretches }]) => [id, stretches]));
}

interface Walked {
  /** There is one, which counted as the zero that is stored for it, unless the walk was a careful one. */
  nan: boolean;
  stretches: Stretches;
}

type Walker = (
  db: Kysely<Tables>,
  series: readonly LongSeries[],
  how: Walk,
  careful: boolean,
) => Promise<Map<number, Walked>>;

const widthOf = ({ first, last }: LongSeries, points: number): number => Math.ceil((last - first + 1) / points);

function middle(one: LongSeries, i: number, points: number): number {
  const width = widthOf(one, points);
  const begin = one.first + i * width;
  return (begin + Math.min(begin + width - 1, one.last)) / 2;
}

/** One walk along the primary key for each stretch: grouping by an expression would sort all values first. */
const sqliteWalk: Walker = async (db, series, { points, range, along }, careful) => {
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
  const found = new Map<number, Walked>();
  for (const { series: id, i, packed } of rows) {
    const [values, nan, mean, low, high, time, epoch] = JSON.parse(packed) as Packed;
    if (values === 0) continue;
    let one = found.get(id);
    if (one === undefined) {
      const empty = { values: 0, step: [], mean: [], low: [], high: [], ...(along ? { time: [], epoch: [] } : {}) };
      one = { nan: false, stretches: empty };
      found.set(id, one);
    }
    const { stretches } = one;
    if (nan > 0) one.nan = true;
    stretches.values += values;
    stretches.step.push(middle(byId.get(id)!, i, points));
    const [lowest, highest] = [number(low), number(high)];
    stretches.mean.push(between(lowest, number(mean), highest));
    stretches.low.push(lowest);
    stretches.high.push(highest);
    stretches.time?.push(time!);
    stretches.epoch?.push(epoch!);
  }
  return found;
};

type Packed = [
  values: number,
  nan: number,
  mean: number | null,
  low: number | null,
  high: number | null,
  time?: number,
  epoch?: number,
];

/** Statements at once, each on a connection of its own: the engine's processors share the walks. */
const AT_ONCE = 4;

/** What JSON has no numbers for are texts. */
type Column = (number | string | null)[];

interface Row {
  series: number;
  /** Null, as the others, where the values were removed meanwhile. */
  i: number[] | null;
  values: number[];
  nan: number[];
  mean: Column;
  low: Column;
  high: Column;
  time?: number[];
  epoch?: number[];
}

/** Of a billion of the largest values the sum is a number still; the engine fails at one that is none. A power of two loses nothing. */
const SCALE = 2 ** 30;

/**
 * One walk along each series, whose values fall into their stretches by hashing; columns come as one text each. `avg` would go by squares
 * as well, and fails at 1e155.
 */
const postgresWalk: Walker = async (db, series, { points, range, along }, careful) => {
  const value = careful ? sql`case when m.nan = 0 then m.value end` : sql`m.value`;
  const numbers = careful ? sql`nullif(count(${value}), 0)` : sql`count(*)`;
  const also = along ? sql`, sum(m.time::float8) / count(*) as time, sum(m.epoch::float8) / count(*) as epoch` : sql``;
  const columns = ['i', 'values', 'nan', 'mean', 'low', 'high', ...(along ? ['time', 'epoch'] : [])];
  const gathered = sql.join(columns.map((name) => sql`json_agg(${sql.ref(name)}) as ${sql.ref(name)}`));
  const walk = async (part: readonly LongSeries[]) => {
    const column = (pick: (one: LongSeries) => number) => sql`${part.map(pick)}::bigint[]`;
    // Bounds that the planner understands, and an order before the barrier, have it take the values for few and sort them.
    const { rows } = await sql<Row>`
      select p.id as series, w.* from unnest(${column(({ id }) => id)}, ${column(({ first }) => first)},
        ${column((one) => widthOf(one, points))}) as p(id, first, width)
      cross join lateral (select ${gathered} from (select * from (
        select (m.step - p.first) / p.width as i, count(*) as "values", max(m.nan) as nan,
          sum(${value} / ${sql.lit(SCALE)}::float8) / ${numbers} as mean, min(${value}) as low, max(${value}) as high${also}
        from metrics m where m.series_id = p.id and m.step - p.first >= 0 ${range}
        group by 1 offset 0) as g where i < ${points}::bigint order by i) as stretch) as w`.execute(db);
    return rows;
  };
  const parts = Array.from({ length: AT_ONCE }, (_, k) => series.filter((_one, i) => i % AT_ONCE === k));
  const rows = (await Promise.all(parts.filter(({ length }) => length > 0).map(walk))).flat();
  const byId = new Map(series.map((one) => [one.id, one]));
  const found = new Map<number, Walked>();
  for (const { series: id, i, ...row } of rows) {
    if (i === null) continue;
    const [low, high] = [row.low.map(number), row.high.map(number)];
    const stretches = {
      values: row.values.reduce((sum, values) => sum + values, 0),
      step: i.map((place) => middle(byId.get(id)!, place, points)),
      mean: row.mean.map((mean, k) => between(low[k]!, number(mean) * SCALE, high[k]!)),
      ...{ low, high },
      ...(along ? { time: row.time!, epoch: row.epoch! } : {}),
    };
    found.set(id, { nan: row.nan.includes(1), stretches });
  }
  return found;
};

/** Without numbers: NaN. Both infinities have no mean. */
const number = (value: number | string | null): number => (value === null ? Number.NaN : Number(value));

/** A mean that was rounded may be past what it is the mean of, and past all numbers. */
const between = (low: number, mean: number, high: number): number => Math.min(Math.max(mean, low), high);
