import { createHash, randomBytes } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import type { FastifyInstance, FastifyRequest } from 'fastify';
import type { Store } from '../../store/store.ts';
import { ended, placeToWrite } from './artifacts.ts';
import { invalid, MlflowError } from './errors.ts';
import { read, wholeNumber } from './request.ts';

interface Wild {
  Params: { '*': string };
}
interface Part {
  Params: { upload: string; number: string };
}

const UPLOAD = /^[0-9a-f]{32}$/;
/** S3's own bound, which MLflow's clients keep to. */
const MOST_PARTS = 10_000;
/** Of an upload that nobody went on with. */
const STALE_MS = 24 * 60 * 60 * 1_000;

/**
 * Large files in parts, several at a time, as the client sends those of 500 MB and more. The parts lie in a folder of the upload
 * until it is completed; each can be sent again.
 */
export function multipartRoutes(scope: FastifyInstance, store: Store): void {
  const { home, artifacts } = store;
  const folderOf = (upload: string): string => join(home, 'uploads', upload);

  scope.post<Wild>('/mpu/create/*', async (request) => {
    const { path, num_parts = 1 } = read(request, {
      path: { kind: 'string', required: true },
      num_parts: { kind: 'int' },
    });
    await target(store, request, path);
    if (num_parts < 1 || num_parts > MOST_PARTS)
      throw invalid(`num_parts must be between 1 and ${MOST_PARTS}, got ${num_parts}.`);
    await removeStale(join(home, 'uploads'));
    const upload = randomBytes(16).toString('hex');
    await mkdir(folderOf(upload), { recursive: true });
    const base = `${request.protocol}://${request.host}/api/2.0/mlflow-artifacts/mpu/part/${upload}`;
    return {
      upload_id: upload,
      credentials: Array.from({ length: num_parts }, (_, i) => ({ url: `${base}/${i + 1}`, part_number: i + 1 })),
    };
  });
  scope.register(async (streams) => {
    streams.removeAllContentTypeParsers();
    streams.addContentTypeParser('*', (_request, payload, done) => done(null, payload));
    streams.put<Part>('/mpu/part/:upload/:number', async (request, reply) => {
      const { upload, number } = request.params;
      const folder = await known(folderOf(checkUpload(upload)), upload);
      const part = wholeNumber(number);
      if (part === undefined || part < 1 || part > MOST_PARTS) throw invalid(`${number} is no number of a part.`);
      const hash = createHash('md5');
      const body = request.body as Readable | undefined;
      if (body === undefined) throw invalid(`Part ${part} is empty.`);
      const incoming = join(folder, `${part}.${randomBytes(4).toString('hex')}.incoming`);
      try {
        await pipeline(
          body,
          async function* (chunks: AsyncIterable<Buffer>) {
            for await (const chunk of chunks) {
              hash.update(chunk);
              yield chunk;
            }
          },
          createWriteStream(incoming),
          { signal: ended(request) },
        );
        const etag = hash.digest('hex');
        await rename(incoming, join(folder, `${part}.${etag}`));
        return reply.header('etag', `"${etag}"`).send();
      } finally {
        await rm(incoming, { force: true });
      }
    });
  });
  scope.post<Wild>('/mpu/complete/*', async (request) => {
    const {
      path,
      upload_id,
      parts = [],
    } = read(request, {
      path: { kind: 'string', required: true },
      upload_id: { kind: 'string', required: true },
      parts: { kind: 'objects' },
    });
    const { owner, path: whole } = await target(store, request, path);
    const folder = await known(folderOf(checkUpload(upload_id)), upload_id);
    const files = parts.map(({ part_number, etag }, i) => {
      const number = wholeNumber(part_number);
      if (number !== i + 1) throw invalid(`Part ${i + 1} is missing, or the parts are not in their order.`);
      return join(folder, `${number}.${String(etag).replace(/[^0-9a-f]/g, '')}`);
    });
    for (const [i, file] of files.entries())
      if (!(await stat(file).catch(() => undefined))?.isFile())
        throw invalid(`Part ${i + 1} was not received as its etag says.`);
    await artifacts.write(owner, { path: whole, kind: 'file' }, contents(files));
    await rm(folder, { recursive: true, force: true });
    return {};
  });
  scope.post<Wild>('/mpu/abort/*', async (request) => {
    const { upload_id } = read(request, { upload_id: { kind: 'string', required: true } });
    await rm(folderOf(checkUpload(upload_id)), { recursive: true, force: true });
    return {};
  });
}

/** The file: the folder stands in the route, the name in the body (the client sends the path on its own disk). */
function target(store: Store, request: FastifyRequest<Wild>, path: string) {
  return placeToWrite(store, `${request.params['*'].replace(/\/+$/, '')}/${path.split('/').at(-1)!}`);
}

async function* contents(files: readonly string[]): AsyncGenerator<Buffer, void, undefined> {
  for (const file of files) yield* createReadStream(file, { highWaterMark: 2 ** 20 }) as AsyncIterable<Buffer>;
}

function checkUpload(upload: string): string {
  if (UPLOAD.test(upload)) return upload;
  throw invalid(`${JSON.stringify(upload.slice(0, 100))} is no upload.`);
}

async function known(folder: string, upload: string): Promise<string> {
  if ((await stat(folder).catch(() => undefined))?.isDirectory()) return folder;
  throw new MlflowError('RESOURCE_DOES_NOT_EXIST', `There is no upload ${upload}: it was completed or aborted.`);
}

async function removeStale(uploads: string): Promise<void> {
  for (const name of await readdir(uploads).catch(() => [])) {
    // Images that are kept by policy lie here too, in folders by the day.
    if (!UPLOAD.test(name)) continue;
    const info = await stat(join(uploads, name)).catch(() => undefined);
    if (info !== undefined && Date.now() - info.mtimeMs > STALE_MS)
      await rm(join(uploads, name), { recursive: true, force: true });
  }
}
