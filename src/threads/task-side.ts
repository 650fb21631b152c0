import { parentPort, workerData } from 'node:worker_threads';
import { errorBody } from '../errors.ts';
import type { OnProgress } from '../progress.ts';
import type { TaskMessage } from './task.ts';

/** Progress is told so often at most: whoever draws it needs no more. */
const EVERY_MS = 100;

/** The thread's side of `runTask`: does the work, tells where it is, and hears when it is to stop. */
export function performTask<Request, Response>(
  work: (request: Request, deps: { onProgress: OnProgress; signal: AbortSignal }) => Promise<Response>,
): void {
  const port = parentPort!;
  const say = (message: TaskMessage<Response>): void => port.postMessage(message);
  const controller = new AbortController();
  port.on('message', () => controller.abort());
  const told = new Map<string, number>();
  const onProgress: OnProgress = (progress) => {
    const now = performance.now();
    const last = told.get(progress.task);
    if (last !== undefined && now - last < EVERY_MS && progress.done !== progress.total) return;
    told.set(progress.task, now);
    say({ progress });
  };
  work(workerData as Request, { onProgress, signal: controller.signal })
    .then(
      (response) => say({ response }),
      (error: unknown) => say(errorBody(error)),
    )
    .finally(() => port.unref());
}
