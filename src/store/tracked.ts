import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { OslerError } from '../errors.ts';
import { amongIds } from './among.ts';
import { persist } from './engine.ts';
import { findRecords, findRun } from './find-run.ts';
import { checkTime } from './log-batch.ts';
import type { RunRecord } from './run.ts';
import { artifactUri, type Runs } from './runs.ts';
import type { Tables } from './schema.ts';
import { RUN_COLUMNS, type RunInfo, type RunRow, runInfo, type TrackedStatus } from './tracked-run.ts';

/** MLflow's clients keep a run's name in this tag as well. */
export const NAME_TAG = 'mlflow.runName';

/** Tags of one statement: each is three values, of which SQLite takes 32,766. */
const CHUNK = 5_000;

export interface NewRun {
  /** Made up when absent. */
  id?: string;
  experimentId: number;
  name: string;
  user?: string;
  status?: TrackedStatus;
  startedAt: number;
  endedAt?: number;
  tags?: readonly { key: string; value: string }[];
}

/** Runs of any program: Osler's trainings and what clients log. */
export interface Tracked {
  /** A run of another program. Throws NOT_FOUND or USAGE for an experiment that is not there or deleted, ALREADY_EXISTS. */
  start(run: NewRun): Promise<RunInfo>;
  /** Deleted ones too. Throws NOT_FOUND. */
  get(id: string): Promise<RunInfo>;
  /** Of several at once, in their order; throws NOT_FOUND for the first that is not there. */
  getAll(ids: readonly string[]): Promise<RunInfo[]>;
  /** By id, the unique beginning of one (4 digits or more), name (the newest of that name) or `latest`. Throws NOT_FOUND, USAGE. */
  find(reference: string, among?: { deleted: boolean }): Promise<RunInfo>;
  /** Of Osler's own trainings among them, by id. */
  records(ids: readonly string[]): Promise<Map<string, RunRecord>>;
  /** Throws USAGE when it is deleted. Of a training of Osler the record is changed as well. */
  change(id: string, patch: { status?: TrackedStatus; endedAt?: number; name?: string }): Promise<RunInfo>;
}

export function trackedRuns(db: Kysely<Tables>, runs: Runs): Tracked {
  const rows = db
    .selectFrom('runs')
    .select(RUN_COLUMNS)
    .select((eb) => eb('runs.record', 'is', null).as('foreign'));
  const info = (row: unknown, id: string): RunInfo => {
    if (row === undefined) throw new OslerError('NOT_FOUND', `Run with id=${id} not found`);
    return runInfo(row as RunRow);
  };
  async function get(id: string): Promise<RunInfo> {
    return info(await rows.where('id', '=', id).executeTakeFirst(), id);
  }
  return {
    get,
    async getAll(ids) {
      if (ids.length === 0) return [];
      const found = await rows.where(sql<boolean>`id ${amongIds(db, ids)}`).execute();
      const byId = new Map(found.map((row) => [row.id, row]));
      return ids.map((id) => info(byId.get(id), id));
    },
    find: (reference, { deleted } = { deleted: false }) => findRun(db, reference, deleted),
    records: (ids) => findRecords(db, ids),
    async start({ id = randomBytes(16).toString('hex'), experimentId, name, user = '', startedAt, ...rest }) {
      const created_at = new Date(checkTime('start_time', startedAt)).toISOString();
      if (rest.endedAt !== undefined) checkTime('end_time', rest.endedAt);
      const tags = new Map((rest.tags ?? []).map(({ key, value }) => [key, value]));
      tags.set(NAME_TAG, name);
      await persist((again) =>
        db.transaction().execute(async (trx) => {
          const experiment = await trx
            .selectFrom('experiments')
            .select('deleted_at')
            .where('id', '=', experimentId)
            .executeTakeFirst();
          if (experiment !== undefined && experiment.deleted_at !== null) {
            throw new OslerError(
              'USAGE',
              `The experiment ${experimentId} must be in the 'active' state. Current state is deleted.`,
            );
          }
          const { numInsertedOrUpdatedRows: inserted } = await trx
            .insertInto('runs')
            .values({
              id,
              experiment_id: experimentId,
              name,
              status: rest.status ?? 'running',
              user_name: user,
              started_at: startedAt,
              ended_at: rest.endedAt ?? null,
              artifact_uri: await artifactUri(trx, experimentId, id),
              created_at,
              deleted_at: null,
              dataset: null,
              model: null,
              record: null,
            })
            .onConflict((c) => c.column('id').doNothing())
            .executeTakeFirstOrThrow();
          if (inserted === 0n) {
            // Ours, if its acknowledgement was lost.
            if (again) return;
            throw new OslerError('ALREADY_EXISTS', `Run ${id} exists already.`);
          }
          const rows = [...tags].map(([key, value]) => ({ run_id: id, key, value }));
          for (let i = 0; i < rows.length; i += CHUNK)
            await trx
              .insertInto('run_tags')
              .values(rows.slice(i, i + CHUNK))
              .execute();
        }),
      );
      return get(id);
    },
    async change(id, patch) {
      const run = await get(id);
      if (run.deleted) throw notActive(id);
      const { status, endedAt } = patch;
      if (endedAt !== undefined) checkTime('end_time', endedAt);
      const name = patch.name === '' ? undefined : patch.name;
      if (!run.foreign && (status !== undefined || endedAt !== undefined || name !== undefined)) {
        if (status === 'scheduled') throw new OslerError('USAGE', `Run ${id} has been trained: it can't be SCHEDULED.`);
        await runs.update(id, {
          ...(status === undefined ? {} : { status }),
          ...(endedAt === undefined ? {} : { endedAt: new Date(endedAt).toISOString() }),
          ...(name === undefined ? {} : { name }),
        });
      }
      await persist(() =>
        db.transaction().execute(async (trx) => {
          await trx
            .updateTable('runs')
            .set({
              id,
              ...(status && { status }),
              ...(endedAt !== undefined && { ended_at: endedAt }),
              ...(name && { name }),
            })
            .where('id', '=', id)
            .execute();
          if (name !== undefined) {
            await trx
              .insertInto('run_tags')
              .values({ run_id: id, key: NAME_TAG, value: name })
              .onConflict((c) => c.columns(['run_id', 'key']).doUpdateSet({ value: name }))
              .execute();
          }
        }),
      );
      return get(id);
    },
  };
}

export function notActive(id: string): OslerError {
  return new OslerError('USAGE', `The run ${id} must be in the 'active' state. Current state is deleted.`);
}
