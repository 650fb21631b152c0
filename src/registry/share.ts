import { createReadStream, createWriteStream } from 'node:fs';
import { chmod, mkdir } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import type { Artifacts } from '../store/artifacts/artifacts.ts';
import { checkPath } from '../store/artifacts/names.ts';
import { placeDirectory } from '../store/files.ts';
import { registeredDir } from '../store/paths.ts';

/** Files of a registered bundle in the store's contents. */
const ownerOf = (digest: string): string => `bundle-${digest}`;

/**
 * Brings a registered bundle to the object store, where one is configured, so that other machines can open it. What is there already
 * is sent once.
 */
export async function shareBundle(
  home: string,
  digest: string,
  files: readonly string[],
  artifacts: Artifacts,
): Promise<void> {
  if (!artifacts.remote) return;
  const there = new Set((await artifacts.list(ownerOf(digest))).map(({ path }) => path));
  for (const path of files) {
    if (there.has(path)) continue;
    const source = createReadStream(join(registeredDir(home, digest), path), { highWaterMark: 1 << 20 });
    await artifacts.write(ownerOf(digest), { path, kind: 'registered' }, source);
  }
}

/** Fetches a registered bundle that another machine shared; false where none did. What comes is checked when it is opened. */
export async function fetchBundle(home: string, digest: string, artifacts: Artifacts): Promise<boolean> {
  const files = await artifacts.list(ownerOf(digest));
  if (files.length === 0) return false;
  await placeDirectory(registeredDir(home, digest), async (folder) => {
    for (const { path } of files) {
      const target = join(folder, checkPath(path));
      await mkdir(dirname(target), { recursive: true });
      const { body } = await artifacts.read(ownerOf(digest), path);
      await pipeline(body, createWriteStream(target));
      await chmod(target, 0o444);
    }
  });
  return true;
}
