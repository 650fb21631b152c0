import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { versionFolder } from './dataset.ts';

/** Why a sample is excluded: a person left it out. */
export const LEFT_OUT_BY_PERSON = 'person';

/** What a person decided about one image. It holds for the same bytes under the same name, in every version that follows. */
export const Amendment = z.object({
  id: z.string(),
  sha256: z.string(),
  /** The class it is; absent where the source's label stands. */
  label: z.string().optional(),
  /** Whether it is in no split; `false` also brings back what the import left out. */
  out: z.boolean(),
  by: z.string(),
  at: z.string(),
  reason: z.string(),
});
export type Amendment = z.infer<typeof Amendment>;

export const AMENDMENTS_FILE = 'amended.json';

/** What people decided about a version's images, by id; nothing where they left it as the source has it. Throws DATA_INVALID. */
export async function readAmendments(
  home: string,
  record: { name: string; version: number } | undefined,
): Promise<Map<string, Amendment>> {
  if (record === undefined) return new Map();
  const path = join(versionFolder(home, record.name, record.version), AMENDMENTS_FILE);
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  try {
    return new Map(
      z
        .array(Amendment)
        .parse(JSON.parse(text))
        .map((amendment) => [amendment.id, amendment]),
    );
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} is not a list of decisions about images.`, {
      hint: 'Import the data again.',
      cause,
    });
  }
}

/** A sample as a person decided it; as it is where nobody did, or where its file is another by now. */
export function amended<S extends { id: string; sha256: string; label: string; excluded?: string | undefined }>(
  sample: S,
  amendments: ReadonlyMap<string, Amendment>,
): S {
  const amendment = amendments.get(sample.id);
  if (amendment === undefined || amendment.sha256 !== sample.sha256) return sample;
  const { excluded: _, ...rest } = sample;
  return {
    ...rest,
    label: amendment.label ?? sample.label,
    ...(amendment.out ? { excluded: LEFT_OUT_BY_PERSON } : {}),
  } as S;
}
