import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { FastifyInstance } from 'fastify';
import { registeredFile, registeredFiles } from '../../registry/files.ts';
import { registeredDir } from '../../store/paths.ts';
import type { Store } from '../../store/store.ts';
import type { FileInfo } from './list-folder.ts';

const REGISTERED = /^\/?registry\/([0-9a-f]{64})(?:\/(.*))?$/;

/** What lies right below a folder of a registered bundle, by names alone; null for an address of something else. */
export async function listRegistered(store: Store, path: string): Promise<FileInfo[] | null> {
  const [, digest, folder = ''] = REGISTERED.exec(path.replace(/\/+$/, '')) ?? [];
  if (digest === undefined) return null;
  const start = folder === '' ? '' : `${folder}/`;
  const found = new Map<string, FileInfo>();
  for (const name of (await registeredFiles(store, digest)).keys()) {
    if (!name.startsWith(start)) continue;
    const [first = '', ...deeper] = name.slice(start.length).split('/');
    if (deeper.length > 0) found.set(first, { path: first, is_dir: true });
    else
      found.set(first, {
        path: first,
        is_dir: false,
        file_size: (await stat(join(registeredDir(store.home, digest), name))).size,
      });
  }
  return [...found.values()].sort((a, b) => (a.path < b.path ? -1 : 1));
}

/** Downloads of registered bundles: `mlflow.onnx.load_model("models:/skin@champion")` gets its files here, each checked first. */
export function registeredFileRoutes(scope: FastifyInstance, store: Store): void {
  scope.get<{ Params: { digest: string; '*': string } }>('/artifacts/registry/:digest/*', async (request, reply) => {
    const { name, bytes, sha256, body } = await registeredFile(store, request.params.digest, request.params['*']);
    return reply
      .header('content-length', bytes)
      .header('content-disposition', `attachment; filename*=UTF-8''${encodeURIComponent(name.split('/').at(-1)!)}`)
      .header('x-content-type-options', 'nosniff')
      .header('etag', `"${sha256}"`)
      .type('application/octet-stream')
      .send(body);
  });
}
