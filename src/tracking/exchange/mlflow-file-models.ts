import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { copyFile, mkdir, readFile, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import { z } from 'zod';
import { changedNames, fileNames, NAMES_TAG, namesOf, restored } from './file-names.ts';
import {
  artifactFolder,
  foldersOf,
  inDraft,
  pythonNumber,
  pythonText,
  readMeta,
  readPairs,
  unholdable,
  writePairs,
} from './mlflow-folder.ts';
import {
  type ExchangeModel,
  type ExchangeModelMetric,
  eachFile,
  filesBelow,
  folderArtifacts,
  foreignId,
  foreignModelId,
  type ModelLinks,
  type MovedModel,
} from './run.ts';

/** MLflow's numbers for a model's status, from 1. */
const STATUSES: readonly ExchangeModel['status'][] = ['pending', 'ready', 'failed'];

const ModelMeta = z.object({
  model_id: z.string(),
  name: z.coerce.string(),
  status: z.number().default(2),
  status_message: z.string().nullish(),
  model_type: z.coerce.string().nullish(),
  source_run_id: z.string().nullish(),
  creation_timestamp: z.number().default(0),
  last_updated_timestamp: z.number().default(0),
  artifact_location: z.string().nullish(),
  lifecycle_stage: z.string().default('active'),
});
const OutputMeta = z.object({ step: z.number().default(0) });
const InputMeta = z.object({ source_type: z.string().default(''), source_id: z.string() });

/** The folder of each model, `EXPERIMENT/models/ID`, by its id there. */
export async function modelFolders(root: string): Promise<Map<string, string>> {
  const found = new Map<string, string>();
  for (const experiment of await foldersOf(root)) {
    const folder = join(root, experiment, 'models');
    for (const id of await foldersOf(folder)) found.set(id, join(folder, id));
  }
  return found;
}

/** Models that a run made or read, as its folder names them; `gone`: the ids there of those that are deleted. */
export async function linksOf(
  run: string,
  folders: ReadonlyMap<string, string>,
): Promise<{ links: ModelLinks; linked: string[]; gone: string[] }> {
  const links: ModelLinks = { made: [], read: [] };
  const linked = new Set<string>();
  const gone = new Set<string>();
  const isThere = async (id: string): Promise<boolean> => {
    const folder = folders.get(id);
    const meta = folder === undefined ? null : await readMeta(folder, ModelMeta);
    (meta?.lifecycle_stage === 'active' ? linked : gone).add(id);
    return linked.has(id);
  };
  for (const id of await foldersOf(join(run, 'outputs'))) {
    const meta = await readMeta(join(run, 'outputs', id), OutputMeta);
    if (meta !== null && (await isThere(id))) links.made.push({ id: foreignModelId(id), step: meta.step });
  }
  for (const name of await foldersOf(join(run, 'inputs'))) {
    const meta = await readMeta(join(run, 'inputs', name), InputMeta);
    if (meta?.source_type === 'MODEL' && (await isThere(meta.source_id)))
      links.read.push(foreignModelId(meta.source_id));
  }
  return { links, linked: [...linked], gone: [...gone] };
}

/** Null for one that is not there, or deleted. Throws DATA_INVALID. */
export async function readModel(folder: string, experiment: string): Promise<ExchangeModel | null> {
  const meta = await readMeta(folder, ModelMeta);
  if (meta === null || meta.lifecycle_stage !== 'active') return null;
  const stored = await readPairs(join(folder, 'tags'));
  const names = namesOf(stored);
  const { [NAMES_TAG]: _, ...tags } = restored(stored, names.tags);
  const metrics: ExchangeModelMetric[] = [];
  for await (const name of filesBelow(join(folder, 'metrics'))) {
    const key = Object.hasOwn(names.metrics, name) ? names.metrics[name]! : name;
    for (const line of (await readFile(join(folder, 'metrics', name), 'utf8')).split('\n')) {
      const metric = metricOf(key, line);
      if (metric !== null) metrics.push(metric);
    }
  }
  return {
    id: foreignModelId(meta.model_id),
    name: meta.name,
    experiment,
    type: meta.model_type || null,
    status: STATUSES[meta.status - 1] ?? 'ready',
    statusMessage: meta.status_message || null,
    createdAt: meta.creation_timestamp,
    updatedAt: meta.last_updated_timestamp,
    sourceRun: meta.source_run_id ? foreignId('mlflow', meta.source_run_id) : null,
    params: restored(await readPairs(join(folder, 'params')), names.params),
    tags,
    metrics,
    artifacts: () => folderArtifacts(artifactFolder(folder, meta.artifact_location)),
  };
}

/** `TIME VALUE STEP RUN`, and the dataset's name and digest where there is one: no digest has a space. */
function metricOf(key: string, line: string): ExchangeModelMetric | null {
  const [time, value, step, run, ...dataset] = line.trim().split(' ');
  if (time === undefined || value === undefined || step === undefined || run === undefined) return null;
  return {
    key,
    value: pythonNumber(value),
    step: Number(step),
    time: Number(time),
    run: foreignId('mlflow', run),
    dataset: dataset.length < 2 ? null : { name: dataset.slice(0, -1).join(' '), digest: dataset.at(-1)! },
  };
}

export async function writeLinks(folder: string, run: string, { made, read }: ModelLinks): Promise<void> {
  const put = async (path: string, meta: unknown) => {
    await mkdir(path, { recursive: true });
    await writeFile(join(path, 'meta.yaml'), stringify(meta));
  };
  for (const { id, step } of made) {
    // MLflow writes the model on both sides, and reads it from the second.
    const ends = { source_type: 'RUN_OUTPUT', source_id: id, destination_type: 'MODEL_OUTPUT', destination_id: id };
    await put(join(folder, 'outputs', id), { ...ends, tags: {}, step });
  }
  for (const id of read) {
    const name = createHash('md5').update(id).update(run).digest('hex');
    const ends = { source_type: 'MODEL', source_id: id, destination_type: 'RUN', destination_id: id };
    await put(join(folder, 'inputs', name), { ...ends, tags: {} });
  }
}

/** Adds a model to what the folder of its experiment holds. It is there as a whole or not at all. */
export async function writeModel(root: string, experiment: string, model: ExchangeModel): Promise<MovedModel> {
  const folder = join(root, experiment, 'models', model.id);
  return inDraft(root, model.id, folder, async (draft) => {
    const there = existsSync(folder) ? await readModel(folder, model.experiment) : null;
    const leftOut: string[] = [];
    await writeFields(draft, model, there, leftOut);
    const artifacts = await writeArtifacts(draft, model, leftOut);
    await writeFile(join(draft, 'meta.yaml'), stringify(metaOf(folder, experiment, model)));
    const counts = { params: Object.keys(model.params).length, tags: Object.keys(model.tags).length };
    const metrics = model.metrics.length;
    return { model: model.id, name: model.name, metrics, ...counts, artifacts, leftOut: [...new Set(leftOut)] };
  });
}

async function writeFields(
  folder: string,
  model: ExchangeModel,
  there: ExchangeModel | null,
  leftOut: string[],
): Promise<void> {
  const params = { ...there?.params, ...model.params };
  const tags = { ...there?.tags, ...model.tags };
  const lines = Map.groupBy([...(there?.metrics ?? []), ...model.metrics], ({ key }) => key);
  const texts = Object.fromEntries(
    [...lines].map(([key, metrics]) => [key, [...new Set(metrics.map((metric) => lineOf(metric, leftOut)))].join('')]),
  );
  const names = {
    params: fileNames(Object.keys(params)),
    tags: fileNames([NAMES_TAG, ...Object.keys(tags)]),
    metrics: fileNames(Object.keys(texts)),
  };
  const changed = {
    metrics: changedNames(names.metrics),
    params: changedNames(names.params),
    tags: changedNames(names.tags),
  };
  const named = Object.values(changed).some((one) => Object.keys(one).length > 0);
  const noted = named ? { [NAMES_TAG]: JSON.stringify(changed) } : {};
  for (const [kind, pairs] of [
    ['params', params],
    ['tags', { ...tags, ...noted }],
    ['metrics', texts],
  ] as const) {
    await rm(join(folder, kind), { recursive: true, force: true });
    await writePairs(join(folder, kind), pairs, names[kind]);
  }
}

/** MLflow reads no line whose dataset has a space in its name. */
function lineOf({ key, value, step, time, run, dataset }: ExchangeModelMetric, leftOut: string[]): string {
  const spaced = dataset !== null && /\s/.test(`${dataset.name}${dataset.digest}`);
  if (spaced) leftOut.push(`metric ${key}: its dataset "${dataset.name}", for the space in its name`);
  const on = dataset === null || spaced ? '' : ` ${dataset.name} ${dataset.digest}`;
  return `${Math.round(time)} ${pythonText(value)} ${step} ${run}${on}\n`;
}

/** Of a run or a model, in `artifacts` below its folder. Returns how many there were. */
export async function writeArtifacts(
  folder: string,
  from: Pick<ExchangeModel, 'artifacts'>,
  leftOut: string[],
): Promise<number> {
  let count = 0;
  await mkdir(join(folder, 'artifacts'), { recursive: true });
  await eachFile(from, async (file, { path }) => {
    const target = join(folder, 'artifacts', ...path.split('/'));
    try {
      await mkdir(dirname(target), { recursive: true });
      await copyFile(file, target);
      count += 1;
    } catch (error) {
      leftOut.push(`file ${path}: ${unholdable(error)}`);
    }
  });
  return count;
}

function metaOf(folder: string, experiment: string, model: ExchangeModel): Record<string, unknown> {
  return {
    artifact_location: pathToFileURL(resolve(folder, 'artifacts')).href,
    creation_timestamp: model.createdAt,
    experiment_id: experiment,
    last_updated_timestamp: model.updatedAt,
    lifecycle_stage: 'active',
    model_id: model.id,
    model_type: model.type,
    name: model.name,
    source_run_id: model.sourceRun,
    status: STATUSES.indexOf(model.status) + 1,
    status_message: model.statusMessage,
  };
}
