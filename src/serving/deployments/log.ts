import { randomBytes } from 'node:crypto';
import { appendFile, mkdir, readdir, readFile, rm } from 'node:fs/promises';
import { join } from 'node:path';
import type { PredictionEntry } from '../../store/deployments/types.ts';

export interface PredictionLogOptions {
  write(entries: readonly PredictionEntry[]): Promise<void>;
  /** Folder for what the store can't take at the moment. */
  spool: string;
  /** Milliseconds between writes. */
  everyMs?: number;
  /** Entries that memory holds where neither store nor disk takes them; the oldest go first. */
  most?: number;
  onTrouble?(error: unknown): void;
}

/**
 * Writes down what was answered, behind the answers' backs: nobody waits for the store. What the store does not take goes to a file
 * beside it, and into the store once it is back, also after a restart. A process that is killed loses what it answered within the
 * last `everyMs`.
 */
export class PredictionLog {
  private readonly options: Required<Omit<PredictionLogOptions, 'onTrouble'>> & PredictionLogOptions;
  private readonly file: string;
  private readonly timer: NodeJS.Timeout;
  private waiting: PredictionEntry[] = [];
  private writing: Promise<void> = Promise.resolve();
  private spooled = false;
  private lost = 0;

  constructor(options: PredictionLogOptions) {
    this.options = { everyMs: 200, most: 20_000, ...options };
    this.file = join(options.spool, `${process.pid}-${randomBytes(8).toString('hex')}.jsonl`);
    this.timer = setInterval(() => void this.flush(), this.options.everyMs);
    this.timer.unref();
  }

  /** Entries that are not in the store yet; `lost` ones nowhere. */
  get state(): { waiting: number; spooled: boolean; lost: number } {
    return { waiting: this.waiting.length, spooled: this.spooled, lost: this.lost };
  }

  add(...entries: PredictionEntry[]): void {
    this.waiting.push(...entries);
  }

  /** Returns when all that was added before is in the store, or beside it. Throws nothing. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  /** Brings what processes that ended left into the store. */
  async recover(): Promise<void> {
    const { spool } = this.options;
    const names = await readdir(spool).catch(() => []);
    for (const name of names.filter((each) => each.endsWith('.jsonl') && !isAlive(each))) {
      if (join(spool, name) !== this.file) await this.unspool(join(spool, name));
    }
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    await this.flush();
  }

  private async write(): Promise<void> {
    const entries = this.waiting;
    this.waiting = [];
    try {
      if (entries.length > 0) await this.options.write(entries);
      if (this.spooled) await this.unspool(this.file);
    } catch (error) {
      this.options.onTrouble?.(error);
      await this.keep(entries);
    }
  }

  private async keep(entries: PredictionEntry[]): Promise<void> {
    this.spooled = true;
    try {
      await mkdir(this.options.spool, { recursive: true, mode: 0o700 });
      await appendFile(this.file, entries.map((entry) => `${JSON.stringify(entry)}\n`).join(''), { mode: 0o600 });
    } catch (error) {
      this.options.onTrouble?.(error);
      this.waiting = [...entries, ...this.waiting];
      const over = this.waiting.length - this.options.most;
      if (over > 0) {
        this.waiting.splice(0, over);
        this.lost += over;
      }
    }
  }

  /** Entries that the store has already change nothing: a file may be brought in twice. */
  private async unspool(file: string): Promise<void> {
    const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return '';
      throw error;
    });
    await this.options.write(text.split('\n').filter(Boolean).flatMap(entryOf));
    await rm(file, { force: true });
    if (file === this.file) this.spooled = false;
  }
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

/** The last line of a process that was killed may be cut off. */
function entryOf(line: string): PredictionEntry[] {
  try {
    return [JSON.parse(line) as PredictionEntry];
  } catch {
    return [];
  }
}
