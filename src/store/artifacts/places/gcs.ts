import { setMaxListeners } from 'node:events';
import { createReadStream } from 'node:fs';
import { readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { File } from '@google-cloud/storage';
import { writeFileAtomic } from '../../files.ts';
import { artifactsDir } from '../../paths.ts';
import { type KnownFile, keyOf, notThere, type Place, type RemoteAddress, storageError } from './place.ts';

const MiB = 2 ** 20;
const ONE_REQUEST = 16 * MiB;
/** Of a resumable upload; in memory. A multiple of 256 KiB. */
const CHUNK = 8 * MiB;

/**
 * Contents in a bucket of Google Cloud Storage. Credentials come from where Google's own tools take them. The address of an
 * upload under way is kept in OSLER_HOME, so that another process goes on where a killed one stopped; the service forgets it
 * after a week.
 */
export async function gcsPlace(address: RemoteAddress, home: string): Promise<Place> {
  const { IdempotencyStrategy, Storage } = await import('@google-cloud/storage');
  const { text, endpoint } = address;
  // The library puts eleven listeners on each download, for good; from ten on Node would warn of a leak.
  setMaxListeners(16);
  const storage = new Storage({
    ...(endpoint === undefined ? {} : { apiEndpoint: endpoint, projectId: 'osler' }),
    // A content is the same however often it is written.
    retryOptions: {
      autoRetry: true,
      maxRetries: 3,
      totalTimeout: 60,
      idempotencyStrategy: IdempotencyStrategy.RetryAlways,
    },
  });
  const bucket = storage.bucket(address.bucket);
  const fileOf = (sha256: string): File => bucket.file(keyOf(address, sha256));
  const stateOf = (sha256: string): string => join(artifactsDir(home), '.uploads', `${sha256}.json`);
  const guarded = <T>(work: Promise<T>): Promise<T> =>
    work.catch((error: unknown) => {
      throw storageError(text, error);
    });

  /** The address to send the content to, and whether it was begun before. */
  async function session(file: KnownFile): Promise<{ uri: string; old: boolean }> {
    const state = await readFile(stateOf(file.sha256), 'utf8').then(
      (json) => JSON.parse(json) as { place: string; uri: string },
      () => undefined,
    );
    if (state?.place === text) return { uri: state.uri, old: true };
    const [uri] = await fileOf(file.sha256).createResumableUpload({
      metadata: { contentType: 'application/octet-stream' },
    });
    await writeFileAtomic(stateOf(file.sha256), `${JSON.stringify({ place: text, uri })}\n`);
    return { uri, old: false };
  }

  async function send(file: KnownFile, options: object, signal: AbortSignal | undefined): Promise<void> {
    const target = fileOf(file.sha256).createWriteStream({
      validation: 'md5',
      metadata: { contentType: 'application/octet-stream' },
      ...options,
    });
    await pipeline(createReadStream(file.path, { highWaterMark: MiB }), target, signal === undefined ? {} : { signal });
  }

  async function put(file: KnownFile, signal?: AbortSignal): Promise<void> {
    if (file.bytes <= ONE_REQUEST) return send(file, { resumable: false }, signal);
    const { uri, old } = await session(file);
    try {
      // A new one has nothing yet; of an old one the service is asked how far it is.
      await send(file, { resumable: true, uri, chunkSize: CHUNK, ...(old ? {} : { offset: 0 }) }, signal);
    } catch (error) {
      const { code } = error as { code?: number | string };
      // Forgotten by the service, or ended by another process.
      if (!old || !(Number(code) >= 400 && Number(code) < 500)) throw error;
      await rm(stateOf(file.sha256), { force: true });
      return put(file, signal);
    }
    await rm(stateOf(file.sha256), { force: true });
  }

  async function stat(sha256: string): Promise<number | undefined> {
    try {
      const [{ size }] = await fileOf(sha256).getMetadata();
      return Number(size);
    } catch (error) {
      if (isAbsent(error)) return undefined;
      throw storageError(text, error);
    }
  }

  return {
    address: text,
    put: (file, signal) => guarded(put(file, signal)),
    stat,
    async read(sha256, offset) {
      // The stream's own error for what is not there comes late and bare.
      if ((await stat(sha256)) === undefined) throw notThere(text, sha256);
      return fileOf(sha256).createReadStream({
        ...(offset === 0 ? {} : { start: offset }),
        validation: false,
        decompress: false,
      });
    },
    remove: (sha256) =>
      guarded(
        (async () => {
          await rm(stateOf(sha256), { force: true });
          await fileOf(sha256).delete({ ignoreNotFound: true });
        })(),
      ),
    close() {},
  };
}

function isAbsent(error: unknown): boolean {
  return Number((error as { code?: unknown }).code) === 404;
}
