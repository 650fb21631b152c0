import { randomBytes } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, open, readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';

/**
 * Writes a whole file or nothing: to a temporary name in the same folder, fsync, rename. The folder is made when absent.
 * A reader sees the old bytes or the new ones; so does the disk after a kill or a power cut.
 */
export async function writeFileAtomic(path: string, data: string | Uint8Array): Promise<void> {
  const folder = dirname(path);
  await mkdir(folder, { recursive: true });
  const temporary = join(folder, `.${basename(path)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    const file = await open(temporary, 'wx');
    try {
      await file.writeFile(data);
      await file.sync();
    } finally {
      await file.close();
    }
    await rename(temporary, path);
  } catch (error) {
    await rm(temporary, { force: true });
    throw error;
  }
  await syncDirectory(folder);
}

/**
 * Replaces a folder by one that `build` fills. Until `build` has ended and its files are on the disk, the old folder stands.
 * POSIX cannot swap two folders in one step, so between the two renames a kill can leave the target absent while the whole new
 * folder lies beside it: readers call `settleDirectory` first, which finishes the swap. One writer at a time.
 */
export async function replaceDirectory(target: string, build: (folder: string) => Promise<void>): Promise<void> {
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  await settleDirectory(target);
  const temporary = join(parent, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(temporary);
    await build(temporary);
    await syncTree(temporary);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    throw error;
  }
  const { fresh, old } = beside(target);
  await rename(temporary, fresh);
  if (existsSync(target)) await rename(target, old);
  await rename(fresh, target);
  await syncDirectory(parent);
  await rm(old, { recursive: true, force: true });
}

/**
 * Makes a folder whose name says what it holds, whole or not at all. Several writers may come at once: the first one's stays, as the
 * others' would be the same.
 */
export async function placeDirectory(target: string, build: (folder: string) => Promise<void>): Promise<void> {
  const parent = dirname(target);
  await mkdir(parent, { recursive: true });
  const temporary = join(parent, `.${basename(target)}.${randomBytes(6).toString('hex')}.tmp`);
  try {
    await mkdir(temporary);
    await build(temporary);
    await syncTree(temporary);
    await rename(temporary, target);
  } catch (error) {
    await rm(temporary, { recursive: true, force: true });
    const { code } = error as NodeJS.ErrnoException;
    if (code !== 'ENOTEMPTY' && code !== 'EEXIST') throw error;
  }
  await syncDirectory(parent);
}

/** Finishes what a killed `replaceDirectory` left: the new folder where it was whole, else the old one; leftovers go. */
export async function settleDirectory(target: string): Promise<void> {
  const { fresh, old } = beside(target);
  if (existsSync(fresh)) {
    if (existsSync(target)) {
      await rm(old, { recursive: true, force: true });
      await rename(target, old);
    }
    await rename(fresh, target);
  } else if (!existsSync(target) && existsSync(old)) {
    await rename(old, target);
  }
  await rm(old, { recursive: true, force: true });
}

function beside(target: string): { fresh: string; old: string } {
  const name = join(dirname(target), `.${basename(target)}`);
  return { fresh: `${name}.new`, old: `${name}.old` };
}

async function syncTree(folder: string): Promise<void> {
  for (const entry of await readdir(folder, { withFileTypes: true })) {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) await syncTree(path);
    else if (entry.isFile()) await syncPath(path);
  }
  await syncPath(folder);
}

/** So that the rename itself survives a power cut. */
async function syncDirectory(folder: string): Promise<void> {
  // Windows can't open a folder; it has no need to.
  if (process.platform !== 'win32') await syncPath(folder);
}

async function syncPath(path: string): Promise<void> {
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
