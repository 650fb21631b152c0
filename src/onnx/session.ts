import { availableParallelism } from 'node:os';
import { refuseTelemetry } from '../config/environment.ts';
import { Thread } from '../threads/thread.ts';
import type { Output } from './runtime.ts';
import type { Loaded, Request, Response } from './session-worker.ts';

export type { Output } from './runtime.ts';

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
  refuseTelemetry();
  const thread = new Thread<Request, Response>(new URL('./session-worker.ts', import.meta.url), 'ONNX Runtime');
  try {
    const threads = options.threads ?? availableParallelism();
    const { inputShape, outputs } = (await thread.ask({ kind: 'load', model, threads })) as Loaded;
    return {
      inputShape,
      outputs,
      run: (data, shape) => thread.ask({ kind: 'run', data, shape }, [data.buffer]) as Promise<Record<string, Output>>,
      close: () => thread.close(),
    };
  } catch (error) {
    await thread.close();
    throw error;
  }
}
