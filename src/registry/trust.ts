import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { OslerError } from '../errors.ts';
import { keysDir } from '../store/paths.ts';
import { signingKey } from '../store/signing-key.ts';

/**
 * Key ids whose signatures count here: this home's own, and those in `keys/trusted`, one a line, with words after it. Several machines
 * on one database trust each other so.
 * Throws DATA_INVALID for a line that is none.
 */
export async function trustedKeys(home: string): Promise<Set<string>> {
  const path = join(keysDir(home), 'trusted');
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const own = await signingKey(home).catch((error: NodeJS.ErrnoException) => {
    // A copy without a key, on a disk that is only read, gets none.
    if (error.code === 'EROFS' || error.code === 'EACCES') return null;
    throw error;
  });
  const trusted = new Set(own === null ? [] : [own.id]);
  for (const [i, line] of text.split('\n').entries()) {
    if (line.trim() === '' || line.startsWith('#')) continue;
    const [id = ''] = line.trim().split(/\s+/);
    if (!/^[0-9a-f]{16}$/.test(id)) {
      throw new OslerError('DATA_INVALID', `${path}:${i + 1}: "${id.slice(0, 40)}" is no key id.`, {
        hint: 'One key id (16 hex digits) a line, words after it; osler audit verify shows them.',
      });
    }
    trusted.add(id);
  }
  return trusted;
}
