import { randomUUID } from 'node:crypto';
import {
  closeSync,
  constants,
  copyFileSync,
  linkSync,
  openSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { OslerError } from '../errors.ts';
import { isElsewhere, ownIdentity, workerName } from '../store/identity.ts';

/** How often a holder says that it lives, and how long one of another machine may be silent. */
const BEAT_MS = 20_000;
const SILENT_MS = 300_000;

/**
 * Makes sure that one process alone writes to a run's folder, also where machines share it. A process of this machine that is gone (killed)
 * holds nothing; one of another machine holds while the file is young. One that is just ending is waited for. Returns the function that
 * frees the folder. Throws ALREADY_EXISTS when the run is being trained.
 */
export async function lockRun(folder: string, patienceMs = 5_000): Promise<() => void> {
  const path = join(folder, 'lock');
  const until = performance.now() + patienceMs;
  const own = JSON.stringify({
    pid: process.pid,
    started: startOf(process.pid),
    worker: ownIdentity(),
    mark: randomUUID(),
  });
  for (;;) {
    if (take(path, own)) return held(path, own);
    const there = readLock(path);
    const holder = holderIn(there);
    if (holder === null || !isAlive(path, holder)) {
      remove(path, there);
    } else if (performance.now() > until) {
      const far = isFar(holder);
      throw new OslerError(
        'ALREADY_EXISTS',
        `This run is being trained by ${far ? `process ${workerName(holder.worker!)}` : `process ${holder.pid}`}.`,
        {
          hint: far
            ? 'Wait for it, or stop it: osler runs stop RUN. Of a machine that is gone the run is free after five minutes.'
            : 'Wait for it, or end that process.',
        },
      );
    } else {
      await setTimeout(100);
    }
  }
}

/** Whether it could be taken. It comes whole: half written, another machine would take it for one that nobody holds. */
function take(path: string, own: string): boolean {
  const beside = `${path}.${randomUUID()}`;
  try {
    writeFileSync(beside, own);
    linkOrCopy(beside, path);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    return false;
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Throws EEXIST. A disk that knows no hard links gets a copy. */
function linkOrCopy(from: string, to: string): void {
  try {
    linkSync(from, to);
  } catch (error) {
    if (!['EPERM', 'ENOTSUP', 'ENOSYS'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    copyFileSync(from, to, constants.COPYFILE_EXCL);
  }
}

/** Not one that says something else: somebody took it meanwhile. */
function remove(path: string, there: string | null): void {
  if (there !== null && readLock(path) === there) rmSync(path, { force: true });
}

/**
 * Says from time to time that its holder lives: by the clock of whoever keeps the file, which all machines see. A machine that slept for too
 * long finds another's lock, and leaves it alone.
 */
function held(path: string, own: string): () => void {
  const beat = setInterval(() => {
    const there = readLock(path);
    if (there && there !== own) return clearInterval(beat);
    try {
      // Not made anew where it was taken away.
      const file = openSync(path, constants.O_WRONLY | constants.O_APPEND);
      writeSync(file, ' ');
      closeSync(file);
    } catch {
      // A disk that does not answer now may the next time.
    }
  }, BEAT_MS);
  beat.unref();
  return () => {
    clearInterval(beat);
    remove(path, own);
  };
}

/** Whether a living process trains the run of this folder. */
export function isLocked(folder: string): boolean {
  return holderOf(folder) !== null;
}

/** The living process that trains the run of this folder, its id null on another machine; null where none does. */
export function holderOf(folder: string): { pid: number | null } | null {
  const path = join(folder, 'lock');
  const holder = holderIn(readLock(path));
  return holder !== null && isAlive(path, holder) ? { pid: isFar(holder) ? null : holder.pid } : null;
}

interface Holder {
  pid: number;
  started: string | null;
  /** As `ownIdentity` names processes; an older Osler wrote none. */
  worker?: string;
}

/** What it says, without its beats: nothing where it can't be read. Null where there is none. */
function readLock(path: string): string | null {
  try {
    return readFileSync(path, 'utf8').trimEnd();
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT' ? null : '';
  }
}

/** Null: nobody. An older Osler's may be cut off, by a kill while it was written. */
function holderIn(text: string | null): Holder | null {
  try {
    return JSON.parse(text ?? 'null') as Holder | null;
  } catch {
    return null;
  }
}

const isFar = ({ worker }: Holder): boolean => worker !== undefined && isElsewhere(worker);

/** A process id is used again some day: the time of its start tells the two apart where the system shows it. */
function isAlive(path: string, holder: Holder): boolean {
  if (isFar(holder)) return ageOf(path) < SILENT_MS;
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const started = startOf(holder.pid);
  return holder.started === null || started === null || started === holder.started;
}

/** Milliseconds since the file was written to, by the clock that wrote it: of a file that is made beside it now. */
function ageOf(path: string): number {
  const beside = `${path}.now-${process.pid}`;
  try {
    writeFileSync(beside, '');
    return statSync(beside).mtimeMs - statSync(path).mtimeMs;
  } catch {
    // It may not be written here, or is freed in this moment: by our own clock.
    return Date.now() - (statSync(path, { throwIfNoEntry: false })?.mtimeMs ?? 0);
  } finally {
    rmSync(beside, { force: true });
  }
}

/** Field 22 of Linux's /proc/PID/stat; null elsewhere. */
function startOf(pid: number): string | null {
  try {
    const text = readFileSync(`/proc/${pid}/stat`, 'utf8');
    const fields = text.slice(text.lastIndexOf(')') + 2).split(' ');
    // A zombie has ended.
    return fields[0] === 'Z' ? 'ended' : (fields[19] ?? null);
  } catch {
    return null;
  }
}
