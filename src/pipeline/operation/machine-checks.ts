import { randomBytes } from 'node:crypto';
import { mkdir, open, rm, statfs } from 'node:fs/promises';
import { totalmem } from 'node:os';
import { join } from 'node:path';
import type { Store } from '../../store/store.ts';
import type { Check, Finding } from './health.ts';

const GIB = 2 ** 30;
const MIB = 2 ** 20;

/** Whether the store answers and can be written to. Answers go on without it: their entries wait. */
export function storeCheck(store: Pick<Store, 'ping' | 'engine'>): Check {
  return {
    name: 'store',
    vital: false,
    async look() {
      await store.ping().catch((error: NodeJS.ErrnoException) => {
        // The engine's own words hold paths and addresses: they go to the log, not to whoever asks.
        throw new Error(`The store can't be reached${error.code === undefined ? '' : ` (${error.code})`}.`, {
          cause: error,
        });
      });
      return { status: 'ok', words: `The store (${store.engine.kind}) answers.` };
    },
  };
}

export interface DiskLimits {
  /** Bytes; less is `degraded`. Default 1 GiB. */
  leastFree?: number;
}

/** Whether the disk of OSLER_HOME takes what is written to it, and how much more. A file is written, synced and removed. */
export function diskCheck(home: string, { leastFree = GIB }: DiskLimits = {}): Check {
  return {
    name: 'disk',
    vital: false,
    async look() {
      await writeSomething(home);
      const { bavail, blocks, bsize } = await statfs(home);
      const figures = { freeBytes: bavail * bsize, totalBytes: blocks * bsize };
      return figures.freeBytes < leastFree
        ? { status: 'degraded', words: `Only ${mebibytes(figures.freeBytes)} of the disk are free.`, figures }
        : { status: 'ok', words: `${mebibytes(figures.freeBytes)} of the disk are free.`, figures };
    },
  };
}

async function writeSomething(home: string): Promise<void> {
  const folder = join(home, 'serving');
  const file = join(folder, `.health-${process.pid}-${randomBytes(4).toString('hex')}`);
  try {
    await mkdir(folder, { recursive: true, mode: 0o700 });
    const handle = await open(file, 'wx', 0o600);
    try {
      await handle.write('osler');
      await handle.sync();
    } finally {
      await handle.close();
    }
  } catch (error) {
    const { code = 'unknown' } = error as NodeJS.ErrnoException;
    throw new Error(`The disk of OSLER_HOME can't be written to (${code}).`, { cause: error });
  } finally {
    await rm(file, { force: true }).catch(() => undefined);
  }
}

export interface MemoryLimits {
  /** Share of what this process may have; above it is `degraded`. Default 0.9. */
  mostUsed?: number;
}

/** What this process holds of the memory that it may have: the container's limit, else the machine's. */
export function memoryCheck({ mostUsed = 0.9 }: MemoryLimits = {}): Check {
  return {
    name: 'memory',
    vital: false,
    async look() {
      const figures = { residentBytes: process.memoryUsage.rss(), limitBytes: memoryLimit() };
      const used = figures.residentBytes / figures.limitBytes;
      const words = `${mebibytes(figures.residentBytes)} are held, of ${mebibytes(figures.limitBytes)} that may be.`;
      return { status: used > mostUsed ? 'degraded' : 'ok', words, figures };
    },
  };
}

/** Bytes that this process may have. */
export function memoryLimit(): number {
  const limit = process.constrainedMemory();
  return limit > 0 && limit < totalmem() ? limit : totalmem();
}

/** Milliseconds between looks at whether the thread is late. */
const TICK_MS = 100;

/** How long what came had to wait for the thread that answers, at most, since the last look. `close` ends the measuring. */
export function threadCheck({ mostSeconds = 1 } = {}): Check & { close(): void } {
  let due = performance.now() + TICK_MS;
  let longest = 0;
  const timer = setInterval(() => {
    const now = performance.now();
    longest = Math.max(longest, now - due);
    due = now + TICK_MS;
  }, TICK_MS);
  timer.unref();
  return {
    name: 'thread',
    vital: false,
    async look(): Promise<Finding> {
      const waitSeconds = longest / 1_000;
      longest = 0;
      const figures = { waitSeconds };
      return waitSeconds > mostSeconds
        ? {
            status: 'degraded',
            words: `Requests waited up to ${waitSeconds.toFixed(1)} s for the server's thread.`,
            figures,
          }
        : { status: 'ok', words: "The server's thread is free.", figures };
    },
    close: () => clearInterval(timer),
  };
}

function mebibytes(bytes: number): string {
  return bytes >= 10 * GIB ? `${(bytes / GIB).toFixed(0)} GiB` : `${(bytes / MIB).toFixed(0)} MiB`;
}
