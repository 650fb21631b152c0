import { readdir, readFile } from 'node:fs/promises';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { writeFileAtomic } from './files.ts';
import { groupFile, groupsDir } from './paths.ts';
import { RunId } from './run.ts';

/** Several trainings of one recipe: with other seeds, or on other folds. `group.json` in the group's folder. */
export const GroupRecord = z.object({
  format: z.literal('osler-group/1'),
  id: RunId,
  name: z.string().min(1),
  kind: z.enum(['seeds', 'folds']),
  createdAt: z.iso.datetime(),
  dataset: z.object({ name: z.string(), version: z.int().positive(), digest: z.string() }),
  /** The resolved recipe; a member's differs in seed or fold alone. */
  config: z.record(z.string(), z.json()),
  /** In their order. `run` is null until it has begun. */
  members: z
    .array(z.object({ seed: z.int(), fold: z.int().nullable(), run: RunId.nullable(), done: z.boolean() }))
    .min(2),
  /** The member to go on with, by the validation metric alone; null until all are done, and for folds. */
  chosen: z.object({ run: RunId, metric: z.string(), value: z.number() }).nullable(),
});
export type GroupRecord = z.infer<typeof GroupRecord>;

/** A member in words. */
export function memberName({ kind }: GroupRecord, { seed, fold }: GroupRecord['members'][number]): string {
  return kind === 'seeds' ? `seed ${seed}` : `fold ${fold}`;
}

export async function writeGroup(home: string, group: GroupRecord): Promise<void> {
  await writeFileAtomic(groupFile(home, group.id), `${JSON.stringify(GroupRecord.parse(group), null, 2)}\n`);
}

/** Newest first. Throws DATA_INVALID for a file that is none. */
export async function listGroups(home: string): Promise<GroupRecord[]> {
  const ids = await readdir(groupsDir(home)).catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return [];
    throw error;
  });
  const groups = await Promise.all(ids.filter((id) => RunId.safeParse(id).success).map((id) => readGroup(home, id)));
  return groups.sort((a, b) => (a.createdAt < b.createdAt ? 1 : -1));
}

/** By id or the unique beginning of one (4 digits or more), or `latest-group`. Null when there is none of that name. */
export async function findGroup(home: string, reference: string): Promise<GroupRecord | null> {
  if (reference === 'latest-group') {
    const [newest] = await listGroups(home);
    if (newest !== undefined) return newest;
    throw new OslerError('NOT_FOUND', 'There is no group of runs yet.', {
      hint: 'Train one: osler train RECIPE --seeds 3',
    });
  }
  if (!/^[0-9a-f]{4,32}$/.test(reference)) return null;
  const found = (await listGroups(home)).filter(({ id }) => id.startsWith(reference));
  if (found.length > 1) {
    throw new OslerError('USAGE', `"${reference}" is the beginning of ${found.length} group ids.`, {
      hint: `Give more digits: ${found.map(({ id }) => id.slice(0, 12)).join(', ')}`,
    });
  }
  return found[0] ?? null;
}

async function readGroup(home: string, id: string): Promise<GroupRecord> {
  const path = groupFile(home, id);
  try {
    return GroupRecord.parse(JSON.parse(await readFile(path, 'utf8')));
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} is not a group of runs.`, { cause });
  }
}
