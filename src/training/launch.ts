import { type ChildProcess, fork } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { childEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import { trainingEnvironment } from '../torch/environment.ts';
import { engineIsBuilt, provideEngine } from '../torch/native.ts';
import type { EpochRecord, MetricRow } from './log.ts';
import type { Job, Ready, Results, ToChild, ToParent } from './messages.ts';

const ENTRY = fileURLToPath(new URL('./process.ts', import.meta.url));

export interface ChildEvents {
  onProgress?: OnProgress | undefined;
  onLine?: ((text: string) => void) | undefined;
  onWarning?: ((text: string) => void) | undefined;
  /** Handled in order, one after the other; what it throws ends the child and the call. */
  onReady?: ((ready: Ready) => Promise<void>) | undefined;
  onRows?: ((rows: MetricRow[]) => Promise<void>) | undefined;
  /** Asked after each epoch of a job that asks: whether to go on. */
  onEpoch?: ((record: EpochRecord) => Promise<boolean>) | undefined;
  /** Aborting asks the child to stop at its next step. */
  signal?: AbortSignal | undefined;
}

let waiting: ChildProcess | undefined;

/**
 * Starts the process of the next job, where the engine is built: it loads LibTorch (half a second) while the caller reads what the job is to be.
 * One that no job comes for does not hold this process, and ends with it. Returns its id, where one was started.
 */
export function prepareChild(): number | undefined {
  if (waiting !== undefined || !engineIsBuilt()) return undefined;
  const child = start();
  child.unref();
  child.channel?.unref();
  child.once('error', () => {
    // The job starts one of its own, and meets the reason.
    if (waiting === child) waiting = undefined;
  });
  child.once('exit', () => {
    if (waiting === child) waiting = undefined;
  });
  waiting = child;
  return child.pid;
}

function takeChild(): ChildProcess {
  const child = waiting;
  waiting = undefined;
  if (child === undefined) return start();
  child.ref();
  child.channel?.ref();
  return child;
}

function start(): ChildProcess {
  return fork(ENTRY, [], {
    env: childEnvironment(trainingEnvironment()),
    // Typed arrays cross as they are.
    serialization: 'advanced',
    execArgv: ['--disable-warning=ExperimentalWarning'],
    // Its stdout is not the command's: that may carry one JSON document.
    stdio: ['ignore', process.stderr, process.stderr, 'ipc'],
  });
}

/**
 * Does a job in a process of its own: the engine blocks its thread, and reads some of its settings only when it starts.
 * The child ends when this process does. Errors of the child come out as they were thrown there.
 */
export function runInChild<J extends Job>(job: J, events: ChildEvents = {}): Promise<Results[J['kind']]> {
  return new Promise((resolve, reject) => {
    events.signal?.throwIfAborted();
    provideEngine();
    const child = takeChild();
    let result: Results[J['kind']] | undefined;
    let failure: unknown;
    let last: Promise<void> = Promise.resolve();
    const inOrder = (work: () => Promise<void> | undefined): void => {
      last = last.then(work).catch((error: unknown) => {
        failure ??= error;
        child.kill('SIGKILL');
      });
    };
    const send = (message: ToChild): void => {
      // The child may have gone in this moment; its exit says so.
      if (child.connected) child.send(message, () => undefined);
    };
    const stop = (): void => send({ type: 'stop' });
    events.signal?.addEventListener('abort', stop, { once: true });
    child.on('message', (message: ToParent) => {
      switch (message.type) {
        case 'progress':
          return events.onProgress?.(message.progress);
        case 'line':
          return events.onLine?.(message.text);
        case 'warning':
          return events.onWarning?.(message.text);
        case 'ready':
          return inOrder(() => events.onReady?.(message.ready));
        case 'rows':
          return inOrder(() => events.onRows?.(message.rows));
        case 'epoch':
          return inOrder(async () =>
            send({ type: 'answer', proceed: (await events.onEpoch?.(message.record)) ?? true }),
          );
        case 'result':
          result = message.result as Results[J['kind']];
          return;
        case 'error':
          failure ??= revive(message.error);
      }
    });
    child.on('error', (error) => {
      failure ??= error;
    });
    child.on('close', (code, signal) => {
      events.signal?.removeEventListener('abort', stop);
      void last.then(() => {
        if (failure !== undefined) return reject(failure);
        if (result !== undefined) return resolve(result);
        // Ctrl-C reaches the child too, and ends one that has not learnt to listen yet.
        if (events.signal?.aborted) return reject(events.signal.reason);
        reject(died(job.kind, code, signal));
      });
    });
    send({ type: 'job', job });
    if (events.signal?.aborted) stop();
  });
}

function revive(error: Extract<ToParent, { type: 'error' }>['error']): Error {
  if (error.code !== null) {
    return new OslerError(error.code, error.message, error.hint === undefined ? {} : { hint: error.hint });
  }
  const plain = new Error(error.message);
  if (error.stack !== undefined) plain.stack = error.stack;
  return plain;
}

const DOING: Record<Job['kind'], string> = {
  train: 'training',
  infer: 'predicting',
  findLr: 'looking for a learning rate',
};

/** What a child that ended without an answer is called. A signal that a person sends is no failure of the engine. */
export function died(job: Job['kind'], code: number | null, signal: NodeJS.Signals | null): OslerError {
  const doing = DOING[job];
  if (signal === 'SIGINT' || signal === 'SIGTERM') {
    return new OslerError('INTERRUPTED', `Interrupted by ${signal} while ${doing}.`);
  }
  const how = signal === null ? `with exit code ${code}` : `by ${signal}`;
  return new OslerError('ENGINE_FAILED', `The process of the engine was ended ${how} while ${doing}.`, {
    hint:
      signal === 'SIGKILL'
        ? `Memory may have run out${job === 'infer' ? '' : ': try a smaller training.batchSize'}.`
        : 'Its last words stand above.',
  });
}
