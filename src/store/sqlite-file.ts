import { statSync } from 'node:fs';
import { OslerError } from '../errors.ts';

/** Milliseconds for which a file that was there is taken to be there still. */
const FRESH_MS = 100;

/**
 * The file that a database was opened from. SQLite goes on writing to a file that was deleted or moved away, to nobody's use: what is
 * acknowledged then is lost with the process. Here it is looked for first.
 */
export class DatabaseFile {
  private readonly path: string;
  private readonly opened: string | null;
  private seenAt = Number.NEGATIVE_INFINITY;

  /** Of a database that was just opened. */
  constructor(path: string) {
    this.path = path;
    this.opened = path === ':memory:' ? null : identity(path);
  }

  /** Throws where the file is gone, or another one lies in its place. @param now also where it was seen a moment ago. */
  check(now: boolean): void {
    if (this.opened === null) return;
    const time = performance.now();
    if (!now && time - this.seenAt < FRESH_MS) return;
    const found = identity(this.path);
    if (found === null)
      throw new OslerError('STORE_FAILED', "The store's database file is gone.", {
        hint: 'Bring it back to OSLER_HOME, or end this process: a new one makes a new store.',
      });
    if (found !== this.opened) {
      throw new OslerError('STORE_FAILED', "Now another file lies in the place of the store's database file.", {
        hint: 'End this process and start it again.',
      });
    }
    this.seenAt = time;
  }
}

function identity(path: string): string | null {
  const found = statSync(path, { throwIfNoEntry: false, bigint: true });
  return found === undefined ? null : `${found.dev}:${found.ino}`;
}
