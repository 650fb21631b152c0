import { extname } from 'node:path';
import { Readable } from 'node:stream';
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify';
import { OslerError } from '../../errors.ts';
import type { Artifact } from '../../store/artifacts/artifacts.ts';
import type { Store } from '../../store/store.ts';
import type { NewEvent } from '../../store/trail-event.ts';
import { invalid, MlflowError } from './errors.ts';
import { checkRelative, listFolder } from './list-folder.ts';
import { listRegistered } from './registered-files.ts';
import { actorOf } from './registry-request.ts';
import { read } from './request.ts';
import { RUN } from './runs.ts';

interface Wild {
  Params: { '*': string };
}

/** A run's or a logged model's file, in the paths of `mlflow-artifacts:`. */
interface Place {
  owner: string;
  /** Empty: the folder of all its files. */
  path: string;
}

const PLACE = /^(?:.*\/)?(?:models\/)?((?:m-)?[0-9a-f]{32})\/artifacts(?:\/(.*))?$/;

/** `EXPERIMENT/RUN/artifacts/PATH` or `EXPERIMENT/models/MODEL/artifacts/PATH`, below whatever location an experiment has. */
export function placeOf(given: string): Place | undefined {
  const [, owner, path = ''] = PLACE.exec(checkRelative(given).replace(/\/+$/, '')) ?? [];
  return owner === undefined ? undefined : { owner, path };
}

function mustBePlace(given: string): Place {
  const place = placeOf(given);
  if (place !== undefined && place.path !== '') return place;
  throw invalid(
    `${JSON.stringify(given.slice(0, 200))} is no file of a run or logged model: it looks like EXPERIMENT/RUN/artifacts/PATH.`,
  );
}

/** The address of a run's or a logged model's files in this server's store, without its host. */
const OWN = /^mlflow-artifacts:(?:\/\/[^/]*)?\/(.*)$/;

/**
 * The place that a file is written to: below the folder that the run or the logged model has. Below another experiment's it would be a
 * file that a client asks for in vain. Throws INVALID_PARAMETER_VALUE, NOT_FOUND.
 */
export async function placeToWrite({ tracked, loggedModels }: Store, given: string): Promise<Place> {
  const place = mustBePlace(given);
  const { artifactUri } = await (place.owner.startsWith('m-') ? loggedModels : tracked).get(place.owner);
  const own = OWN.exec(artifactUri)?.[1];
  if (own === undefined || checkRelative(given).startsWith(`${own}/`)) return place;
  throw invalid(
    `${JSON.stringify(given.slice(0, 200))} is not below the artifacts of ${place.owner}, which lie in ${artifactUri}.`,
  );
}

/** Files through the server, as the client's `mlflow-artifacts:` addresses them. Bodies are streams, whatever their type. */
export function proxyRoutes(scope: FastifyInstance, store: Store): void {
  const { artifacts } = store;
  scope.put<Wild>('/artifacts/*', async (request) => {
    const { owner, path } = await placeToWrite(store, request.params['*']);
    // An empty file has no body.
    const body = (request.body as Readable | undefined) ?? Readable.from([]);
    await artifacts.write(owner, { path, kind: 'file' }, body, ended(request));
    return {};
  });
  scope.get<Wild>('/artifacts/*', async (request, reply) => {
    const { owner, path } = mustBePlace(request.params['*']);
    return send(reply, await artifacts.read(owner, path).catch(noSuch(request.params['*'])));
  });
  scope.delete<Wild>('/artifacts/*', async (request) => {
    const { owner, path } = placeOf(request.params['*']) ?? mustBePlace(request.params['*']);
    const within = (file: string): boolean => path === '' || file === path || file.startsWith(`${path}/`);
    const gone = (await artifacts.list(owner)).filter((file) => within(file.path));
    if (path !== '') await artifacts.remove(owner, path);
    else for (const file of gone) await artifacts.remove(owner, file.path);
    if (gone.length > 0) await store.trail.append(removal(request, owner, gone));
    return {};
  });
  scope.get('/artifacts', async (request) => {
    const { path = '' } = read(request, { path: { kind: 'string' } });
    const registered = await listRegistered(store, path);
    if (registered !== null) return { files: registered };
    const place = placeOf(path);
    if (place === undefined) return {};
    const files = await listFolder(artifacts, place.owner, place.path);
    // Here, unlike in other lists, by their names alone.
    return files.length === 0 ? {} : { files: files.map((file) => ({ ...file, path: file.path.split('/').at(-1)! })) };
  });
  scope.get<Wild>('/presigned/*', async () => {
    throw new MlflowError(
      'NOT_IMPLEMENTED',
      'Presigned downloads are not supported by this server: files come through it.',
    );
  });
}

/** Files of which one event tells size and content; of more it tells the number. Never their names: a trail is for ever, and names may be a patient's. */
const MOST_TOLD = 100;

function removal(request: FastifyRequest, owner: string, gone: readonly Artifact[]): NewEvent {
  const files = gone.slice(0, MOST_TOLD).map(({ bytes, sha256 }) => ({ bytes, sha256 }));
  return {
    ...actorOf(request),
    what: 'artifact.delete',
    subject: `${owner.startsWith('m-') ? 'logged model' : 'run'} ${owner}`,
    before: { count: gone.length, files },
  };
}

/** The lists and downloads that name a run. */
export function artifactRoutes(scope: FastifyInstance, { tracked, artifacts }: Store): void {
  scope.get('/artifacts/list', async (request) => {
    const { run_id, path } = read(request, { ...RUN, path: { kind: 'string' }, page_token: { kind: 'string' } });
    const run = await tracked.get(run_id);
    const files = await listFolder(artifacts, run.id, path);
    return { root_uri: run.artifactUri, ...(files.length === 0 ? {} : { files }) };
  });
}

export function getArtifactRoute(app: FastifyInstance, { tracked, artifacts }: Store): void {
  app.get('/get-artifact', async (request, reply) => {
    const { run_id, path } = read(request, { ...RUN, path: { kind: 'string', required: true } });
    const run = await tracked.get(run_id);
    return send(reply, await artifacts.read(run.id, checkRelative(path)));
  });
}

/** MLflow's words for a file that is not there. */
function noSuch(path: string) {
  return (error: unknown): never => {
    if (!(error instanceof OslerError) || error.code !== 'NOT_FOUND') throw error;
    throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `No such artifact: '${path}'`);
  };
}

const TYPES: Record<string, string> = {
  '.txt': 'text/plain; charset=utf-8',
  '.json': 'application/json',
  '.csv': 'text/csv; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.png': 'image/png',
  '.jpg': 'image/jpeg',
  '.jpeg': 'image/jpeg',
  '.svg': 'image/svg+xml',
};

/** Always as an attachment: a page that somebody logged must not run as this server's own. */
function send(reply: FastifyReply, { artifact, body }: Awaited<ReturnType<Store['artifacts']['read']>>): FastifyReply {
  const name = artifact.path.split('/').at(-1)!;
  return reply
    .header('content-length', artifact.bytes)
    .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name)}`)
    .header('x-content-type-options', 'nosniff')
    .header('etag', `"${artifact.sha256}"`)
    .type(TYPES[extname(name).toLowerCase()] ?? 'application/octet-stream')
    .send(body);
}

/** Aborts when the client goes away before its last byte. */
export function ended(request: FastifyRequest): AbortSignal {
  const controller = new AbortController();
  request.raw.once('close', () => {
    if (!request.raw.complete) controller.abort(new MlflowError('BAD_REQUEST', 'The upload broke off.'));
  });
  return controller.signal;
}
