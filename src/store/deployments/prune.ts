import type { Kysely } from 'kysely';
import { persist } from '../engine.ts';
import type { Tables } from '../schema.ts';

/** Requests of one transaction: others write between two. */
const AT_ONCE = 500;
const PATIENCE_MS = 2_000;

/** Entries older than `before`, or than the newest `keep` (of the same millisecond all stay). See `Predictions.prune`. */
export async function prune(
  db: Kysely<Tables>,
  deploymentId: number,
  rule: { before: number } | { keep: number },
  { dryRun = false }: { dryRun?: boolean } = {},
): Promise<number> {
  const before = 'before' in rule ? rule.before : await oldestOf(db, deploymentId, rule.keep);
  if (dryRun) {
    const { count } = await db
      .selectFrom('predictions')
      .select((eb) => eb.fn.countAll().as('count'))
      .where('deployment_id', '=', deploymentId)
      .where('at', '<', before)
      .executeTakeFirstOrThrow();
    return Number(count);
  }
  let removed = 0;
  for (;;) {
    const part = await persist(() => removeSome(db, deploymentId, before), PATIENCE_MS);
    if (part === 0) return removed;
    removed += part;
  }
}

/** When the oldest of the newest so many was given; 0 where there are no more than these. */
async function oldestOf(db: Kysely<Tables>, deploymentId: number, keep: number): Promise<number> {
  if (keep === 0) return Number.MAX_SAFE_INTEGER;
  const row = await db
    .selectFrom('predictions')
    .select('at')
    .where('deployment_id', '=', deploymentId)
    .orderBy('at', 'desc')
    .orderBy('id', 'desc')
    .limit(1)
    .offset(keep - 1)
    .executeTakeFirst();
  return row?.at ?? 0;
}

async function removeSome(db: Kysely<Tables>, deploymentId: number, before: number): Promise<number> {
  return db.transaction().execute(async (trx) => {
    const rows = await trx
      .selectFrom('predictions')
      .select('id')
      .where('deployment_id', '=', deploymentId)
      .where('at', '<', before)
      .orderBy('at')
      .limit(AT_ONCE)
      .execute();
    if (rows.length === 0) return 0;
    const ids = [...new Set(rows.map(({ id }) => id))];
    const { numDeletedRows } = await trx
      .deleteFrom('predictions')
      .where('deployment_id', '=', deploymentId)
      .where('at', '<', before)
      .where('id', 'in', ids)
      .executeTakeFirstOrThrow();
    await trx
      .deleteFrom('feedback')
      .where('prediction_id', 'in', ids)
      .where((eb) =>
        eb.not(
          eb.exists(
            eb.selectFrom('predictions').select('id').whereRef('predictions.id', '=', 'feedback.prediction_id'),
          ),
        ),
      )
      .execute();
    return Number(numDeletedRows);
  });
}
