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
  /** Else it is read as it lies there, with no heed of writers: any change to it ends that. */
  private readonly mayWrite: boolean;
  private seenAt = Number.NEGATIVE_INFINITY;

  /** Of a database that was just opened. */
  constructor(path: string, mayWrite = true) {
    this.path = path;
    this.mayWrite = mayWrite;
    this.opened = path === ':memory:' ? null : this.identity();
  }

  /** Throws where the file is gone, or another one lies in its place. @param now also where it was seen a moment ago. */
  check(now: boolean): void {
    if (this.opened === null) return;
    const time = performance.now();
    if (!now && time - this.seenAt < FRESH_MS) return;
    const found = this.identity();
    if (found === null)
      throw new OslerError('STORE_FAILED', "The store's database file is gone.", {
        hint: 'Bring it back to OSLER_HOME, or end this process: a new one makes a new store.',
      });
    if (found !== this.opened && this.mayWrite) {
      throw new OslerError('STORE_FAILED', "Now another file lies in the place of the store's database file.", {
        hint: 'End this process and start it again.',
      });
    }
    if (found !== this.opened) {
      throw new OslerError(
        'STORE_FAILED',
        "The store's database, which may only be read here, was changed by others.",
        {
          hint: 'Read it again, or as an account that may write it: then readers and writers wait for each other.',
        },
      );
    }
    this.seenAt = time;
  }

  private identity(): string | null {
    const found = statSync(this.path, { throwIfNoEntry: false, bigint: true });
    if (found === undefined) return null;
    const file = `${found.dev}:${found.ino}`;
    return this.mayWrite ? file : `${file}:${found.size}:${found.mtimeNs}`;
  }
}
