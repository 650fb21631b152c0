import { openAsBlob } from 'node:fs';
import { z } from 'zod';
import { ask, askJson, RemoteError, type Traffic } from '../http.ts';
import { wandbJson } from './rows.ts';

export interface WandbAccess {
  /** https://api.wandb.ai, or a server of one's own. */
  url: string;
  key: string;
  timeoutMs: number;
}

export interface Bucket {
  name: string;
  project: string;
  entity: string;
  /** Lines of history that the server has. */
  lines: number;
}

const UPSERT = `mutation UpsertBucket($name: String, $project: String, $entity: String, $groupName: String, $displayName: String,
  $config: JSONString, $host: String, $jobType: String, $state: String, $tags: [String!], $summaryMetrics: JSONString) {
  upsertBucket(input: {name: $name, modelName: $project, entityName: $entity, groupName: $groupName, displayName: $displayName,
    config: $config, host: $host, jobType: $jobType, state: $state, tags: $tags, summaryMetrics: $summaryMetrics}) {
    bucket { id name displayName historyLineCount project { id name entity { id name } } }
    inserted
  }
}`;

const FILES = `mutation CreateRunFiles($entity: String!, $project: String!, $run: String!, $files: [String!]!) {
  createRunFiles(input: {entityName: $entity, projectName: $project, runName: $run, files: $files}) {
    runID uploadHeaders files { name uploadUrl }
  }
}`;

const Upserted = z.object({
  upsertBucket: z.object({
    bucket: z.object({
      name: z.string(),
      historyLineCount: z.number().nullish(),
      project: z.object({ name: z.string(), entity: z.object({ name: z.string() }) }),
    }),
  }),
});
const Created = z.object({
  createRunFiles: z.object({
    uploadHeaders: z.array(z.string()).nullish(),
    files: z.array(z.object({ name: z.string(), uploadUrl: z.string().nullish() })),
  }),
});

const FILE_TIMEOUT_MS = 30 * 60_000;

/** The part of W&B's HTTP API that its own client uses to write a run down: GraphQL, the file stream, uploads. Throws RemoteError. */
export class WandbApi {
  readonly traffic: Traffic = { requests: 0, answers: 0, bytes: 0, milliseconds: 0 };
  readonly url: string;
  private readonly access: WandbAccess;

  constructor(access: WandbAccess) {
    this.access = access;
    this.url = access.url.replace(/\/+$/, '');
  }

  /** Makes the run or changes it. What is left out stays. */
  async upsert(
    run: {
      name: string;
      project: string;
      entity: string | null;
      displayName?: string;
      groupName?: string;
      host?: string;
      jobType?: string;
      config?: Record<string, unknown>;
    },
    signal?: AbortSignal,
  ): Promise<Bucket> {
    const config =
      run.config === undefined
        ? undefined
        : wandbJson(Object.fromEntries(Object.entries(run.config).map(([key, value]) => [key, { value }])));
    const answer = Upserted.safeParse(await this.graphql(UPSERT, { ...run, config }, signal));
    if (!answer.success) throw new RemoteError('denied', `${this.url} did not say which run it made.`);
    const { bucket } = answer.data.upsertBucket;
    return {
      name: bucket.name,
      project: bucket.project.name,
      entity: bucket.project.entity.name,
      lines: bucket.historyLineCount ?? 0,
    };
  }

  /** Lines of the run's files, each from an offset: the same lines again replace themselves. */
  async stream(
    bucket: Pick<Bucket, 'name' | 'project' | 'entity'>,
    body: unknown,
    signal?: AbortSignal,
  ): Promise<void> {
    const path = [bucket.entity, bucket.project, bucket.name].map(encodeURIComponent).join('/');
    const { timeoutMs } = this.access;
    await askJson(
      `${this.url}/files/${path}/file_stream`,
      { method: 'POST', json: body, headers: this.headers(), timeoutMs, signal },
      this.traffic,
    );
  }

  async upload(
    bucket: Pick<Bucket, 'name' | 'project' | 'entity'>,
    path: string,
    file: string,
    signal?: AbortSignal,
  ): Promise<void> {
    const body = await openAsBlob(file);
    const { name: run, project, entity } = bucket;
    const answer = Created.safeParse(await this.graphql(FILES, { run, project, entity, files: [path] }, signal));
    const target = answer.data?.createRunFiles.files.find(({ name }) => name === path)?.uploadUrl;
    if (!target) throw new RemoteError('refused', `${this.url} gave no address for the file ${path}.`);
    const pairs = (answer.data?.createRunFiles.uploadHeaders ?? []).map((line): [string, string] => {
      const colon = line.indexOf(':');
      return [line.slice(0, colon).trim(), line.slice(colon + 1).trim()];
    });
    // A storage's own address carries its own permission; the key is for the server alone.
    const own = new URL(target, this.url).origin === new URL(this.url).origin ? this.headers() : {};
    const headers = { ...own, ...Object.fromEntries(pairs) };
    const url = new URL(target, this.url).href;
    await ask(url, { method: 'PUT', body, headers, timeoutMs: FILE_TIMEOUT_MS, signal }, this.traffic);
  }

  private async graphql(query: string, variables: unknown, signal?: AbortSignal): Promise<unknown> {
    const answer = (await askJson(
      `${this.url}/graphql`,
      { method: 'POST', json: { query, variables }, headers: this.headers(), timeoutMs: this.access.timeoutMs, signal },
      this.traffic,
    ).catch((error: unknown) => {
      // W&B says with 400 and 404 that a project or a team is not ours: nothing of the run can pass.
      if (error instanceof RemoteError && error.failure === 'refused')
        throw new RemoteError('denied', error.message, { cause: error });
      throw error;
    })) as { data?: unknown; errors?: { message?: string }[] };
    const [error] = answer.errors ?? [];
    if (error !== undefined)
      throw new RemoteError('denied', `${this.url}: ${error.message ?? 'an error without words'}`);
    return answer.data;
  }

  private headers(): Record<string, string> {
    return { authorization: `Basic ${Buffer.from(`api:${this.access.key}`).toString('base64')}` };
  }
}
