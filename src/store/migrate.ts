import { type Kysely, sql } from 'kysely';
import { OslerError } from '../errors.ts';
import { columnsOf, isPostgres } from './columns.ts';
import * as runs from './migrations/001-runs.ts';
import * as deleted from './migrations/002-deleted.ts';
import * as tracking from './migrations/003-tracking.ts';
import * as registry from './migrations/004-registry.ts';
import * as blobs from './migrations/005-blobs.ts';
import * as sweeps from './migrations/006-sweeps.ts';
import * as deployments from './migrations/007-deployments.ts';
import * as access from './migrations/008-access.ts';
import * as jobs from './migrations/009-jobs.ts';
import * as studio from './migrations/010-studio.ts';
import * as revisionGuards from './migrations/012-revision-guards.ts';
import * as answerCounts from './migrations/013-answer-counts.ts';
import * as runStates from './migrations/014-run-states.ts';
import * as unsettled from './migrations/015-unsettled.ts';
import * as tasks from './migrations/016-tasks.ts';
import * as stops from './migrations/017-stops.ts';
import * as modelsOfRuns from './migrations/018-models-of-runs.ts';
import * as latestByName from './migrations/019-latest-by-name.ts';
import * as arrivals from './migrations/020-arrivals.ts';
import type { Tables } from './schema.ts';

export interface Migration {
  name: string;
  up(db: Kysely<never>): Promise<void>;
}

/** Of PostgreSQL's advisory lock: any number that nothing else in the database uses ("osler" in bytes). */
const MIGRATING = 0x6f_73_6c_65_72;

/** In order, for ever: a migration that has been released is never changed. */
export const MIGRATIONS: readonly Migration[] = [
  { name: '001-runs', up: runs.up },
  { name: '002-deleted', up: deleted.up },
  { name: '003-tracking', up: tracking.up },
  { name: '004-registry', up: registry.up },
  { name: '005-blobs', up: blobs.up },
  { name: '006-sweeps', up: sweeps.up },
  { name: '007-deployments', up: deployments.up },
  { name: '008-access', up: access.up },
  { name: '009-jobs', up: jobs.up },
  { name: '010-studio', up: studio.up },
  { name: '012-revision-guards', up: revisionGuards.up },
  { name: '013-answer-counts', up: answerCounts.up },
  { name: '014-run-states', up: runStates.up },
  { name: '015-unsettled', up: unsettled.up },
  { name: '016-tasks', up: tasks.up },
  { name: '017-stops', up: stops.up },
  { name: '018-models-of-runs', up: modelsOfRuns.up },
  { name: '019-latest-by-name', up: latestByName.up },
  { name: '020-arrivals', up: arrivals.up },
];

/**
 * Brings the database forward. All steps stand in one transaction that takes the write lock first, so processes that start
 * together migrate once, and a kill leaves the old version whole.
 * Throws STORE_FAILED when the database was written by a newer Osler.
 */
export async function migrate(db: Kysely<Tables>, migrations: readonly Migration[] = MIGRATIONS): Promise<void> {
  if (await isCurrent(db, migrations)) return;
  const { text } = columnsOf(db);
  await db.transaction().execute(async (trx) => {
    // SQLite's transactions hold the one write lock from their beginning.
    if (isPostgres(trx)) await sql`select pg_advisory_xact_lock(${MIGRATING})`.execute(trx);
    await trx.schema
      .createTable('migrations')
      .ifNotExists()
      .addColumn('name', text, (c) => c.primaryKey())
      .addColumn('applied_at', text, (c) => c.notNull())
      .execute();
    const applied = await names(trx);
    refuseNewer(applied, migrations);
    for (const { name, up } of migrations.slice(applied.length)) {
      await up(trx as unknown as Kysely<never>);
      await trx.insertInto('migrations').values({ name, applied_at: new Date().toISOString() }).execute();
    }
  });
}

/** Asked before taking the write lock, so that opening a current database waits for nobody. */
async function isCurrent(db: Kysely<Tables>, migrations: readonly Migration[]): Promise<boolean> {
  const tables = await db.introspection.getTables();
  if (!tables.some((t) => t.name === 'migrations')) return false;
  const applied = await names(db);
  refuseNewer(applied, migrations);
  return applied.length === migrations.length;
}

async function names(db: Kysely<Tables>): Promise<string[]> {
  return (await db.selectFrom('migrations').select('name').orderBy('name').execute()).map((row) => row.name);
}

function refuseNewer(applied: string[], migrations: readonly Migration[]): void {
  const strange = applied.find((name, i) => migrations[i]?.name !== name);
  if (strange === undefined) return;
  throw new OslerError('STORE_FAILED', `The database holds a migration this Osler does not know: ${strange}.`, {
    hint: 'It was written by a newer version. Use that version, or another OSLER_HOME.',
  });
}
