import { setTimeout as sleep } from 'node:timers/promises';
import type { Dialect } from 'kysely';
import { databasePath } from './paths.ts';
import { checkUrl, isPassing, postgresDialect, withoutPassword } from './postgres.ts';
import { explained } from './refusals.ts';
import { sqliteDialect } from './sqlite.ts';

/** What a store's tables live in. */
export interface Engine {
  kind: 'sqlite' | 'postgresql';
  /** A file, or an address without its password: for messages. */
  where: string;
  /** Of PostgreSQL. */
  url?: string;
  /** Connections of their own each time. */
  dialect(): Dialect;
}

/** PostgreSQL where a URL is given, else the SQLite file of `home`. Throws USAGE for a URL of another kind. */
export function chooseEngine(home: string, databaseUrl: string | undefined): Engine {
  if (databaseUrl === undefined) {
    const where = databasePath(home);
    return { kind: 'sqlite', where, dialect: () => explained(sqliteDialect(where)) };
  }
  const url = checkUrl(databaseUrl);
  return {
    kind: 'postgresql',
    where: withoutPassword(databaseUrl),
    url,
    dialect: () => explained(postgresDialect(url)),
  };
}

/** A server that restarts is back within this; a training waits so long before it gives up its rows. */
const PATIENCE_MS = 60_000;

/**
 * Does `work` again while the database is away; `again` tells it so. Only for work that may be repeated: a transaction whose acknowledgement was lost
 * has happened.
 */
export async function persist<T>(work: (again: boolean) => Promise<T>, patience = PATIENCE_MS): Promise<T> {
  const deadline = Date.now() + patience;
  for (let wait = 20, again = false; ; wait = Math.min(wait * 2, 1_000), again = true) {
    try {
      return await work(again);
    } catch (error) {
      if (!isPassing(error) || Date.now() + wait > deadline) throw error;
    }
    await sleep(wait * (0.5 + Math.random()));
  }
}
