import type { Kysely } from 'kysely';
import type { Tables } from '../schema.ts';
import type { AnswerCount, PredictionEntry, Role } from './types.ts';

export const MINUTE = 60_000;
export const HOUR = 3_600_000;
/** Minutes are for looking at what goes on; of what is older the hours stay. */
export const MINUTES_KEPT = 48 * HOUR;
/** Bins to the octave: a percentile read from them is off by at most 5%. */
const BINS = 8;
/** From a sixteenth of a millisecond to seventeen minutes. */
const [FIRST, LAST] = [-4 * BINS, 20 * BINS];

/** Of a duration in milliseconds. */
export function binOf(milliseconds: number): number {
  const bin = Math.round(BINS * Math.log2(Math.max(milliseconds, Number.MIN_VALUE)));
  return Math.min(LAST, Math.max(FIRST, bin));
}

/** The duration that a bin stands for, milliseconds. */
export const durationOf = (bin: number): number => 2 ** (bin / BINS);

type Counted = Pick<PredictionEntry, 'deploymentId' | 'at' | 'variant' | 'role' | 'outcome' | 'milliseconds'>;
type Row = Tables['answer_counts'];
const ROWS = 500;

/** Adds answers to the counts of their minutes and hours. In the transaction that writes them, so that each counts once. */
export async function countAnswers(trx: Kysely<Tables>, entries: readonly Counted[]): Promise<void> {
  const rows = rowsOf(entries);
  for (let i = 0; i < rows.length; i += ROWS) {
    await trx
      .insertInto('answer_counts')
      .values(rows.slice(i, i + ROWS))
      .onConflict((c) =>
        c
          .columns(['deployment_id', 'span', 'start', 'variant', 'role', 'outcome', 'bin'])
          .doUpdateSet((eb) => ({ count: eb('answer_counts.count', '+', eb.ref('excluded.count')) })),
      )
      .execute();
  }
}

/** Removes minutes that nobody looks at any more. */
export async function pruneMinutes(db: Kysely<Tables>, before: number): Promise<void> {
  await db.deleteFrom('answer_counts').where('span', '=', MINUTE).where('start', '<', before).execute();
}

/** Of a stretch of time, in its order; `to` excluded. */
export async function readCounts(
  db: Kysely<Tables>,
  deploymentId: number,
  { span, from, to }: { span: number; from: number; to: number },
): Promise<AnswerCount[]> {
  const rows = await db
    .selectFrom('answer_counts')
    .select(['start', 'variant', 'role', 'outcome', 'bin', 'count'])
    .where('deployment_id', '=', deploymentId)
    .where('span', '=', span)
    .where('start', '>=', from)
    .where('start', '<', to)
    .orderBy('start')
    .execute();
  return rows.map(({ role, ...rest }) => ({ ...rest, role: role as Role }));
}

/** In order of key: two writers that count at once wait for each other in one order. */
function rowsOf(entries: readonly Counted[]): Row[] {
  const cells = new Map<string, Row>();
  for (const { deploymentId, at, variant, role, outcome, milliseconds } of entries) {
    const bin = outcome === 'ok' ? binOf(milliseconds) : 0;
    for (const span of [MINUTE, HOUR]) {
      const start = at - (at % span);
      const key = JSON.stringify([deploymentId, span, start, variant, role, outcome, bin]);
      const cell = cells.get(key);
      if (cell !== undefined) cell.count += 1;
      else cells.set(key, { deployment_id: deploymentId, span, start, variant, role, outcome, bin, count: 1 });
    }
  }
  return [...cells].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, cell]) => cell);
}
