import type { Transferable } from 'node:worker_threads';
import { enqueue, type Waiting } from './enqueue.ts';
import { Thread } from './thread.ts';

/** A request, and the buffers in it that are handed over. Made when its turn comes, so that what waits is not copied yet. */
export type Prepare<Request> = () => { request: Request; transfer: Transferable[] };

interface Job<Request, Response> extends Waiting {
  prepare: Prepare<Request>;
  done: PromiseWithResolvers<Response>;
}

/** When a request is sent. */
export interface SendTurn {
  /** Among those that wait, smaller goes first, equals in their order; default 0. */
  rank?: number;
  /** Ends when nobody wants the answer any more. */
  wanted?: AbortSignal | undefined;
}

/** Threads of one kind that share a queue. They start when they are needed. */
export class ThreadPool<Request, Response> {
  private readonly threads: Thread<Request, Response>[] = [];
  private readonly queue: Job<Request, Response>[] = [];
  private readonly options: { file: URL; name: string; size: number; each: number };

  /** `file` calls `answerRequests`; at most `size` threads, each with at most `each` requests open. */
  constructor(options: { file: URL; name: string; size: number; each: number }) {
    this.options = options;
  }

  /** Throws what `prepare` and the thread's side throw, ENGINE_FAILED when the thread ended, and the reason of `wanted` where that ends while it waits. */
  run(prepare: Prepare<Request>, { rank = 0, wanted }: SendTurn = {}): Promise<Response> {
    const done = Promise.withResolvers<Response>();
    enqueue(this.queue, { prepare, rank, done }, wanted);
    this.next();
    return done.promise;
  }

  /** Starts one more thread, before anything is asked of it. */
  grow(): Thread<Request, Response> {
    const thread = new Thread<Request, Response>(this.options.file, this.options.name);
    this.threads.push(thread);
    return thread;
  }

  async close(): Promise<void> {
    await Promise.all(this.threads.map((thread) => thread.close()));
  }

  private next(): void {
    while (this.queue.length > 0) {
      const thread = this.pick();
      if (thread === null) return;
      const { prepare, done } = this.queue.shift()!;
      try {
        const { request, transfer } = prepare();
        thread
          .ask(request, transfer)
          .then(done.resolve, done.reject)
          .finally(() => this.next());
      } catch (error) {
        done.reject(error);
      }
    }
  }

  /** An idle thread, a new one, or one with room; null when all are full. */
  private pick(): Thread<Request, Response> | null {
    // A thread that broke down (out of memory, say) has failed its own requests; a fresh one takes its place.
    for (let i = this.threads.length; i-- > 0; ) if (this.threads[i]!.broken) this.threads.splice(i, 1);
    const least = this.threads.toSorted((a, b) => a.open - b.open)[0];
    if (least?.open === 0) return least;
    if (this.threads.length < this.options.size) return this.grow();
    return least !== undefined && least.open < this.options.each ? least : null;
  }
}
