import { existsSync } from 'node:fs';
import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { isPostgres } from '../columns.ts';
import { runDir } from '../paths.ts';
import type { Tables } from '../schema.ts';
import { hashFile, verified } from './content.ts';
import type { Places } from './places/open.ts';
import { LOCAL } from './places/place.ts';

export interface Checked {
  contents: number;
  bytes: number;
  /** On PostgreSQL: on the disks of other machines, as of runs that have no folder here. They are not looked at. */
  elsewhere: number;
}

const PAGE = 500;

/** Each content once, where it lies. What can't be reached is said once for each place. */
export async function* checkContents(
  db: Kysely<Tables>,
  places: Places,
  home: string,
  { content }: { content: boolean },
): AsyncGenerator<string, Checked, undefined> {
  const checked: Checked = { contents: 0, bytes: 0, elsewhere: 0 };
  const unreachable = new Set<string>();
  const isElsewhere = async ({ place, sha256, owner }: Row): Promise<boolean> =>
    isPostgres(db) &&
    (place === null || place === LOCAL) &&
    !existsSync(runDir(home, owner)) &&
    (await places.local.stat(sha256)) === undefined;
  for (let after = ''; ; ) {
    const rows = await db
      .selectFrom('blobs')
      .innerJoin('artifacts', 'artifacts.sha256', 'blobs.sha256')
      .select(['blobs.sha256', 'blobs.bytes', 'blobs.place'])
      .select(({ fn }) => [fn.min('artifacts.owner').as('owner'), fn.min('artifacts.path').as('path')])
      .where('blobs.sha256', '>', after)
      .groupBy(['blobs.sha256', 'blobs.bytes', 'blobs.place'])
      .orderBy('blobs.sha256')
      .limit(PAGE)
      .execute();
    for (const row of rows) {
      if (row.place !== null && unreachable.has(row.place)) continue;
      if (await isElsewhere(row)) {
        checked.elsewhere += 1;
        continue;
      }
      checked.contents += 1;
      checked.bytes += row.bytes;
      const name = `the artifact ${row.path} of ${row.owner}`;
      try {
        const problem = row.place === null ? await ofFolder(home, row, content) : await ofPlace(places, row, content);
        if (problem !== undefined) yield `${name} ${problem}`;
      } catch (error) {
        yield (error as Error).message;
        if (row.place !== null) unreachable.add(row.place);
      }
    }
    if (rows.length < PAGE) return checked;
    after = rows.at(-1)!.sha256;
  }
}

interface Row {
  sha256: string;
  bytes: number;
  place: string | null;
  owner: string;
  path: string;
}

async function ofPlace(places: Places, row: Row, content: boolean): Promise<string | undefined> {
  const place = await places.at(row.place!);
  const size = await place.stat(row.sha256);
  if (size === undefined) return `is missing at ${place.address} (${row.sha256.slice(0, 12)})`;
  if (size !== row.bytes) return `has ${size} bytes at ${place.address}, ${row.bytes} were recorded`;
  if (!content) return undefined;
  const read = (offset: number) => place.read(row.sha256, offset);
  try {
    for await (const _ of verified(row, await read(0), read));
    return undefined;
  } catch (error) {
    if ((error as { code?: string }).code === 'ARTIFACT_ALTERED')
      return `has other bytes at ${place.address} than were recorded`;
    throw error;
  }
}

/** Recorded by an Osler of before, which kept no content of its own. */
async function ofFolder(home: string, row: Row, content: boolean): Promise<string | undefined> {
  const path = join(runDir(home, row.owner), row.path);
  const size = (await stat(path).catch(() => undefined))?.size;
  if (size === undefined) return `is missing: ${path}`;
  const same = size === row.bytes && (!content || (await hashFile(path)).sha256 === row.sha256);
  return same ? undefined : `is not what was recorded: ${path}`;
}
