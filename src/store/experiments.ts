import type { Kysely } from 'kysely';
import { OslerError } from '../errors.ts';
import { persist } from './engine.ts';
import type { Tables } from './schema.ts';

export interface Experiment {
  /** 0 is "Default". */
  id: number;
  name: string;
  artifactLocation: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  updatedAt: number;
  deleted: boolean;
  tags: { key: string; value: string }[];
}

export interface NewExperiment {
  name: string;
  /** Default: `mlflow-artifacts:/ID`, which is kept in Osler's own store of artifacts. */
  artifactLocation?: string;
  tags?: readonly { key: string; value: string }[];
  /** Milliseconds since 1970; now when absent. An import knows better. */
  createdAt?: number;
}

export interface Experiments {
  /** The one of this name, made when there is none. Throws ALREADY_EXISTS when it was deleted. */
  ensure(name: string): Promise<Experiment>;
  /** Throws ALREADY_EXISTS when the name is taken, by a deleted one too. */
  create(experiment: NewExperiment): Promise<Experiment>;
  /** Deleted ones too. Throws NOT_FOUND. */
  get(id: number): Promise<Experiment>;
  byName(name: string): Promise<Experiment | null>;
  /** Newest first. */
  list(options?: { deleted?: boolean }): Promise<Experiment[]>;
  /** Throws USAGE when it is deleted, ALREADY_EXISTS when the name is taken. */
  rename(id: number, name: string): Promise<void>;
  /** Hides it and its runs. Throws NOT_FOUND when it is deleted already. */
  delete(id: number): Promise<void>;
  /** Takes a deletion back, of its runs too. Throws NOT_FOUND when it is not deleted. */
  restore(id: number): Promise<void>;
  /** Throws USAGE when it is deleted. */
  setTag(id: number, key: string, value: string): Promise<void>;
  deleteTag(id: number, key: string): Promise<void>;
}

export function experimentRepository(db: Kysely<Tables>): Experiments {
  async function withTags(rows: Row[]): Promise<Experiment[]> {
    const tags =
      rows.length === 0
        ? []
        : await db
            .selectFrom('experiment_tags')
            .selectAll()
            .where(
              'experiment_id',
              'in',
              rows.map((row) => row.id),
            )
            .orderBy('key')
            .execute();
    const of = Map.groupBy(tags, (tag) => tag.experiment_id);
    return rows.map((row) => ({
      id: row.id,
      name: row.name,
      artifactLocation: row.artifact_location,
      createdAt: row.created_at,
      updatedAt: row.updated_at,
      deleted: row.deleted_at !== null,
      tags: (of.get(row.id) ?? []).map(({ key, value }) => ({ key, value })),
    }));
  }
  async function get(id: number): Promise<Experiment> {
    const row = await db.selectFrom('experiments').selectAll().where('id', '=', id).executeTakeFirst();
    if (row === undefined) throw missing(id);
    return (await withTags([row]))[0]!;
  }
  async function active(id: number): Promise<Experiment> {
    const experiment = await get(id);
    if (experiment.deleted) {
      throw new OslerError('USAGE', `The experiment ${id} must be in the 'active' state. Current state is deleted.`);
    }
    return experiment;
  }
  async function byName(name: string): Promise<Experiment | null> {
    const row = await db.selectFrom('experiments').selectAll().where('name', '=', name).executeTakeFirst();
    return row === undefined ? null : (await withTags([row]))[0]!;
  }
  /** Null when the name is taken. */
  async function insert({ name, artifactLocation, tags = [], createdAt }: NewExperiment): Promise<number | null> {
    const at = createdAt ?? Date.now();
    return persist(() =>
      db.transaction().execute(async (trx) => {
        const made = await trx
          .insertInto('experiments')
          .values({ name, artifact_location: artifactLocation ?? '', created_at: at, updated_at: at, deleted_at: null })
          .onConflict((c) => c.column('name').doNothing())
          .returning('id')
          .executeTakeFirst();
        if (made === undefined) return null;
        if (artifactLocation === undefined) {
          await trx
            .updateTable('experiments')
            .set({ artifact_location: `mlflow-artifacts:/${made.id}` })
            .where('id', '=', made.id)
            .execute();
        }
        const rows = [...new Map(tags.map(({ key, value }) => [key, { experiment_id: made.id, key, value }])).values()];
        if (rows.length > 0) await trx.insertInto('experiment_tags').values(rows).execute();
        return made.id;
      }),
    );
  }
  async function touch(id: number, columns: Partial<Tables['experiments']>): Promise<void> {
    await db
      .updateTable('experiments')
      .set({ ...columns, id: undefined, updated_at: Date.now() })
      .where('id', '=', id)
      .execute();
  }

  return {
    get,
    byName,
    async ensure(name) {
      const known = await byName(name);
      if (known === null) await insert({ name });
      const experiment = known ?? (await byName(name))!;
      if (experiment.deleted) {
        throw new OslerError('ALREADY_EXISTS', `Experiment "${name}" was deleted.`, {
          hint: 'Restore it, or choose another name.',
        });
      }
      return experiment;
    },
    async create(experiment) {
      const id = await insert(experiment);
      if (id !== null) return get(id);
      const there = await byName(experiment.name);
      throw new OslerError(
        'ALREADY_EXISTS',
        there?.deleted === true
          ? `Experiment '${experiment.name}' already exists in deleted state. You can restore the experiment, or permanently delete the experiment to create a new one.`
          : `Experiment(name=${experiment.name}) already exists.`,
      );
    },
    async list(options = {}) {
      return withTags(
        await db
          .selectFrom('experiments')
          .selectAll()
          .where('deleted_at', options.deleted === true ? 'is not' : 'is', null)
          .orderBy('updated_at', 'desc')
          .orderBy('id')
          .execute(),
      );
    },
    async rename(id, name) {
      const experiment = await get(id);
      if (experiment.deleted) throw new OslerError('USAGE', 'Cannot rename a non-active experiment.');
      const other = await byName(name);
      if (other !== null && other.id !== id)
        throw new OslerError('ALREADY_EXISTS', `Experiment(name=${name}) already exists.`);
      await touch(id, { name });
    },
    async delete(id) {
      if ((await get(id)).deleted) throw missing(id);
      const at = Date.now();
      const iso = new Date(at).toISOString();
      await db.transaction().execute(async (trx) => {
        await trx.updateTable('experiments').set({ deleted_at: at, updated_at: at }).where('id', '=', id).execute();
        await trx
          .updateTable('runs')
          .set({ deleted_at: iso })
          .where('experiment_id', '=', id)
          .where('deleted_at', 'is', null)
          .execute();
      });
    },
    async restore(id) {
      if (!(await get(id)).deleted) throw missing(id);
      await db.transaction().execute(async (trx) => {
        await trx
          .updateTable('experiments')
          .set({ deleted_at: null, updated_at: Date.now() })
          .where('id', '=', id)
          .execute();
        await trx.updateTable('runs').set({ deleted_at: null }).where('experiment_id', '=', id).execute();
      });
    },
    async setTag(id, key, value) {
      await active(id);
      await persist(() =>
        db
          .insertInto('experiment_tags')
          .values({ experiment_id: id, key, value })
          .onConflict((c) => c.columns(['experiment_id', 'key']).doUpdateSet({ value }))
          .execute(),
      );
    },
    async deleteTag(id, key) {
      await active(id);
      const { numDeletedRows } = await db
        .deleteFrom('experiment_tags')
        .where('experiment_id', '=', id)
        .where('key', '=', key)
        .executeTakeFirstOrThrow();
      if (numDeletedRows === 0n)
        throw new OslerError('NOT_FOUND', `No tag with name: ${key} in experiment with id ${id}`);
    },
  };
}

type Row = {
  id: number;
  name: string;
  artifact_location: string;
  created_at: number;
  updated_at: number;
  deleted_at: number | null;
};

const missing = (id: number) => new OslerError('NOT_FOUND', `No Experiment with id=${id} exists`);
