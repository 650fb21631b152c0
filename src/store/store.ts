import { type Dialect, Kysely } from 'kysely';
import { OslerError } from '../errors.ts';
import { type Artifacts, artifactRepository } from './artifacts.ts';
import { type Metrics, metricRepository } from './metrics.ts';
import { migrate } from './migrate.ts';
import { databasePath } from './paths.ts';
import { type Runs, runRepository } from './runs.ts';
import type { Tables } from './schema.ts';
import { sqliteDialect } from './sqlite.ts';

/** All that is remembered about runs. Several processes may have the same store open. */
export interface Store {
  readonly home: string;
  readonly runs: Runs;
  readonly metrics: Metrics;
  readonly artifacts: Artifacts;
  close(): Promise<void>;
  [Symbol.asyncDispose](): Promise<void>;
}

/**
 * Opens (and makes, and brings up to date) the store of `home`.
 * Throws STORE_FAILED when the file can't be opened, is no database, or was written by a newer Osler.
 */
export async function openStore(home: string, dialect: Dialect = sqliteDialect(databasePath(home))): Promise<Store> {
  const db = new Kysely<Tables>({ dialect });
  try {
    await migrate(db);
  } catch (error) {
    await db.destroy().catch(() => undefined);
    if (error instanceof OslerError) throw error;
    throw new OslerError(
      'STORE_FAILED',
      `The store ${databasePath(home)} can't be opened: ${(error as Error).message}.`,
      {
        hint: 'See that OSLER_HOME names a folder you may write to, on a disk with room.',
        cause: error,
      },
    );
  }
  const close = () => db.destroy();
  return {
    home,
    runs: runRepository(db, home),
    metrics: metricRepository(db),
    artifacts: artifactRepository(db, home),
    close,
    [Symbol.asyncDispose]: close,
  };
}
