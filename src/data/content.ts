import { hash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { OslerError } from '../errors.ts';

/**
 * A version is what was imported, byte for byte; files that stay in place, or that are hard links, can be edited all the same.
 * @param sha256 in hex, as the manifest has it
 * @throws OslerError DATA_INVALID naming the image
 */
export function checkContent(bytes: Uint8Array, sha256: string, name: string): void {
  if (hash('sha256', bytes) === sha256) return;
  throw new OslerError('DATA_INVALID', `${name} is not the file that was imported: its bytes were changed since.`, {
    hint: 'Put the file back, or import the data again, which makes a new version.',
  });
}

/** The bytes of a sample, checked. @throws OslerError NOT_FOUND, DATA_INVALID naming the image */
export async function readSample(path: string, { id, sha256 }: { id: string; sha256: string }): Promise<Uint8Array> {
  const bytes = await readFile(path).catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT')
      throw new OslerError('DATA_INVALID', `${id} could not be read (${cause.code}).`, { cause });
    throw new OslerError('NOT_FOUND', `${id} does not exist any more: ${path}.`, { cause });
  });
  checkContent(bytes, sha256, id);
  return bytes;
}
