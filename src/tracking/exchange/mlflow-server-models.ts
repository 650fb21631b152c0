import { OslerError } from '../../errors.ts';
import { jsonNumber } from '../events.ts';
import { RemoteError } from '../http.ts';
import type { MlflowClient, MlflowModel } from '../mlflow/client.ts';
import { BATCH, cutTo, MAX_PARAM, MAX_TAG, MODEL_TAG, mlflowKey, withInfinity } from '../mlflow/names.ts';
import {
  type ExchangeModel,
  type ExchangeModelMetric,
  eachFile,
  foreignModelId,
  type MovedModel,
  mapOf,
  pairsOf,
  pieces,
} from './run.ts';

const STATUS = {
  pending: 'LOGGED_MODEL_PENDING',
  ready: 'LOGGED_MODEL_READY',
  failed: 'LOGGED_MODEL_UPLOAD_FAILED',
} as const satisfies Record<ExchangeModel['status'], string>;

/** A model of Osler's keeps the id that it has here. */
export function hereOf({ info }: MlflowModel): string {
  const ours = info.tags.find(({ key }) => key === MODEL_TAG)?.value ?? '';
  return foreignModelId(/^m-[0-9a-f]{32}$/.test(ours) ? ours : info.model_id);
}

/** @param runHere the id here of a run there. */
export function exchangeModel(
  client: MlflowClient,
  model: MlflowModel,
  experiment: string,
  runHere: (id: string) => string,
): ExchangeModel {
  const { info, data } = model;
  const { [MODEL_TAG]: _, ...tags } = mapOf(info.tags);
  const statuses = Object.keys(STATUS) as ExchangeModel['status'][];
  return {
    id: hereOf(model),
    name: info.name,
    experiment,
    type: info.model_type || null,
    status: statuses.find((status) => STATUS[status] === info.status) ?? 'ready',
    statusMessage: info.status_message || null,
    createdAt: info.creation_timestamp_ms,
    updatedAt: info.last_updated_timestamp_ms,
    sourceRun: info.source_run_id === '' ? null : runHere(info.source_run_id),
    params: mapOf(data.params),
    tags,
    metrics: data.metrics.map(({ key, value, step, timestamp, run_id, dataset_name, dataset_digest }) => ({
      key,
      value: withInfinity(value),
      step,
      time: timestamp,
      run: runHere(run_id),
      dataset: dataset_name === '' ? null : { name: dataset_name, digest: dataset_digest },
    })),
    async *artifacts() {
      for await (const { path } of client.modelArtifacts(info.model_id))
        yield { path, kind: 'file', read: () => client.download(info.artifact_uri, path) };
    },
  };
}

/** What a run that was brought there made or read, until the model is there too. */
export interface PendingLink {
  /** Its id there. */
  run: string;
  /** The model's id here. */
  model: string;
  role: 'made' | 'read';
  step: number;
}

/**
 * Writes a model to a server: MLflow's gives it an id of its own, and the tag `osler.model` says ours; Osler's takes ours.
 * @param runs ids there of runs here. Throws ALREADY_EXISTS for one that stands there by itself, DATA_INVALID for one that the server does not
 * take, RemoteError.
 */
export async function sendModel(
  client: MlflowClient,
  model: ExchangeModel,
  experiment: string,
  runs: ReadonlyMap<string, string>,
  links: readonly PendingLink[],
): Promise<MovedModel> {
  const leftOut: string[] = [];
  /** What the server does not take is named, and the rest goes on. */
  const offer = async (what: string, send: () => Promise<unknown>): Promise<boolean> => {
    try {
      await send();
      return true;
    } catch (error) {
      if (!(error instanceof RemoteError) || error.failure !== 'refused') throw error;
      leftOut.push(`${what}: ${error.message}`);
      return false;
    }
  };
  const { info, data } =
    (await sentBefore(client, model.id, experiment)) ?? (await begin(client, model, experiment, runs, leftOut));
  const id = info.model_id;
  const params = await sendParams(client, id, model, mapOf(data.params), offer, leftOut);
  const tags = pairsOf(model.tags).map(({ key, value }) => ({ key, value: cutTo(value, MAX_TAG) }));
  for (const tag of tags)
    if (tag.value !== model.tags[tag.key]) leftOut.push(`tag ${tag.key}: it is cut to ${MAX_TAG} characters`);
  for await (const some of pieces(tags, BATCH.tags)) await offer('tags', () => client.tagModel(id, some));
  const metrics = await sendMetrics(client, id, model, data.metrics, runs, offer, leftOut);
  let artifacts = 0;
  await eachFile(model, async (file, { path }) => {
    if (await offer(`file ${path}`, () => client.upload(info.artifact_uri, path, file))) artifacts += 1;
  });
  if (info.status !== STATUS[model.status]) await offer('status', () => client.finishModel(id, STATUS[model.status]));
  if (model.statusMessage !== null) leftOut.push('the message of its status');
  for (const link of links) await sendLink(client, id, link);
  const counts = { metrics, params, tags: tags.length, artifacts };
  return { model: id, name: model.name, ...counts, leftOut: [...new Set(leftOut)] };
}

type Offer = (what: string, send: () => Promise<unknown>) => Promise<boolean>;

/** The one that we wrote there before. */
async function sentBefore(client: MlflowClient, id: string, experiment: string): Promise<MlflowModel | null> {
  for await (const found of client.searchModels(experiment, `tags.\`${MODEL_TAG}\` = '${id}'`)) return found;
  if ((await client.model(id)) === null) return null;
  throw new OslerError('ALREADY_EXISTS', `Logged model ${id} is on ${client.access.uri} already.`, {
    hint: 'It needs no export.',
  });
}

async function begin(
  client: MlflowClient,
  { id, name, type, sourceRun }: ExchangeModel,
  experiment: string,
  runs: ReadonlyMap<string, string>,
  leftOut: string[],
): Promise<MlflowModel> {
  const source = sourceRun === null ? undefined : runs.get(sourceRun);
  if (sourceRun !== null && source === undefined) leftOut.push(`its run ${sourceRun}: that is not brought there`);
  try {
    return await client.createModel({
      experiment_id: experiment,
      name,
      ...(type === null ? {} : { model_type: type }),
      ...(source === undefined ? {} : { source_run_id: source }),
      tags: [{ key: MODEL_TAG, value: id }],
    });
  } catch (error) {
    if (!(error instanceof RemoteError) || error.failure !== 'refused') throw error;
    throw new OslerError('DATA_INVALID', `${client.access.uri} takes no logged model "${name}": ${error.message}`, {
      hint: 'Servers hold logged models from MLflow 3 on.',
      cause: error,
    });
  }
}

async function sendParams(
  client: MlflowClient,
  id: string,
  model: ExchangeModel,
  there: Record<string, string>,
  offer: Offer,
  leftOut: string[],
): Promise<number> {
  let count = 0;
  const fresh: { key: string; value: string }[] = [];
  for (const [name, whole] of Object.entries(model.params)) {
    const [key, value] = [mlflowKey(name), cutTo(whole, MAX_PARAM)];
    const known = Object.hasOwn(there, key) ? there[key] : undefined;
    if (key !== name) leftOut.push(`parameter ${name}: it is named ${key} there`);
    if (value !== whole) leftOut.push(`parameter ${name}: it is cut to ${MAX_PARAM} characters`);
    if (known === undefined) fresh.push({ key, value });
    else if (known === value) count += 1;
    else leftOut.push(`parameter ${name}: it stands there with another value`);
  }
  for await (const some of pieces(fresh, BATCH.params))
    if (await offer('parameters', () => client.logModelParams(id, some))) count += some.length;
  return count;
}

const placeOf = (key: string, step: number, time: number, run: string): string =>
  JSON.stringify([key, step, time, run]);

/** A server takes each once: what is there is not sent again. */
async function sendMetrics(
  client: MlflowClient,
  id: string,
  model: ExchangeModel,
  there: MlflowModel['data']['metrics'],
  runs: ReadonlyMap<string, string>,
  offer: Offer,
  leftOut: string[],
): Promise<number> {
  let count = 0;
  const known = new Set(there.map(({ key, step, timestamp, run_id }) => placeOf(key, step, timestamp, run_id)));
  for (const [here, metrics] of Map.groupBy(model.metrics, ({ run }) => run)) {
    const run = runs.get(here);
    if (run === undefined) {
      leftOut.push(`${metrics.length} values of run ${here}: that is not brought there`);
      continue;
    }
    const fresh: Record<string, unknown>[] = [];
    for (const metric of metrics) {
      const sent = encoded(metric, id);
      const place = placeOf(sent.key, sent.step, sent.timestamp, run);
      count += 1;
      if (known.has(place)) continue;
      known.add(place);
      fresh.push(sent);
    }
    for await (const some of pieces(fresh, BATCH.metrics))
      if (!(await offer('metrics', () => client.post('runs/log-batch', { run_id: run, metrics: some }))))
        count -= some.length;
  }
  return count;
}

function encoded({ key, value, step, time, dataset }: ExchangeModelMetric, id: string) {
  return {
    key: mlflowKey(key),
    value: jsonNumber(value),
    step,
    timestamp: Math.round(time),
    model_id: id,
    ...(dataset === null ? {} : { dataset_name: dataset.name, dataset_digest: dataset.digest }),
  };
}

/** MLflow's takes the same link twice: it is looked for first. */
async function sendLink(client: MlflowClient, model_id: string, { run, role, step }: PendingLink): Promise<void> {
  const { inputs, outputs } = await client.getRun(run);
  const there = role === 'made' ? outputs.model_outputs : inputs.model_inputs;
  if (there.some((one) => one.model_id === model_id)) return;
  if (role === 'made') await client.post('runs/outputs', { run_id: run, models: [{ model_id, step }] });
  else await client.post('runs/log-inputs', { run_id: run, models: [{ model_id }] });
}
