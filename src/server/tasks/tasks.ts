import { randomUUID } from 'node:crypto';
import { type ErrorCode, errorBody, OslerError } from '../../errors.ts';
import type { OnProgress, Progress } from '../../progress.ts';

export type TaskState = 'running' | 'done' | 'failed' | 'stopped';

/** Long work that somebody asked the server for. It lives as long as the server; what it made is in the store or on disk. */
export interface Task {
  id: string;
  /** `dataset.audit`... */
  what: string;
  /** `dataset isic@1`... */
  subject: string;
  who: string;
  state: TaskState;
  /** ISO 8601. */
  startedAt: string;
  endedAt: string | null;
  /** Where it is: one entry for each part of the work that has begun. */
  progress: Progress[];
  /** What came of it, once it is done. */
  result: unknown;
  error: { code: ErrorCode; message: string; hint?: string } | null;
}

export interface TaskOrder {
  what: string;
  subject: string;
  who: string;
  work(deps: { onProgress: OnProgress; signal: AbortSignal }): Promise<unknown>;
}

interface Entry {
  task: Task;
  controller: AbortController;
  ended: Promise<void>;
}

/** Ended ones that are still told of. */
const KEPT = 100;

/** The server's long work: begun by one request, looked at and stopped by others. */
export class Tasks {
  private readonly entries = new Map<string, Entry>();

  /** Newest first. */
  list(filter: { subject?: string | undefined } = {}): Task[] {
    return [...this.entries.values()]
      .map(({ task }) => task)
      .filter(({ subject }) => filter.subject === undefined || subject === filter.subject)
      .reverse();
  }

  /** Throws NOT_FOUND. */
  get(id: string): Task {
    return this.entry(id).task;
  }

  /** Begins it. Throws CHANGED_MEANWHILE while other work on the same subject is under way. */
  start({ what, subject, who, work }: TaskOrder): Task {
    const open = this.list({ subject }).find(({ state }) => state === 'running');
    if (open !== undefined) {
      throw new OslerError('CHANGED_MEANWHILE', `${open.who} has work on ${subject} under way already.`, {
        hint: 'Wait for it to end, or stop it.',
      });
    }
    const task: Task = {
      id: randomUUID(),
      what,
      subject,
      who,
      state: 'running',
      startedAt: new Date().toISOString(),
      endedAt: null,
      progress: [],
      result: null,
      error: null,
    };
    const controller = new AbortController();
    const end = (state: TaskState, facts: Partial<Task>): void => {
      Object.assign(task, { state, endedAt: new Date().toISOString(), ...facts });
      this.forgetOldest();
    };
    const ended = work({ onProgress: (progress) => note(task, progress), signal: controller.signal }).then(
      (result) => end('done', { result }),
      (error: unknown) =>
        end(controller.signal.aborted ? 'stopped' : 'failed', {
          error: errorBody(
            error instanceof OslerError
              ? error
              : new OslerError('INTERNAL', 'The work failed; the server’s log says why.'),
          ).error,
        }),
    );
    this.entries.set(task.id, { task, controller, ended });
    return task;
  }

  /** Asks it to stop, and answers when it has. One that ended already stays as it is. Throws NOT_FOUND. */
  async stop(id: string): Promise<Task> {
    const { task, controller, ended } = this.entry(id);
    controller.abort();
    await ended;
    return task;
  }

  /** Stops what is under way. */
  async close(): Promise<void> {
    for (const { controller } of this.entries.values()) controller.abort();
    await Promise.all([...this.entries.values()].map(({ ended }) => ended));
  }

  private entry(id: string): Entry {
    const entry = this.entries.get(id);
    if (entry !== undefined) return entry;
    throw new OslerError(
      'NOT_FOUND',
      'There is no such work here: it ended long ago, or the server was started anew since.',
    );
  }

  private forgetOldest(): void {
    const ended = [...this.entries.values()].filter(({ task }) => task.state !== 'running');
    for (const { task } of ended.slice(0, Math.max(0, ended.length - KEPT))) this.entries.delete(task.id);
  }
}

/** The last word of each part of the work counts. */
function note(task: Task, progress: Progress): void {
  const at = task.progress.findIndex((one) => one.task === progress.task);
  if (at === -1) task.progress.push(progress);
  else task.progress[at] = progress;
}
