import { OslerError } from '../errors.ts';
import { isWrongPath, systemCause } from '../store/system-cause.ts';

/** What the operating system refuses to write or read, as a sentence; every other error as it is. */
export function explainSystemError(error: unknown): unknown {
  if (error instanceof OslerError || !(error instanceof Error)) return error;
  const { code, syscall, path, errcode } = error as NodeJS.ErrnoException & { errcode?: number };
  const cause = systemCause(error);
  const what = path === undefined ? 'A file' : path;
  const hint = 'See that you may write there and that the disk has room. OSLER_HOME says where Osler keeps its files.';
  if (cause !== undefined && syscall !== undefined && isWrongPath(error)) {
    return new OslerError('USAGE', `${what} can't be used: ${cause}.`, { hint: 'Name another path.', cause: error });
  }
  if (cause !== undefined && syscall !== undefined) {
    return new OslerError('STORE_FAILED', `${what} can't be used: ${cause}.`, { hint, cause: error });
  }
  // Node's recursive mkdir says this below a folder that may not be written.
  if (code === 'ENOENT' && syscall === 'mkdir') {
    return new OslerError('STORE_FAILED', `The folder ${what} can't be made.`, { hint, cause: error });
  }
  // SQLITE_FULL
  if (errcode === 13) return new OslerError('STORE_FAILED', 'The disk of OSLER_HOME is full.', { hint, cause: error });
  return error;
}
