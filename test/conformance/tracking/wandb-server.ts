/** A stand-in of W&B's server: the part of its GraphQL, file stream and uploads that its own client needs to sync a run. */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';

export interface WandbRun {
  project: string;
  displayName: string | null;
  groupName: string | null;
  config: Record<string, { value: unknown }>;
  /** Lines of `wandb-history.jsonl` and others, placed by their offsets. */
  lines: Map<string, string[]>;
  files: Map<string, Buffer>;
  exitCode: number | null;
  requests: number;
}

export interface WandbServer {
  url: string;
  runs: Map<string, WandbRun>;
  /** Operations that nobody here knows. */
  unknown: string[];
  [Symbol.asyncDispose](): Promise<void>;
}

const ENTITY = 'osler-tests';
/** As W&B's client wants one to look. */
export const WANDB_KEY = 'a'.repeat(40);

export async function wandbServer(): Promise<WandbServer> {
  const runs = new Map<string, WandbRun>();
  const unknown: string[] = [];
  const runOf = (name: string): WandbRun => {
    const fresh: WandbRun = {
      project: '',
      displayName: null,
      groupName: null,
      config: {},
      lines: new Map(),
      files: new Map(),
      exitCode: null,
      requests: 0,
    };
    if (!runs.has(name)) runs.set(name, fresh);
    const run = runs.get(name)!;
    run.requests += 1;
    return run;
  };

  type Variables = Record<string, string | string[] | null | undefined>;
  const graphql = (operation: string, variables: Variables, url: string): unknown => {
    switch (operation) {
      case 'UpsertBucket': {
        const name = String(variables.name);
        const run = runOf(name);
        run.project = String(variables.project ?? run.project);
        if (variables.displayName) run.displayName = String(variables.displayName);
        if (variables.groupName) run.groupName = String(variables.groupName);
        if (variables.config) run.config = JSON.parse(String(variables.config)) as WandbRun['config'];
        const project = { id: 'cHJvamVjdA==', name: run.project, entity: { id: 'ZW50', name: ENTITY } };
        const historyLineCount = run.lines.get('wandb-history.jsonl')?.length ?? 0;
        const bucket = {
          id: 'cnVu',
          name,
          displayName: run.displayName,
          description: null,
          config: '{}',
          sweepName: null,
        };
        return { upsertBucket: { bucket: { ...bucket, historyLineCount, project }, inserted: true } };
      }
      case 'CreateRunFiles': {
        const run = String(variables.run);
        const files = (variables.files as string[]).map((name) => ({
          name,
          uploadUrl: `${url}/upload/${run}/${encodeURIComponent(name)}`,
        }));
        return { createRunFiles: { runID: 'cnVu', uploadHeaders: [], files } };
      }
      case 'ServerFeaturesQuery':
        return { serverInfo: { features: [] } };
      case 'Viewer':
        return { viewer: { id: 'dXNlcg==', entity: ENTITY, username: ENTITY, flags: '{}', teams: { edges: [] } } };
      default:
        unknown.push(operation);
        return {};
    }
  };

  const server = createServer(async (request, response) => {
    const parts: Buffer[] = [];
    for await (const part of request) parts.push(part as Buffer);
    const body = Buffer.concat(parts);
    const path = request.url ?? '';
    const send = (status: number, json: unknown) => {
      response.writeHead(status, { 'content-type': 'application/json' });
      response.end(JSON.stringify(json));
    };
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
    const upload = /^\/upload\/([^/]+)\/(.+)$/.exec(path);
    if (upload !== null) {
      runOf(upload[1]!).files.set(decodeURIComponent(upload[2]!), body);
      return send(200, {});
    }
    if (path.startsWith('/sdk/')) return send(200, {});
    const key = `Basic ${Buffer.from(`api:${WANDB_KEY}`).toString('base64')}`;
    if (request.headers.authorization !== key) return send(401, { error: 'unauthorized' });
    if (path === '/graphql') {
      const { query, variables, operationName } = JSON.parse(body.toString()) as {
        query: string;
        variables?: Variables;
        operationName?: string;
      };
      const operation = operationName ?? /(?:query|mutation)\s+(\w+)/.exec(query)?.[1] ?? '';
      return send(200, { data: graphql(operation, variables ?? {}, url) });
    }
    const stream = /^\/files\/([^/]+)\/([^/]+)\/([^/]+)\/file_stream$/.exec(path);
    if (stream === null) {
      unknown.push(path);
      return send(404, { error: 'unknown' });
    }
    const run = runOf(stream[3]!);
    const said = JSON.parse(body.toString()) as {
      files?: Record<string, { offset: number; content: string[] }>;
      exitcode?: number;
    };
    for (const [name, { offset, content }] of Object.entries(said.files ?? {})) {
      const lines = run.lines.get(name) ?? [];
      lines.splice(offset, content.length, ...content);
      run.lines.set(name, lines);
    }
    if (said.exitcode !== undefined) run.exitCode = said.exitcode;
    return send(200, {});
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    runs,
    unknown,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A line of history, whose NaN and infinities JSON does not know, as a map; they stand as words. */
export function parseLine(line: string): Record<string, unknown> {
  return JSON.parse(line.replaceAll(/:\s*(NaN|-?Infinity)(?=\s*[,}])/g, ':"$1"')) as Record<string, unknown>;
}
