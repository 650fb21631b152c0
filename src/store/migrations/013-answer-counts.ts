import { type Kysely, sql } from 'kysely';
import { columnsOf } from '../columns.ts';

/** Answers counted by minute and by hour, so that a chart of a month reads hundreds of rows and not millions. */
export async function up(db: Kysely<never>): Promise<void> {
  const { text, integer } = columnsOf(db);
  await db.schema
    .createTable('answer_counts')
    .addColumn('deployment_id', integer, (c) => c.notNull())
    .addColumn('span', integer, (c) => c.notNull())
    .addColumn('start', integer, (c) => c.notNull())
    .addColumn('variant', text, (c) => c.notNull())
    .addColumn('role', text, (c) => c.notNull())
    .addColumn('outcome', text, (c) => c.notNull())
    .addColumn('bin', integer, (c) => c.notNull())
    .addColumn('count', integer, (c) => c.notNull())
    .addPrimaryKeyConstraint('answer_counts_key', [
      'deployment_id',
      'span',
      'start',
      'variant',
      'role',
      'outcome',
      'bin',
    ])
    .execute();
  await countHours(db);
}

/** Milliseconds of an hour, as the table says it. */
const HOUR = 3_600_000;

/** Counts what was answered before there was the table, by the hour. Durations by eighths of octaves, as in answer-counts.ts. */
export async function countHours(db: Kysely<never>): Promise<void> {
  const hour = sql`(at - at % ${sql.lit(HOUR)})`;
  // Neither engine has the same logarithm: bins from their borders.
  const bin = sql.join(
    Array.from({ length: 192 }, (_, i) => {
      const border = 2 ** ((i - 31.5) / 8);
      return sql`case when milliseconds >= ${sql.lit(border)} then 1 else 0 end`;
    }),
    sql` + `,
  );
  await sql`insert into answer_counts (deployment_id, span, start, variant, role, outcome, bin, count)
    select deployment_id, ${sql.lit(HOUR)}, hour, variant, role, outcome, bin, count(*) from (
      select deployment_id, ${hour} as hour, variant, role, outcome,
        case when outcome = 'ok' then ${bin} - 32 else 0 end as bin
      from predictions) as timed
    group by deployment_id, hour, variant, role, outcome, bin`.execute(db);
}
