import type { Kysely, Selectable } from 'kysely';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { persist } from '../engine.ts';
import { RunId } from '../run.ts';
import type { Tables } from '../schema.ts';

export const TrainingState = z.enum(['starting', 'running', 'finished', 'stopped', 'failed']);
export type TrainingState = z.infer<typeof TrainingState>;

/**
 * Something that trains, or needs what was trained, begun from the page: a new run or group of runs, one that goes on, work on a sweep, the
 * demo, the export of a run, its evaluation, its suspicion of labels. A process of its own does it, which lives on when the server ends.
 * `starting`: its run is not recorded yet.
 */
export const TrainingRecord = z.object({
  id: RunId,
  kind: z.enum(['train', 'resume', 'sweep', 'demo', 'register', 'evaluate', 'suspects']),
  /** For people. */
  name: z.string().min(1),
  state: TrainingState,
  who: z.string(),
  begunAt: z.iso.datetime(),
  endedAt: z.iso.datetime().nullable(),
  /** What the process is to do; pipeline/'s own. */
  task: z.record(z.string(), z.json()),
  run: RunId.nullable(),
  /** As `ownIdentity` names a process. */
  worker: z.string().nullable(),
  progress: z
    .object({ task: z.string(), done: z.number(), total: z.number().optional(), note: z.string().optional() })
    .nullable(),
  error: z.object({ code: z.string(), message: z.string(), hint: z.string().optional() }).nullable(),
});
export type TrainingRecord = z.infer<typeof TrainingRecord>;

export const OPEN: readonly TrainingState[] = ['starting', 'running'];

type Change = Partial<Pick<TrainingRecord, 'state' | 'endedAt' | 'run' | 'worker' | 'progress' | 'error'>>;

export interface Trainings {
  /** @param claim names the work, of which one at a time may be open. Throws ALREADY_EXISTS while another of this name is. */
  create(record: TrainingRecord, claim?: string): Promise<TrainingRecord>;
  /** Throws NOT_FOUND. */
  get(id: string): Promise<TrainingRecord>;
  /** Newest first. */
  list(filter?: { open?: boolean; run?: string | undefined; limit?: number }): Promise<TrainingRecord[]>;
  /** Changes one that has not ended; false when it had: what ended stays as it ended. */
  update(id: string, change: Change): Promise<boolean>;
}

export function trainingRepository(db: Kysely<Tables>): Trainings {
  return {
    async create(record, claim) {
      const checked = TrainingRecord.parse(record);
      const { begunAt, endedAt, task, run, progress, error, ...rest } = checked;
      const values = {
        ...rest,
        begun_at: begunAt,
        ended_at: endedAt,
        task: JSON.stringify(task),
        run_id: run,
        claim: claim ?? null,
        ...texts({ progress, error }),
      };
      await persist(() =>
        db
          .insertInto('trainings')
          .values({ progress: null, error: null, ...values })
          .onConflict((c) => c.doNothing())
          .execute(),
      );
      // Not there: the same work is under way. There: also where the database's word that it is was lost.
      const { id, name } = checked;
      if ((await db.selectFrom('trainings').select('id').where('id', '=', id).executeTakeFirst()) !== undefined)
        return checked;
      throw new OslerError('ALREADY_EXISTS', `The same work on "${name}" is under way already.`, {
        hint: 'Wait for its end, or stop it first.',
      });
    },
    async get(id) {
      const row = await db.selectFrom('trainings').selectAll().where('id', '=', id).executeTakeFirst();
      if (row !== undefined) return recordOf(row);
      throw new OslerError('NOT_FOUND', `There is no training ${JSON.stringify(id.slice(0, 40))}.`, {
        hint: 'GET /v1/trainings lists those that were begun from the page.',
      });
    },
    async list({ open, run, limit = 100 } = {}) {
      const rows = await db
        .selectFrom('trainings')
        .selectAll()
        .$if(open === true, (query) => query.where('state', 'in', [...OPEN]))
        .$if(run !== undefined, (query) => query.where('run_id', '=', run!))
        .orderBy('begun_at', 'desc')
        .orderBy('id')
        .limit(limit)
        .execute();
      return rows.map(recordOf);
    },
    async update(id, { endedAt, run, progress, error, ...rest }) {
      const set = {
        ...rest,
        ...(endedAt === undefined ? {} : { ended_at: endedAt }),
        ...(run === undefined ? {} : { run_id: run }),
        ...texts({ progress, error }),
      };
      const { numUpdatedRows } = await persist(() =>
        db
          .updateTable('trainings')
          .set(set)
          .where('id', '=', id)
          .where('state', 'in', [...OPEN])
          .executeTakeFirstOrThrow(),
      );
      return numUpdatedRows > 0n;
    },
  };
}

/** Whoever was at it writes to the store of before: ends what is open, in a store that was loaded from a dump. */
export async function endLoadedTrainings(db: Kysely<Tables>): Promise<void> {
  const error: TrainingRecord['error'] = {
    code: 'INTERRUPTED',
    message: 'It was under way when the backup was made that this store was restored from.',
    hint: 'Begin it again; a run that it trained can be resumed.',
  };
  await db
    .updateTable('trainings')
    .set({ state: 'failed', ended_at: new Date().toISOString(), ...texts({ progress: null, error }) })
    .where('state', 'in', [...OPEN])
    .execute();
}

/** As JSON; what is not said stays away. */
function texts(of: { [Key in 'progress' | 'error']?: Change[Key] | undefined }): {
  progress?: string | null;
  error?: string | null;
} {
  return Object.fromEntries(
    Object.entries(of).flatMap(([key, value]) =>
      value === undefined ? [] : [[key, value === null ? null : JSON.stringify(value)]],
    ),
  );
}

function recordOf(row: Selectable<Tables['trainings']>): TrainingRecord {
  const { begun_at: begunAt, ended_at: endedAt, run_id: run, claim: _, task, progress, error, ...rest } = row;
  const parsed = (text: string | null): unknown => (text === null ? null : JSON.parse(text));
  return TrainingRecord.parse({
    ...rest,
    begunAt,
    endedAt,
    run,
    task: JSON.parse(task),
    progress: parsed(progress),
    error: parsed(error),
  });
}
