import { randomBytes } from 'node:crypto';
import { type Kysely, sql } from 'kysely';
import { OslerError } from '../errors.ts';
import { amongIds } from './among.ts';
import { persist } from './engine.ts';
import { columnsOfMetrics, type LoggedMetric, type Pair } from './log-batch.ts';
import type { Tables } from './schema.ts';
import { findModels, type ModelQuery } from './search/models.ts';
import { offsetOf, pageToken } from './search/page-token.ts';

export type LoggedModelStatus = 'pending' | 'ready' | 'failed';

/** A metric of a model, measured in a run, perhaps on a dataset. */
export interface ModelMetric extends LoggedMetric {
  runId: string;
  datasetName?: string;
  datasetDigest?: string;
}

/** What MLflow 3 calls a logged model: the files of a model that a run made, before anybody registers it. */
export interface LoggedModel {
  /** `m-` and 32 hex digits. */
  id: string;
  experimentId: number;
  name: string;
  artifactUri: string;
  /** Milliseconds since 1970. */
  createdAt: number;
  updatedAt: number;
  status: LoggedModelStatus;
  statusMessage: string | null;
  modelType: string | null;
  sourceRunId: string | null;
  deleted: boolean;
  params: Pair[];
  tags: Pair[];
  metrics: ModelMetric[];
}

export interface RunModel extends Pick<LoggedModel, 'id' | 'name' | 'modelType' | 'status'> {
  role: 'made' | 'read';
}

export interface LoggedModels {
  /** Throws NOT_FOUND or USAGE for an experiment that is not there or deleted. */
  create(model: {
    experimentId: number;
    name: string;
    modelType?: string;
    sourceRunId?: string;
    params?: readonly Pair[];
    tags?: readonly Pair[];
    /** Of one that was logged elsewhere, or begins under an id that was asked for. */
    from?: Pick<LoggedModel, 'id'> & Partial<Pick<LoggedModel, 'createdAt' | 'updatedAt' | 'statusMessage'>>;
  }): Promise<LoggedModel>;
  /** Throws NOT_FOUND, for a deleted one too. */
  get(id: string): Promise<LoggedModel>;
  /** Whether there is, or was, one of this id; a deleted one counts until its space is freed. */
  isTaken(id: string): Promise<boolean>;
  /** Ids of those that these runs are the source of, made or read, in order of creation. */
  ofRuns(runIds: readonly string[]): Promise<string[]>;
  /** As `ofRuns`, with what one run has to do with each. */
  ofRun(runId: string): Promise<RunModel[]>;
  /** @param updatedAt of one that was logged elsewhere; now, where it is left out. */
  finish(id: string, status: LoggedModelStatus, updatedAt?: number): Promise<LoggedModel>;
  delete(id: string): Promise<void>;
  setTags(id: string, tags: readonly Pair[]): Promise<LoggedModel>;
  deleteTag(id: string, key: string): Promise<void>;
  logParams(id: string, params: readonly Pair[]): Promise<void>;
  logMetrics(runId: string, metrics: readonly (Omit<ModelMetric, 'runId'> & { modelId: string })[]): Promise<void>;
  /** Throws USAGE for a filter, an order or a token that is none. */
  search(query: ModelQuery & { maxResults?: number; pageToken?: string }): Promise<{
    models: LoggedModel[];
    nextPageToken: string | null;
  }>;
}

export function loggedModelRepository(db: Kysely<Tables>): LoggedModels {
  async function load(ids: readonly string[]): Promise<LoggedModel[]> {
    if (ids.length === 0) return [];
    const among = amongIds(db, ids);
    const where = (column: string) => sql<boolean>`${sql.ref(column)} ${among}`;
    const rows = await db.selectFrom('logged_models').selectAll().where(where('id')).execute();
    const found = new Map(rows.map((row) => [row.id, modelOf(row)]));
    for (const [table, field] of [
      ['logged_model_params', 'params'],
      ['logged_model_tags', 'tags'],
    ] as const) {
      const pairs = await db.selectFrom(table).selectAll().where(where('model_id')).orderBy('key').execute();
      for (const { model_id, key, value } of pairs) found.get(model_id)?.[field].push({ key, value });
    }
    const metrics = await db
      .selectFrom('logged_model_metrics')
      .selectAll()
      .where(where('model_id'))
      .orderBy('model_id')
      .orderBy('run_id')
      .orderBy('key')
      .orderBy('step')
      .orderBy('time')
      .execute();
    for (const row of metrics) {
      found.get(row.model_id)?.metrics.push({
        key: row.key,
        value: row.nan === 1 ? Number.NaN : row.value,
        step: row.step,
        timestamp: row.time,
        runId: row.run_id,
        ...(row.dataset_name === null ? {} : { datasetName: row.dataset_name }),
        ...(row.dataset_digest === null ? {} : { datasetDigest: row.dataset_digest }),
      });
    }
    return ids.flatMap((id) => found.get(id) ?? []);
  }
  async function get(id: string): Promise<LoggedModel> {
    const [model] = await load([id]);
    if (model === undefined || model.deleted)
      throw new OslerError('NOT_FOUND', `Logged model with ID '${id}' not found.`);
    return model;
  }
  async function touch(id: string, columns: Partial<Tables['logged_models']>): Promise<void> {
    await get(id);
    await persist(() =>
      db
        .updateTable('logged_models')
        .set({ updated_at: Date.now(), ...columns })
        .where('id', '=', id)
        .execute(),
    );
  }
  const rowsOf = (model_id: string, pairs: readonly Pair[]) => [
    ...new Map(pairs.map(({ key, value }) => [key, { model_id, key, value }])).values(),
  ];

  /** Without a read of what a page that looks every second has no use for. */
  function headsOf(runIds: readonly string[]) {
    const among = amongIds(db, runIds);
    return (
      db
        .selectFrom('logged_models')
        .select(['id', 'name', 'model_type', 'status', 'source_run_id'])
        .where('deleted_at', 'is', null)
        // Two lists by their indexes: of an `or` both engines would look at every model.
        .where('id', 'in', (eb) =>
          eb
            .selectFrom('logged_models')
            .select('id')
            .where(sql<boolean>`source_run_id ${among}`)
            .union(eb.selectFrom('run_models').select('model_id as id').where(sql<boolean>`run_id ${among}`)),
        )
        .orderBy('created_at')
        .orderBy('id')
        .execute()
    );
  }

  return {
    get,
    ofRuns: async (runIds) => (await headsOf(runIds)).map(({ id }) => id),
    async ofRun(runId) {
      const links = await db.selectFrom('run_models').selectAll().where('run_id', '=', runId).execute();
      const made = new Set(links.filter(({ role }) => role === 'out').map(({ model_id }) => model_id));
      return (await headsOf([runId])).map(({ id, name, model_type, status, source_run_id }) => ({
        id,
        name,
        modelType: model_type,
        status: status as LoggedModelStatus,
        role: source_run_id === runId || made.has(id) ? 'made' : 'read',
      }));
    },
    async isTaken(id) {
      const row = await db.selectFrom('logged_models').select('id').where('id', '=', id).executeTakeFirst();
      return row !== undefined;
    },
    async create({ experimentId, name, modelType, sourceRunId, params = [], tags = [], from }) {
      const id = from?.id ?? `m-${randomBytes(16).toString('hex')}`;
      const at = Date.now();
      await persist(() =>
        db.transaction().execute(async (trx) => {
          const experiment = await trx
            .selectFrom('experiments')
            .select(['artifact_location', 'deleted_at'])
            .where('id', '=', experimentId)
            .executeTakeFirst();
          if (experiment === undefined)
            throw new OslerError('NOT_FOUND', `No Experiment with id=${experimentId} exists`);
          if (experiment.deleted_at !== null) {
            const state = "must be in the 'active' state. Current state is deleted.";
            throw new OslerError('USAGE', `The experiment ${experimentId} ${state}`);
          }
          await trx
            .insertInto('logged_models')
            .values({
              id,
              experiment_id: experimentId,
              name,
              artifact_uri: `${experiment.artifact_location.replace(/\/$/, '')}/models/${id}/artifacts`,
              created_at: from?.createdAt ?? at,
              updated_at: from?.updatedAt ?? at,
              deleted_at: null,
              status: 'pending',
              status_message: from?.statusMessage ?? null,
              model_type: modelType ?? null,
              source_run_id: sourceRunId ?? null,
            })
            .onConflict((c) => c.column('id').doNothing())
            .execute();
          for (const [table, pairs] of [
            ['logged_model_params', params],
            ['logged_model_tags', tags],
          ] as const) {
            const rows = rowsOf(id, pairs);
            if (rows.length > 0)
              await trx
                .insertInto(table)
                .values(rows)
                .onConflict((c) => c.doNothing())
                .execute();
          }
        }),
      );
      return get(id);
    },
    async finish(id, status, updatedAt = Date.now()) {
      await touch(id, { status, updated_at: updatedAt });
      return get(id);
    },
    delete: (id) => touch(id, { deleted_at: Date.now() }),
    async setTags(id, tags) {
      await get(id);
      const rows = rowsOf(id, tags);
      if (rows.length > 0) {
        await persist(() =>
          db
            .insertInto('logged_model_tags')
            .values(rows)
            .onConflict((c) =>
              c.columns(['model_id', 'key']).doUpdateSet((eb) => ({ value: eb.ref('excluded.value') })),
            )
            .execute(),
        );
      }
      return get(id);
    },
    async deleteTag(id, key) {
      await get(id);
      const { numDeletedRows } = await persist(() =>
        db.deleteFrom('logged_model_tags').where('model_id', '=', id).where('key', '=', key).executeTakeFirstOrThrow(),
      );
      if (numDeletedRows === 0n)
        throw new OslerError('NOT_FOUND', `No tag with key '${key}' found for model with ID '${id}'.`);
    },
    async logParams(id, params) {
      const { params: there } = await get(id);
      const known = new Map(there.map(({ key, value }) => [key, value]));
      const clash = params.find(({ key, value }) => known.has(key) && known.get(key) !== value);
      if (clash !== undefined) {
        const was = known.get(clash.key);
        throw new OslerError(
          'USAGE',
          `Parameter '${clash.key}' of model ${id} has the value '${was}': it can't be changed.`,
        );
      }
      const rows = rowsOf(id, params);
      if (rows.length === 0) return;
      await persist(() =>
        db
          .insertInto('logged_model_params')
          .values(rows)
          .onConflict((c) => c.doNothing())
          .execute(),
      );
    },
    async logMetrics(runId, metrics) {
      if (metrics.length === 0) return;
      const checked = columnsOfMetrics(metrics);
      for (const id of new Set(metrics.map(({ modelId }) => modelId))) await get(id);
      await persist(() =>
        db
          .insertInto('logged_model_metrics')
          .values(
            metrics.map(({ modelId, key, step, timestamp, datasetName, datasetDigest }, i) => ({
              model_id: modelId,
              run_id: runId,
              key,
              step,
              time: timestamp,
              value: checked.value[i]!,
              nan: checked.nan[i]!,
              dataset_name: datasetName ?? null,
              dataset_digest: datasetDigest ?? null,
            })),
          )
          .onConflict((c) => c.doNothing())
          .execute(),
      );
    },
    async search({ maxResults = 50, pageToken: token, ...query }) {
      const offset = offsetOf(token);
      const ids = await findModels(db, query, offset + maxResults + 1);
      return {
        models: await load(ids.slice(offset, offset + maxResults)),
        nextPageToken: ids.length > offset + maxResults ? pageToken(offset + maxResults) : null,
      };
    },
  };
}

type Row = { [K in keyof Tables['logged_models']]: Tables['logged_models'][K] };

function modelOf(row: Row): LoggedModel {
  return {
    id: row.id,
    experimentId: row.experiment_id,
    name: row.name,
    artifactUri: row.artifact_uri,
    createdAt: row.created_at,
    updatedAt: row.updated_at,
    status: row.status as LoggedModelStatus,
    statusMessage: row.status_message,
    modelType: row.model_type,
    sourceRunId: row.source_run_id,
    deleted: row.deleted_at !== null,
    params: [],
    tags: [],
    metrics: [],
  };
}
