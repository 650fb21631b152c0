import { setTimeout as sleep } from 'node:timers/promises';
import type { PredictionEntry } from '../../store/deployments/types.ts';
import { PredictionSpool } from './spool.ts';

export interface PredictionLogOptions {
  write(entries: readonly PredictionEntry[]): Promise<void>;
  /** Folder for what the store can't take at the moment. */
  spool: string;
  /** Milliseconds between writes. */
  everyMs?: number;
  /** Entries that memory holds where neither store nor disk takes them; the oldest go first. */
  most?: number;
  /** Milliseconds between attempts to reach a store that is away; default 1 s. */
  retryMs?: number;
  /** Milliseconds that one write may take: a network that swallows everything would hold entries for ever. Default 10 s. */
  patienceMs?: number;
  /** What keeps entries from the store or from the disk, each time. */
  onTrouble?(error: unknown): void;
  /** At the end: entries that are nowhere, for neither store nor disk took them. */
  onLost?(entries: number): void;
}

export interface PredictionLogState {
  /** Entries in memory. */
  waiting: number;
  /** Of them, those that neither store nor disk took. */
  held: number;
  /** Entries in files beside the store. */
  spooled: number;
  /** Entries that are nowhere. */
  lost: number;
}

/** Entries of one write: a store that comes back is not given an hour's answers in one transaction. */
const AT_ONCE = 2_000;
/** Milliseconds that a start waits for what an earlier process left. */
const RECOVERY_MS = 2_000;
/** Milliseconds that an end takes for it at most. */
const CLOSING_MS = 5_000;

/**
 * Writes down what was answered, behind the answers' backs: nobody waits for the store. What the store does not take goes to files
 * beside it, and into the store once it is back, also after a restart. A process that is killed loses what it answered within the
 * last `everyMs`.
 */
export class PredictionLog {
  private readonly options: Required<Omit<PredictionLogOptions, 'onTrouble' | 'onLost'>> & PredictionLogOptions;
  private readonly spool: PredictionSpool;
  private readonly timer: NodeJS.Timeout;
  private waiting: PredictionEntry[] = [];
  private writing: Promise<void> = Promise.resolve();
  /** The store refused the last entries: until it takes some again, all go to the disk at once. */
  private away = false;
  private draining: Promise<void> | null = null;
  private held = 0;
  private lost = 0;
  private readonly closing = new AbortController();
  private closeBy = Number.POSITIVE_INFINITY;

  constructor(options: PredictionLogOptions) {
    this.options = { everyMs: 200, most: 20_000, retryMs: 1_000, patienceMs: 10_000, ...options };
    this.spool = new PredictionSpool(options.spool);
    this.timer = setInterval(() => void this.flush(), this.options.everyMs);
    this.timer.unref();
  }

  get state(): PredictionLogState {
    return { waiting: this.waiting.length, held: this.held, spooled: this.spool.entries, lost: this.lost };
  }

  add(...entries: PredictionEntry[]): void {
    this.waiting.push(...entries);
  }

  /** Returns when all that was added before is in the store, or beside it. Throws nothing. */
  flush(): Promise<void> {
    this.writing = this.writing.then(() => this.write());
    return this.writing;
  }

  /** Brings what processes that ended left into the store; a lot of it behind the back of whoever waits. */
  async recover(): Promise<void> {
    await this.spool.adopt();
    this.drain();
    await Promise.race([this.draining, sleep(RECOVERY_MS, undefined, { ref: false })]);
  }

  async close(): Promise<void> {
    clearInterval(this.timer);
    this.closeBy = performance.now() + CLOSING_MS;
    this.closing.abort();
    await this.draining;
    await this.flush();
    // What the store still does not take comes in with the next start.
    this.drain();
    await this.draining;
    this.lost += this.waiting.length;
    this.waiting = [];
    this.held = 0;
    if (this.lost > 0) this.options.onLost?.(this.lost);
  }

  private async write(): Promise<void> {
    const entries = this.waiting;
    this.waiting = [];
    if (entries.length > 0 && !(this.away && (await this.keep(entries)))) {
      try {
        for (let i = 0; i < entries.length; i += AT_ONCE) await this.store(entries.slice(i, i + AT_ONCE));
        this.away = false;
        this.held = 0;
      } catch (error) {
        this.options.onTrouble?.(error);
        // Where the disk has refused them just now it is not asked again.
        if (this.away || !(await this.keep(entries))) this.hold(entries);
        this.away = true;
      }
    }
    if (this.spool.entries > 0) this.drain();
  }

  /** Brings in file after file, beside the writes, until there is none or the log is closed. */
  private drain(): void {
    this.draining ??= this.drainAll().finally(() => {
      this.draining = null;
    });
  }

  private async drainAll(): Promise<void> {
    const { signal } = this.closing;
    while (performance.now() < this.closeBy) {
      if (this.away) await sleep(this.options.retryMs, undefined, { ref: false, signal }).catch(() => undefined);
      try {
        if (!(await this.spool.drainOne((entries) => this.store(entries), AT_ONCE))) return;
        this.away = false;
      } catch (error) {
        this.options.onTrouble?.(error);
        this.away = true;
        if (signal.aborted) return;
      }
    }
  }

  /** What is given up here may still arrive: entries that the store has already change nothing. */
  private async store(entries: readonly PredictionEntry[]): Promise<void> {
    const { patienceMs, write } = this.options;
    const { promise, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(new Error(`the store took nothing within ${patienceMs} ms`)), patienceMs);
    try {
      await Promise.race([write(entries), promise]);
    } finally {
      clearTimeout(timer);
    }
  }

  private async keep(entries: readonly PredictionEntry[]): Promise<boolean> {
    try {
      await this.spool.append(entries);
      this.held = 0;
      return true;
    } catch (error) {
      this.options.onTrouble?.(error);
      return false;
    }
  }

  private hold(entries: readonly PredictionEntry[]): void {
    this.waiting = [...entries, ...this.waiting];
    const over = Math.max(0, this.waiting.length - this.options.most);
    this.waiting.splice(0, over);
    this.lost += over;
    this.held = this.waiting.length;
  }
}
