import { randomBytes } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { OslerError } from '../../errors.ts';
import type { TrackEvent } from '../events.ts';
import { RemoteError } from '../http.ts';
import type { MlflowClient, MlflowExperiment, MlflowRun } from '../mlflow/client.ts';
import { mlflowKey, RUN_TAG } from '../mlflow/names.ts';
import { MlflowRemote } from '../mlflow/remote.ts';
import type { RemoteState } from '../remote.ts';
import { type ExchangeRun, type ExchangeStatus, foreignId, type Moved, pieces, type Sink, type Source } from './run.ts';

export const MLFLOW_STATUS: Record<string, ExchangeStatus> = {
  RUNNING: 'running',
  SCHEDULED: 'scheduled',
  FINISHED: 'finished',
  FAILED: 'failed',
  KILLED: 'interrupted',
};

/** MLflow's SQL stores keep an infinity as the largest number. */
export function withInfinity(value: number): number {
  return Math.abs(value) >= 1.7976931348623157e308 ? value * Number.POSITIVE_INFINITY : value;
}

/** All active runs of a server, of one experiment where it is named. Throws REMOTE_FAILED. */
export async function* mlflowServerSource(client: MlflowClient, options: { experiment?: string } = {}): Source {
  try {
    for await (const experiment of client.experiments()) {
      if (options.experiment !== undefined && experiment.name !== options.experiment) continue;
      for await (const run of client.searchRuns([experiment.experiment_id])) {
        yield exchangeRun(client, run, experiment);
      }
    }
  } catch (error) {
    if (!(error instanceof RemoteError)) throw error;
    throw new OslerError('REMOTE_FAILED', `${error.message}.`, {
      hint: 'See that it runs and that MLFLOW_TRACKING_TOKEN, or _USERNAME and _PASSWORD, are right; then run the command again.',
      cause: error,
    });
  }
}

export function exchangeRun(
  client: MlflowClient,
  { info, data, inputs, outputs }: MlflowRun,
  { name: experiment, tags }: Pick<MlflowExperiment, 'name' | 'tags'>,
): ExchangeRun {
  const map = (pairs: { key: string; value: string }[]) =>
    Object.fromEntries(pairs.map(({ key, value }) => [key, value]));
  const ours = data.tags.find(({ key }) => key === RUN_TAG)?.value;
  return {
    // A run of Osler's keeps the id that it has here.
    id: foreignId('mlflow', /^[0-9a-f]{32}$/.test(ours ?? '') ? ours! : info.run_id),
    name: info.run_name || info.run_id,
    experiment,
    experimentTags: map(tags),
    status: MLFLOW_STATUS[info.status] ?? 'finished',
    user: info.user_id || (data.tags.find(({ key }) => key === 'mlflow.user')?.value ?? ''),
    startedAt: info.start_time,
    endedAt: info.end_time === 0 ? null : info.end_time,
    params: map(data.params),
    tags: Object.fromEntries(Object.entries(map(data.tags)).filter(([key]) => key !== RUN_TAG)),
    datasets: inputs.dataset_inputs.map(({ tags, dataset: { source_type, ...dataset } }) => ({
      ...dataset,
      sourceType: source_type,
      tags: map(tags),
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
    leftOut: outputs.model_outputs.map(({ model_id }) => `logged model ${model_id}: models are not brought over`),
  };
}

/**
 * Writes runs to a server. MLflow's gives them ids of its own, and the tag `osler.run` says ours; Osler's takes ours. One
 * that we wrote there before is gone on with; `write` throws ALREADY_EXISTS for one that stands there by itself under our id.
 */
export function mlflowServerSink(client: MlflowClient, options: { experiment?: string } = {}): Sink {
  return {
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
      const there = await sameRun(client, id);
      if (there === null) {
        await deliver([{ type: 'start', run: { id, name, experiment, user, startTime: startedAt, group: null } }]);
      } else {
        state.runId = there.run_id;
        state.artifactUri = there.artifact_uri;
        const wanted = options.experiment ?? experiment;
        if ((await client.experimentByName(wanted))?.experiment_id !== there.experiment_id)
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
      for (const key of renamed) leftOut.push(`${key}: it is named ${mlflowKey(key)} there`);
      const counts = { params: Object.keys(run.params).length, tags: Object.keys(tags).length };
      return { run: String(state.runId), name, metrics, ...counts, artifacts, leftOut } satisfies Moved;
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

/** Each artifact as a file for the time of a call. Returns how many there were. */
export async function eachFile(
  run: ExchangeRun,
  use: (file: string, artifact: { path: string; kind: string }) => Promise<void>,
): Promise<number> {
  const folder = await mkdtemp(join(tmpdir(), 'osler-exchange-'));
  let count = 0;
  try {
    for await (const { path, kind, read } of run.artifacts()) {
      const file = join(folder, randomBytes(8).toString('hex'));
      await pipeline(Readable.from(read()), createWriteStream(file));
      await use(file, { path, kind });
      await rm(file, { force: true });
      count += 1;
    }
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
  return count;
}

function shortly(what: unknown): string {
  const text = JSON.stringify(what);
  return text.length <= 120 ? text : `${text.slice(0, 117)}...`;
}
