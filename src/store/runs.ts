import type { Kysely } from 'kysely';
import { OslerError } from '../errors.ts';
import { isPostgres } from './columns.ts';
import { persist } from './engine.ts';
import { writeFileAtomic } from './files.ts';
import { runFile } from './paths.ts';
import { RunRecord, type RunStatus } from './run.ts';
import type { Tables } from './schema.ts';

export interface RunFilter {
  status?: RunStatus;
  name?: string;
  /** NAME@VERSION that they were trained on. */
  dataset?: string;
  /** Newest first; all of them when absent. */
  limit?: number;
  /** Those that were deleted, instead of the others. */
  deleted?: boolean;
}

export interface Placement {
  /** 0, which is "Default", when absent. */
  experimentId?: number;
  user?: string;
}

/** Osler's own trainings, which have a RunRecord. Those of other programs are in `store.tracked`, as are these. */
export interface Runs {
  /** Throws ALREADY_EXISTS when the id is taken, NOT_FOUND when there is no such experiment. */
  create(record: RunRecord, placement?: Placement): Promise<RunRecord>;
  /** By id, by the unique beginning of one (4 digits or more), by name (the newest of that name) or `latest`. */
  get(reference: string): Promise<RunRecord>;
  /** Newest first. */
  list(filter?: RunFilter): Promise<RunRecord[]>;
  /** Changes the given fields of one run (exact id). */
  update(id: string, patch: Partial<Omit<RunRecord, 'id'>>): Promise<RunRecord>;
  /** Hides a run (exact id, of any program) from `get` and `list`; its files stay until the garbage is collected. */
  delete(id: string): Promise<void>;
  /** Takes a deletion back. Throws NOT_FOUND when no deleted run has this id, or it was purged. */
  restore(id: string): Promise<void>;
  /** Forgets a deleted run (exact id, of any program) with its metrics, for ever. */
  purge(id: string): Promise<void>;
  /** Ids of all deleted runs, of any program. */
  deleted(): Promise<string[]>;
}

/** Runs in the database, each also as `run.json` in its folder, which is thereby readable without a database. */
export function runRepository(db: Kysely<Tables>, home: string): Runs {
  async function get(reference: string): Promise<RunRecord> {
    const newest = db
      .selectFrom('runs')
      .select('record')
      .where('deleted_at', 'is', null)
      .where('record', 'is not', null)
      .orderBy('created_at', 'desc')
      .orderBy('id', 'desc');
    if (/^[0-9a-f]{4,32}$/.test(reference)) {
      const rows = await newest
        .where('id', '>=', reference)
        .where('id', '<=', reference.padEnd(32, 'f'))
        .select('id')
        .execute();
      if (rows.length === 1) return parse(rows[0]!.record!);
      if (rows.length > 1) {
        throw new OslerError('USAGE', `"${reference}" is the beginning of ${rows.length} run ids.`, {
          hint: `Give more digits: ${rows
            .slice(0, 4)
            .map((row) => row.id.slice(0, 12))
            .join(', ')}...`,
        });
      }
    }
    const row = await (reference === 'latest' ? newest : newest.where('name', '=', reference))
      .limit(1)
      .executeTakeFirst();
    if (row !== undefined) return parse(row.record!);
    throw new OslerError(
      'NOT_FOUND',
      reference === 'latest' ? 'There is no run yet.' : `There is no run "${reference}".`,
      {
        hint: reference === 'latest' ? 'Train one: osler train --help' : 'List the runs: osler runs list',
      },
    );
  }

  return {
    get,
    async create(record, { experimentId = 0, user = '' } = {}) {
      const checked = RunRecord.parse(record);
      const place = { experiment_id: experimentId, user_name: user };
      return persist((again) =>
        db.transaction().execute(async (trx) => {
          const artifact_uri = await artifactUri(trx, experimentId, checked.id);
          const values = { id: checked.id, deleted_at: null, artifact_uri, ...place, ...columns(checked) };
          const { numInsertedOrUpdatedRows: inserted } = await trx
            .insertInto('runs')
            .values(values)
            .onConflict((c) => c.column('id').doNothing())
            .executeTakeFirstOrThrow();
          if (inserted === 0n) {
            const { record } = await trx
              .selectFrom('runs')
              .select('record')
              .where('id', '=', checked.id)
              .executeTakeFirstOrThrow();
            // Ours, if it is the same: only the acknowledgement was lost.
            if (!again || record !== values.record)
              throw new OslerError('ALREADY_EXISTS', `Run ${checked.id} exists already.`);
          }
          await writeFileAtomic(runFile(home, checked.id), text(checked));
          return checked;
        }),
      );
    },
    async list(filter = {}) {
      let query = db
        .selectFrom('runs')
        .select('record')
        .where('deleted_at', filter.deleted === true ? 'is not' : 'is', null)
        .where('record', 'is not', null)
        .orderBy('created_at', 'desc')
        .orderBy('id', 'desc');
      if (filter.status !== undefined) query = query.where('status', '=', filter.status);
      if (filter.name !== undefined) query = query.where('name', '=', filter.name);
      if (filter.dataset !== undefined) query = query.where('dataset', '=', filter.dataset);
      if (filter.limit !== undefined) query = query.limit(filter.limit);
      return (await query.execute()).map((row) => parse(row.record!));
    },
    async delete(id) {
      const run = await db.selectFrom('runs').select(['status', 'record']).where('id', '=', id).executeTakeFirst();
      if (run === undefined) throw new OslerError('NOT_FOUND', `Run with id=${id} not found`);
      // A client of another program may be gone for ever while its run is still said to run.
      if (run.status === 'running' && run.record !== null)
        throw new OslerError('USAGE', `Run ${id.slice(0, 12)} is being trained.`, { hint: 'Stop it first (Ctrl-C).' });
      const deleted_at = new Date().toISOString();
      await persist(() => db.updateTable('runs').set({ deleted_at }).where('id', '=', id).execute());
    },
    async restore(id) {
      const restored = await persist(() =>
        db
          .updateTable('runs')
          .set({ deleted_at: null })
          .where('id', '=', id)
          .where('deleted_at', 'is not', null)
          .executeTakeFirstOrThrow(),
      );
      if (restored.numUpdatedRows === 0n) throw new OslerError('NOT_FOUND', `There is no deleted run ${id}.`);
    },
    async purge(id) {
      await persist(() =>
        db.transaction().execute(async (trx) => {
          const { numDeletedRows } = await trx
            .deleteFrom('runs')
            .where('id', '=', id)
            .where('deleted_at', 'is not', null)
            .executeTakeFirstOrThrow();
          if (numDeletedRows > 0n) await trx.deleteFrom('artifacts').where('owner', '=', id).execute();
        }),
      );
    },
    async deleted() {
      const rows = await db.selectFrom('runs').select('id').where('deleted_at', 'is not', null).orderBy('id').execute();
      return rows.map((row) => row.id);
    },
    async update(id, patch) {
      return persist(() =>
        db.transaction().execute(async (trx) => {
          const row = await trx
            .selectFrom('runs')
            .select('record')
            .where('id', '=', id)
            // SQLite's transactions hold the one write lock from their beginning. On PostgreSQL metrics go on being written meanwhile.
            .$if(isPostgres(db), (query) => query.forNoKeyUpdate())
            .executeTakeFirst();
          if (row === undefined || row.record === null) throw new OslerError('NOT_FOUND', `There is no run ${id}.`);
          const next = RunRecord.parse({ ...parse(row.record), ...patch, id });
          await trx.updateTable('runs').set(columns(next)).where('id', '=', id).execute();
          await writeFileAtomic(runFile(home, id), text(next));
          return next;
        }),
      );
    },
  };
}

/** Where files of a run of this experiment lie, as MLflow's clients name it. Throws NOT_FOUND. */
export async function artifactUri(db: Kysely<Tables>, experimentId: number, run: string): Promise<string> {
  const experiment = await db
    .selectFrom('experiments')
    .select('artifact_location')
    .where('id', '=', experimentId)
    .executeTakeFirst();
  if (experiment === undefined) throw new OslerError('NOT_FOUND', `No Experiment with id=${experimentId} exists`);
  return `${experiment.artifact_location.replace(/\/$/, '')}/${run}/artifacts`;
}

type Derived = 'name' | 'status' | 'started_at' | 'ended_at' | 'created_at' | 'dataset' | 'model' | 'record';

function columns(record: RunRecord): Pick<Tables['runs'], Derived> {
  return {
    started_at: Date.parse(record.createdAt),
    ended_at: record.endedAt === null ? null : Date.parse(record.endedAt),
    name: record.name,
    status: record.status,
    created_at: record.createdAt,
    dataset: `${record.dataset.name}@${record.dataset.version}`,
    model: record.model.name,
    record: JSON.stringify(record),
  };
}

const text = (record: RunRecord): string => `${JSON.stringify(record, null, 2)}\n`;

function parse(json: string): RunRecord {
  return RunRecord.parse(JSON.parse(json));
}
