import { createHash } from 'node:crypto';
import { createReadStream, existsSync } from 'node:fs';
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Readable } from 'node:stream';
import { checkManifest } from '../bundle/open.ts';
import { verifyManifest } from '../bundle/signature.ts';
import { OslerError } from '../errors.ts';
import { registeredDir } from '../store/paths.ts';
import type { Store } from '../store/store.ts';
import { fetchBundle } from './share.ts';

/** A file of a registered bundle, checked. */
export interface RegisteredFile {
  name: string;
  bytes: number;
  sha256: string;
  body: Readable;
}

/**
 * Files of a registered bundle with their sha256, by its digest: the manifest must be the one that the digest is of, and well signed.
 * Throws NOT_FOUND where there is no such bundle, BUNDLE_ALTERED when manifest or signature are not as they were.
 */
export async function registeredFiles(
  { home, artifacts }: Pick<Store, 'home' | 'artifacts'>,
  digest: string,
): Promise<Map<string, string>> {
  const none = (): OslerError => new OslerError('NOT_FOUND', `There is no registered bundle ${digest.slice(0, 64)}.`);
  if (!/^[0-9a-f]{64}$/.test(digest)) throw none();
  const dir = registeredDir(home, digest);
  if (!existsSync(dir)) await fetchBundle(home, digest, artifacts);
  const [json, signature] = await Promise.all(
    ['bundle.json', 'signature.json'].map((name) => readFile(join(dir, name)).catch(() => null)),
  );
  if (!json || !signature) throw none();
  if (hash(json) !== digest) throw altered(digest, 'its manifest is another');
  verifyManifest(json, signature);
  const { files } = checkManifest(JSON.parse(json.toString('utf8')));
  return new Map([...Object.entries(files), ['bundle.json', digest], ['signature.json', hash(signature)]]);
}

/** One file, whose bytes were compared with the manifest just now. Throws as registeredFiles, and NOT_FOUND. */
export async function registeredFile(
  store: Pick<Store, 'home' | 'artifacts'>,
  digest: string,
  name: string,
): Promise<RegisteredFile> {
  const sha256 = (await registeredFiles(store, digest)).get(name);
  if (sha256 === undefined)
    throw new OslerError('NOT_FOUND', `The registered bundle has no file ${name.slice(0, 200)}.`);
  const path = join(registeredDir(store.home, digest), name);
  const found = createHash('sha256');
  for await (const chunk of createReadStream(path, { highWaterMark: 1 << 20 })) found.update(chunk as Buffer);
  if (found.digest('hex') !== sha256) throw altered(digest, `${name} has other bytes`);
  return { name, bytes: (await stat(path)).size, sha256, body: createReadStream(path) };
}

const hash = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

function altered(digest: string, what: string): OslerError {
  return new OslerError('BUNDLE_ALTERED', `The registered bundle ${digest.slice(0, 12)} was changed: ${what}.`, {
    hint: 'osler audit verify says what else is not as it was.',
  });
}
