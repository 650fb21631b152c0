import { type Kysely, type RawBuilder, sql } from 'kysely';
import { isPostgres } from './columns.ts';

/**
 * Milliseconds since 1970, by one clock for all who have the store open: PostgreSQL's own, or that of the machine that holds the SQLite file.
 * Machines' own clocks may differ by more than a lease is long.
 */
export async function clock<T>(db: Kysely<T>): Promise<number> {
  if (!isPostgres(db)) return Date.now();
  const { rows } = await sql<{ ms: number }>`select ${nowOf(db)} as ms`.execute(db);
  return rows[0]!.ms;
}

/** The same within a statement. */
export function nowOf<T>(db: Kysely<T>): RawBuilder<number> {
  return isPostgres(db) ? sql`floor(extract(epoch from clock_timestamp()) * 1000)::bigint` : sql`${Date.now()}`;
}
