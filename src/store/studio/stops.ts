import type { Kysely } from 'kysely';
import { persist } from '../engine.ts';
import type { Tables } from '../schema.ts';

/** Wishes that a training stop, of which its process may be on any machine: it looks for them. */
export interface Stops {
  /** @param id of a run, or of a training that the page began. Asked twice is asked once. */
  ask(id: string, who: string): Promise<void>;
  /** Whether it is asked and was not cleared; of wishes that are at least this old. */
  isAsked(id: string, ofMs?: number): Promise<boolean>;
  /** It was heard, or is of before. */
  clear(id: string): Promise<void>;
}

export function stopRepository(db: Kysely<Tables>): Stops {
  return {
    async ask(id, who) {
      const at = new Date().toISOString();
      await persist(() =>
        db
          .insertInto('stops')
          .values({ id, who, at })
          .onConflict((c) => c.doNothing())
          .execute(),
      );
    },
    async isAsked(id, ofMs = 0) {
      const wish = await db.selectFrom('stops').select('at').where('id', '=', id).executeTakeFirst();
      return wish !== undefined && (ofMs === 0 || Date.now() - Date.parse(wish.at) > ofMs);
    },
    async clear(id) {
      await persist(() => db.deleteFrom('stops').where('id', '=', id).execute());
    },
  };
}
