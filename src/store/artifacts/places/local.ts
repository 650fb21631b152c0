import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { chmod, constants, copyFile, link, mkdir, open, rename, rm, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { artifactsDir } from '../../paths.ts';
import { type KnownFile, LOCAL, notThere, type Place } from './place.ts';

export interface LocalPlace extends Place {
  /** Takes a file over: it is gone from where it was. */
  take(file: KnownFile): Promise<void>;
  /** For files under way: same file system, so that `take` is a rename. */
  incoming(): Promise<string>;
  pathOf(sha256: string): string;
}

/** Links are refused by file systems that have none, across two of them, and where a file has as many as it may. */
const NO_LINK = new Set(['EXDEV', 'EPERM', 'EMLINK', 'ENOTSUP', 'EOPNOTSUPP', 'ENOSYS', 'EACCES']);

/**
 * Contents as files in OSLER_HOME. `put` links: a file that is recorded costs no second copy. So it must never be written in
 * place again; it is made read-only for that, and what reads it checks its hash.
 */
export function localPlace(home: string): LocalPlace {
  const root = artifactsDir(home);
  const pathOf = (sha256: string): string => join(root, sha256.slice(0, 2), sha256);
  const incoming = async (): Promise<string> => {
    const folder = join(root, '.incoming');
    await mkdir(folder, { recursive: true });
    return join(folder, randomBytes(12).toString('hex'));
  };
  const has = async ({ sha256, bytes }: KnownFile): Promise<boolean> => (await size(pathOf(sha256))) === bytes;
  const take = async (file: KnownFile): Promise<void> => {
    if (await has(file)) return rm(file.path, { force: true });
    const target = pathOf(file.sha256);
    await mkdir(dirname(target), { recursive: true });
    await chmod(file.path, 0o444);
    await rename(file.path, target);
    await syncPath(dirname(target));
  };
  return {
    address: LOCAL,
    incoming,
    pathOf,
    take,
    async put(file) {
      if (await has(file)) return;
      const temporary = await incoming();
      try {
        await link(file.path, temporary).catch(async (error: NodeJS.ErrnoException) => {
          if (!NO_LINK.has(error.code ?? '')) throw error;
          await copyFile(file.path, temporary, constants.COPYFILE_FICLONE);
        });
        await syncPath(temporary);
        await take({ ...file, path: temporary });
      } finally {
        await rm(temporary, { force: true });
      }
    },
    stat: (sha256) => size(pathOf(sha256)),
    async read(sha256, offset) {
      const file = await open(pathOf(sha256)).catch((error: NodeJS.ErrnoException) => {
        throw error.code === 'ENOENT' ? notThere(LOCAL, sha256) : error;
      });
      return createReadStream('', { fd: file, start: offset, highWaterMark: 256 * 1024 });
    },
    remove: (sha256) => rm(pathOf(sha256), { force: true }),
    close() {},
  };
}

async function size(path: string): Promise<number | undefined> {
  return (await stat(path).catch(() => undefined))?.size;
}

async function syncPath(path: string): Promise<void> {
  // Windows can't open a folder; it has no need to.
  if (process.platform === 'win32') return;
  const handle = await open(path, 'r');
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}
