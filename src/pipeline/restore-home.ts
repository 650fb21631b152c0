import { existsSync } from 'node:fs';
import { rm, rmdir } from 'node:fs/promises';
import { databasePath } from '../store/paths.ts';
import { openStore } from '../store/store.ts';
import { type BackupResult, restore } from './backup.ts';

/**
 * Restores a backup into the store of `home`, on the engine that `databaseUrl` asks for. What fails leaves a home as it was: a
 * database that was made for it goes again, and so does the folder. Throws what `restore` and `openStore` throw.
 */
export async function restoreHome(
  home: string,
  databaseUrl: string | undefined,
  folder: string,
  deps: Parameters<typeof restore>[2],
): Promise<BackupResult> {
  const path = databasePath(home);
  const made = { home: !existsSync(home), database: databaseUrl === undefined && !existsSync(path) };
  try {
    await using store = await openStore(home, databaseUrl);
    return await restore(store, folder, deps);
  } catch (error) {
    if (made.database) for (const end of ['', '-wal', '-shm']) await rm(`${path}${end}`, { force: true });
    if (made.home) await rmdir(home).catch(() => undefined);
    throw error;
  }
}
