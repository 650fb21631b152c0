import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { OslerError } from '../errors.ts';
import type { Job, Ready, Reply, WorkerInput } from './session-worker.ts';

export interface Output {
  shape: readonly number[];
  data: Float32Array<ArrayBuffer>;
}

/** An ONNX graph, ready to compute. */
export interface Session {
  /** The input's shape as the graph states it; `batch` for the open dimension. */
  readonly inputShape: readonly (number | string)[];
  /** Names of the outputs. */
  readonly outputs: readonly string[];
  /**
   * Computes one batch. `data` [n, C, H, W] is handed over: the caller must not touch its buffer again.
   * Throws ENGINE_FAILED when the runtime refuses it or the session was closed.
   */
  run(data: Float32Array<ArrayBuffer>, shape: number[]): Promise<Record<string, Output>>;
  close(): Promise<void>;
}

/**
 * Loads a graph in a thread of its own: ONNX Runtime's Node binding computes on the thread that asks, and a server's own thread
 * must stay free to answer. `threads` defaults to what the machine has.
 * Throws BUNDLE_INVALID when the runtime does not accept the graph.
 */
export async function createSession(model: Uint8Array, options: { threads?: number } = {}): Promise<Session> {
  const workerData: WorkerInput = { model, threads: options.threads ?? availableParallelism() };
  const worker = new Worker(new URL('./session-worker.ts', import.meta.url), { workerData, execArgv: [] });
  const waiting = new Map<number, { resolve: (o: Record<string, Output>) => void; reject: (e: Error) => void }>();
  const started = Promise.withResolvers<Ready>();
  let gone: OslerError | null = null;
  let next = 0;

  const end = (error: OslerError): void => {
    gone ??= error;
    started.reject(error);
    for (const { reject } of waiting.values()) reject(error);
    waiting.clear();
    worker.unref();
  };
  worker.once('message', (ready: Ready) => {
    worker.on('message', (reply: Reply) => {
      const job = waiting.get(reply.id);
      waiting.delete(reply.id);
      // Nothing left to wait for: a session that is not closed does not hold the process.
      if (waiting.size === 0) worker.unref();
      if ('error' in reply) job?.reject(new OslerError('ENGINE_FAILED', `ONNX Runtime failed: ${reply.error}`));
      else job?.resolve(reply.outputs);
    });
    started.resolve(ready);
  });
  worker.on('error', (cause) =>
    end(new OslerError('ENGINE_FAILED', `ONNX Runtime's thread ended: ${cause}`, { cause })),
  );
  worker.on('exit', () => end(new OslerError('ENGINE_FAILED', 'The ONNX Runtime session is closed.')));

  const ready = await started.promise;
  if ('error' in ready) {
    await worker.terminate();
    throw new OslerError('BUNDLE_INVALID', `ONNX Runtime does not accept the graph: ${ready.error}`);
  }
  worker.unref();
  return {
    inputShape: ready.inputShape,
    outputs: ready.outputs,
    run(data, shape) {
      if (gone !== null) return Promise.reject(gone);
      const id = next++;
      return new Promise((resolve, reject) => {
        waiting.set(id, { resolve, reject });
        worker.ref();
        worker.postMessage({ id, data, shape } satisfies Job, [data.buffer]);
      });
    },
    async close() {
      end(new OslerError('ENGINE_FAILED', 'The ONNX Runtime session is closed.'));
      await worker.terminate();
    },
  };
}
