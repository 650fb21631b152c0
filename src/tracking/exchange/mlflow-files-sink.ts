import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import { stringify } from 'yaml';
import { changedNames, fileNames, NAMES_TAG, namesOf, restored } from './file-names.ts';
import { writeArtifacts, writeLinks, writeModel } from './mlflow-file-models.ts';
import { ExperimentMeta } from './mlflow-files.ts';
import { foldersOf, inDraft, pythonText, readMeta, readPairs, unholdable, writePairs } from './mlflow-folder.ts';
import {
  type ExchangeDataset,
  type ExchangeRun,
  type ExchangeStatus,
  filesBelow,
  type Moved,
  type Sink,
} from './run.ts';

const STATUS_NUMBER: Record<ExchangeStatus, number> = {
  running: 1,
  scheduled: 2,
  finished: 3,
  failed: 4,
  interrupted: 5,
};

/** Writes runs as an `mlruns` folder, which `mlflow ui` and MLflow's client read. A run is there as a whole or not at all. */
export function mlflowFilesSink(root: string, options: { experiment?: string } = {}): Sink {
  const experiments = new Map<string, string>();
  const folderOf = async ({ experiment }: { experiment: string }) => {
    const name = options.experiment ?? experiment;
    const folder = experiments.get(name) ?? (await ensureExperiment(root, name));
    experiments.set(name, folder);
    return folder;
  };
  return {
    writeModel: async (model) => writeModel(root, await folderOf(model), model),
    async write(run) {
      const experiment = await folderOf(run);
      const folder = join(root, experiment, run.id);
      return inDraft(root, run.id, folder, async (draft) => {
        const leftOut = [...run.leftOut];
        await tagExperiment(join(root, experiment, 'tags'), run.experimentTags, leftOut);
        const written = await writeRun(draft, run, leftOut);
        for (const dataset of run.datasets) await writeInput(join(root, experiment), draft, run.id, dataset);
        if (run.models !== undefined) await writeLinks(draft, run.id, run.models);
        await writeFile(join(draft, 'meta.yaml'), stringify(runMeta(folder, experiment, run)));
        const counts = { params: Object.keys(run.params).length, tags: Object.keys(run.tags).length };
        return { run: run.id, name: run.name, ...counts, ...written, leftOut } satisfies Moved;
      });
    },
  };
}

async function tagExperiment(folder: string, tags: Record<string, string>, leftOut: string[]): Promise<void> {
  for (const [key, name] of fileNames(Object.keys(tags))) {
    try {
      await writePairs(folder, { [key]: tags[key]! }, new Map([[key, name]]));
    } catch (error) {
      leftOut.push(`experiment tag ${key}: ${unholdable(error)}`);
    }
  }
}

/** Adds the run to what its folder holds. */
async function writeRun(
  folder: string,
  run: ExchangeRun,
  leftOut: string[],
): Promise<Pick<Moved, 'metrics' | 'artifacts' | 'renamed'>> {
  const [metricsFolder, paramsFolder, tagsFolder] = ['metrics', 'params', 'tags'].map((name) => join(folder, name));
  const storedTags = await readPairs(tagsFolder!);
  const there = namesOf(storedTags);
  const { [NAMES_TAG]: _, ...knownTags } = restored(storedTags, there.tags);
  const params = { ...restored(await readPairs(paramsFolder!), there.params), ...run.params };
  const tags = { ...knownTags, ...run.tags, 'mlflow.runName': run.name };
  const { count, names: metricNames } = await writeMetrics(metricsFolder!, run, there.metrics);
  const paramNames = fileNames(Object.keys(params));
  const tagNames = fileNames([NAMES_TAG, ...Object.keys(tags)]);
  const changed = {
    metrics: changedNames(metricNames),
    params: changedNames(paramNames),
    tags: changedNames(tagNames),
  };
  const renamed = { ...changed.tags, ...changed.params, ...changed.metrics };
  const named = Object.keys(renamed).length > 0;
  await rm(paramsFolder!, { recursive: true, force: true });
  await rm(tagsFolder!, { recursive: true, force: true });
  await writePairs(paramsFolder!, params, paramNames);
  await writePairs(tagsFolder!, { ...tags, ...(named ? { [NAMES_TAG]: JSON.stringify(changed) } : {}) }, tagNames);
  const artifacts = await writeArtifacts(folder, run, leftOut);
  return { metrics: count, artifacts, ...(named ? { renamed } : {}) };
}

/** Names are given when all keys are known: until then files have numbers. */
async function writeMetrics(
  folder: string,
  run: ExchangeRun,
  there: Record<string, string>,
): Promise<{ count: number; names: Map<string, string> }> {
  const drafts = `${folder}.draft`;
  const files = new Map<string, string>();
  const draftOf = (key: string) => {
    const file = files.get(key) ?? join(drafts, String(files.size));
    files.set(key, file);
    return file;
  };
  await mkdir(drafts, { recursive: true });
  const known: string[] = [];
  for await (const name of filesBelow(folder)) known.push(name);
  for (const name of known) {
    await rename(join(folder, name), draftOf(Object.hasOwn(there, name) ? there[name]! : name));
  }
  const started = new Set<string>();
  let count = 0;
  for await (const points of run.metrics()) {
    count += points.length;
    for (const [key, rows] of Map.groupBy(points, (point) => point.key)) {
      const lines = rows.map(({ time, value, step }) => `${Math.round(time)} ${pythonText(value)} ${step}\n`);
      await writeFile(draftOf(key), lines.join(''), { flag: started.has(key) ? 'a' : 'w' });
      started.add(key);
    }
  }
  await rm(folder, { recursive: true, force: true });
  const names = fileNames(files.keys());
  for (const [key, name] of names) {
    const file = join(folder, ...name.split('/'));
    await mkdir(dirname(file), { recursive: true });
    await rename(files.get(key)!, file);
  }
  await rm(drafts, { recursive: true, force: true });
  return { count, names };
}

function runMeta(folder: string, experiment: string, run: ExchangeRun): Record<string, unknown> {
  return {
    artifact_uri: pathToFileURL(resolve(folder, 'artifacts')).href,
    end_time: run.endedAt,
    entry_point_name: '',
    experiment_id: experiment,
    lifecycle_stage: 'active',
    run_id: run.id,
    run_name: run.name,
    run_uuid: run.id,
    source_name: '',
    source_type: 4,
    source_version: '',
    start_time: run.startedAt,
    status: STATUS_NUMBER[run.status],
    tags: [],
    user_id: run.user,
  };
}

async function ensureExperiment(root: string, name: string): Promise<string> {
  await mkdir(root, { recursive: true });
  for (const id of await foldersOf(root)) {
    if ((await readMeta(join(root, id), ExperimentMeta))?.name === name) return id;
  }
  const digits = createHash('sha256').update(name).digest('hex').slice(0, 15);
  const id = name === 'Default' ? '0' : String(Number.parseInt(digits.slice(0, 12), 16));
  const folder = join(root, id);
  const now = Date.now();
  await mkdir(folder, { recursive: true });
  const meta = {
    artifact_location: pathToFileURL(resolve(folder)).href,
    creation_time: now,
    experiment_id: id,
    last_update_time: now,
    lifecycle_stage: 'active',
    name,
  };
  await writeFile(join(folder, 'meta.yaml'), stringify(meta));
  return id;
}

async function writeInput(experiment: string, run: string, id: string, dataset: ExchangeDataset): Promise<void> {
  const { name, digest, sourceType, source, schema, profile, tags } = dataset;
  const datasetId = createHash('md5').update(name).update(digest).digest('hex');
  const inputId = createHash('md5').update(datasetId).update(id).digest('hex');
  const put = async (folder: string, meta: unknown) => {
    await mkdir(folder, { recursive: true });
    await writeFile(join(folder, 'meta.yaml'), stringify(meta));
  };
  await put(join(experiment, 'datasets', datasetId), {
    name,
    digest,
    source_type: sourceType,
    source,
    schema,
    profile,
  });
  const link = { source_type: 'DATASET', source_id: datasetId, destination_type: 'RUN', destination_id: id, tags };
  await put(join(run, 'inputs', inputId), link);
}
