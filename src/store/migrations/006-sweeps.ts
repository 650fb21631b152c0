import type { Kysely } from 'kysely';
import { columnsOf } from '../columns.ts';

export async function up(db: Kysely<never>): Promise<void> {
  const { text, integer, real } = columnsOf(db);
  await db.schema
    .createTable('sweeps')
    .addColumn('id', text, (c) => c.primaryKey())
    .addColumn('name', text, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('created_at', text, (c) => c.notNull())
    .addColumn('trials', integer, (c) => c.notNull())
    .addColumn('direction', text, (c) => c.notNull())
    .addColumn('config', text, (c) => c.notNull())
    .execute();
  await db.schema.createIndex('sweeps_by_time').on('sweeps').columns(['created_at', 'id']).execute();
  await db.schema
    .createTable('trials')
    .addColumn('sweep_id', text, (c) => c.notNull().references('sweeps.id').onDelete('cascade'))
    .addColumn('number', integer, (c) => c.notNull())
    .addColumn('state', text, (c) => c.notNull())
    .addColumn('params', text)
    .addColumn('runs', text, (c) => c.notNull())
    .addColumn('epochs', text, (c) => c.notNull())
    .addColumn('value', real)
    .addColumn('failures', integer, (c) => c.notNull())
    .addColumn('losses', integer, (c) => c.notNull())
    .addColumn('error', text)
    .addColumn('worker', text)
    .addColumn('token', text)
    .addColumn('until', integer)
    .addColumn('claimed_epochs', integer, (c) => c.notNull())
    .addColumn('started_at', text, (c) => c.notNull())
    .addColumn('ended_at', text)
    .addPrimaryKeyConstraint('trials_key', ['sweep_id', 'number'])
    .execute();
  await db.schema.createIndex('trials_by_state').on('trials').columns(['sweep_id', 'state', 'number']).execute();
}
