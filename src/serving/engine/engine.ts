import { availableParallelism } from 'node:os';
import type { Transferable } from 'node:worker_threads';
import { refuseTelemetry } from '../../config/environment.ts';
import { OslerError } from '../../errors.ts';
import { enqueue, type Waiting } from '../../threads/enqueue.ts';
import { Thread } from '../../threads/thread.ts';
import { rankOf, type Turn } from '../priority.ts';
import type { Ask, Loaded, Model, Outcome, Task, Told } from './messages.ts';
import { Pace, type Paces } from './pace.ts';
import { batchFor, type Plan, planThreads, replicasFor } from './plan.ts';

export interface EngineOptions {
  /** Of all models together; default: one for each processor. */
  threads?: number;
  /** Whether a model is in all of its threads before it is said to be loaded: for servers. Else they get it when there is work for them. */
  eager?: boolean;
  /** For tests. */
  start?: () => ComputeThread;
  retryMs?: number;
}

/** What the engine needs of a thread. */
export interface EngineState {
  threads: number;
  broken: number;
  replaced: number;
}

export type ComputeThread = Pick<Thread<Ask, Told>, 'ask' | 'broken' | 'close'>;

/** How a model's images are put together. */
export interface Batching {
  /** Images computed together at most. */
  maxBatch: number;
  /** Milliseconds that the first of a batch may wait for others. */
  maxDelayMs: number;
}

/** A model in the engine's threads. */
export interface EngineModel extends Loaded {
  /**
   * Computes one image. Throws ENGINE_FAILED where the thread that had it ended, or the model was closed, and the reason of `wanted` where
   * that ends while the image waits for a thread.
   */
  ask(task: Task, turn?: Turn): Promise<Outcome>;
  /** After what is under way; what waits fails. */
  close(): Promise<void>;
}

/** Where a model is read from: once for each thread that gets it. */
export type Source = () => Promise<Model>;

interface Held {
  id: number;
  source: Source;
  batching: Batching;
  /** Threads that may have it. */
  replicas: number;
  /** Of its session in each of them. */
  threads: number;
  /** The thread that has a second session with all processors for images that come alone, and what such images take in either. */
  wide: { worker: Worker; pace: Pace } | null;
  /** Images that wait for a thread, in the order in which they get one. */
  queue: Job[];
  closed: boolean;
}

interface Job extends Waiting {
  task: Task;
  since: number;
  done: PromiseWithResolvers<Outcome>;
}

interface Worker {
  thread: ComputeThread;
  bornAt: number;
  /** Batches under way. */
  open: number;
  /** Models that it has, and that it is being given. */
  models: Set<number>;
  coming: Set<number>;
}

/** Milliseconds between two attempts to replace a thread that ends by itself, or to give it a model. */
const RETRY_MS = 1_000;

/**
 * The threads that compute, shared by all models of a process: each takes one image after the other all the way from its bytes to its
 * answer. So many threads as were allowed compute, however many models there are. A thread that ends by itself (out of memory, say) fails
 * what it had, and another one takes its place.
 */
export class Engine {
  private readonly plan: Plan;
  private readonly eager: boolean;
  private readonly newThread: () => ComputeThread;
  private readonly retryMs: number;
  private readonly workers: Worker[] = [];
  private readonly models = new Map<number, Held>();
  private timer: NodeJS.Timeout | undefined;
  /** When the timer rings. */
  private wakeAt = 0;
  /** What threads are asked and have not answered. */
  private readonly underWay = new Set<Promise<Told>>();
  private nextId = 1;
  /** Batches, ever. */
  private begun = 0;
  private replaced = 0;
  private closed = false;

  constructor(options: EngineOptions = {}) {
    const { threads = availableParallelism(), eager = false, start = newThread, retryMs = RETRY_MS } = options;
    refuseTelemetry();
    this.plan = planThreads(threads);
    this.eager = eager;
    this.newThread = start;
    this.retryMs = retryMs;
  }

  /** Threads that have started, those of them that ended by themselves and are not replaced yet, and how many were ever replaced. */
  get state(): EngineState {
    const broken = this.workers.filter(({ thread }) => thread.broken).length;
    return { threads: this.workers.length, broken, replaced: this.replaced };
  }

  /** Throws BUNDLE_INVALID for a graph that does not fit its manifest, and what `source` throws. */
  async load(source: Source, batching: Batching): Promise<EngineModel> {
    const model = shared(await source());
    const replicas = replicasFor(model.graph.byteLength, this.plan);
    const held: Held = {
      ...{ id: this.nextId++, source, batching: batchingFor(model, batching), replicas, queue: [], closed: false },
      ...{ wide: null },
      threads: Math.max(1, Math.floor(this.plan.threads / replicas)),
    };
    this.models.set(held.id, held);
    const chosen = Array.from({ length: this.eager ? replicas : 1 }, () => this.place(held));
    const results = await Promise.allSettled(chosen.map((worker) => this.give(worker, held, model)));
    const failed = results.find((result) => result.status === 'rejected');
    if (failed !== undefined) {
      await this.drop(held);
      throw failed.reason;
    }
    const { value } = results[0] as PromiseFulfilledResult<Loaded>;
    if (this.eager && replicas > 1) void this.widen(chosen[0]!, held, model.graph);
    return { ...value, ask: (task, turn) => this.ask(held, task, turn), close: () => this.drop(held) };
  }

  async close(): Promise<void> {
    this.closed = true;
    clearTimeout(this.timer);
    for (const model of this.models.values()) fail(model, isClosed());
    // A thread that is ended in the middle of the runtime's work takes the process with it.
    while (this.underWay.size > 0) await Promise.allSettled([...this.underWay]);
    await Promise.all(this.workers.map(({ thread }) => thread.close()));
  }

  /** Asks a thread, and remembers that until it has answered. */
  private tell({ thread }: Worker, ask: Ask, transfer: Transferable[] = []): Promise<Told> {
    const told = thread.ask(ask, transfer);
    this.underWay.add(told);
    const over = (): void => void this.underWay.delete(told);
    told.then(over, over);
    return told;
  }

  private ask(model: Held, task: Task, turn: Turn = {}): Promise<Outcome> {
    if (this.closed || model.closed) return Promise.reject(isClosed());
    const done = Promise.withResolvers<Outcome>();
    const since = performance.now();
    const job: Job = { task, since, rank: rankOf(since, turn), done };
    enqueue(model.queue, job, turn.wanted);
    this.next();
    return done.promise;
  }

  /** Gives what waits to threads that are free: of several models the one first whose image's turn it is. */
  private next(): void {
    if (this.closed) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    this.replaceBroken();
    const waiting = [...this.models.values()].filter(({ queue }) => queue.length > 0);
    for (const model of waiting.sort((a, b) => a.queue[0]!.rank - b.queue[0]!.rank)) this.advance(model);
  }

  private advance(model: Held): void {
    const { queue, batching } = model;
    while (queue.length > 0) {
      const worker = this.workers.find(
        ({ thread, models, open }) => open === 0 && models.has(model.id) && !thread.broken,
      );
      const alone = queue.length === 1 && this.workers.every(({ open }) => open === 0);
      if (worker === undefined) {
        this.spread(model);
        return;
      }
      if (queue.length < batching.maxBatch) {
        const oldest = Math.min(...queue.map(({ since }) => since));
        const patience = oldest + batching.maxDelayMs - performance.now();
        if (patience > 0) {
          this.wake(patience);
          return;
        }
      }
      const jobs = queue.splice(0, batching.maxBatch);
      if (alone && model.wide !== null && !model.wide.worker.thread.broken) this.computeAlone(model.wide, model, jobs);
      else this.compute(worker, model, jobs, false);
    }
  }

  private wake(milliseconds: number): void {
    if (this.closed) return;
    const at = performance.now() + milliseconds;
    if (this.timer !== undefined && this.wakeAt <= at) return;
    clearTimeout(this.timer);
    this.wakeAt = at;
    this.timer = setTimeout(() => this.next(), Math.ceil(milliseconds));
  }

  /**
   * By one processor or by all, whichever was faster of late: that depends on what else the machine has to do. An image that got company
   * meanwhile says nothing of one that is alone.
   */
  private computeAlone({ worker, pace }: NonNullable<Held['wide']>, model: Held, jobs: readonly Job[]): void {
    const wide = pace.choose();
    const begun = this.begun + 1;
    this.compute(worker, model, jobs, wide, (infer) => {
      if (this.begun === begun) pace.note(wide, infer);
    });
  }

  private compute(
    worker: Worker,
    { id }: Held,
    jobs: readonly Job[],
    wide: boolean,
    note?: (inferMs: number) => void,
  ): void {
    const begun = performance.now();
    const transfer: Transferable[] = [];
    const tasks = jobs.map(({ task }) => owned(task, transfer));
    worker.open += 1;
    this.begun += 1;
    this.tell(worker, { kind: 'compute', id, tasks, wide }, transfer)
      .then(
        (told) =>
          jobs.forEach(({ done, since }, i) => {
            const outcome = (told as Outcome[])[i]!;
            if ('stages' in outcome) {
              outcome.stages.queue = begun - since;
              note?.(outcome.stages.infer);
            }
            done.resolve(outcome);
          }),
        (error: unknown) => {
          for (const { done } of jobs) done.reject(error);
        },
      )
      .finally(() => {
        worker.open -= 1;
        this.next();
      });
  }

  /** Behind everybody's back: other threads answer meanwhile. Where it can't be, one processor for each image it is. */
  private async widen(worker: Worker, held: Held, graph: Uint8Array): Promise<void> {
    worker.open += 1;
    try {
      const paces = await this.tell(worker, { kind: 'widen', id: held.id, graph, threads: this.plan.threads });
      if (!held.closed && paces !== null) held.wide = { worker, pace: new Pace(paces as Paces) };
    } catch {
      held.wide = null;
    } finally {
      worker.open -= 1;
      this.next();
    }
  }

  /** There is work for another thread that has the model. */
  private spread(model: Held): void {
    const having = this.workers.filter(({ models, coming }) => models.has(model.id) || coming.has(model.id));
    if (having.length >= model.replicas || having.some(({ coming }) => coming.has(model.id))) return;
    void this.bring(this.place(model), model);
  }

  /** The thread with the fewest models that does not have this one; a new one while there may be more. */
  private place({ id }: Held): Worker {
    const without = this.workers.filter(({ models, coming }) => !models.has(id) && !coming.has(id));
    const [fewest] = without.toSorted((a, b) => a.models.size + a.coming.size - b.models.size - b.coming.size);
    const idle = fewest !== undefined && fewest.models.size + fewest.coming.size === 0;
    const worker = fewest === undefined || (!idle && this.workers.length < this.plan.workers) ? this.start() : fewest;
    if (!this.workers.includes(worker)) this.workers.push(worker);
    worker.coming.add(id);
    return worker;
  }

  private async give(worker: Worker, { id, threads }: Held, model: Model): Promise<Loaded> {
    worker.coming.add(id);
    try {
      const loaded = (await this.tell(worker, { kind: 'load', id, model, threads })) as Loaded;
      worker.models.add(id);
      return loaded;
    } finally {
      worker.coming.delete(id);
    }
  }

  /** As `give`, behind everybody's back: what fails is tried again while somebody waits for it. */
  private async bring(worker: Worker, held: Held): Promise<void> {
    try {
      await this.give(worker, held, await held.source());
      if (!held.closed) this.next();
      else if (worker.models.delete(held.id)) await this.tell(worker, { kind: 'unload', id: held.id });
    } catch (error) {
      worker.coming.delete(held.id);
      const others = this.workers.some(({ models, coming }) => models.has(held.id) || coming.has(held.id));
      if (!others) fail(held, error);
      this.wake(this.retryMs);
    }
  }

  private async drop(held: Held): Promise<void> {
    if (held.closed) return;
    held.closed = true;
    this.models.delete(held.id);
    fail(held, isClosed());
    const having = this.workers.filter(({ models }) => models.delete(held.id));
    if (this.closed) return;
    // One that ended by itself has let go of everything.
    await Promise.allSettled(having.map((worker) => this.tell(worker, { kind: 'unload', id: held.id })));
  }

  private start(): Worker {
    return { thread: this.newThread(), bornAt: performance.now(), open: 0, models: new Set(), coming: new Set() };
  }

  private replaceBroken(): void {
    for (const [i, old] of this.workers.entries()) {
      if (!old.thread.broken) continue;
      const age = performance.now() - old.bornAt;
      if (age < this.retryMs) {
        this.wake(this.retryMs - age);
        continue;
      }
      const worker = this.start();
      this.workers[i] = worker;
      this.replaced += 1;
      for (const id of [...old.models, ...old.coming]) {
        const held = this.models.get(id);
        if (held === undefined) continue;
        if (held.wide?.worker === old) held.wide = null;
        worker.coming.add(id);
        void this.bring(worker, held);
      }
    }
  }
}

function newThread(): ComputeThread {
  return new Thread<Ask, Told>(new URL('./worker.ts', import.meta.url), 'compute');
}

/** The task with bytes of its own, which can be handed over: a slice of Node's buffer pool would take the whole pool along. */
function owned(task: Task, transfer: Transferable[]): Task {
  const { source } = task;
  const bytes = 'pixels' in source ? source.pixels : source.image;
  if (typeof bytes === 'string') return task;
  const own = new Uint8Array(bytes);
  transfer.push(own.buffer);
  return { ...task, source: 'pixels' in source ? { pixels: own } : { ...source, image: own } };
}

/** The model with its graph in memory that all threads see: each makes its own copy, and nobody else waits for that. */
function shared(model: Model): Model {
  const graph = new Uint8Array(new SharedArrayBuffer(model.graph.byteLength));
  graph.set(model.graph);
  return { ...model, graph };
}

function batchingFor({ graph }: Model, { maxBatch, maxDelayMs }: Batching): Batching {
  // Who lets images wait for each other wants them together.
  return { maxBatch: maxDelayMs > 0 ? maxBatch : batchFor(graph.byteLength, maxBatch), maxDelayMs };
}

function fail({ queue }: Held, error: unknown): void {
  for (const { done } of queue.splice(0)) done.reject(error);
}

function isClosed(): OslerError {
  return new OslerError('ENGINE_FAILED', 'The compute thread is closed.');
}
