import { randomBytes } from 'node:crypto';
import { mkdirSync, rmdirSync, statSync } from 'node:fs';
import { mkdir, rm, rmdir, stat, writeFile } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { OslerError } from '../errors.ts';
import { systemCause } from './system-cause.ts';

/**
 * The absolute path of a folder that is to be written, tried out before the work whose result it is to hold: made where absent, and a
 * file written into it; nothing of that stays. Throws USAGE where it can't be, naming the option.
 *
 * @param option as the person gave it: "--out"
 */
export async function outputFolder(path: string, option: string): Promise<string> {
  const refuse = (why: string, cause?: unknown): OslerError =>
    new OslerError('USAGE', `${option} ${path === '' ? '""' : path} can't be written: ${why}.`, {
      hint: 'Name a folder that you may write to; it is made where it does not exist.',
      cause,
    });
  if (path.trim() === '') throw refuse('it has no name');
  const folder = resolve(path);
  const made: string[] = [];
  try {
    // One by one: Node's recursive mkdir never ends below /proc.
    for (const each of await absent(folder, refuse)) {
      await mkdir(each);
      made.unshift(each);
    }
    const probe = join(folder, `.osler-${randomBytes(6).toString('hex')}.tmp`);
    await writeFile(probe, '', { flag: 'wx' });
    await rm(probe);
  } catch (error) {
    if (error instanceof OslerError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    throw refuse(code === 'ENOENT' ? 'no folder can be made there' : (systemCause(error) ?? String(error)), error);
  } finally {
    for (const each of made) await rmdir(each).catch(() => undefined);
  }
  return folder;
}

/** The folders that a path lacks, outermost first. */
async function absent(folder: string, refuse: (why: string) => OslerError): Promise<string[]> {
  const out: string[] = [];
  for (let at = folder; ; at = dirname(at)) {
    const found = await stat(at).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return null;
      throw error;
    });
    if (found?.isDirectory()) return out;
    if (found !== null) throw refuse(at === folder ? 'it is a file, not a folder' : `${at} is a file, not a folder`);
    out.unshift(at);
  }
}

/** Throws USAGE where OSLER_HOME names a file, lies below one, or can't be made. It is not made yet. */
export function checkHome(home: string): void {
  const hint = 'Name a folder in OSLER_HOME; it is made where it does not exist.';
  let missing: string | null = null;
  for (let at = home; ; at = dirname(at)) {
    const found = statSync(at, { throwIfNoEntry: false });
    if (found !== undefined && !found.isDirectory())
      throw new OslerError('USAGE', `OSLER_HOME is ${home}, but ${at} is a file, not a folder.`, { hint });
    if (found !== undefined) break;
    missing = at;
  }
  if (missing === null) return;
  try {
    mkdirSync(missing);
    rmdirSync(missing);
  } catch (cause) {
    // Another start has made it in this moment.
    if (statSync(missing, { throwIfNoEntry: false })?.isDirectory()) return;
    const why = systemCause(cause) ?? 'no folder can be made there';
    throw new OslerError('USAGE', `OSLER_HOME is ${home}: ${why}.`, { hint, cause });
  }
}
