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
  /** Step of the first value that there is no point for. */
  beyond: number;
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
  const { found, unsure } = await walk(db, series, how, false);
  // To look at each value twice costs as much again: only these are walked carefully.
  const again = series.filter(({ id }) => unsure.has(id));
  if (again.length > 0) for (const [id, one] of (await walk(db, again, how, true)).found) found.set(id, one);
  return found;
}

interface Walked {
  found: Map<number, Stretches>;
  /** Series with a NaN, which counted as the zero that is stored for it, or with a sum past all numbers. A careful walk has none. */
  unsure: Set<number>;
}

type Walker = (db: Kysely<Tables>, series: readonly LongSeries[], how: Walk, careful: boolean) => Promise<Walked>;

/** Of a billion of the largest values the sum is a number still. A power of two loses nothing of them; of the smallest all would be lost. */
const SCALE = 2 ** 30;

/** What is asked of the values of a stretch: how many are numbers, their sum, the sum of the large among them, scaled, and their bounds. */
function asked(careful: boolean): Record<'numbers' | 'sum' | 'large' | 'low' | 'high', RawBuilder<unknown>> {
  if (!careful)
    return {
      ...{ numbers: sql`count(*)`, sum: sql`sum(m.value)`, large: sql`null` },
      ...{ low: sql`min(m.value)`, high: sql`max(m.value)` },
    };
  const value = sql`case when m.nan = 0 then m.value end`;
  return {
    numbers: sql`count(${value})`,
    sum: sql`sum(case when m.nan = 0 and abs(m.value) < 1e290 then m.value end)`,
    large: sql`sum(case when m.nan = 0 and abs(m.value) >= 1e290 then m.value / ${sql.lit(SCALE)} end)`,
    ...{ low: sql`min(${value})`, high: sql`max(${value})` },
  };
}

/** The sums are divided here: an engine may fail at a quotient below all numbers. Infinities are their own mean, and both have none. */
function meanOf(low: number, high: number, numbers: number, sum: number, large: number): number {
  if (!Number.isFinite(low) || !Number.isFinite(high)) return low + high;
  // What was rounded may be past the bounds.
  return Math.min(Math.max(sum / numbers + (large / numbers) * SCALE, low), high);
}

const widthOf = ({ first, last }: LongSeries, points: number): number => Math.ceil((last - first + 1) / points);

function middle(one: LongSeries, i: number, points: number): number {
  const width = widthOf(one, points);
  const begin = one.first + i * width;
  return (begin + Math.min(begin + width - 1, one.last)) / 2;
}

/** One walk along the primary key for each stretch: grouping by an expression would sort all values first. */
const sqliteWalk: Walker = async (db, series, { points, range, along }, careful) => {
  const plan = JSON.stringify(series.map((one) => [one.id, one.first, widthOf(one, points)]));
  const { numbers, sum, large, low, high } = asked(careful);
  const also = along ? sql`, avg(m.time), avg(m.epoch)` : sql``;
  const { rows } = await sql<{ series: number; i: number; packed: string }>`
    with recursive stretch(i) as (select 0 union all select i + 1 from stretch where i < ${points - 1}),
      p(id, first, width) as materialized (select value ->> 0, value ->> 1, value ->> 2 from json_each(${plan}))
    select p.id as series, i, (
      select json_array(count(*), sum(m.nan), ${numbers}, ${sum}, ${large}, ${low}, ${high}${also})
      from metrics m where m.series_id = p.id and m.step >= p.first + i * p.width and m.step < p.first + (i + 1) * p.width ${range}
    ) as packed
    from p cross join stretch`.execute(db);
  const byId = new Map(series.map((one) => [one.id, one]));
  const found = new Map<number, Stretches>();
  const unsure = new Set<number>();
  for (const { series: id, i, packed } of rows) {
    const [values, nan, numbers, sum, large, low, high, time, epoch] = JSON.parse(packed) as Packed;
    if (values === 0) continue;
    let one = found.get(id);
    if (one === undefined) {
      one = { values: 0, step: [], mean: [], low: [], high: [], ...(along ? { time: [], epoch: [] } : {}) };
      found.set(id, one);
    }
    if (!careful && (nan > 0 || !Number.isFinite(sum))) unsure.add(id);
    one.values += values;
    one.step.push(middle(byId.get(id)!, i, points));
    const [lowest, highest] = [number(low), number(high)];
    one.mean.push(meanOf(lowest, highest, numbers, Number(sum), Number(large)));
    one.low.push(lowest);
    one.high.push(highest);
    one.time?.push(time!);
    one.epoch?.push(epoch!);
  }
  return { found, unsure };
};

type Packed = [
  values: number,
  nan: number,
  numbers: number,
  sum: number | null,
  large: number | null,
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
  numbers: number[];
  sum: Column;
  large: Column;
  low: Column;
  high: Column;
  time?: number[];
  epoch?: number[];
}

/** SQLSTATE of a sum past all numbers. */
const OUT_OF_RANGE = '22003';

/** Values of a stretch from which on it pays to look its first one up: to find out of each value by itself where it belongs costs more. */
const WELL_FILLED = 12;

/** How many values a stretch has, about: as many as there are points lie before `beyond`. */
function filling(series: readonly LongSeries[]): number {
  const each = series.map(({ first, last, beyond }) => (last - first + 1) / Math.max(1, beyond - first));
  return each.reduce((sum, values) => sum + values, 0) / series.length;
}

/**
 * One walk along each series, stretch by stretch, or, where those have few values, all of them, which fall into their stretches by hashing;
 * columns come as one text each. `avg` would go by squares as well, and fails at 1e155.
 */
const postgresWalk: Walker = async (db, series, { points, range, along }, careful) => {
  const { numbers, sum, large, low, high } = asked(careful);
  const also = along ? sql`, sum(m.time::float8) / count(*) as time, sum(m.epoch::float8) / count(*) as epoch` : sql``;
  const columns = ['i', 'values', 'nan', 'numbers', 'sum', 'large', 'low', 'high', ...(along ? ['time', 'epoch'] : [])];
  const gathered = sql.join(columns.map((name) => sql`json_agg(${sql.ref(name)}) as ${sql.ref(name)}`));
  const values = sql`count(*) as "values", max(m.nan) as nan,
    ${numbers} as numbers, ${sum} as sum, ${large} as large, ${low} as low, ${high} as high${also}`;
  // Bounds that the planner understands, and an order before the barrier, have it take the values for few and sort them.
  const hashed = sql`select * from (
    select (m.step - p.first) / p.width as i, ${values}
    from metrics m where m.series_id = p.id and m.step - p.first >= 0 ${range}
    group by 1 offset 0) as g where i < ${points}::bigint order by i`;
  const looked = sql`select s.i, g.* from generate_series(0, ${points - 1}::bigint) as s(i) cross join lateral (
    select ${values} from metrics m
    where m.series_id = p.id and m.step >= p.first + s.i * p.width and m.step < p.first + (s.i + 1) * p.width ${range}) as g
    where g."values" > 0 order by s.i`;
  const walk = async (part: readonly LongSeries[]) => {
    const column = (pick: (one: LongSeries) => number) => sql`${part.map(pick)}::bigint[]`;
    const { rows } = await sql<Row>`
      select p.id as series, w.* from unnest(${column(({ id }) => id)}, ${column(({ first }) => first)},
        ${column((one) => widthOf(one, points))}) as p(id, first, width)
      cross join lateral (select ${gathered} from (
        ${filling(part) < WELL_FILLED ? hashed : looked}) as stretch) as w`.execute(db);
    return rows;
  };
  const found = new Map<number, Stretches>();
  const unsure = new Set<number>();
  const walkOrNote = (part: readonly LongSeries[]) =>
    walk(part).catch((error: { cause?: { code?: unknown } }) => {
      if (careful || error.cause?.code !== OUT_OF_RANGE) throw error;
      for (const { id } of part) unsure.add(id);
      return [];
    });
  const parts = Array.from({ length: AT_ONCE }, (_, k) => series.filter((_one, i) => i % AT_ONCE === k));
  const rows = (await Promise.all(parts.filter(({ length }) => length > 0).map(walkOrNote))).flat();
  const byId = new Map(series.map((one) => [one.id, one]));
  for (const { series: id, i, ...row } of rows) {
    if (i === null) continue;
    const [low, high] = [row.low.map(number), row.high.map(number)];
    found.set(id, {
      values: row.values.reduce((sum, values) => sum + values, 0),
      step: i.map((place) => middle(byId.get(id)!, place, points)),
      mean: low.map((_, k) => meanOf(low[k]!, high[k]!, row.numbers[k]!, Number(row.sum[k]), Number(row.large[k]))),
      ...{ low, high },
      ...(along ? { time: row.time!, epoch: row.epoch! } : {}),
    });
    if (!careful && row.nan.includes(1)) unsure.add(id);
  }
  return { found, unsure };
};

/** Without numbers: NaN. */
const number = (value: number | string | null): number => (value === null ? Number.NaN : Number(value));
