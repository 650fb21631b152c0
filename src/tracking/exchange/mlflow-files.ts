import { createReadStream, existsSync } from 'node:fs';
import { readdir, readFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import { parse } from 'yaml';
import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import type { MetricPoint } from '../tracker.ts';
import { NAMES_TAG, namesOf, restored } from './file-names.ts';
import { MLFLOW_STATUS } from './mlflow-server.ts';
import {
  type ExchangeDataset,
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

export async function readPairs(folder: string): Promise<Record<string, string>> {
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

/** Null where there is none. Throws DATA_INVALID. */
export async function readMeta<S extends z.ZodType>(folder: string, schema: S): Promise<z.output<S> | null> {
  const path = join(folder, 'meta.yaml');
  if (!existsSync(path)) return null;
  const parsed = schema.safeParse(parse(await readFile(path, 'utf8')));
  if (parsed.success) return parsed.data;
  throw new OslerError('DATA_INVALID', `${path} is not as MLflow writes it: ${z.prettifyError(parsed.error)}`);
}

export async function foldersOf(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true }).catch(() => []);
  return entries
    .filter((entry) => entry.isDirectory() && !entry.name.startsWith('.'))
    .map(({ name }) => name)
    .sort();
}
