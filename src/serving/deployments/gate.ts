import { OslerError } from '../../errors.ts';
import { PRIORITIES, type Priority } from '../priority.ts';

export interface GateOptions {
  concurrency: number;
  /** Places to wait in. */
  queue: number;
}

interface Turn {
  priority: Priority;
  deadlineMs: number;
  /** Ends when nobody wants the work any more. */
  wanted?: AbortSignal | undefined;
}

interface Waiting {
  start(): void;
  fail(error: OslerError): void;
  timer: NodeJS.Timeout;
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
  private readonly queues: Record<Priority, Waiting[]> = { high: [], normal: [], low: [] };
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
    return PRIORITIES.reduce((sum, priority) => sum + this.queues[priority].length, 0);
  }

  get active(): number {
    return this.running;
  }

  /** Throws QUEUE_FULL (a RefusedError), DEADLINE_EXCEEDED, the reason of `wanted` where that ends before its turn, and what `work` throws. */
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
    const before = PRIORITIES.slice(0, PRIORITIES.indexOf(priority) + 1);
    const ahead = before.reduce((sum, each) => sum + this.queues[each].length, 0);
    const expected = this.expected(ahead);
    if (expected > deadlineMs) {
      throw new RefusedError(`An answer would take longer than the ${deadlineMs} ms that it may.`, this.retryAfter());
    }
    if (this.waiting >= this.options.queue && !this.displace(priority)) {
      throw new RefusedError(`${this.waiting} requests wait already.`, this.retryAfter());
    }
    const { promise, resolve, reject } = Promise.withResolvers<void>();
    const queue = this.queues[priority];
    const leave = (error: OslerError): void => {
      const at = queue.indexOf(one);
      if (at < 0) return;
      queue.splice(at, 1);
      clearTimeout(one.timer);
      reject(error);
    };
    const late = () =>
      leave(new OslerError('DEADLINE_EXCEEDED', `The request was not reached within ${deadlineMs} ms.`));
    const one: Waiting = { start: resolve, fail: reject, timer: setTimeout(late, deadlineMs) };
    queue.push(one);
    wanted?.addEventListener('abort', () => leave(wanted.reason as OslerError));
    return promise;
  }

  /** Makes room by refusing the last one of a lower priority. */
  private displace(priority: Priority): boolean {
    const lower = PRIORITIES.slice(PRIORITIES.indexOf(priority) + 1).reverse();
    const victim = lower
      .map((each) => this.queues[each])
      .find((queue) => queue.length > 0)
      ?.pop();
    if (victim === undefined) return false;
    clearTimeout(victim.timer);
    victim.fail(new RefusedError('Requests of higher priority took the last places.', this.retryAfter()));
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
      const one = PRIORITIES.map((each) => this.queues[each])
        .find((queue) => queue.length > 0)
        ?.shift();
      if (one === undefined) return;
      clearTimeout(one.timer);
      this.running += 1;
      one.start();
    }
  }
}
