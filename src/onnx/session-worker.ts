import { InferenceSession, Tensor } from 'onnxruntime-node';
import { OslerError } from '../errors.ts';
import { answerRequests } from '../threads/thread-side.ts';

export interface Output {
  shape: readonly number[];
  data: Float32Array<ArrayBuffer>;
}

/** First the graph, then batches: `data` is [n, C, H, W]. */
export type Request =
  | { kind: 'load'; model: Uint8Array; threads: number }
  | { kind: 'run'; data: Float32Array<ArrayBuffer>; shape: number[] };

export interface Loaded {
  inputShape: readonly (number | string)[];
  outputs: readonly string[];
}

export type Response = Loaded | Record<string, Output>;

let session: InferenceSession | undefined;

answerRequests<Request, Response>(async (request) => {
  if (request.kind === 'load') return { response: await load(request.model, request.threads) };
  const outputs = await run(request.data, request.shape);
  return { response: outputs, transfer: Object.values(outputs).map(({ data }) => data.buffer) };
});

async function load(model: Uint8Array, threads: number): Promise<Loaded> {
  try {
    session = await InferenceSession.create(model, {
      executionProviders: ['cpu'],
      intraOpNumThreads: threads,
      interOpNumThreads: 1,
      graphOptimizationLevel: 'all',
      // Threads that wait for the next layer sleep instead of spinning: the cores are wanted for decoding and answering, and a
      // spinning pool took twice the processor time for each image.
      extra: { session: { intra_op: { allow_spinning: '0' } } },
      logSeverityLevel: 3,
    });
  } catch (cause) {
    throw new OslerError('BUNDLE_INVALID', `ONNX Runtime does not accept the graph: ${(cause as Error).message}`, {
      cause,
    });
  }
  const [input] = session.inputMetadata;
  return { inputShape: input?.isTensor ? input.shape : [], outputs: session.outputNames };
}

async function run(data: Float32Array<ArrayBuffer>, shape: number[]): Promise<Record<string, Output>> {
  try {
    const results = await session!.run({ [session!.inputNames[0]!]: new Tensor('float32', data, shape) });
    // A copy into memory of JavaScript's own, which can be handed over without another.
    const copied = Object.entries(results).map(([name, { dims, data }]) => [
      name,
      { shape: dims, data: new Float32Array(data as Float32Array) },
    ]);
    return Object.fromEntries(copied);
  } catch (cause) {
    throw new OslerError('ENGINE_FAILED', `ONNX Runtime failed: ${(cause as Error).message}`, { cause });
  }
}
