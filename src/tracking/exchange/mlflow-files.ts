import { createReadStream } from 'node:fs';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { z } from 'zod';
import type { MetricPoint } from '../tracker.ts';
import { NAMES_TAG, namesOf, restored } from './file-names.ts';
import { linksOf, modelFolders, readModel } from './mlflow-file-models.ts';
import { artifactFolder, foldersOf, pythonNumber, readMeta, readPairs } from './mlflow-folder.ts';
import { MLFLOW_STATUS } from './mlflow-server.ts';
import {
  type ExchangeDataset,
  type ExchangeModel,
  type ExchangeRun,
  filesBelow,
  folderArtifacts,
  foreignId,
  pieces,
  type Source,
} from './run.ts';

/** MLflow's numbers for a run's status, in files. */
const NUMBERS: Record<number, string> = { 1: 'RUNNING', 2: 'SCHEDULED', 3: 'FINISHED', 4: 'FAILED', 5: 'KILLED' };

export const ExperimentMeta = z.object({
  experiment_id: z.coerce.string().optional(),
  name: z.coerce.string(),
  lifecycle_stage: z.string().default('active'),
});
const RunMeta = z.object({
  run_id: z.string().optional(),
  run_uuid: z.string().optional(),
  run_name: z.coerce.string().nullish(),
  status: z.union([z.number(), z.string()]).default(1),
  start_time: z.number().nullish(),
  end_time: z.number().nullish(),
  user_id: z.coerce.string().nullish(),
  artifact_uri: z.string().nullish(),
  lifecycle_stage: z.string().default('active'),
});
const DatasetMeta = z.object({
  name: z.coerce.string(),
  digest: z.coerce.string(),
  source_type: z.coerce.string().default(''),
  source: z.coerce.string().default(''),
  schema: z.coerce.string().nullish(),
  profile: z.coerce.string().nullish(),
});
const InputMeta = z.object({ source_id: z.string(), tags: z.record(z.string(), z.coerce.string()).nullish() });

/** Active runs of an `mlruns` folder, as `mlflow` writes it where no server is, and logged models. Throws DATA_INVALID. */
export function mlflowFilesSource(root: string, options: { experiment?: string } = {}): Source {
  /** By their ids there. */
  const linked = new Set<string>();
  return {
    [Symbol.asyncIterator]: () => runsOf(root, options.experiment, linked),
    models: () => modelsOf(root, options.experiment, linked),
  };
}

async function* runsOf(root: string, only: string | undefined, linked: Set<string>): AsyncGenerator<ExchangeRun> {
  const models = await modelFolders(root);
  for await (const { path, name } of experimentsOf(root, only)) {
    const tags = await readPairs(join(path, 'tags'));
    for (const id of await foldersOf(path)) {
      const meta = await readMeta(join(path, id), RunMeta);
      if (meta === null || meta.lifecycle_stage !== 'active' || (meta.run_id ?? meta.run_uuid) === undefined) continue;
      const { links, gone, ...found } = await linksOf(join(path, id), models);
      for (const model of found.linked) linked.add(model);
      const run = await exchangeRun(join(path, id), meta, { name, tags });
      yield { ...run, models: links, leftOut: gone.map((model) => `logged model ${model}: it is deleted there`) };
    }
  }
}

async function* modelsOf(root: string, only: string | undefined, linked: Set<string>): AsyncGenerator<ExchangeModel> {
  const folders = await modelFolders(root);
  for await (const { path, name } of experimentsOf(root, undefined)) {
    for (const [id, folder] of folders) {
      if (dirname(dirname(folder)) !== path || !(only === undefined || name === only || linked.has(id))) continue;
      const model = await readModel(folder, name);
      if (model !== null) yield model;
    }
  }
}

/** The active ones. */
async function* experimentsOf(root: string, only: string | undefined): AsyncGenerator<{ path: string; name: string }> {
  for (const folder of await foldersOf(root)) {
    const path = join(root, folder);
    const experiment = await readMeta(path, ExperimentMeta);
    if (experiment === null || experiment.lifecycle_stage !== 'active') continue;
    if (only === undefined || experiment.name === only) yield { path, name: experiment.name };
  }
}

async function exchangeRun(
  folder: string,
  meta: z.infer<typeof RunMeta>,
  experiment: { name: string; tags: Record<string, string> },
): Promise<ExchangeRun> {
  const stored = await readPairs(join(folder, 'tags'));
  const names = namesOf(stored);
  const { [NAMES_TAG]: _, ...tags } = restored(stored, names.tags);
  const status = typeof meta.status === 'number' ? NUMBERS[meta.status] : meta.status;
  return {
    id: foreignId('mlflow', (meta.run_id ?? meta.run_uuid)!),
    name: meta.run_name || tags['mlflow.runName'] || meta.run_id || 'run',
    experiment: experiment.name,
    experimentTags: experiment.tags,
    status: MLFLOW_STATUS[status ?? ''] ?? 'finished',
    user: meta.user_id ?? tags['mlflow.user'] ?? '',
    startedAt: meta.start_time ?? 0,
    endedAt: meta.end_time ?? null,
    params: restored(await readPairs(join(folder, 'params')), names.params),
    tags,
    datasets: await readInputs(folder),
    async *metrics() {
      for await (const name of filesBelow(join(folder, 'metrics'))) {
        const key = Object.hasOwn(names.metrics, name) ? names.metrics[name]! : name;
        yield* pieces(metricLines(join(folder, 'metrics', name), key));
      }
    },
    artifacts: () => folderArtifacts(artifactFolder(folder, meta.artifact_uri)),
    leftOut: [],
  };
}

async function* metricLines(file: string, key: string): AsyncGenerator<MetricPoint, void, undefined> {
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    const [time, value, step = '0'] = line.trim().split(' ');
    if (time === undefined || value === undefined) continue;
    yield { key, value: pythonNumber(value), step: Number(step), time: Number(time) };
  }
}

async function readInputs(folder: string): Promise<ExchangeDataset[]> {
  const out: ExchangeDataset[] = [];
  for (const id of await foldersOf(join(folder, 'inputs'))) {
    const input = await readMeta(join(folder, 'inputs', id), InputMeta);
    if (input === null) continue;
    const meta = await readMeta(join(dirname(folder), 'datasets', input.source_id), DatasetMeta);
    if (meta === null) continue;
    const { source_type, schema, profile, ...rest } = meta;
    out.push({
      ...rest,
      sourceType: source_type,
      schema: schema ?? '',
      profile: profile ?? '',
      tags: input.tags ?? {},
    });
  }
  return out;
}
