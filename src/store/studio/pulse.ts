import { type Kysely, sql } from 'kysely';
import type { Tables } from '../schema.ts';
import { settle } from '../settle.ts';
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
  /** Trainings of Osler, newest end first, that ended so since. */
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
    async broken(since, limit) {
      const rows = await db
        .selectFrom('runs')
        .select(['id', 'name', 'status', 'ended_at', 'user_name'])
        .where('status', 'in', ['failed', 'interrupted'])
        .where('deleted_at', 'is', null)
        .where('ended_at', '>=', since)
        .where('model', 'is not', null)
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
      const row = await db
        .selectFrom('metrics')
        .select(({ fn }) => fn.max('epoch').as('epoch'))
        .where('series_id', '=', series)
        .where('step', '=', step)
        .executeTakeFirst();
      return Number(row?.epoch ?? 0);
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

/** The newest value of each of these runs. */
async function lastValues(db: Kysely<Tables>, runs: string[]): Promise<Map<string, NonNullable<OpenRun['last']>>> {
  const last = new Map<string, NonNullable<OpenRun['last']>>();
  if (runs.length === 0) return last;
  await settle(db, { runs });
  const rows = await db
    .selectFrom('series')
    .select(['run_id', 'id', 'last_step', 'last_time'])
    .where('run_id', 'in', runs)
    .orderBy('last_time')
    .orderBy('last_step')
    .execute();
  for (const { run_id, id, last_step, last_time } of rows)
    last.set(run_id, { step: last_step, at: last_time, series: id });
  return last;
}
