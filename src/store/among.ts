import { type Kysely, sql } from 'kysely';
import { isPostgres } from './columns.ts';

/** `= any(...)`: one parameter, however many ids. */
export function amongIds<T>(db: Kysely<T>, ids: readonly string[]) {
  return isPostgres(db)
    ? sql`= any(${ids as string[]})`
    : sql`in (select value from json_each(${JSON.stringify(ids)}))`;
}
