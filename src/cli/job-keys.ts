import { readFile } from 'node:fs/promises';
import { serverEnvironment } from '../config/environment.ts';
import { loadServerConfig } from '../security/config.ts';
import { type KeyProvider, keysFromText } from '../security/keep/provider.ts';

/**
 * Keys for images that are sent for jobs: those of `uploads.keyFiles` and OSLER_UPLOAD_KEY, which several machines may share; undefined
 * where there are none, and the home has one of its own.
 */
export async function jobKeys(home: string, file?: string): Promise<KeyProvider | undefined> {
  const { overrides, uploadKey } = serverEnvironment();
  const { uploads } = loadServerConfig(home, { file, overrides });
  const files = await Promise.all((uploads?.keyFiles ?? []).map((path) => readFile(path, 'utf8')));
  const texts = [...files, ...(uploadKey === undefined ? [] : [uploadKey])];
  return texts.length === 0 ? undefined : keysFromText(texts);
}
