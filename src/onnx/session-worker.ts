import { parentPort, workerData } from 'node:worker_threads';
import { InferenceSession, Tensor } from 'onnxruntime-node';

/** One batch: `data` is [n, C, H, W] for the input that the graph names. */
export interface Job {
  id: number;
  data: Float32Array<ArrayBuffer>;
  shape: number[];
}

export type Reply =
  | { id: number; outputs: Record<string, { shape: readonly number[]; data: Float32Array<ArrayBuffer> }> }
  | { id: number; error: string };

/** First word of the worker: the session is there, or why not. */
export type Ready =
  | { ready: true; inputShape: readonly (number | string)[]; outputs: readonly string[] }
  | { error: string };

export interface WorkerInput {
  model: Uint8Array;
  threads: number;
}

const port = parentPort!;
const { model, threads } = workerData as WorkerInput;

try {
  const session = await InferenceSession.create(model, {
    executionProviders: ['cpu'],
    intraOpNumThreads: threads,
    interOpNumThreads: 1,
    graphOptimizationLevel: 'all',
    // Threads that wait for the next layer sleep instead of spinning: the cores are wanted for decoding and answering, and a
    // spinning pool took twice the processor time for each image.
    extra: { session: { intra_op: { allow_spinning: '0' } } },
    logSeverityLevel: 3,
  });
  const input = session.inputNames[0]!;
  port.on('message', async (job: Job) => {
    try {
      const results = await session.run({ [input]: new Tensor('float32', job.data, job.shape) });
      const outputs: Record<string, { shape: readonly number[]; data: Float32Array<ArrayBuffer> }> = {};
      // A copy into memory of JavaScript's own, which can be handed over without another.
      for (const [name, tensor] of Object.entries(results)) {
        outputs[name] = { shape: tensor.dims, data: new Float32Array(tensor.data as Float32Array) };
      }
      reply(
        { id: job.id, outputs },
        Object.values(outputs).map(({ data }) => data.buffer),
      );
    } catch (error) {
      reply({ id: job.id, error: String((error as Error).message) });
    }
  });
  const [metadata] = session.inputMetadata;
  const shape = metadata?.isTensor ? metadata.shape : [];
  port.postMessage({ ready: true, inputShape: shape, outputs: session.outputNames } satisfies Ready);
} catch (error) {
  port.postMessage({ error: String((error as Error).message) } satisfies Ready);
  port.close();
}

function reply(message: Reply, transfer: ArrayBuffer[] = []): void {
  port.postMessage(message, transfer);
}
