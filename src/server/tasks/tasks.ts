import { randomUUID } from 'node:crypto';
import { type ErrorCode, errorBody, OslerError } from '../../errors.ts';
import type { OnProgress, Progress } from '../../progress.ts';
import { isGone, ownIdentity, pidOf } from '../../store/identity.ts';
import type { TaskFilter, TaskRecord, TaskRecords } from '../../store/studio/tasks.ts';

/** Long work that somebody asked the server for. */
export interface Task extends TaskRecord {
  /** Where it is: one entry for each part of the work that has begun. */
  progress: Progress[];
}

type Work = TaskRecord['work'];
/** Does a piece of work. Throws when the signal says so. */
export type Run = (work: Work, deps: { onProgress: OnProgress; signal: AbortSignal }) => Promise<unknown>;

export interface TaskOrder extends Pick<TaskRecord, 'what' | 'subject' | 'who' | 'work'> {
  /** Done once, when the subject is held and before the work begins: what it throws keeps it from beginning. */
  before?: () => Promise<void>;
}

type End = Pick<TaskRecord, 'state' | 'endedAt' | 'result' | 'error'>;

interface Entry {
  progress: Progress[];
  controller: AbortController;
  ended: Promise<void>;
}

const INTERRUPTED = {
  code: 'INTERRUPTED',
  message: 'The server ended before the work did.',
  hint: 'What was made before stays. Begin it again to finish it.',
} as const;

/**
 * The server's long work: begun by one request, looked at and stopped by others. It lives as long as the server; what became of it is in the
 * store, also where a server ended without a word.
 */
export class Tasks {
  private readonly store: { tasks: TaskRecords };
  private readonly run: Run;
  /** What this server is at, by id. */
  private readonly entries = new Map<string, Entry>();
  /** Their ids, and those that are being written down. */
  private readonly own = new Set<string>();
  /** How work ended that the store could not be told of. */
  private readonly untold = new Map<string, End>();
  /** What is about to begin, by subject. */
  private readonly beginning = new Map<string, Promise<Task>>();
  private closing = false;

  constructor(store: { tasks: TaskRecords }, run: Run) {
    this.store = store;
    this.run = run;
  }

  /** Newest first. */
  async list(filter: TaskFilter = {}): Promise<Task[]> {
    return Promise.all((await this.store.tasks.list(filter)).map((record) => this.told(record)));
  }

  /** Ends, as interrupted, what servers were at that have ended themselves. */
  async settle(): Promise<void> {
    const running = await this.store.tasks.list({ state: 'running', limit: Number.MAX_SAFE_INTEGER });
    for (const record of running) await this.told(record);
  }

  /** Throws NOT_FOUND. */
  async get(id: string): Promise<Task> {
    return this.told(await this.store.tasks.get(id));
  }

  /** As it is once this server's part in it is over: of another server's work, as it is now. Throws NOT_FOUND. */
  async ended(id: string): Promise<Task> {
    await this.entries.get(id)?.ended;
    return this.get(id);
  }

  /** Begins it. Throws CHANGED_MEANWHILE while other work on the same subject is under way, INTERRUPTED while the server ends. */
  async start(order: TaskOrder): Promise<Task> {
    const { subject } = order;
    if (this.closing) throw new OslerError('INTERRUPTED', 'The server is ending: it begins nothing any more.');
    if (this.beginning.has(subject)) throw taken('Somebody', subject);
    const begun = this.enter(order).finally(() => this.beginning.delete(subject));
    this.beginning.set(subject, begun);
    return begun;
  }

  /**
   * Begins work again that came to nothing, as `order` makes it the one's who asks. Throws USAGE for what is under way or done, CHANGED_MEANWHILE
   * as `start` does.
   */
  async again(id: string, order: (work: Work) => Pick<TaskOrder, 'who' | 'work' | 'before'>): Promise<Task> {
    const { what, subject, work, state } = await this.get(id);
    if (state === 'running' || state === 'done')
      throw new OslerError('USAGE', state === 'done' ? 'That work is done.' : 'That work is under way.');
    return this.start({ what, subject, ...order(work) });
  }

  /**
   * Asks it to stop, and answers when it has. One that ended already stays as it is. Work of a server that can't be asked from here is ended
   * as interrupted: that server may be gone with its machine, and nothing else could be begun on the subject.
   * Throws NOT_FOUND; USAGE where another server of this machine is at it.
   */
  async stop(id: string, who: string): Promise<Task> {
    const entry = this.entries.get(id);
    if (entry !== undefined) {
      entry.controller.abort();
      await entry.ended;
    }
    const task = await this.get(id);
    if (task.state !== 'running') return task;
    if (pidOf(task.worker) !== null)
      throw new OslerError('USAGE', 'Another server of this machine does that work.', { hint: 'Stop it there.' });
    const error = {
      code: 'INTERRUPTED',
      message: `${who} ended it from another machine than its server's, which could not be asked.`,
      hint: 'If that server still runs it works on to its end, and what it makes stays: see to that first, then begin again.',
    };
    return this.end(task, { state: 'interrupted', result: null, error });
  }

  /** Stops what is under way, as interrupted. */
  async close(): Promise<void> {
    this.closing = true;
    for (const { controller } of this.entries.values()) controller.abort();
    await Promise.allSettled(this.beginning.values());
    await Promise.all([...this.entries.values()].map(({ ended }) => ended));
  }

  private async enter({ before, ...order }: TaskOrder): Promise<Task> {
    const { subject } = order;
    const open = (await this.list({ subject, state: 'running' })).find(({ state }) => state === 'running');
    if (open !== undefined) throw taken(open.who, subject);
    const id = randomUUID();
    this.own.add(id);
    const facts = { startedAt: new Date().toISOString(), endedAt: null, worker: ownIdentity() };
    const record = await this.store.tasks
      .create({ ...order, ...facts, id, state: 'running', result: null, error: null })
      .catch((error: unknown) => {
        this.own.delete(id);
        throw error;
      });
    const ready = (async () => before?.())();
    const { progress, ended } = this.begin(record, ready);
    await ready.catch(async (error: unknown) => {
      await ended;
      throw error;
    });
    return { ...record, progress };
  }

  private begin({ id, work }: TaskRecord, ready: Promise<void>): Entry {
    const controller = new AbortController();
    const progress: Progress[] = [];
    const end = async (facts: Omit<End, 'endedAt'>): Promise<void> => {
      const all = { endedAt: new Date().toISOString(), ...facts };
      await this.store.tasks.end(id, all).catch(() => this.untold.set(id, all));
    };
    const { signal } = controller;
    const ended = ready
      .then(() => {
        if (this.closing) controller.abort();
        signal.throwIfAborted();
        return this.run(work, { onProgress: (one) => note(progress, one), signal });
      })
      .then(
        (result) => end({ state: 'done', result: (result ?? null) as TaskRecord['result'], error: null }),
        (thrown: unknown) => {
          if (!signal.aborted) return end({ state: 'failed', result: null, error: told(thrown) });
          return this.closing
            ? end({ state: 'interrupted', result: null, error: INTERRUPTED })
            : end({ state: 'stopped', result: null, error: told(thrown) });
        },
      )
      .finally(() => {
        this.entries.delete(id);
        this.own.delete(id);
      });
    const entry = { progress, controller, ended };
    this.entries.set(id, entry);
    return entry;
  }

  /** With how far it is. One whose server has ended could not say so itself; what the store did not hear it hears now. */
  private async told(record: TaskRecord): Promise<Task> {
    const progress = this.entries.get(record.id)?.progress ?? [];
    if (record.state !== 'running' || this.own.has(record.id)) return { ...record, progress };
    if (record.worker !== ownIdentity() && !isGone(record.worker)) return { ...record, progress };
    const untold = this.untold.get(record.id);
    const ended = await this.end(record, untold ?? { state: 'interrupted', result: null, error: INTERRUPTED });
    this.untold.delete(record.id);
    return ended;
  }

  /** As it ended, which may be otherwise: the first word counts. */
  private async end({ id }: TaskRecord, facts: Omit<End, 'endedAt'> & Partial<End>): Promise<Task> {
    await this.store.tasks.end(id, { endedAt: new Date().toISOString(), ...facts });
    return { ...(await this.store.tasks.get(id)), progress: [] };
  }
}

function taken(who: string, subject: string): OslerError {
  return new OslerError('CHANGED_MEANWHILE', `${who} has work on ${subject} under way already.`, {
    hint: 'Wait for it to end, or stop it.',
  });
}

function told(thrown: unknown): { code: ErrorCode; message: string; hint?: string } {
  const error =
    thrown instanceof OslerError ? thrown : new OslerError('INTERNAL', 'The work failed by a fault of its own.');
  return errorBody(error).error;
}

/** The last word of each part of the work counts. */
function note(all: Progress[], progress: Progress): void {
  const at = all.findIndex((one) => one.task === progress.task);
  if (at === -1) all.push(progress);
  else all[at] = progress;
}
