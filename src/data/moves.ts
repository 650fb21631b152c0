import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import { OslerError } from '../errors.ts';
import { versionFolder } from './dataset.ts';
import { Move } from './split/mend.ts';

/** What mending moved when a version was made; nothing for one that was not mended. Throws DATA_INVALID for another file. */
export async function readMoves(home: string, record: { name: string; version: number }): Promise<Move[]> {
  const path = join(versionFolder(home, record.name, record.version), 'moved.json');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '[]';
    throw error;
  });
  try {
    return z.array(Move).parse(JSON.parse(text));
  } catch (cause) {
    throw new OslerError('DATA_INVALID', `${path} is not a list of moved samples.`, {
      hint: 'Import the data again.',
      cause,
    });
  }
}
