import { Readable } from 'node:stream';
import { OslerError } from '../../errors.ts';
import type { LoggedModel } from '../../store/logged-models.ts';
import type { Store } from '../../store/store.ts';
import { type ExchangeModel, type MovedModel, mapOf, pairsOf, pieces } from './run.ts';

/** Logged models that these runs made or read; `all`: every one that is not deleted, also those of no run. */
export async function* storedModels(
  store: Store,
  runIds: readonly string[],
  { all }: { all: boolean },
): AsyncGenerator<ExchangeModel, void, undefined> {
  const experiments = new Map((await store.experiments.list()).map(({ id, name }) => [id, name]));
  for (const [id, name] of (await store.experiments.list({ deleted: true })).map(({ id, name }) => [id, name] as const))
    experiments.set(id, name);
  const exchange = (model: LoggedModel) =>
    exchangeModel(store, model, experiments.get(model.experimentId) ?? 'Default');
  if (!all) {
    for (const id of await store.loggedModels.ofRuns(runIds)) yield exchange(await store.loggedModels.get(id));
    return;
  }
  const experimentIds = (await store.experiments.list()).map(({ id }) => id);
  for (let pageToken: string | undefined; ; ) {
    const page = await store.loggedModels.search({
      experimentIds,
      maxResults: 100,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    for (const model of page.models) yield exchange(model);
    if (page.nextPageToken === null) return;
    pageToken = page.nextPageToken;
  }
}

function exchangeModel(store: Store, model: LoggedModel, experiment: string): ExchangeModel {
  const { id, name, status, statusMessage, createdAt, updatedAt } = model;
  return {
    id,
    name,
    experiment,
    type: model.modelType,
    status,
    statusMessage,
    createdAt,
    updatedAt,
    sourceRun: model.sourceRunId,
    params: mapOf(model.params),
    tags: mapOf(model.tags),
    metrics: model.metrics.map(({ key, value, step, timestamp, runId, datasetName, datasetDigest }) => ({
      key,
      value,
      step,
      time: timestamp,
      run: runId,
      dataset: datasetName === undefined ? null : { name: datasetName, digest: datasetDigest ?? '' },
    })),
    async *artifacts() {
      for (const { path, kind } of await store.artifacts.list(id))
        yield { path, kind, read: () => bodyOf(store, id, path) };
    },
  };
}

/** The bytes of an artifact of a run or a logged model. */
export async function* bodyOf(store: Store, owner: string, path: string): AsyncGenerator<Uint8Array, void, undefined> {
  yield* (await store.artifacts.read(owner, path)).body;
}

/** Brings a model into the store; one that is there takes what is new. Throws ALREADY_EXISTS for one that is deleted here. */
export async function bringModel(store: Store, model: ExchangeModel, experiment: string): Promise<MovedModel> {
  const { loggedModels } = store;
  const leftOut: string[] = [];
  const there = (await loggedModels.isTaken(model.id))
    ? await thereAlready(store, model.id)
    : await begin(store, model, experiment);
  const known = mapOf(there.params);
  const params = Object.entries(model.params).filter(([key, value]) => {
    const clash = Object.hasOwn(known, key) && known[key] !== value;
    if (clash) leftOut.push(`parameter ${key}=${value}: it stands there as ${known[key]}`);
    return !clash;
  });
  await loggedModels.logParams(model.id, pairsOf(Object.fromEntries(params)));
  const tags = pairsOf(model.tags);
  await loggedModels.setTags(model.id, tags);
  const metrics = await writeMetrics(store, model, leftOut);
  let artifacts = 0;
  for await (const { path, kind, read } of model.artifacts()) {
    await store.artifacts.write(model.id, { path, kind }, Readable.from(read()));
    artifacts += 1;
  }
  // Last: who reads that it is ready finds its files. One that was changed here keeps the time of that.
  if (there.status !== model.status)
    await loggedModels.finish(model.id, model.status, Math.max(there.updatedAt, model.updatedAt));
  const counts = { metrics, params: params.length, tags: tags.length, artifacts };
  return { model: model.id, name: model.name, ...counts, leftOut };
}

async function begin(store: Store, model: ExchangeModel, experiment: string): Promise<LoggedModel> {
  const { id: experimentId } = await store.experiments.ensure(experiment);
  const { id, name, type, sourceRun, createdAt, updatedAt, statusMessage } = model;
  return store.loggedModels.create({
    experimentId,
    name,
    ...(type === null ? {} : { modelType: type }),
    ...(sourceRun === null ? {} : { sourceRunId: sourceRun }),
    from: { id, createdAt, updatedAt, statusMessage },
  });
}

async function thereAlready({ loggedModels }: Store, id: string): Promise<LoggedModel> {
  try {
    return await loggedModels.get(id);
  } catch (error) {
    if (!(error instanceof OslerError) || error.code !== 'NOT_FOUND') throw error;
    throw new OslerError('ALREADY_EXISTS', `Logged model ${id} is in this store already, deleted.`, {
      hint: 'Nothing brings it back; after osler store gc it can be imported anew.',
    });
  }
}

/** Of several values of a run at one step and moment the store holds one: the first. */
async function writeMetrics({ loggedModels }: Store, model: ExchangeModel, leftOut: string[]): Promise<number> {
  const seen = new Map<string, string>();
  const metrics = model.metrics.filter(({ key, step, time, run, value, dataset }) => {
    const place = JSON.stringify([run, key, step, Math.round(time)]);
    const said = `${value} ${dataset?.name} ${dataset?.digest}`;
    const first = seen.get(place);
    if (first === undefined) seen.set(place, said);
    else if (first !== said) leftOut.push(`metric ${key}, step ${step}: another value of the same run and moment`);
    return first === undefined;
  });
  for (const [run, own] of Map.groupBy(metrics, (metric) => metric.run)) {
    const rows = own.map(({ key, value, step, time, dataset }) => ({
      modelId: model.id,
      key,
      value,
      step,
      timestamp: Math.round(time),
      ...(dataset === null ? {} : { datasetName: dataset.name, datasetDigest: dataset.digest }),
    }));
    for await (const piece of pieces(rows, 1_000)) await loggedModels.logMetrics(run, piece);
  }
  return metrics.length;
}
