import { InferenceSession, Tensor } from 'onnxruntime-node';
import { OslerError } from '../errors.ts';

export interface Output {
  shape: readonly number[];
  data: Float32Array<ArrayBuffer>;
}

/** A graph in ONNX Runtime, on the thread that it computes on: the binding blocks its caller, so this belongs in a thread of its own. */
export class Runtime {
  /** The input's shape as the graph states it; `batch` for the open dimension. */
  readonly inputShape: readonly (number | string)[];
  readonly outputs: readonly string[];
  private readonly session: InferenceSession;
  private readonly input: string;

  private constructor(session: InferenceSession) {
    const [input] = session.inputMetadata;
    this.session = session;
    this.input = session.inputNames[0]!;
    this.inputShape = input?.isTensor ? input.shape : [];
    this.outputs = session.outputNames;
  }

  /**
   * `threads` share each layer. They wait for the next one busily: asleep they are woken too late for layers of a tenth of a millisecond,
   * and two are no faster than one. Between two images nobody waits: for a thirtieth of a second after each, that would keep a processor
   * from all else. Alone, a thread waits for nobody.
   * Throws BUNDLE_INVALID when the runtime does not accept the graph.
   */
  static async open(model: Uint8Array, threads: number): Promise<Runtime> {
    try {
      const session = await InferenceSession.create(model, {
        executionProviders: ['cpu'],
        intraOpNumThreads: threads,
        interOpNumThreads: 1,
        graphOptimizationLevel: 'all',
        extra: { session: { intra_op: { allow_spinning: threads > 1 ? '1' : '0' }, force_spinning_stop: '1' } },
        logSeverityLevel: 3,
      });
      return new Runtime(session);
    } catch (cause) {
      throw new OslerError('BUNDLE_INVALID', `ONNX Runtime does not accept the graph: ${(cause as Error).message}`, {
        cause,
      });
    }
  }

  /**
   * Computes one batch. `data` [n, C, H, W] must stay as it is until the outputs are there; they are copies in memory of
   * JavaScript's own, which can be handed over. Throws ENGINE_FAILED.
   */
  async run(data: Float32Array<ArrayBuffer>, shape: readonly number[]): Promise<Record<string, Output>> {
    try {
      const results = await this.session.run({ [this.input]: new Tensor('float32', data, shape) });
      const copied = Object.entries(results).map(([name, { dims, data }]) => [
        name,
        { shape: dims, data: new Float32Array(data as Float32Array) },
      ]);
      return Object.fromEntries(copied);
    } catch (cause) {
      throw new OslerError('ENGINE_FAILED', `ONNX Runtime failed: ${(cause as Error).message}`, { cause });
    }
  }

  close(): Promise<void> {
    return this.session.release();
  }
}
