import { type Kysely, sql } from 'kysely';
import { amongIds } from '../among.ts';
import { arrived, inOrder, type MetricRow, newestArrived, runsWithArrivals } from '../arrivals.ts';
import type { Tables } from '../schema.ts';
import { unsettled } from '../settle.ts';
import type { TrackedStatus } from '../tracked-run.ts';

/** A run that has not ended, and how far it is. Times are milliseconds since 1970. */
export interface OpenRun {
  id: string;
  name: string;
  status: TrackedStatus;
  startedAt: number;
  user: string;
  /** NAME@VERSION and architecture of a training of Osler; null for others. */
  dataset: string | null;
  model: string | null;
  /** Of its newest value; null before the first. */
  last: { step: number; at: number; series: number } | null;
}

/** The newest value of a metric of a run that has not ended. */
export interface OpenValue {
  run: string;
  dataset: string | null;
  model: string | null;
  key: string;
  value: number;
}

/** A run that ended badly. */
export interface BrokenRun {
  id: string;
  name: string;
  status: 'failed' | 'interrupted';
  endedAt: number;
  user: string;
}

/** What moves in the store, cheap to look at again and again: no run is read whole. */
export interface Pulse {
  /** Newest first. */
  open(limit: number): Promise<OpenRun[]>;
  /** Of the newest open runs, the newest values of these metrics, in no order. */
  values(keys: readonly string[], runs: number): Promise<OpenValue[]>;
  /** Trainings of Osler, newest end first, that ended so since; a sweep sees to its own. */
  broken(since: number, limit: number): Promise<BrokenRun[]>;
  /** Another text whenever a run began, ended, was deleted or came back. */
  mark(): Promise<string>;
  /** Runs that are not deleted. */
  runs(): Promise<number>;
  /** Of the training's epochs, the one of the value; 0 where the client knows none. */
  epochOf(series: number, step: number): Promise<number>;
  /** Runs with the text (in small letters) in their name, or at the beginning of their id; newest first. */
  named(text: string, limit: number): Promise<{ id: string; name: string }[]>;
  /** Number of the audit trail's last event. */
  trailEnd(): Promise<number>;
}

export function pulseRepository(db: Kysely<Tables>): Pulse {
  return {
    async open(limit) {
      const rows = await db
        .selectFrom('runs')
        .select(['id', 'name', 'status', 'started_at', 'user_name', 'dataset', 'model'])
        .where('status', 'in', ['running', 'scheduled'])
        .where('deleted_at', 'is', null)
        .orderBy('started_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      const last = await lastValues(
        db,
        rows.map(({ id }) => id),
      );
      return rows.map(({ id, name, status, started_at, user_name, dataset, model }) => ({
        id,
        name,
        status: status as TrackedStatus,
        startedAt: started_at,
        user: user_name,
        dataset,
        model,
        last: last.get(id) ?? null,
      }));
    },
    async values(keys, runs) {
      const open = await db
        .selectFrom('runs')
        .select(['id', 'dataset', 'model'])
        .where('status', 'in', ['running', 'scheduled'])
        .where('deleted_at', 'is', null)
        .orderBy('started_at', 'desc')
        .orderBy('id')
        .limit(runs)
        .execute();
      const byId = new Map(open.map((run) => [run.id, run]));
      const ids = [...byId.keys()];
      const fresh = await freshest(db, ids);
      // From the metrics, not from the row of the series, which may be behind them: a step in the index of each.
      const { rows } = await sql<{ run: string; key: string; series: number; value: number | null }>`
        select s.run_id as run, s.key as key, s.id as series, (
          select case when m.nan = 0 then m.value end from metrics m where m.series_id = s.id
          order by m.step desc, m.time desc, m.value desc, m.nan desc limit 1) as value
        from series s where s.run_id ${amongIds(db, ids)} and s.key ${amongIds(db, keys)}`.execute(db);
      return rows.map(({ run, key, series, value }) => {
        const { dataset, model } = byId.get(run)!;
        const newer = fresh.get(series);
        const last = newer === undefined ? value : newer.nan === 1 ? null : newer.value;
        return { run, dataset, model, key, value: last ?? Number.NaN };
      });
    },
    async broken(since, limit) {
      const rows = await db
        .selectFrom('runs')
        .select(['id', 'name', 'status', 'ended_at', 'user_name'])
        .where('status', 'in', ['failed', 'interrupted'])
        .where('deleted_at', 'is', null)
        .where('ended_at', '>=', since)
        .where('model', 'is not', null)
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('run_tags')
                .select('key')
                .whereRef('run_tags.run_id', '=', 'runs.id')
                .where('key', '=', 'osler.sweep'),
            ),
          ),
        )
        .orderBy('ended_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(({ id, name, status, ended_at, user_name }) => ({
        id,
        name,
        status: status as BrokenRun['status'],
        endedAt: ended_at!,
        user: user_name,
      }));
    },
    async mark() {
      const rows = await db
        .selectFrom('runs')
        .select(({ fn }) => [
          'status',
          fn.countAll().as('all'),
          fn.count('deleted_at').as('deleted'),
          fn.max('deleted_at').as('last_deleted'),
          fn.max('ended_at').as('last_ended'),
          fn.max('started_at').as('last_started'),
        ])
        .groupBy('status')
        .orderBy('status')
        .execute();
      return JSON.stringify(rows.map((row) => Object.values(row).map(String)));
    },
    async runs() {
      const { all } = await db
        .selectFrom('runs')
        .select(({ fn }) => fn.countAll().as('all'))
        .where('deleted_at', 'is', null)
        .executeTakeFirstOrThrow();
      return Number(all);
    },
    async epochOf(series, step) {
      const of = await db.selectFrom('series').select('run_id').where('id', '=', series).executeTakeFirst();
      const lying = of === undefined ? [] : await arrived(db, of.run_id);
      const epochs = lying.filter((row) => row.series_id === series && row.step === step).map((row) => row.epoch);
      const row = await db
        .selectFrom('metrics')
        .select(({ fn }) => fn.max('epoch').as('epoch'))
        .where('series_id', '=', series)
        .where('step', '=', step)
        .executeTakeFirst();
      return Math.max(Number(row?.epoch ?? 0), ...epochs);
    },
    async named(text, limit) {
      const within = `%${text.replace(/[\\%_]/g, (sign) => `\\${sign}`)}%`;
      return db
        .selectFrom('runs')
        .select(['id', 'name'])
        .where((eb) =>
          eb.or([
            sql<boolean>`lower(${eb.ref('name')}) like ${within} escape '\\'`,
            ...(/^[0-9a-f]{4,32}$/.test(text) ? [eb.between('id', text, text.padEnd(32, 'f'))] : []),
          ]),
        )
        .where('deleted_at', 'is', null)
        .orderBy('created_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
    },
    async trailEnd() {
      const row = await db
        .selectFrom('events')
        .select(({ fn }) => fn.max('seq').as('seq'))
        .executeTakeFirst();
      return Number(row?.seq ?? 0);
    },
  };
}

/** The newest value of each of these runs. It is looked at every second, by every server: nothing is written for it, and no lock taken. */
async function lastValues(db: Kysely<Tables>, runs: string[]): Promise<Map<string, NonNullable<OpenRun['last']>>> {
  const last = new Map<string, NonNullable<OpenRun['last']>>();
  if (runs.length === 0) return last;
  const behind = new Set(await unsettled(db, { runs }));
  const rows = [
    ...(await settledSeries(
      db,
      runs.filter((id) => !behind.has(id)),
    )),
    ...(await seriesBehind(db, [...behind])),
  ];
  for (const { run, series, step, time } of rows) {
    const known = last.get(run);
    if (known === undefined || time > known.at || (time === known.at && step >= known.step))
      last.set(run, { step, at: time, series });
  }
  return last;
}

interface Latest {
  run: string;
  series: number;
  step: number;
  time: number;
}

function settledSeries(db: Kysely<Tables>, runs: string[]): Promise<Latest[]> {
  return db
    .selectFrom('series')
    .select(['run_id as run', 'id as series', 'last_step as step', 'last_time as time'])
    .where(sql<boolean>`run_id ${amongIds(db, runs)}`)
    .execute();
}

/** Of series whose rows are behind their metrics, from these: two steps in the index of each. */
async function seriesBehind(db: Kysely<Tables>, runs: string[]): Promise<Latest[]> {
  if (runs.length === 0) return [];
  const fresh = await freshest(db, runs);
  const { rows } = await sql<Latest>`
    with newest as materialized (
      select run_id, id, (select max(step) from metrics where series_id = series.id) as step
      from series where run_id ${amongIds(db, runs)})
    select run_id as run, id as series, step,
      (select max(time) from metrics where series_id = newest.id and step = newest.step) as time
    from newest where step is not null`.execute(db);
  const lying = [...fresh].map(([series, { run, step, time }]) => ({ run, series, step, time }));
  return [...rows.filter(({ series }) => !fresh.has(series)), ...lying];
}

/** By series the newest value of those whose newest has arrived and was not brought in yet. To be read before what is among the metrics. */
async function freshest(
  db: Kysely<Tables>,
  runs: readonly string[],
): Promise<Map<number, MetricRow & { run: string }>> {
  const newest = new Map<number, MetricRow & { run: string }>();
  for (const run of await runsWithArrivals(db, runs))
    for (const [series, row] of await newestArrived(db, run)) newest.set(series, { ...row, run });
  if (newest.size === 0) return newest;
  const { rows } = await sql<MetricRow>`
    select m.* from series s join metrics m on m.series_id = s.id and (m.step, m.time, m.value, m.nan) = (
      select step, time, value, nan from metrics where series_id = s.id
      order by step desc, time desc, value desc, nan desc limit 1)
    where s.id in (select value from json_each(${JSON.stringify([...newest.keys()])}))`.execute(db);
  for (const row of rows) if (inOrder(row, newest.get(row.series_id)!) > 0) newest.delete(row.series_id);
  return newest;
}
