import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { copyFile, mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { parse, stringify } from 'yaml';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import { mlflowKey } from '../mlflow/names.ts';
import type { MetricPoint } from '../tracker.ts';
import { eachFile, MLFLOW_STATUS } from './mlflow-server.ts';
import {
  type ExchangeDataset,
  type ExchangeRun,
  type ExchangeStatus,
  filesBelow,
  folderArtifacts,
  foreignId,
  type Moved,
  pieces,
  type Sink,
  type Source,
} from './run.ts';

/** MLflow's numbers for a run's status, in files. */
const NUMBERS: Record<number, string> = { 1: 'RUNNING', 2: 'SCHEDULED', 3: 'FINISHED', 4: 'FAILED', 5: 'KILLED' };
const STATUS_NUMBER: Record<ExchangeStatus, number> = {
  running: 1,
  scheduled: 2,
  finished: 3,
  failed: 4,
  interrupted: 5,
};

const ExperimentMeta = z.object({
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

/** Active runs of an `mlruns` folder, as `mlflow` writes it where no server is. Throws DATA_INVALID. */
export async function* mlflowFilesSource(root: string, options: { experiment?: string } = {}): Source {
  for (const folder of await foldersOf(root)) {
    const path = join(root, folder);
    const experiment = await readMeta(path, ExperimentMeta);
    if (experiment === null || experiment.lifecycle_stage !== 'active') continue;
    if (options.experiment !== undefined && experiment.name !== options.experiment) continue;
    const tags = await readPairs(join(path, 'tags'));
    for (const id of await foldersOf(path)) {
      const meta = await readMeta(join(path, id), RunMeta);
      if (meta === null || meta.lifecycle_stage !== 'active' || (meta.run_id ?? meta.run_uuid) === undefined) continue;
      yield await exchangeRun(join(path, id), meta, { name: experiment.name, tags });
    }
  }
}

async function exchangeRun(
  folder: string,
  meta: z.infer<typeof RunMeta>,
  experiment: { name: string; tags: Record<string, string> },
): Promise<ExchangeRun> {
  const tags = await readPairs(join(folder, 'tags'));
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
    params: await readPairs(join(folder, 'params')),
    tags,
    datasets: await readInputs(folder),
    async *metrics() {
      for await (const key of filesBelow(join(folder, 'metrics')))
        yield* pieces(metricLines(join(folder, 'metrics', key), key));
    },
    artifacts: () => folderArtifacts(artifactFolder(folder, meta.artifact_uri)),
    leftOut: (await foldersOf(join(folder, 'outputs'))).map((id) => `logged model ${id}: models are not brought over`),
  };
}

async function* metricLines(file: string, key: string): AsyncGenerator<MetricPoint, void, undefined> {
  for await (const line of createInterface({ input: createReadStream(file, 'utf8') })) {
    const [time, value, step = '0'] = line.trim().split(' ');
    if (time === undefined || value === undefined) continue;
    yield { key, value: pythonNumber(value), step: Number(step), time: Number(time) };
  }
}

/** Python writes `nan`, `inf` and `-inf`. */
function pythonNumber(text: string): number {
  const words: Record<string, number> = { inf: Number.POSITIVE_INFINITY, '-inf': Number.NEGATIVE_INFINITY };
  return words[text.toLowerCase()] ?? Number(text);
}

function pythonText(value: number): string {
  if (Number.isNaN(value)) return 'nan';
  return Number.isFinite(value) ? String(value) : value > 0 ? 'inf' : '-inf';
}

async function readPairs(folder: string): Promise<Record<string, string>> {
  const out: Record<string, string> = {};
  for await (const key of filesBelow(folder)) out[key] = await readFile(join(folder, key), 'utf8');
  return out;
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

/** Where they were written, or beside the run where the folder was moved. */
function artifactFolder(folder: string, uri: string | null | undefined): string {
  const beside = join(folder, 'artifacts');
  if (existsSync(beside) || !uri?.startsWith('file:')) return beside;
  try {
    return fileURLToPath(uri);
  } catch {
    return beside;
  }
}

async function readMeta<S extends z.ZodType>(folder: string, schema: S): Promise<z.output<S> | null> {
  const path = join(folder, 'meta.yaml');
  if (!existsSync(path)) return null;
  const parsed = schema.safeParse(parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new OslerError('DATA_INVALID', `${path} is not as MLflow writes it: ${z.prettifyError(parsed.error)}`);
}

async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}

/** Writes runs as an `mlruns` folder, which `mlflow ui` and MLflow's client read. */
export function mlflowFilesSink(root: string, options: { experiment?: string } = {}): Sink {
  const experiments = new Map<string, string>();
  const used = new Set<string>();
  return {
    async write(run) {
      const name = options.experiment ?? run.experiment;
      const experiment = experiments.get(name) ?? (await ensureExperiment(root, name, used));
      experiments.set(name, experiment);
      const folder = join(root, experiment, run.id);
      const leftOut = [...run.leftOut];
      await writePairs(join(root, experiment, 'tags'), run.experimentTags, leftOut, 'experiment tag');
      await mkdir(join(folder, 'artifacts'), { recursive: true });
      await writePairs(join(folder, 'params'), run.params, leftOut, 'parameter');
      await writePairs(join(folder, 'tags'), { ...run.tags, 'mlflow.runName': run.name }, leftOut, 'tag');
      for (const dataset of run.datasets) await writeInput(join(root, experiment), folder, run.id, dataset);
      const started = new Set<string>();
      let metrics = 0;
      for await (const points of run.metrics()) {
        metrics += points.length;
        for (const [key, rows] of Map.groupBy(points, (point) => point.key)) {
          const file = join(folder, 'metrics', ...mlflowKey(key).split('/'));
          await mkdir(dirname(file), { recursive: true });
          const text = rows
            .map(({ time, value, step }) => `${Math.round(time)} ${pythonText(value)} ${step}\n`)
            .join('');
          await writeFile(file, text, { flag: started.has(key) ? 'a' : 'w' });
          if (!started.has(key) && mlflowKey(key) !== key) leftOut.push(`${key}: it is named ${mlflowKey(key)} there`);
          started.add(key);
        }
      }
      const artifacts = await eachFile(run, async (file, { path }) => {
        const target = join(folder, 'artifacts', ...path.split('/'));
        await mkdir(dirname(target), { recursive: true });
        await copyFile(file, target);
      });
      await writeFile(join(folder, 'meta.yaml'), stringify(runMeta(folder, experiment, run)));
      const counts = { params: Object.keys(run.params).length, tags: Object.keys(run.tags).length };
      return { run: run.id, name: run.name, metrics, ...counts, artifacts, leftOut } satisfies Moved;
    },
  };
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

async function ensureExperiment(root: string, name: string, used: Set<string>): Promise<string> {
  await mkdir(root, { recursive: true });
  for (const id of await foldersOf(root)) {
    used.add(id);
    if ((await readMeta(join(root, id), ExperimentMeta))?.name === name) return id;
  }
  const digits = createHash('sha256').update(name).digest('hex').slice(0, 15);
  const id = name === 'Default' ? '0' : String(Number.parseInt(digits.slice(0, 12), 16));
  used.add(id);
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

/** A file for each: two names that one disk can't hold at once (a file and a folder of it) are told. */
async function writePairs(folder: string, map: Record<string, string>, leftOut: string[], kind: string): Promise<void> {
  await mkdir(folder, { recursive: true });
  for (const [key, value] of Object.entries(map)) {
    const file = join(folder, ...mlflowKey(key).split('/'));
    try {
      await mkdir(dirname(file), { recursive: true });
      await writeFile(file, value);
    } catch (error) {
      leftOut.push(`${kind} ${key}: ${(error as Error).message}`);
    }
  }
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
