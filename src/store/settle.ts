import { setImmediate, setTimeout as sleep } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { amongIds } from './among.ts';
import { bringIn } from './arrivals.ts';
import { persist } from './engine.ts';
import { planned } from './postgres.ts';
import type { Tables } from './schema.ts';

/** Runs of one transaction: writers of a run, and on PostgreSQL all that wait for the queue's one connection, wait while it lasts. */
const PIECE = 20;
/** Milliseconds between two of them: who waits for SQLite's lock looks for it again that often. */
const PAUSE = 50;

/** Of a series the latest of its metrics. */
export const NEWEST = `(select step, time, value, nan from metrics where series_id = series.id
    order by step desc, time desc, value desc, nan desc limit 1)`;

/** Runs that are about to be read: some, or all of some experiments, or all. */
type Scope = { runs: readonly string[] } | { experiments: readonly number[] } | 'all';

/**
 * Brings the latest values of series up to date with their metrics, where wide batches left them behind: before they are read.
 * Writers hold a run's mark while they write, so what is committed before the mark is taken is counted in, and what comes later marks anew.
 * Marks are taken in the order of the runs.
 */
export async function settle(db: Kysely<Tables>, scope: Scope): Promise<void> {
  const behind = (await unsettled(db, scope)).sort();
  for (let i = 0; i < behind.length; i += PIECE) {
    if (i > 0) await sleep(PAUSE);
    await advance(db, behind.slice(i, i + PIECE));
  }
}

async function advance(db: Kysely<Tables>, runs: readonly string[]): Promise<void> {
  const newest = sql.raw(NEWEST);
  await persist(() =>
    db.transaction().execute(async (trx) => {
      const { rows } = await sql<{ run_id: string }>`
        delete from unsettled where run_id ${amongIds(db, runs)} returning run_id`.execute(trx);
      // Others have settled the rest meanwhile.
      const behind = rows.map((row) => row.run_id);
      if (behind.length === 0) return;
      for (const run of behind) {
        await bringIn(trx, run);
        // SQLite answers without giving up the thread.
        await setImmediate();
      }
      // Never backwards: a narrow batch may have advanced the row meanwhile.
      await sql`update series set (last_step, last_time, last_value, last_nan) = ${newest}
        where run_id ${amongIds(db, behind)} and (last_step, last_time, last_value, last_nan) < ${newest}`.execute(trx);
    }),
  );
}

/** Those of them that are behind. */
export async function unsettled(db: Kysely<Tables>, scope: Scope): Promise<string[]> {
  // Usually nobody is, and to plan what follows costs more than to ask.
  if ((await sql`${planned('unsettled')} select run_id from unsettled limit 1`.execute(db)).rows.length === 0)
    return [];
  const query = db.selectFrom('unsettled as u').select('u.run_id');
  if (scope === 'all') return (await query.execute()).map((row) => row.run_id);
  if ('runs' in scope) {
    if (scope.runs.length === 0) return [];
    return (await query.where(sql<boolean>`u.run_id ${amongIds(db, scope.runs)}`).execute()).map((row) => row.run_id);
  }
  if (scope.experiments.length === 0) return [];
  const rows = await query
    .innerJoin('runs as r', 'r.id', 'u.run_id')
    .where(sql<boolean>`r.experiment_id in (${sql.raw(scope.experiments.map(Number).join(','))})`)
    .execute();
  return rows.map((row) => row.run_id);
}
