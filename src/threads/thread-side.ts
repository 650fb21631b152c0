import { parentPort, type Transferable } from 'node:worker_threads';
import { errorBody } from '../errors.ts';
import type { Answer, Question } from './thread.ts';

/** The thread's side of `Thread`: answers each request with what `handle` returns or throws. `transfer` hands buffers over. */
export function answerRequests<Request, Response>(
  handle: (request: Request) => Promise<{ response: Response; transfer?: Transferable[] }>,
): void {
  const port = parentPort!;
  port.on('message', async ({ id, request }: Question<Request>) => {
    try {
      const { response, transfer = [] } = await handle(request);
      port.postMessage({ id, response } satisfies Answer<Response>, transfer);
    } catch (error) {
      port.postMessage({ id, ...errorBody(error) } satisfies Answer<Response>);
    }
  });
}
