import { Worker } from 'node:worker_threads';
import { type ErrorCode, OslerError } from '../errors.ts';
import type { OnProgress, Progress } from '../progress.ts';

/** What the thread of a task says. */
export type TaskMessage<Response> =
  | { progress: Progress }
  | { response: Response }
  | { error: { code: ErrorCode; message: string; hint?: string } };

/** Milliseconds that a stopped task has to put its things away. */
const GRACE_MS = 5_000;

/**
 * One long piece of work in a thread of its own: whoever asks stays free to answer others. `file` calls `performTask`.
 * Throws what the work throws; INTERRUPTED when `signal` stops it; ENGINE_FAILED when its thread ended by itself.
 */
export async function runTask<Request, Response>(
  file: URL,
  request: Request,
  { onProgress, signal }: { onProgress?: OnProgress; signal?: AbortSignal } = {},
): Promise<Response> {
  if (signal?.aborted) throw stopped();
  const done = Promise.withResolvers<Response>();
  const worker = new Worker(file, { execArgv: [], name: 'task', workerData: request });
  worker.on('message', (message: TaskMessage<Response>) => {
    if ('progress' in message) onProgress?.(message.progress);
    else if ('response' in message) done.resolve(message.response);
    else {
      const { code, message: words, hint } = message.error;
      done.reject(new OslerError(code, words, hint === undefined ? {} : { hint }));
    }
  });
  worker.on('error', (cause) =>
    done.reject(new OslerError('ENGINE_FAILED', `The work broke off: ${cause}`, { cause })),
  );
  worker.on('exit', () => done.reject(new OslerError('ENGINE_FAILED', 'The work broke off: its thread ended.')));
  let deadline: NodeJS.Timeout | undefined;
  const stop = (): void => {
    worker.postMessage('stop');
    deadline = setTimeout(() => done.reject(stopped()), GRACE_MS);
  };
  signal?.addEventListener('abort', stop, { once: true });
  try {
    return await done.promise;
  } catch (error) {
    if (signal?.aborted) throw stopped();
    throw error;
  } finally {
    clearTimeout(deadline);
    signal?.removeEventListener('abort', stop);
    await worker.terminate();
  }
}

function stopped(): OslerError {
  return new OslerError('INTERRUPTED', 'The work was stopped.');
}
