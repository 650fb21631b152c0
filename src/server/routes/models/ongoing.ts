import { type ErrorCode, errorBody, OslerError } from '../../../errors.ts';
import type { OnProgress, Progress } from '../../../progress.ts';

/** Of a long piece of work that several may wait for. */
export type State<T> =
  | { state: 'running'; progress: Progress | null }
  | { state: 'done'; result: T }
  | { state: 'failed'; error: { code: ErrorCode; message: string; hint?: string } };

interface Entry<T> {
  promise: Promise<T>;
  controller: AbortController;
  state: State<T>;
}

/** Results that are remembered; the oldest go first. */
const MOST = 50;

/**
 * Long pieces of work by name: begun once however many ask, one after the other, their results remembered. For what a page begins, looks at
 * now and then, and may cancel.
 */
export class Ongoing<T> {
  private readonly entries = new Map<string, Entry<T>>();
  private last: Promise<unknown> = Promise.resolve();

  /** Begins it, unless it is under way or done. */
  start(key: string, work: (signal: AbortSignal, onProgress: OnProgress) => Promise<T>): State<T> {
    const known = this.entries.get(key);
    if (known !== undefined && known.state.state !== 'failed') return known.state;
    this.entries.delete(key);
    const controller = new AbortController();
    const { signal } = controller;
    const promise = this.last.then(() => {
      signal.throwIfAborted();
      return work(signal, (progress) => {
        if (entry.state.state === 'running') entry.state = { state: 'running', progress };
      });
    });
    const entry: Entry<T> = { promise, controller, state: { state: 'running', progress: null } };
    this.entries.set(key, entry);
    this.last = promise.then(
      (result) => {
        entry.state = { state: 'done', result };
      },
      (error: unknown) => {
        // What was cancelled is as if it had not begun.
        if (signal.aborted) this.forget(key, entry);
        else entry.state = { state: 'failed', error: errorBody(error).error };
      },
    );
    for (const [old, { state }] of this.entries) {
      if (this.entries.size <= MOST) break;
      if (state.state !== 'running') this.entries.delete(old);
    }
    return entry.state;
  }

  /** Null where it was not begun, or cancelled. */
  state(key: string): State<T> | null {
    return this.entries.get(key)?.state ?? null;
  }

  /** Its result when it is there. Throws what the work throws. */
  async result(key: string): Promise<T | null> {
    return (await this.entries.get(key)?.promise) ?? null;
  }

  /** False where nothing of that name is under way. */
  cancel(key: string): boolean {
    const entry = this.entries.get(key);
    if (entry?.state.state !== 'running') return false;
    entry.controller.abort(new OslerError('INTERRUPTED', 'The work was cancelled.'));
    this.forget(key, entry);
    return true;
  }

  /** Ends all that is under way, and waits for it. */
  async close(): Promise<void> {
    for (const key of [...this.entries.keys()]) this.cancel(key);
    await this.last;
  }

  private forget(key: string, entry: Entry<T>): void {
    if (this.entries.get(key) === entry) this.entries.delete(key);
  }
}
