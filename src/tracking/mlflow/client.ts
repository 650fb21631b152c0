import { createReadStream, openAsBlob } from 'node:fs';
import { copyFile, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { type Ask, ask, askJson, askStream, RemoteError, type Traffic } from '../http.ts';

export interface MlflowAccess {
  /** `http://host:5000`, without a slash at its end. */
  uri: string;
  /** MLFLOW_TRACKING_TOKEN, or user and password. */
  token?: string | undefined;
  user?: { name: string; password: string } | undefined;
  /** For an answer; files have longer. */
  timeoutMs: number;
}

const Tag = z.object({ key: z.string(), value: z.string().default('') });
/** Proto JSON writes 64-bit numbers as text, and doubles that JSON has not as words. */
const Long = z.union([z.number(), z.string()]).transform(Number).default(0);
const Double = z
  .union([z.number(), z.string()])
  .transform((value) => (value === '-Infinity' ? Number.NEGATIVE_INFINITY : Number(value)))
  .default(0);
const Metric = z.object({ key: z.string(), value: Double, timestamp: Long, step: Long });
export type MlflowMetric = z.infer<typeof Metric>;

export const MlflowRun = z.object({
  info: z.object({
    run_id: z.string(),
    run_name: z.string().default(''),
    experiment_id: z.string(),
    user_id: z.string().default(''),
    status: z.string().default('RUNNING'),
    start_time: Long,
    end_time: Long,
    artifact_uri: z.string().default(''),
    lifecycle_stage: z.string().default('active'),
  }),
  data: z
    .object({
      metrics: z.array(Metric).default([]),
      params: z.array(Tag).default([]),
      tags: z.array(Tag).default([]),
    })
    .prefault({}),
  inputs: z
    .object({
      dataset_inputs: z
        .array(
          z.object({
            tags: z.array(Tag).default([]),
            dataset: z.object({
              name: z.string(),
              digest: z.string(),
              source_type: z.string().default(''),
              source: z.string().default(''),
              schema: z.string().default(''),
              profile: z.string().default(''),
            }),
          }),
        )
        .default([]),
      model_inputs: z.array(z.object({ model_id: z.string() })).default([]),
    })
    .prefault({}),
  outputs: z
    .object({ model_outputs: z.array(z.object({ model_id: z.string(), step: Long })).default([]) })
    .prefault({}),
});
export type MlflowRun = z.infer<typeof MlflowRun>;

const Text = z.string().default('');
export const MlflowModel = z.object({
  info: z.object({
    model_id: z.string(),
    experiment_id: z.string(),
    name: Text,
    creation_timestamp_ms: Long,
    last_updated_timestamp_ms: Long,
    artifact_uri: Text,
    status: Text,
    status_message: Text,
    model_type: Text,
    source_run_id: Text,
    tags: z.array(Tag).default([]),
  }),
  data: z
    .object({
      params: z.array(Tag).default([]),
      metrics: z.array(Metric.extend({ run_id: Text, dataset_name: Text, dataset_digest: Text })).default([]),
    })
    .prefault({}),
});
export type MlflowModel = z.infer<typeof MlflowModel>;

const Experiment = z.object({
  experiment_id: z.string(),
  name: z.string(),
  lifecycle_stage: z.string().default('active'),
  tags: z.array(Tag).default([]),
});
export type MlflowExperiment = z.infer<typeof Experiment>;

const Files = z.object({
  files: z.array(z.object({ path: z.string(), is_dir: z.boolean().default(false), file_size: Long })).default([]),
});

const FILE_TIMEOUT_MS = 30 * 60_000;

/** MLflow's REST API 2.0, as far as a tracker, an import and an export need it. Throws RemoteError. */
export class MlflowClient {
  readonly access: MlflowAccess;
  readonly traffic: Traffic = { requests: 0, answers: 0, bytes: 0, milliseconds: 0 };

  constructor(access: MlflowAccess) {
    this.access = access;
  }

  /** Whether the server says anything at all within a time. */
  async answers(timeoutMs: number): Promise<boolean> {
    const request = { method: 'GET', headers: this.headers(), timeoutMs } as const;
    return ask(`${this.access.uri}/health`, request, this.traffic).then(
      () => true,
      (error: unknown) => error instanceof RemoteError && error.status !== undefined,
    );
  }

  /** The id of the experiment of this name, made where there is none. */
  async ensureExperiment(name: string, signal?: AbortSignal): Promise<string> {
    const known = await this.experimentByName(name, signal);
    if (known !== null) return known.experiment_id;
    try {
      const { experiment_id } = z
        .object({ experiment_id: z.string() })
        .parse(await this.post('experiments/create', { name }, signal));
      return experiment_id;
    } catch (error) {
      // Another run made it in this moment; or it lies among the deleted ones.
      const again = await this.experimentByName(name, signal);
      if (again !== null) return again.experiment_id;
      throw error;
    }
  }

  async experimentByName(name: string, signal?: AbortSignal): Promise<MlflowExperiment | null> {
    try {
      const answer = await this.get('experiments/get-by-name', { experiment_name: name }, signal);
      const { experiment } = z.object({ experiment: Experiment }).parse(answer);
      if (experiment.lifecycle_stage !== 'active') {
        throw new RemoteError('denied', `The experiment "${name}" is deleted on ${this.access.uri}: restore it there.`);
      }
      return experiment;
    } catch (error) {
      if (error instanceof RemoteError && error.status === 404) return null;
      throw error;
    }
  }

  async *experiments(): AsyncGenerator<MlflowExperiment, void, undefined> {
    for (let page: string | undefined, first = true; first || page; first = false) {
      const answer = z
        .object({ experiments: z.array(Experiment).default([]), next_page_token: z.string().optional() })
        .parse(await this.post('experiments/search', { max_results: 1000, ...(page ? { page_token: page } : {}) }));
      yield* answer.experiments;
      page = answer.next_page_token;
    }
  }

  async tagExperiment(id: string, key: string, value: string): Promise<void> {
    await this.post('experiments/set-experiment-tag', { experiment_id: id, key, value });
  }

  async createRun(
    run: {
      experiment_id: string;
      run_name: string;
      user_id: string;
      start_time: number;
      tags: { key: string; value: string }[];
    },
    signal?: AbortSignal,
  ): Promise<MlflowRun> {
    const answer = await this.post('runs/create', run, signal);
    return z.object({ run: MlflowRun }).parse(answer).run;
  }

  async getRun(id: string, signal?: AbortSignal): Promise<MlflowRun> {
    return z.object({ run: MlflowRun }).parse(await this.get('runs/get', { run_id: id }, signal)).run;
  }

  async *searchRuns(
    experiments: string[],
    filter = '',
    signal?: AbortSignal,
  ): AsyncGenerator<MlflowRun, void, undefined> {
    for (let page: string | undefined, first = true; first || page; first = false) {
      const query = { experiment_ids: experiments, filter, max_results: 500, ...(page ? { page_token: page } : {}) };
      const answer = z
        .object({ runs: z.array(MlflowRun).default([]), next_page_token: z.string().optional() })
        .parse(await this.post('runs/search', query, signal));
      yield* answer.runs;
      page = answer.next_page_token;
    }
  }

  async *metricHistory(run: string, key: string): AsyncGenerator<MlflowMetric, void, undefined> {
    for (let page: string | undefined, first = true; first || page; first = false) {
      const query = { run_id: run, metric_key: key, max_results: '25000', ...(page ? { page_token: page } : {}) };
      const answer = z
        .object({ metrics: z.array(Metric).default([]), next_page_token: z.string().optional() })
        .parse(await this.get('metrics/get-history', query));
      yield* answer.metrics;
      page = answer.next_page_token;
    }
  }

  async updateRun(id: string, change: { status?: string; end_time?: number }, signal?: AbortSignal): Promise<void> {
    await this.post('runs/update', { run_id: id, ...change }, signal);
  }

  async deleteRun(id: string, signal?: AbortSignal): Promise<void> {
    await this.post('runs/delete', { run_id: id }, signal);
  }

  /** Those of an experiment; none on a server of before MLflow 3. */
  async *searchModels(experiment: string, filter = ''): AsyncGenerator<MlflowModel, void, undefined> {
    for (let page: string | undefined, first = true; first || page; first = false) {
      const query = { experiment_ids: [experiment], filter, max_results: 100, ...(page ? { page_token: page } : {}) };
      const answer = z
        .object({ models: z.array(MlflowModel).default([]), next_page_token: z.string().optional() })
        .parse((await found(this.post('logged-models/search', query))) ?? {});
      yield* answer.models;
      page = answer.next_page_token;
    }
  }

  /** Null where there is none, or it is deleted. */
  async model(id: string): Promise<MlflowModel | null> {
    const answer = await found(this.get(`logged-models/${encodeURIComponent(id)}`, {}));
    return answer === null ? null : z.object({ model: MlflowModel }).parse(answer).model;
  }

  async createModel(model: {
    experiment_id: string;
    name: string;
    model_type?: string;
    source_run_id?: string;
    tags: { key: string; value: string }[];
  }): Promise<MlflowModel> {
    return z.object({ model: MlflowModel }).parse(await this.post('logged-models', model)).model;
  }

  async logModelParams(id: string, params: { key: string; value: string }[]): Promise<void> {
    await this.post(`logged-models/${id}/params`, { model_id: id, params });
  }

  async tagModel(id: string, tags: { key: string; value: string }[]): Promise<void> {
    await this.api(`logged-models/${id}/tags`, { method: 'PATCH', json: { model_id: id, tags } });
  }

  async finishModel(id: string, status: string): Promise<void> {
    await this.api(`logged-models/${id}`, { method: 'PATCH', json: { model_id: id, status } });
  }

  post(path: string, json: unknown, signal?: AbortSignal): Promise<unknown> {
    return this.api(path, { method: 'POST', json, signal });
  }

  private get(path: string, query: Record<string, string>, signal?: AbortSignal): Promise<unknown> {
    return this.api(`${path}?${new URLSearchParams(query)}`, { method: 'GET', signal });
  }

  private api(path: string, request: Pick<Ask, 'method' | 'json' | 'signal'>): Promise<unknown> {
    const { uri, timeoutMs } = this.access;
    return askJson(`${uri}/api/2.0/mlflow/${path}`, { ...request, timeoutMs, headers: this.headers() }, this.traffic);
  }

  /** Sends a file to a run's artifact folder. Throws RemoteError `refused` where the server keeps artifacts out of its own reach. */
  async upload(artifactUri: string, path: string, file: string, signal?: AbortSignal): Promise<void> {
    const beside = this.folderHere(artifactUri);
    if (beside !== null) {
      const target = join(beside, ...path.split('/'));
      await mkdir(dirname(target), { recursive: true });
      await copyFile(file, target);
      return;
    }
    const body = await openAsBlob(file);
    const url = this.artifactUrl(artifactUri, path);
    await ask(url, { method: 'PUT', body, headers: this.headers(), timeoutMs: FILE_TIMEOUT_MS, signal }, this.traffic);
  }

  async *download(artifactUri: string, path: string): AsyncGenerator<Uint8Array, void, undefined> {
    const beside = this.folderHere(artifactUri);
    if (beside !== null) yield* createReadStream(join(beside, ...path.split('/'))) as AsyncIterable<Uint8Array>;
    else {
      const url = this.artifactUrl(artifactUri, path);
      yield* askStream(url, { method: 'GET', headers: this.headers(), timeoutMs: FILE_TIMEOUT_MS });
    }
  }

  /** Paths of all files of a run. */
  artifacts(run: string): AsyncGenerator<{ path: string; bytes: number }, void, undefined> {
    return this.filesBelow((path) => this.get('artifacts/list', { run_id: run, ...(path === '' ? {} : { path }) }));
  }

  /** Paths of all files of a logged model. */
  modelArtifacts(id: string): AsyncGenerator<{ path: string; bytes: number }, void, undefined> {
    const route = `logged-models/${encodeURIComponent(id)}/artifacts/directories`;
    return this.filesBelow((path) => this.get(route, path === '' ? {} : { artifact_directory_path: path }));
  }

  private async *filesBelow(
    list: (folder: string) => Promise<unknown>,
    folder = '',
  ): AsyncGenerator<{ path: string; bytes: number }, void, undefined> {
    const { files } = Files.parse(await list(folder));
    for (const { path, is_dir, file_size } of files) {
      if (is_dir) yield* this.filesBelow(list, path);
      else yield { path, bytes: file_size };
    }
  }

  /** The folder that a server on this machine lets its clients write to themselves; null for any other. */
  private folderHere(artifactUri: string): string | null {
    if (!/^(?:file:|\/)/.test(artifactUri)) return null;
    const host = URL.parse(this.access.uri)?.hostname ?? '';
    if (!['localhost', '127.0.0.1', '[::1]'].includes(host)) return null;
    return artifactUri.startsWith('/') ? artifactUri : fileURLToPath(artifactUri);
  }

  private artifactUrl(artifactUri: string, path: string): string {
    const inside = path.split('/').map(encodeURIComponent).join('/');
    const proxied = /^mlflow-artifacts:(?:\/\/[^/]*)?\/?(.*)$/.exec(artifactUri);
    if (proxied !== null) return `${this.access.uri}/api/2.0/mlflow-artifacts/artifacts/${proxied[1]}/${inside}`;
    if (/^https?:/.test(artifactUri)) return `${artifactUri}/${inside}`;
    throw new RemoteError(
      'refused',
      `The server keeps this run's artifacts in ${artifactUri} and takes none itself (mlflow server --serve-artifacts does).`,
    );
  }

  private headers(): Record<string, string> {
    const { token, user } = this.access;
    if (token !== undefined) return { authorization: `Bearer ${token}` };
    if (user === undefined) return {};
    return { authorization: `Basic ${Buffer.from(`${user.name}:${user.password}`).toString('base64')}` };
  }
}

/** Null for what is not there. */
async function found(answer: Promise<unknown>): Promise<unknown> {
  return answer.catch((error: unknown) => {
    if (error instanceof RemoteError && error.status === 404) return null;
    throw error;
  });
}
