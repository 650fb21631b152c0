import type { Kysely } from 'kysely';
import { persist } from '../engine.ts';
import type { Tables } from '../schema.ts';

/** Wishes that a training stop, of which its process may be on any machine: it looks for them. */
export interface Stops {
  /** @param id of a run, or of a training that the page began. Asked twice is asked once. */
  ask(id: string, who: string): Promise<void>;
  isAsked(id: string): Promise<boolean>;
  /** It has stopped, or begins anew. */
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
    async isAsked(id) {
      return (await db.selectFrom('stops').select('id').where('id', '=', id).executeTakeFirst()) !== undefined;
    },
    async clear(id) {
      await persist(() => db.deleteFrom('stops').where('id', '=', id).execute());
    },
  };
}
