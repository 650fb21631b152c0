import { closeSync, openSync, readFileSync, rmSync, writeSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { OslerError } from '../errors.ts';

/**
 * Makes sure that one process alone writes to a run's folder. A process that is gone (killed) holds nothing; one that is just
 * ending is waited for. Returns the function that frees the folder. Throws ALREADY_EXISTS when the run is being trained.
 */
export async function lockRun(folder: string, patienceMs = 5_000): Promise<() => void> {
  const path = join(folder, 'lock');
  const until = performance.now() + patienceMs;
  for (;;) {
    try {
      const file = openSync(path, 'wx');
      writeSync(file, JSON.stringify({ pid: process.pid, started: startOf(process.pid) }));
      closeSync(file);
      return () => rmSync(path, { force: true });
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
    }
    const holder = readHolder(path);
    if (holder === null || !isAlive(holder)) {
      rmSync(path, { force: true });
    } else if (performance.now() > until) {
      throw new OslerError('ALREADY_EXISTS', `This run is being trained by process ${holder.pid}.`, {
        hint: 'Wait for it, or end that process.',
      });
    } else {
      await setTimeout(100);
    }
  }
}

/** Whether a living process trains the run of this folder. */
export function isLocked(folder: string): boolean {
  return holderOf(folder) !== null;
}

/** The living process that trains the run of this folder; null where none does. */
export function holderOf(folder: string): { pid: number } | null {
  const holder = readHolder(join(folder, 'lock'));
  return holder !== null && isAlive(holder) ? { pid: holder.pid } : null;
}

interface Holder {
  pid: number;
  started: string | null;
}

function readHolder(path: string): Holder | null {
  try {
    return JSON.parse(readFileSync(path, 'utf8')) as Holder;
  } catch {
    // Freed in this moment, or cut off by a kill while it was written: held by nobody.
    return null;
  }
}

/** A process id is used again some day: the time of its start tells the two apart where the system shows it. */
function isAlive(holder: Holder): boolean {
  try {
    process.kill(holder.pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
  const started = startOf(holder.pid);
  return holder.started === null || started === null || started === holder.started;
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
