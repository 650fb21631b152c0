import { randomBytes } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { type ExpressionBuilder, type Kysely, sql, type Transaction } from 'kysely';
import { nowOf } from '../clock.ts';
import { isPostgres } from '../columns.ts';
import { persist } from '../engine.ts';
import type { Tables } from '../schema.ts';

export interface Content {
  sha256: string;
  bytes: number;
}

/** A claim that old is a killed process's: its content is garbage when nothing refers to it. */
const CLAIM_MS = 24 * 60 * 60 * 1000;
/** Who removes a content claims it too, by a token that begins so: whoever wants to write it waits. For so long, if they were killed. */
const REMOVING = 'removing:';
const REMOVING_MS = 3 * 60 * 1000;

/**
 * Contents and where they lie. Whoever writes one claims it first, in the store, so that the collection of garbage leaves it alone
 * until an artifact refers to it; and no content lies anywhere that the store knows nothing of.
 */
export interface Blobs {
  /**
   * Claims a content, lets `put` bring it to a place (told where it lies already, it may leave it there), and has `attach` refer to
   * it, in one transaction with the place. Returns where it was before and is now.
   */
  keep(
    content: Content,
    put: (now: string | null) => Promise<string>,
    attach?: (trx: Transaction<Tables>) => Promise<void>,
  ): Promise<{ before: string | null; after: string }>;
  /** Null: in the folder of the run alone, as recorded by an Osler of before. Undefined: no such content. */
  placeOf(sha256: string): Promise<string | null | undefined>;
  /** In order of sha256, in pages. */
  at(place: string | null): AsyncGenerator<Content, void, undefined>;
  /** Contents that no artifact refers to and nobody is writing; `asIfPurged`: those of deleted runs and logged models do not count. */
  unused(asIfPurged: boolean): Promise<(Content & { place: string | null })[]>;
  /**
   * Forgets a content unless it came into use meanwhile; `remove` takes it from its place before anybody may write it again. It may
   * take its time, but less than a minute: no transaction waits for it.
   */
  forget(sha256: string, remove: (place: string | null) => Promise<void>): Promise<boolean>;
}

const PAGE = 500;

export function blobRepository(db: Kysely<Tables>): Blobs {
  return {
    async keep({ sha256, bytes }, put, attach) {
      const token = randomBytes(16).toString('hex');
      await persist(() =>
        db.transaction().execute(async (trx) => {
          await trx
            .insertInto('blobs')
            .values({ sha256, bytes, place: null, added_at: new Date().toISOString() })
            // Waits for one who is removing it; a claim that comes first is seen by them.
            .onConflict((c) => c.column('sha256').doUpdateSet({ bytes }))
            .execute();
          await trx
            .insertInto('blob_claims')
            .values({ token, sha256, at: nowOf(trx) })
            .onConflict((c) => c.column('token').doNothing())
            .execute();
        }),
      );
      try {
        await untilRemoved(db, sha256);
        const before = (await placeOf(db, sha256)) ?? null;
        const after = await put(before);
        await persist(() =>
          db.transaction().execute(async (trx) => {
            // Unless somebody else has brought it elsewhere meanwhile.
            if (after !== before)
              await trx
                .updateTable('blobs')
                .set({ place: after })
                .where('sha256', '=', sha256)
                .where('place', before === null ? 'is' : '=', before)
                .execute();
            await attach?.(trx);
            await trx.deleteFrom('blob_claims').where('token', '=', token).execute();
          }),
        );
        return { before, after };
      } catch (error) {
        await db
          .deleteFrom('blob_claims')
          .where('token', '=', token)
          .execute()
          .catch(() => undefined);
        throw error;
      }
    },
    placeOf: (sha256) => placeOf(db, sha256),
    async *at(place) {
      for (let after = ''; ; ) {
        const rows = await db
          .selectFrom('blobs')
          .select(['sha256', 'bytes'])
          .where('place', place === null ? 'is' : '=', place)
          .where('sha256', '>', after)
          .orderBy('sha256')
          .limit(PAGE)
          .execute();
        yield* rows;
        if (rows.length < PAGE) return;
        after = rows.at(-1)!.sha256;
      }
    },
    unused: (asIfPurged) =>
      db
        .selectFrom('blobs')
        .select(['blobs.sha256', 'blobs.bytes', 'blobs.place'])
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('artifacts')
                .select('path')
                .whereRef('artifacts.sha256', '=', 'blobs.sha256')
                .$if(asIfPurged, (query) =>
                  query
                    .where('owner', 'not in', selectFrom('runs').select('id').where('deleted_at', 'is not', null))
                    .where(
                      'owner',
                      'not in',
                      selectFrom('logged_models').select('id').where('deleted_at', 'is not', null),
                    ),
                ),
            ),
          ),
        )
        .where(({ not, exists, selectFrom }) =>
          not(
            exists(
              selectFrom('blob_claims')
                .select('token')
                .whereRef('blob_claims.sha256', '=', 'blobs.sha256')
                .where(isLive(db)),
            ),
          ),
        )
        .orderBy('blobs.sha256')
        .execute(),
    async forget(sha256, remove) {
      const token = `${REMOVING}${randomBytes(16).toString('hex')}`;
      const taken = await db.transaction().execute(async (trx) => {
        const row = await trx
          .selectFrom('blobs')
          .select('place')
          .where('sha256', '=', sha256)
          // SQLite's transactions hold the one write lock from their beginning.
          .$if(isPostgres(db), (query) => query.forUpdate())
          .executeTakeFirst();
        if (row === undefined) return undefined;
        const user = await trx.selectFrom('artifacts').select('path').where('sha256', '=', sha256).limit(1).execute();
        if (user.length > 0 || (await claimed(trx, sha256))) return undefined;
        // Whoever comes after a kill finds no place, and writes it again.
        await trx.updateTable('blobs').set({ place: null }).where('sha256', '=', sha256).execute();
        await trx
          .insertInto('blob_claims')
          .values({ token, sha256, at: nowOf(trx) })
          .execute();
        return row;
      });
      if (taken === undefined) return false;
      const problem = await remove(taken.place).then(
        () => undefined,
        (error: unknown) => ({ error }),
      );
      await db.transaction().execute(async (trx) => {
        if (isPostgres(db))
          await trx.selectFrom('blobs').select('sha256').where('sha256', '=', sha256).forUpdate().execute();
        await trx.deleteFrom('blob_claims').where('token', '=', token).execute();
        if (problem !== undefined)
          await trx.updateTable('blobs').set({ place: taken.place }).where('sha256', '=', sha256).execute();
        else if (!(await claimed(trx, sha256))) await trx.deleteFrom('blobs').where('sha256', '=', sha256).execute();
      });
      if (problem !== undefined) throw problem.error;
      return true;
    },
  };
}

/** Somebody is writing or removing it now. */
const isLive =
  (db: Kysely<Tables>) =>
  ({ or, and, not, eb }: ExpressionBuilder<Tables, 'blob_claims'>) => {
    const after = (ms: number) => sql<number>`${nowOf(db)} - ${sql.lit(ms)}`;
    const removing = eb('token', 'like', `${REMOVING}%`);
    return or([
      and([not(removing), eb('at', '>', after(CLAIM_MS))]),
      and([removing, eb('at', '>', after(REMOVING_MS))]),
    ]);
  };

async function claimed(db: Kysely<Tables>, sha256: string): Promise<boolean> {
  const claim = await db
    .selectFrom('blob_claims')
    .select('token')
    .where('sha256', '=', sha256)
    .where(isLive(db))
    .limit(1)
    .execute();
  return claim.length > 0;
}

async function untilRemoved(db: Kysely<Tables>, sha256: string): Promise<void> {
  for (let wait = 5; ; wait = Math.min(wait * 2, 500)) {
    const removing = await db
      .selectFrom('blob_claims')
      .select('token')
      .where('sha256', '=', sha256)
      .where('token', 'like', `${REMOVING}%`)
      .where('at', '>', sql<number>`${nowOf(db)} - ${sql.lit(REMOVING_MS)}`)
      .limit(1)
      .execute();
    if (removing.length === 0) return;
    await sleep(wait);
  }
}

async function placeOf(db: Kysely<Tables>, sha256: string): Promise<string | null | undefined> {
  return (await db.selectFrom('blobs').select('place').where('sha256', '=', sha256).executeTakeFirst())?.place;
}
