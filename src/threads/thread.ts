import { type Transferable, Worker } from 'node:worker_threads';
import { type ErrorCode, OslerError } from '../errors.ts';

/** What goes to the thread, and what comes back. */
export interface Question<Request> {
  id: number;
  request: Request;
}

export type Answer<Response> =
  | { id: number; response: Response }
  | { id: number; error: { code: ErrorCode; message: string; hint?: string } };

/**
 * A thread that answers requests (its side is `answerRequests`). It does not keep the process alive while nothing is asked.
 * Once it has ended, by `close` or by itself, everything asked of it fails with ENGINE_FAILED.
 */
export class Thread<Request, Response> {
  private readonly worker: Worker;
  private readonly name: string;
  private readonly waiting = new Map<number, PromiseWithResolvers<Response>>();
  private gone: OslerError | null = null;
  private closed = false;
  private next = 0;

  constructor(file: URL, name: string) {
    this.name = name;
    this.worker = new Worker(file, { execArgv: [], name });
    this.worker.on('message', (answer: Answer<Response>) => this.settle(answer));
    this.worker.on('error', (cause) => this.end(`The ${name} thread ended: ${cause}`, cause));
    this.worker.on('exit', () => this.end(`The ${name} thread is closed.`));
    // Last: to listen for messages holds the process.
    this.worker.unref();
  }

  /** Requests that are not answered yet. */
  get open(): number {
    return this.waiting.size;
  }

  /** It ended by itself. */
  get broken(): boolean {
    return this.gone !== null && !this.closed;
  }

  /** `transfer` names buffers that are handed over: the caller must not touch them again. */
  ask(request: Request, transfer: Transferable[] = []): Promise<Response> {
    if (this.gone !== null) return Promise.reject(this.gone);
    const id = this.next++;
    const job = Promise.withResolvers<Response>();
    this.waiting.set(id, job);
    this.worker.ref();
    this.worker.postMessage({ id, request } satisfies Question<Request>, transfer);
    return job.promise;
  }

  async close(): Promise<void> {
    this.closed = true;
    this.end(`The ${this.name} thread is closed.`);
    await this.worker.terminate();
  }

  private settle(answer: Answer<Response>): void {
    const job = this.waiting.get(answer.id);
    this.waiting.delete(answer.id);
    this.letGo();
    if ('response' in answer) job?.resolve(answer.response);
    else job?.reject(new OslerError(answer.error.code, answer.error.message, hintOf(answer.error)));
  }

  private end(message: string, cause?: unknown): void {
    this.gone ??= new OslerError('ENGINE_FAILED', message, { cause });
    for (const { reject } of this.waiting.values()) reject(this.gone);
    this.waiting.clear();
    this.letGo();
  }

  /** It no longer holds the process, unless somebody waits for its end: an answer may still come before that. */
  private letGo(): void {
    if (this.waiting.size === 0 && !this.closed) this.worker.unref();
  }
}

function hintOf({ hint }: { hint?: string }): { hint?: string } {
  return hint === undefined ? {} : { hint };
}
