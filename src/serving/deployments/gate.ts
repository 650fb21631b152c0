import { OslerError } from '../../errors.ts';
import { enqueue, type Waiting } from '../../threads/enqueue.ts';
import { PRIORITIES, type Priority } from '../priority.ts';

export interface GateOptions {
  concurrency: number;
  /** Places to wait in. */
  queue: number;
}

interface Turn {
  priority: Priority;
  /** What would not be begun within so many milliseconds is refused at once; what was not, ends by `wanted`. */
  deadlineMs: number;
  /** Ends when nobody wants the work any more. */
  wanted?: AbortSignal | undefined;
}

interface Place extends Waiting {
  done: PromiseWithResolvers<void>;
}

/** Refused: come back after so many seconds. */
export class RefusedError extends OslerError {
  readonly retryAfter: number;
  constructor(message: string, retryAfter: number) {
    super('QUEUE_FULL', message, { hint: `Try again in ${retryAfter} s.` });
    this.retryAfter = retryAfter;
  }
}

/** Of the mean time that a request takes: the weight of the last one. */
const RECENT = 0.05;

/**
 * Lets so many requests work at once; others wait in a bounded queue, by priority and then in their order. One that finds no place, or
 * would not be reached before its deadline, is refused at once and told when to come back; one of higher priority takes the place of
 * the last one of the lowest that waits.
 */
export class Gate {
  private options: GateOptions;
  private readonly queue: Place[] = [];
  private running = 0;
  /** Milliseconds that a request holds its place; 0 before the first. */
  private mean = 0;

  constructor(options: GateOptions) {
    this.options = options;
  }

  /** Takes effect on what comes. */
  change(options: GateOptions): void {
    this.options = options;
    this.next();
  }

  get waiting(): number {
    return this.queue.length;
  }

  get active(): number {
    return this.running;
  }

  /** Throws QUEUE_FULL (a RefusedError), the reason of `wanted` where that ends before its turn, and what `work` throws. */
  async run<T>(work: () => Promise<T>, turn: Turn): Promise<T> {
    turn.wanted?.throwIfAborted();
    if (this.running < this.options.concurrency) this.running += 1;
    else await this.wait(turn);
    const started = performance.now();
    try {
      return await work();
    } finally {
      const took = performance.now() - started;
      this.mean = this.mean === 0 ? took : this.mean + RECENT * (took - this.mean);
      this.running -= 1;
      this.next();
    }
  }

  private wait({ priority, deadlineMs, wanted }: Turn): Promise<void> {
    const rank = PRIORITIES.indexOf(priority);
    const ahead = this.queue.filter((one) => one.rank <= rank).length;
    if (this.expected(ahead) > deadlineMs) {
      throw new RefusedError(`An answer would take longer than the ${deadlineMs} ms that it may.`, this.retryAfter());
    }
    if (this.waiting >= this.options.queue && !this.displace(rank)) {
      throw new RefusedError(`${this.waiting} requests wait already.`, this.retryAfter());
    }
    const done = Promise.withResolvers<void>();
    enqueue(this.queue, { rank, done }, wanted);
    return done.promise;
  }

  /** Makes room by refusing the last one of a lower priority. */
  private displace(rank: number): boolean {
    const last = this.queue.at(-1);
    if (last === undefined || last.rank <= rank) return false;
    this.queue.pop();
    last.done.reject(new RefusedError('Requests of higher priority took the last places.', this.retryAfter()));
    return true;
  }

  /** Milliseconds until one with so many ahead of it is begun. */
  private expected(ahead: number): number {
    return ((ahead + 1) * this.mean) / this.options.concurrency;
  }

  private retryAfter(): number {
    return Math.max(1, Math.ceil(this.expected(this.waiting) / 1_000));
  }

  private next(): void {
    while (this.running < this.options.concurrency) {
      const one = this.queue.shift();
      if (one === undefined) return;
      this.running += 1;
      one.done.resolve();
    }
  }
}
