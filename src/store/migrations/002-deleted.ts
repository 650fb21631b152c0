import type { Kysely } from 'kysely';
import { columnsOf } from '../columns.ts';

export async function up(db: Kysely<never>): Promise<void> {
  await db.schema.alterTable('runs').addColumn('deleted_at', columnsOf(db).text).execute();
}
