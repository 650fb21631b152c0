import { readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { artifactsDir } from '../paths.ts';
import type { Tables } from '../schema.ts';
import type { Blobs } from './blobs.ts';
import type { Places } from './places/open.ts';
import { LOCAL } from './places/place.ts';

export interface FreedContent {
  files: number;
  /** On this machine's disk and in object stores. A file that a folder still links frees nothing. */
  bytes: number;
  /** Contents that could not be removed, as their object store could not be used; they are found again. */
  left: number;
  /** Why, of the first of those. */
  problem: string | null;
}

/** What a killed process left of a file it was receiving. */
const ABANDONED_MS = 60 * 60 * 1000;

export async function freeContents(
  db: Kysely<Tables>,
  blobs: Blobs,
  places: Places,
  home: string,
  { dryRun, linksGone = () => 0 }: { dryRun: boolean; linksGone?: (inode: number) => number },
): Promise<FreedContent> {
  const freed: FreedContent = { files: 0, bytes: 0, left: 0, problem: null };
  if (!dryRun) await removeOrphans(db);
  for (const { sha256, bytes, place } of await blobs.unused(dryRun)) {
    const here = place === LOCAL || place === null;
    const info = here ? await stat(places.local.pathOf(sha256)).catch(() => undefined) : undefined;
    // Not on this machine: the one it lies on frees it.
    if (here && place !== null && info === undefined && dryRun) continue;
    const gain = here ? (info === undefined || info.nlink - linksGone(info.ino) > 1 ? 0 : info.size) : bytes;
    try {
      const gone =
        dryRun ||
        (await blobs.forget(sha256, async (now) => {
          await places.local.remove(sha256);
          const other = now === null ? places.target : now;
          if (other !== undefined && other !== LOCAL) await (await places.at(other)).remove(sha256);
        }));
      if (!gone || (place === null && info === undefined)) continue;
      freed.files += 1;
      freed.bytes += gain;
    } catch (error) {
      freed.left += 1;
      freed.problem ??= (error as Error).message;
    }
  }
  await sweepIncoming(home, freed, dryRun);
  return freed;
}

/** Deleted logged models, which nothing brings back; artifacts of a run that was purged while one of them was being recorded. */
async function removeOrphans(db: Kysely<Tables>): Promise<void> {
  await db.transaction().execute(async (trx) => {
    const deleted = trx.selectFrom('logged_models').select('id').where('deleted_at', 'is not', null);
    await trx.deleteFrom('run_models').where('model_id', 'in', deleted).execute();
    await trx.deleteFrom('logged_models').where('deleted_at', 'is not', null).execute();
    await trx
      .deleteFrom('artifacts')
      .where('owner', 'not in', trx.selectFrom('runs').select('id'))
      .where('owner', 'not in', trx.selectFrom('logged_models').select('id'))
      // Registered bundles stay for ever.
      .where('owner', 'not like', 'bundle-%')
      .execute();
  });
}

async function sweepIncoming(home: string, freed: FreedContent, dryRun: boolean): Promise<void> {
  const folder = join(artifactsDir(home), '.incoming');
  for (const name of await readdir(folder).catch(() => [])) {
    const path = join(folder, name);
    const info = await stat(path).catch(() => undefined);
    if (info === undefined || Date.now() - info.mtimeMs < ABANDONED_MS) continue;
    freed.files += 1;
    freed.bytes += info.size;
    if (!dryRun) await rm(path, { force: true });
  }
}
