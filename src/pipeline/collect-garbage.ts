import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { manifestPath, versionsOf } from '../data/dataset.ts';
import { readManifest } from '../data/manifest.ts';
import { resolveUri } from '../data/objects.ts';
import { applyKeep } from '../serving/deployments/keep.ts';
import type { FreedContent } from '../store/artifacts/free.ts';
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
  /** Contents of artifacts that no run refers to, on disk and in object stores; `left` could not be removed. */
  artifacts: FreedContent;
  /** Entries of deployments' logs that their policies do not keep. */
  answers: number;
}

/** An import stores its images before its version appears; what is younger may be one's that is under way. */
const YOUNG_MS = 60 * 60 * 1000;

/**
 * Frees the space of deleted runs, of images that no version of any dataset names, and of answers that no deployment keeps. With `dryRun` it only counts.
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
  // Artifacts are links to files of their runs: what both are is freed with the last of them, and counted there.
  const gone = new Map<number, number>();
  for (const id of await store.runs.deleted()) {
    for (const path of await filesBelow(runDir(home, id))) {
      const { size, ino, nlink } = await stat(path);
      gone.set(ino, (gone.get(ino) ?? 0) + 1);
      runs.files += 1;
      if (nlink === 1) runs.bytes += size;
    }
    if (options.dryRun) continue;
    // Rows last: what is left of a run after a kill is still deleted, and found again.
    await rm(join(runsDir(home), id), { recursive: true, force: true });
    await store.runs.purge(id);
  }
  const linksGone = (inode: number): number => (options.dryRun ? (gone.get(inode) ?? 0) : 0);
  const artifacts = await store.artifacts.free({ dryRun: options.dryRun, linksGone });
  let answers = 0;
  for (const row of await store.deployments.list())
    answers += await applyKeep(store, row, { dryRun: options.dryRun, now });
  return { runs, objects, artifacts, answers };
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
