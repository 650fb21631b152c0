import type { Kysely } from 'kysely';
import { persist } from './engine.ts';
import type { Tables } from './schema.ts';
import { signingKey } from './signing-key.ts';
import { isDone, newOperation, noteHead, type TrailEnd, takeTrail } from './trail.ts';

/**
 * Runs `work` in one transaction that holds the trail's end from its beginning. Done again when the database was away; what was
 * acknowledged or not, it happens once. `work` must append an event.
 */
export async function changeWithTrail<T>(
  db: Kysely<Tables>,
  home: string,
  headFile: string,
  work: (trx: Kysely<Tables>, end: TrailEnd) => Promise<T>,
): Promise<T> {
  const key = await signingKey(home);
  const operation = newOperation();
  let last: { result: T; end: TrailEnd } | undefined;
  await persist(async (again) => {
    if (again && last !== undefined && (await isDone(db, operation))) return;
    await db.transaction().execute(async (trx) => {
      const end = await takeTrail(trx, operation, key);
      last = { result: await work(trx, end), end };
    });
  });
  await noteHead(headFile, last!.end.head);
  return last!.result;
}
