import { type Kysely, sql } from 'kysely';
import { isPostgres } from './columns.ts';
import type { Tables } from './schema.ts';

/** A transaction that could write and does not. Throws the engine's own error where the store can't be reached or takes nothing. */
export async function ping(db: Kysely<Tables>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    if (!isPostgres(db)) {
      await trx.selectFrom('runs').select('id').limit(1).execute();
      return;
    }
    const { rows } = await sql<{ only: string }>`select current_setting('transaction_read_only') as only`.execute(trx);
    if (rows[0]?.only === 'on') throw new Error('the database only answers reads');
  });
}
