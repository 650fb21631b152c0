import type { Kysely } from 'kysely';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { persist } from '../engine.ts';
import type { Tables } from '../schema.ts';

/** A table as somebody arranged it: its filter, order and columns, under a name. */
export const SavedView = z.object({
  room: z.string().min(1).max(50),
  name: z.string().trim().min(1).max(100),
  /** The page's own; the store only keeps it. */
  content: z.record(z.string(), z.json()),
  who: z.string().max(250),
  changedAt: z.iso.datetime(),
});
export type SavedView = z.infer<typeof SavedView>;

export interface Views {
  /** In order of name. */
  list(room: string): Promise<SavedView[]>;
  /** Writes a view, over one of the same name. */
  save(view: SavedView): Promise<SavedView>;
  /** Throws NOT_FOUND. */
  delete(room: string, name: string): Promise<void>;
}

export function viewRepository(db: Kysely<Tables>): Views {
  return {
    async list(room) {
      const rows = await db.selectFrom('views').selectAll().where('room', '=', room).orderBy('name').execute();
      return rows.map(({ content, changed_at: changedAt, ...rest }) =>
        SavedView.parse({ ...rest, changedAt, content: JSON.parse(content) }),
      );
    },
    async save(view) {
      const checked = SavedView.parse(view);
      const { content, changedAt, ...rest } = checked;
      const set = { content: JSON.stringify(content), who: rest.who, changed_at: changedAt };
      await persist(() =>
        db
          .insertInto('views')
          .values({ ...rest, ...set })
          .onConflict((c) => c.columns(['room', 'name']).doUpdateSet(set))
          .execute(),
      );
      return checked;
    },
    async delete(room, name) {
      const { numDeletedRows } = await persist((again) =>
        db
          .deleteFrom('views')
          .where('room', '=', room)
          .where('name', '=', name)
          .executeTakeFirstOrThrow()
          // On a second try it is gone: only the acknowledgement was lost.
          .then((deleted) => (again ? { numDeletedRows: 1n } : deleted)),
      );
      if (numDeletedRows === 0n)
        throw new OslerError('NOT_FOUND', `There is no view "${name.slice(0, 100)}".`, {
          hint: `GET /v1/views/${encodeURIComponent(room)} lists them.`,
        });
    },
  };
}
