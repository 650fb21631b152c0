import { randomBytes } from 'node:crypto';

export interface Entry<T> {
  /** BOOT-NUMBER: of this server's life. */
  id: string;
  change: T | { kind: 'reset' };
}

export interface FeedOptions<T> {
  /** What changed since it was last asked. */
  look: () => Promise<T[]>;
  /** Milliseconds between looks, while anybody listens and a while longer. */
  everyMs?: number;
  /** How long a listener may be away and still be told what it missed. */
  lingerMs?: number;
  /** Changes that are remembered. */
  memory?: number;
  /** Of the first look that fails, not of each after it until one succeeds. */
  onError?: (error: unknown) => void;
}

type Listener<T> = (entries: Entry<T>[]) => void;

/**
 * Changes as a stream for many listeners. One who comes back with the number that it heard last is told what it missed, or, where that is not
 * known any more, that it missed something.
 */
export class Feed<T> {
  private readonly options: Required<Omit<FeedOptions<T>, 'onError'>> & Pick<FeedOptions<T>, 'onError'>;
  private readonly boot = randomBytes(6).toString('hex');
  private readonly listeners = new Set<Listener<T>>();
  private readonly past: Entry<T>[] = [];
  private number = 0;
  private timer: NodeJS.Timeout | undefined;
  private looking = false;
  private away = false;
  private quietSince = 0;
  private closed = false;

  constructor(options: FeedOptions<T>) {
    this.options = { everyMs: 1_000, lingerMs: 120_000, memory: 2_000, ...options };
  }

  /** The last one that was told, to whoever was there. */
  get position(): string {
    return this.idOf(this.number);
  }

  /**
   * @param after what was heard last; undefined: from now on.
   * @returns how to stop; what is said at once goes to the listener before this returns.
   */
  subscribe(listener: Listener<T>, after?: string): () => void {
    const missed = this.missed(after);
    if (missed.length > 0) listener(missed);
    this.listeners.add(listener);
    this.schedule(0);
    return () => {
      this.listeners.delete(listener);
      if (this.listeners.size === 0) this.quietSince = Date.now();
    };
  }

  close(): void {
    this.closed = true;
    clearTimeout(this.timer);
    this.listeners.clear();
  }

  private missed(after: string | undefined): Entry<T>[] {
    if (after === undefined || after === '') return [];
    const at = Number(after.split('-')[1]);
    const first = Number(this.past[0]?.id.split('-')[1] ?? this.number + 1);
    const known = after.startsWith(`${this.boot}-`) && Number.isSafeInteger(at) && at >= first - 1 && at <= this.number;
    // Nobody looked while nobody listened: what happened then is not known.
    if (!known || this.timer === undefined) return [{ id: this.idOf(this.number), change: { kind: 'reset' } }];
    return this.past.filter(({ id }) => Number(id.split('-')[1]) > at);
  }

  private schedule(afterMs = this.options.everyMs): void {
    if (this.closed || this.timer !== undefined || this.looking) return;
    this.timer = setTimeout(() => void this.look(), afterMs);
    this.timer.unref();
  }

  private async look(): Promise<void> {
    this.looking = true;
    try {
      const changes = await this.options.look();
      // Whoever asked meanwhile was told that the store is away.
      this.tell(this.away ? [...changes, { kind: 'reset' }] : changes);
      this.away = false;
    } catch (error) {
      // The store is away: the next look sees what this one did not.
      if (!this.away) this.options.onError?.(error);
      this.away = true;
    } finally {
      this.looking = false;
      this.timer = undefined;
      if (this.listeners.size > 0 || Date.now() - this.quietSince < this.options.lingerMs) this.schedule();
    }
  }

  private tell(changes: readonly Entry<T>['change'][]): void {
    if (changes.length === 0) return;
    const entries = changes.map((change) => {
      this.number += 1;
      return { id: this.idOf(this.number), change };
    });
    this.past.push(...entries);
    this.past.splice(0, Math.max(0, this.past.length - this.options.memory));
    for (const listener of this.listeners) listener(entries);
  }

  private idOf(number: number): string {
    return `${this.boot}-${number}`;
  }
}
