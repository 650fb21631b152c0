import { answerRequests } from '../threads/thread-side.ts';
import { type Output, Runtime } from './runtime.ts';

/** First the graph, then batches: `data` is [n, C, H, W]. */
export type Request =
  | { kind: 'load'; model: Uint8Array; threads: number }
  | { kind: 'run'; data: Float32Array<ArrayBuffer>; shape: number[] };

export interface Loaded {
  inputShape: readonly (number | string)[];
  outputs: readonly string[];
}

export type Response = Loaded | Record<string, Output>;

let runtime: Runtime | undefined;

answerRequests<Request, Response>(async (request) => {
  if (request.kind === 'load') {
    runtime = await Runtime.open(request.model, request.threads);
    return { response: { inputShape: runtime.inputShape, outputs: runtime.outputs } };
  }
  const outputs = await runtime!.run(request.data, request.shape);
  return { response: outputs, transfer: Object.values(outputs).map(({ data }) => data.buffer) };
});
