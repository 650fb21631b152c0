import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestPath, versionsOf } from '../data/dataset.ts';
import { readManifest } from '../data/manifest.ts';
import { resolveUri } from '../data/objects.ts';
import { objectsDir, runDir, runsDir } from '../store/paths.ts';
import type { Store } from '../store/store.ts';

export interface Freed {
  files: number;
  bytes: number;
}

export interface Garbage {
  /** Runs that were deleted. */
  runs: Freed;
  /** Images that no dataset's version names any more. */
  objects: Freed;
}

/** An import stores its images before its version appears; what is younger may be one's that is under way. */
const YOUNG_MS = 60 * 60 * 1000;

/**
 * Frees the space of deleted runs and of images that no version of any dataset names. With `dryRun` it only counts.
 * Throws DATA_INVALID when a manifest can't be read: then nothing is known to be garbage.
 */
export async function collectGarbage(store: Store, options: { dryRun: boolean; now?: number }): Promise<Garbage> {
  const { home } = store;
  const used = await usedObjects(home);
  const objects: Freed = { files: 0, bytes: 0 };
  const now = options.now ?? Date.now();
  for (const path of await filesBelow(objectsDir(home))) {
    if (used.has(path)) continue;
    const info = await stat(path);
    // The time of the link or copy, not that of the image.
    if (now - info.ctimeMs < YOUNG_MS) continue;
    await take(path, info.size, objects, options.dryRun);
  }
  const runs: Freed = { files: 0, bytes: 0 };
  for (const run of await store.runs.list({ deleted: true })) {
    for (const path of await filesBelow(runDir(home, run.id))) {
      const { size } = await stat(path);
      runs.files += 1;
      runs.bytes += size;
    }
    if (options.dryRun) continue;
    // Rows last: what is left of a run after a kill is still deleted, and found again.
    await rm(join(runsDir(home), run.id), { recursive: true, force: true });
    await store.runs.purge(run.id);
  }
  return { runs, objects };
}

async function usedObjects(home: string): Promise<Set<string>> {
  const used = new Set<string>();
  for (const name of await namesIn(join(home, 'datasets'))) {
    for (const version of await versionsOf(home, name)) {
      for await (const sample of readManifest(manifestPath(home, { name, version })))
        used.add(resolveUri(home, sample.uri));
    }
  }
  return used;
}

async function take(path: string, bytes: number, into: Freed, dryRun: boolean): Promise<void> {
  into.files += 1;
  into.bytes += bytes;
  if (!dryRun) await rm(path, { force: true });
}

async function namesIn(folder: string): Promise<string[]> {
  return readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
}

async function filesBelow(folder: string): Promise<string[]> {
  const entries = await readdir(folder, { withFileTypes: true, recursive: true }).catch(
    (error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return [];
      throw error;
    },
  );
  return entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
}
