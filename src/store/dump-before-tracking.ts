import { type Kysely, sql } from 'kysely';
import type { Tables } from './schema.ts';

/** The migration that changed the tables below; dumps of before it are still in backups. */
export const TRACKING = '003-tracking';

type Value = string | number | null;
type Cells = Record<string, Value>;

const CONVERT: Record<string, (row: Cells) => Cells> = {
  runs: (row) => {
    const { endedAt } = JSON.parse(row.record as string) as { endedAt: string | null };
    return {
      deleted_at: null,
      ...row,
      experiment_id: 0,
      user_name: '',
      started_at: Date.parse(row.created_at as string),
      ended_at: endedAt === null ? null : Date.parse(endedAt),
      artifact_uri: `mlflow-artifacts:/0/${row.id}/artifacts`,
    };
  },
  // The latest values follow at the end.
  series: (row) => ({ ...row, experiment_id: 0, last_step: 0, last_time: 0, last_value: 0, last_nan: 0 }),
  metrics: (row) => ({ ...row, value: row.value ?? 0, nan: row.value === null ? 1 : 0 }),
  artifacts: ({ run_id, ...row }) => ({ ...row, owner: run_id! }),
};

/** Rows of a table as they were, as they are now. */
export function convertRows(table: string, columns: string[], rows: Value[][]): { columns: string[]; rows: Value[][] } {
  const convert = CONVERT[table];
  if (convert === undefined || rows.length === 0) return { columns, rows };
  const converted = rows.map((row) => convert(Object.fromEntries(columns.map((name, i) => [name, row[i]!]))));
  const names = Object.keys(converted[0]!);
  return { columns: names, rows: converted.map((row) => names.map((name) => row[name]!)) };
}

/** The contents that artifacts of then name: they lie in the folders of their runs alone. */
export async function addContents(trx: Kysely<Tables>, columns: string[], rows: Value[][]): Promise<void> {
  const at = (name: string): number => columns.indexOf(name);
  for (const row of rows) {
    const [sha256, bytes, added_at] = [row[at('sha256')], row[at('bytes')], row[at('added_at')]];
    await trx
      .insertInto('blobs')
      .values({ sha256: String(sha256), bytes: Number(bytes), place: null, added_at: String(added_at) })
      .onConflict((c) => c.column('sha256').doNothing())
      .execute();
  }
}

/** What was not in the dump: each series' latest value; a name without a value is no series any more. */
export async function completeTables(trx: Kysely<Tables>): Promise<void> {
  await sql`delete from series where not exists (select 1 from metrics where series_id = series.id)`.execute(trx);
  await sql`update series set (last_step, last_time, last_value, last_nan) = (
    select step, time, value, nan from metrics where series_id = series.id
    order by step desc, time desc, value desc limit 1)`.execute(trx);
}
