import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { persist } from '../engine.ts';
import type { Tables } from '../schema.ts';

/** `interrupted`: the server ended before it did. */
export const TaskState = z.enum(['running', 'done', 'failed', 'stopped', 'interrupted']);
export type TaskState = z.infer<typeof TaskState>;

/** Long work that somebody asked a server for: an audit, a split, decisions that are written. The server itself does it, and it ends with it. */
export const TaskRecord = z.object({
  id: z.uuid(),
  /** `dataset.audit`... */
  what: z.string().min(1),
  /** `dataset isic@1`... */
  subject: z.string().min(1),
  who: z.string(),
  state: TaskState,
  startedAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** What is to be done, so that it can be begun again; pipeline/'s own. */
  work: z.record(z.string(), z.json()),
  /** As `ownIdentity` names the server's process. */
  worker: z.string(),
  /** What came of it, once it is done. */
  result: z.json(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
});
export type TaskRecord = z.infer<typeof TaskRecord>;

export interface TaskFilter {
  subject?: string | undefined;
  state?: TaskState | undefined;
  /** Default: 100. */
  limit?: number | undefined;
}

export interface TaskRecords {
  /** Throws CHANGED_MEANWHILE while other work on the same subject is running. */
  create(record: TaskRecord): Promise<TaskRecord>;
  /** Throws NOT_FOUND. */
  get(id: string): Promise<TaskRecord>;
  /** Newest first. */
  list(filter?: TaskFilter): Promise<TaskRecord[]>;
  /** Ends one that is running; false when it had ended: what ended stays as it ended. */
  end(id: string, end: Pick<TaskRecord, 'state' | 'endedAt' | 'result' | 'error'>): Promise<boolean>;
}

export function taskRepository(db: Kysely<Tables>): TaskRecords {
  return {
    async create(record) {
      const checked = TaskRecord.parse(record);
      const { startedAt, endedAt, work, result, error, ...rest } = checked;
      const values = {
        ...rest,
        started_at: startedAt,
        ended_at: endedAt,
        work: JSON.stringify(work),
        result: textOf(result),
        error: textOf(error),
      };
      await persist(() =>
        db
          .insertInto('tasks')
          .values(values)
          .onConflict((c) => c.doNothing())
          .execute(),
      );
      // Not there: other work holds the subject. There: also where the database's word that it is was lost.
      const { id, subject } = checked;
      if ((await db.selectFrom('tasks').select('id').where('id', '=', id).executeTakeFirst()) !== undefined)
        return checked;
      throw new OslerError('CHANGED_MEANWHILE', `Somebody has work on ${subject} under way already.`, {
        hint: 'Wait for it to end, or stop it.',
      });
    },
    async get(id) {
      const row = await db.selectFrom('tasks').selectAll().where('id', '=', id).executeTakeFirst();
      if (row !== undefined) return recordOf(row);
      throw new OslerError('NOT_FOUND', 'There is no such work.', { hint: 'GET /v1/tasks lists what there is.' });
    },
    async list({ subject, state, limit = 100 } = {}) {
      const rows = await db
        .selectFrom('tasks')
        .selectAll()
        .$if(subject !== undefined, (query) => query.where('subject', '=', subject!))
        .$if(state !== undefined, (query) => query.where('state', '=', state!))
        .orderBy('started_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(recordOf);
    },
    async end(id, { state, endedAt, result, error }) {
      const { numUpdatedRows } = await persist(() =>
        db
          .updateTable('tasks')
          .set({ state, ended_at: endedAt, result: textOf(result), error: textOf(error) })
          .where('id', '=', id)
          .where('state', '=', 'running')
          .executeTakeFirstOrThrow(),
      );
      return numUpdatedRows > 0n;
    },
  };
}

/** Whoever was at it is not here any more: ends what runs, in a store that was loaded from a dump. */
export async function endLoadedTasks(db: Kysely<Tables>): Promise<void> {
  const error: TaskRecord['error'] = {
    code: 'INTERRUPTED',
    message: 'It was under way when the backup was made that this store was restored from.',
    hint: 'Begin it again to finish it.',
  };
  await db
    .updateTable('tasks')
    .set({ state: 'interrupted', ended_at: new Date().toISOString(), error: textOf(error) })
    .where('state', '=', 'running')
    .execute();
}

const textOf = (value: unknown): string | null => (value === null ? null : JSON.stringify(value));

function recordOf(row: Selectable<Tables['tasks']>): TaskRecord {
  const { started_at: startedAt, ended_at: endedAt, work, result, error, ...rest } = row;
  const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  return TaskRecord.parse({
    ...rest,
    startedAt,
    endedAt,
    work: JSON.parse(work),
    result: parsed(result),
    error: parsed(error),
  });
}
