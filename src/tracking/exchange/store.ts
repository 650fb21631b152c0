import { Readable } from 'node:stream';
import { OslerError } from '../../errors.ts';
import type { Store } from '../../store/store.ts';
import type { MetricPoint } from '../tracker.ts';
import { CHUNK, type ExchangeRun, type Moved, mapOf, pairsOf, pieces, type Sink, type Source } from './run.ts';
import { bodyOf, bringModel, storedModels } from './store-models.ts';

/** Runs of Osler's store, trained here or elsewhere, and their logged models; `all`: also models of no run. */
export function storeSource(store: Store, ids: readonly string[], { all = false } = {}): Source {
  return { [Symbol.asyncIterator]: () => runsOf(store, ids), models: () => storedModels(store, ids, { all }) };
}

async function* runsOf(store: Store, ids: readonly string[]): AsyncGenerator<ExchangeRun, void, undefined> {
  const listed = [...(await store.experiments.list({ deleted: true })), ...(await store.experiments.list())];
  const experiments = new Map(listed.map((experiment) => [experiment.id, experiment]));
  for (const id of ids) {
    const info = await store.tracked.get(id);
    const inputs = (await store.inputs.of([id])).get(id);
    const models = new Set(await store.loggedModels.ofRuns([id]));
    const keys = (await store.logs.latest(id)).map(({ key }) => key);
    yield {
      id,
      name: info.name,
      experiment: experiments.get(info.experimentId)?.name ?? 'Default',
      experimentTags: mapOf(experiments.get(info.experimentId)?.tags ?? []),
      status: info.status,
      user: info.user,
      startedAt: info.startedAt,
      endedAt: info.endedAt,
      params: mapOf(await store.logs.params(id)),
      tags: mapOf(await store.logs.tags(id)),
      datasets: (inputs?.datasets ?? []).map(({ dataset, tags }) => ({
        ...dataset,
        schema: dataset.schema ?? '',
        profile: dataset.profile ?? '',
        tags: mapOf(tags),
      })),
      models: {
        made: (inputs?.outputs ?? []).flatMap(({ modelId, step }) =>
          models.has(modelId) ? { id: modelId, step } : [],
        ),
        read: (inputs?.models ?? []).filter((model) => models.has(model)),
      },
      metrics: () => history(store, id, keys),
      async *artifacts() {
        for (const { path, kind } of await store.artifacts.list(id)) {
          yield { path, kind, read: () => bodyOf(store, id, path) };
        }
      },
      leftOut: [],
    };
  }
}

async function* history(store: Store, id: string, keys: string[]): AsyncGenerator<MetricPoint[], void, undefined> {
  for (const key of keys) {
    let after: Awaited<ReturnType<Store['logs']['history']>>[number] | undefined;
    for (;;) {
      const rows = await store.logs.history(id, key, { limit: CHUNK, ...(after === undefined ? {} : { after }) });
      if (rows.length === 0) break;
      after = rows.at(-1);
      yield rows.map(({ value, step, timestamp, epoch }) => ({ key, value, step, time: timestamp, epoch: epoch ?? 0 }));
      if (rows.length < CHUNK) break;
    }
  }
}

/** Writes runs into Osler's store. A run that is there already takes what is new; a new one that breaks off has failed until it is brought again. */
export function storeSink(store: Store, options: { experiment?: string } = {}): Sink {
  return {
    writeModel: (model) => bringModel(store, model, options.experiment ?? model.experiment),
    async write(run) {
      const isNew = await begin(store, run, options.experiment ?? run.experiment);
      try {
        return await bring(store, run);
      } catch (error) {
        // Nobody goes on with it: it would be running for ever.
        if (isNew) await store.tracked.change(run.id, { status: 'failed' }).catch(() => undefined);
        throw error;
      }
    },
  };
}

async function bring(store: Store, run: ExchangeRun): Promise<Moved> {
  const leftOut = [...run.leftOut];
  const params = await writeParams(store, run, leftOut);
  const tags = pairsOf(run.tags);
  for await (const piece of pieces(tags, 1_000)) await store.logs.write(run.id, { tags: piece });
  for (const { tags, ...dataset } of run.datasets) {
    await store.inputs.add(run.id, [{ dataset, tags: pairsOf(tags) }]);
  }
  if (run.models !== undefined) {
    const outputs = run.models.made.map(({ id, step }) => ({ modelId: id, step }));
    await store.inputs.log(run.id, { models: run.models.read, outputs });
  }
  let metrics = 0;
  for await (const points of run.metrics()) {
    metrics += points.length;
    const rows = points.map(({ time, ...rest }) => ({ ...rest, timestamp: Math.round(time) }));
    await store.logs.write(run.id, { metrics: rows });
  }
  let artifacts = 0;
  for await (const { path, kind, read } of run.artifacts()) {
    await store.artifacts.write(run.id, { path, kind }, Readable.from(read()));
    artifacts += 1;
  }
  const { status, endedAt } = run;
  await store.tracked.change(run.id, { status, ...(endedAt === null ? {} : { endedAt }) });
  return { run: run.id, name: run.name, metrics, params, tags: tags.length, artifacts, leftOut };
}

/** Whether it is new. */
async function begin(store: Store, run: ExchangeRun, experiment: string): Promise<boolean> {
  const there = await store.tracked.get(run.id).catch((error: unknown) => {
    if (error instanceof OslerError && error.code === 'NOT_FOUND') return null;
    throw error;
  });
  if (there !== null) {
    if (there.foreign && !there.deleted) return false;
    throw new OslerError(
      'ALREADY_EXISTS',
      `Run ${run.id} is in this store already${there.deleted ? ', deleted' : ', trained here'}.`,
      {
        hint: there.deleted ? `osler runs restore ${run.id.slice(0, 12)} brings it back.` : 'It needs no import.',
      },
    );
  }
  const { id, name, user, startedAt } = run;
  const { id: experimentId, tags } = await store.experiments.ensure(experiment);
  const known = new Set(tags.map(({ key }) => key));
  for (const [key, value] of Object.entries(run.experimentTags)) {
    if (!known.has(key)) await store.experiments.setTag(experimentId, key, value);
  }
  await store.tracked.start({ id, experimentId, name, user, startedAt });
  return true;
}

/** One that stands there with another value stays as it is, and is told. */
async function writeParams(store: Store, run: ExchangeRun, leftOut: string[]): Promise<number> {
  const there = new Map((await store.logs.params(run.id)).map(({ key, value }) => [key, value]));
  const all = pairsOf(run.params);
  const clash = all.filter(({ key, value }) => there.has(key) && there.get(key) !== value);
  for (const { key, value } of clash) leftOut.push(`parameter ${key}=${value}: it stands there as ${there.get(key)}`);
  const fresh = all.filter(({ key }) => !there.has(key));
  for await (const params of pieces(fresh, 1_000)) await store.logs.write(run.id, { params });
  return all.length - clash.length;
}
