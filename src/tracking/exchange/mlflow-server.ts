import { OslerError } from '../../errors.ts';
import type { TrackEvent } from '../events.ts';
import { RemoteError } from '../http.ts';
import type { MlflowClient, MlflowExperiment, MlflowRun } from '../mlflow/client.ts';
import { mlflowKey, RUN_TAG, withInfinity } from '../mlflow/names.ts';
import { MlflowRemote } from '../mlflow/remote.ts';
import type { RemoteState } from '../remote.ts';
import { exchangeModel, hereOf, type PendingLink, sendModel } from './mlflow-server-models.ts';
import {
  type ExchangeModel,
  type ExchangeRun,
  type ExchangeStatus,
  eachFile,
  foreignId,
  type ModelLinks,
  type Moved,
  mapOf,
  pieces,
  type Sink,
  type Source,
} from './run.ts';

export const MLFLOW_STATUS: Record<string, ExchangeStatus> = {
  RUNNING: 'running',
  SCHEDULED: 'scheduled',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'interrupted',
};

/** What is remembered of a server's runs until its models are asked for: ids, not what they hold. */
interface Seen {
  experiments: MlflowExperiment[];
  /** Ids here of runs there. */
  runs: Map<string, string>;
  /** Ids here of models there. */
  models: Map<string, string>;
  /** Models of other experiments that the runs made or read, by their ids there, with the name of the experiment. */
  others: Map<string, string>;
}

/** All active runs of a server, of one experiment where it is named, and logged models. Throws REMOTE_FAILED. */
export function mlflowServerSource(client: MlflowClient, options: { experiment?: string } = {}): Source {
  const seen: Seen = { experiments: [], runs: new Map(), models: new Map(), others: new Map() };
  return {
    [Symbol.asyncIterator]: () => said(runsOf(client, options.experiment, seen)),
    models: () => said(modelsOf(client, seen)),
  };
}

async function* said<T>(source: AsyncIterable<T>): AsyncGenerator<T, void, undefined> {
  try {
    yield* source;
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    throw new OslerError('REMOTE_FAILED', `${error.message}.`, {
      hint: 'See that it runs and that MLFLOW_TRACKING_TOKEN, or _USERNAME and _PASSWORD, are right; then run the command again.',
      cause: error,
    });
  }
}

async function* modelsOf(
  client: MlflowClient,
  { experiments, runs, others }: Seen,
): AsyncGenerator<ExchangeModel, void, undefined> {
  const runHere = (id: string) => runs.get(id) ?? foreignId('mlflow', id);
  for (const { experiment_id, name } of experiments)
    for await (const model of client.searchModels(experiment_id)) yield exchangeModel(client, model, name, runHere);
  for (const [id, experiment] of others) {
    const model = await client.model(id);
    if (model !== null) yield exchangeModel(client, model, experiment, runHere);
  }
}

async function* runsOf(
  client: MlflowClient,
  only: string | undefined,
  seen: Seen,
): AsyncGenerator<ExchangeRun, void, undefined> {
  const names = new Map<string, string>();
  for await (const experiment of client.experiments()) {
    names.set(experiment.experiment_id, experiment.name);
    if (only === undefined || experiment.name === only) seen.experiments.push(experiment);
  }
  /** The id here; undefined for one that is deleted. */
  const known = async (id: string): Promise<string | undefined> => {
    const here = seen.models.get(id);
    if (here !== undefined) return here;
    const model = await client.model(id);
    const experiment = model === null ? undefined : names.get(model.info.experiment_id);
    if (model === null || experiment === undefined) return undefined;
    if (only !== undefined && experiment !== only) seen.others.set(id, experiment);
    seen.models.set(id, hereOf(model));
    return hereOf(model);
  };
  for (const experiment of seen.experiments) {
    for await (const { info } of client.searchRuns([experiment.experiment_id])) {
      // A search of MLflow's does not tell which models a run read.
      const found = await client.getRun(info.run_id);
      const run = exchangeRun(client, found, experiment);
      seen.runs.set(found.info.run_id, run.id);
      const links: ModelLinks = { made: [], read: [] };
      const leftOut: string[] = [];
      for (const { model_id, step } of found.outputs.model_outputs) {
        const id = await known(model_id);
        if (id === undefined) leftOut.push(`logged model ${model_id}: it is deleted there`);
        else links.made.push({ id, step });
      }
      for (const { model_id } of found.inputs.model_inputs) {
        const id = await known(model_id);
        if (id === undefined) leftOut.push(`logged model ${model_id}: it is deleted there`);
        else links.read.push(id);
      }
      yield { ...run, models: links, leftOut: [...new Set(leftOut)] };
    }
  }
}

export function exchangeRun(
  client: MlflowClient,
  { info, data, inputs }: MlflowRun,
  { name: experiment, tags }: Pick<MlflowExperiment, 'name' | 'tags'>,
): ExchangeRun {
  const ours = data.tags.find(({ key }) => key === RUN_TAG)?.value;
  return {
    // A run of Osler's keeps the id that it has here.
    id: foreignId('mlflow', /^[0-9a-f]{32}$/.test(ours ?? '') ? ours! : info.run_id),
    name: info.run_name || info.run_id,
    experiment,
    experimentTags: mapOf(tags),
    status: MLFLOW_STATUS[info.status] ?? 'finished',
    user: info.user_id || (data.tags.find(({ key }) => key === 'mlflow.user')?.value ?? ''),
    startedAt: info.start_time,
    endedAt: info.end_time === 0 ? null : info.end_time,
    params: mapOf(data.params),
    tags: Object.fromEntries(Object.entries(mapOf(data.tags)).filter(([key]) => key !== RUN_TAG)),
    datasets: inputs.dataset_inputs.map(({ tags, dataset: { source_type, ...dataset } }) => ({
      ...dataset,
      sourceType: source_type,
      tags: mapOf(tags),
    })),
    async *metrics() {
      for (const { key } of data.metrics) {
        for await (const page of pieces(client.metricHistory(info.run_id, key))) {
          yield page
            .map(({ value, step, timestamp }) => ({ key, value: withInfinity(value), step, time: timestamp }))
            .sort((a, b) => a.step - b.step || a.time - b.time);
        }
      }
    },
    async *artifacts() {
      for await (const { path } of client.artifacts(info.run_id)) {
        yield {
          path,
          kind: 'file',
          read: () => client.download(info.artifact_uri, path),
        };
      }
    },
    leftOut: [],
  };
}

/**
 * Writes runs to a server. MLflow's gives them ids of its own, and the tag `osler.run` says ours; Osler's takes ours. One
 * that we wrote there before is gone on with; `write` throws ALREADY_EXISTS for one that stands there by itself under our id.
 */
export function mlflowServerSink(client: MlflowClient, options: { experiment?: string } = {}): Sink {
  /** Ids there of runs here. */
  const runs = new Map<string, string>();
  const links: PendingLink[] = [];
  return {
    async writeModel(model) {
      const experiment = await client.ensureExperiment(options.experiment ?? model.experiment);
      return sendModel(
        client,
        model,
        experiment,
        runs,
        links.filter((link) => link.model === model.id),
      );
    },
    async write(run) {
      const remote = new MlflowRemote({ client, experiment: options.experiment ?? null });
      const leftOut = [...run.leftOut];
      const state: RemoteState = { attempted: true };
      const deliver = async (events: TrackEvent[]) => {
        const refuse = (what: unknown, why: string) => leftOut.push(`${shortly(what)}: ${why}`);
        await remote
          .deliver(events, { state, save() {}, refuse, signal: new AbortController().signal })
          .catch((error: unknown) => {
            if (!(error instanceof RemoteError)) throw error;
            throw new OslerError('REMOTE_FAILED', `${error.message}.`, {
              hint: 'Run the command again: what has arrived counts once.',
              cause: error,
            });
          });
      };
      const { id, name, experiment, user, startedAt } = run;
      const before = await sameRun(client, id);
      if (before === null) {
        await deliver([{ type: 'start', run: { id, name, experiment, user, startTime: startedAt, group: null } }]);
      } else {
        state.runId = before.run_id;
        state.artifactUri = before.artifact_uri;
        const wanted = options.experiment ?? experiment;
        if ((await client.experimentByName(wanted))?.experiment_id !== before.experiment_id)
          leftOut.push(`experiment "${wanted}": the run is in another there, and stays in it`);
      }
      await tagExperiment(client, options.experiment ?? experiment, run.experimentTags);
      const { [RUN_TAG]: _, ...tags } = run.tags;
      await deliver([
        { type: 'params', params: run.params },
        { type: 'tags', tags },
      ]);
      for (const { tags, sourceType: _type, schema: _schema, ...dataset } of run.datasets) {
        const context = tags['mlflow.data.context'] ?? 'training';
        await deliver([{ type: 'dataset', dataset: { ...dataset, context } }]);
      }
      let metrics = 0;
      const renamed = new Set(Object.keys(run.params).filter((key) => mlflowKey(key) !== key));
      for await (const points of run.metrics()) {
        metrics += points.length;
        for (const { key } of points) if (mlflowKey(key) !== key) renamed.add(key);
        await deliver([
          { type: 'metrics', rows: points.map(({ key, value, step, time }) => [key, value, step, Math.round(time)]) },
        ]);
      }
      const artifacts = await eachFile(run, async (file, { path, kind }) => {
        await deliver([{ type: 'artifact', file, path, kind }]);
      });
      if (run.status === 'finished' || run.status === 'failed' || run.status === 'interrupted') {
        await deliver([{ type: 'end', status: run.status, time: run.endedAt ?? run.startedAt }]);
      }
      const there = String(state.runId);
      runs.set(id, there);
      for (const made of run.models?.made ?? [])
        links.push({ run: there, model: made.id, role: 'made', step: made.step });
      for (const read of run.models?.read ?? []) links.push({ run: there, model: read, role: 'read', step: 0 });
      for (const key of renamed) leftOut.push(`${key}: it is named ${mlflowKey(key)} there`);
      const counts = { params: Object.keys(run.params).length, tags: Object.keys(tags).length };
      return { run: there, name, metrics, ...counts, artifacts, leftOut } satisfies Moved;
    },
  };
}

/** The run that we wrote under its own id before; null if there is none of that id. Throws ALREADY_EXISTS for any other. */
async function sameRun(client: MlflowClient, id: string): Promise<MlflowRun['info'] | null> {
  const run = await client.getRun(id).catch((error: unknown) => {
    if (error instanceof RemoteError && error.status === 404) return null;
    throw error;
  });
  if (run === null) return null;
  const deleted = run.info.lifecycle_stage !== 'active';
  const ours = run.data.tags.some(({ key, value }) => key === RUN_TAG && value === id);
  if (ours && !deleted) return run.info;
  throw new OslerError(
    'ALREADY_EXISTS',
    `Run ${id} is on ${client.access.uri} already${deleted ? ', deleted' : ''}: "${run.info.run_name}".`,
    { hint: deleted ? 'Restore it there, or leave it out here.' : 'It needs no export.' },
  );
}

/** Tags that the experiment has keep their values. */
async function tagExperiment(client: MlflowClient, name: string, tags: Record<string, string>): Promise<void> {
  const there = await client.experimentByName(name);
  if (there === null) return;
  const known = new Set(there.tags.map(({ key }) => key));
  for (const [key, value] of Object.entries(tags)) {
    if (!known.has(key)) await client.tagExperiment(there.experiment_id, key, value);
  }
}

function shortly(what: unknown): string {
  const text = JSON.stringify(what);
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}
