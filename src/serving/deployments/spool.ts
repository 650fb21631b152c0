import { randomBytes } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { appendFile, mkdir, readdir, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { z } from 'zod';
import type { PredictionEntry } from '../../store/deployments/types.ts';

/** As a line of a file has it. */
const Line = z.object({
  id: z.string(),
  variant: z.string(),
  role: z.enum(['live', 'canary', 'shadow']),
  deploymentId: z.number(),
  revision: z.number(),
  model: z.string(),
  version: z.number(),
  digest: z.string(),
  at: z.number(),
  key: z.string().nullable(),
  image: z.string().nullable(),
  outcome: z.string(),
  answer: z.record(z.string(), z.unknown()).nullable(),
  milliseconds: z.number(),
}) satisfies z.ZodType<PredictionEntry>;

interface Segment {
  file: string;
  entries: number;
}

/** Entries of one file: what comes in at once, and what a reader has to hold. */
const SEGMENT = 10_000;

/**
 * Files of log entries that the store did not take, one entry a line, readable by this account alone. Each process writes files of
 * its own, and takes over those of processes that ended.
 */
export class PredictionSpool {
  private readonly folder: string;
  private readonly name = `${process.pid}-${randomBytes(8).toString('hex')}`;
  private readonly segments: Segment[] = [];
  /** The last of the segments while it is written to. */
  private current: Segment | null = null;
  /** The append that is under way. */
  private appending: Promise<unknown> = Promise.resolve();
  private made = 0;

  constructor(folder: string) {
    this.folder = folder;
  }

  /** That are not in the store yet, as far as this process knows. */
  get entries(): number {
    return this.segments.reduce((sum, { entries }) => sum + entries, 0);
  }

  /** Throws where the disk does not take them. */
  async append(entries: readonly PredictionEntry[]): Promise<void> {
    await mkdir(this.folder, { recursive: true, mode: 0o700 });
    if (this.current === null || this.current.entries >= SEGMENT) {
      const number = String(++this.made).padStart(6, '0');
      this.current = { file: join(this.folder, `${this.name}-${number}.jsonl`), entries: 0 };
      this.segments.push(this.current);
    }
    const segment = this.current;
    const text = entries.map((entry) => `${JSON.stringify(entry)}\n`).join('');
    const appending = appendFile(segment.file, text, { mode: 0o600 });
    this.appending = appending.catch(() => undefined);
    try {
      await appending;
      segment.entries += entries.length;
    } catch (error) {
      // A disk that is full may have taken half a line: what follows must not be joined to it.
      this.current = null;
      // What holds nothing would never be brought in, and there would be one more each time that the disk is tried. Its writer keeps the entries.
      if (segment.entries === 0) {
        this.forget(segment);
        await rm(segment.file, { force: true }).catch(() => undefined);
      }
      throw error;
    }
  }

  private forget(segment: Segment): void {
    const at = this.segments.indexOf(segment);
    if (at >= 0) this.segments.splice(at, 1);
  }

  /** Takes over the files of processes that ended. A folder that is not there holds none. */
  async adopt(): Promise<void> {
    const names = await readdir(this.folder).catch(() => []);
    const known = new Set(this.segments.map(({ file }) => file));
    for (const name of names.filter((each) => each.endsWith('.jsonl') && !isAlive(each)).sort()) {
      const file = join(this.folder, name);
      if (!known.has(file) && !name.startsWith(this.name))
        this.segments.push({ file, entries: await countLines(file) });
    }
  }

  /**
   * Hands the oldest file to `write`, in parts, and removes it. False where there is none. What is in the store already changes
   * nothing there: a file may be handed over twice. Throws what `write` throws.
   */
  async drainOne(write: (entries: readonly PredictionEntry[]) => Promise<void>, atOnce: number): Promise<boolean> {
    const segment = this.segments[0];
    if (segment === undefined) return false;
    // From here on entries go to the next one.
    if (segment === this.current) this.current = null;
    // What is being written to it must not be removed with it unread.
    await this.appending;
    let part: PredictionEntry[] = [];
    for await (const line of linesOf(segment.file)) {
      part.push(...entryOf(line));
      if (part.length < atOnce) continue;
      await write(part);
      part = [];
    }
    if (part.length > 0) await write(part);
    await rm(segment.file, { force: true });
    this.forget(segment);
    return true;
  }
}

/** A file that somebody removed has none: there is nothing left to bring in. */
async function* linesOf(file: string): AsyncGenerator<string> {
  let rest = '';
  try {
    for await (const chunk of createReadStream(file, 'utf8')) {
      const lines = (rest + chunk).split('\n');
      rest = lines.pop()!;
      yield* lines;
    }
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ENOENT') throw error;
  }
  if (rest !== '') yield rest;
}

async function countLines(file: string): Promise<number> {
  let count = 0;
  for await (const _ of linesOf(file)) count += 1;
  return count;
}

/** Whether the process that a file's name begins with is still there; one of another life may have had this one's number. */
function isAlive(name: string): boolean {
  const pid = Number(name.split('-')[0]);
  if (!(pid > 0) || pid === process.pid) return false;
  try {
    return process.kill(pid, 0);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** The last line of a process that was killed, or of a disk that was full, may be cut off. */
function entryOf(line: string): PredictionEntry[] {
  try {
    return [Line.parse(JSON.parse(line))];
  } catch {
    return [];
  }
}
