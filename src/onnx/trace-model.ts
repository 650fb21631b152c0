import { OslerError } from '../errors.ts';
import type { Ops } from '../nn/ops.ts';
import { foldBatchNorm } from './fold.ts';
import { INPUT, OUTPUTS } from './names.ts';
import { serialise } from './serialise.ts';
import { Tracer, type Weights } from './tracer.ts';

/** What the tracer asks of a network: its code, written on Ops. Every Classifier is one. */
export interface Traceable {
  forwardAll<T>(x: T, ops: Ops<T>): { logits: T; embedding: T; cam: T };
}

export interface InputSize {
  channels: number;
  height: number;
  width: number;
}

export interface TraceOptions {
  /** The graph's name: the architecture. */
  name?: string;
  /** Osler's version, written into the graph. */
  version?: string;
  /** Small facts for whoever opens the graph: labels, normalisation. */
  metadata?: Record<string, string>;
}

/**
 * Turns a network and its weights into an ONNX graph.
 * Input `images` [batch, C, H, W], normalised f32; outputs `logits` [batch, K] before softmax, `embedding` [batch, F] (what the
 * head's first layer sees) and `cam` [batch, K, h, w] (each class's activation map).
 * Throws WEIGHTS_INVALID when a weight is missing or misshapen, INTERNAL when the network's own shapes don't add up.
 */
export function traceModel(
  model: Traceable,
  weights: Weights,
  size: InputSize,
  options: TraceOptions = {},
): Uint8Array {
  const tracer = new Tracer(weights);
  const input = tracer.graph.input([-1, size.channels, size.height, size.width]);
  const traced = model.forwardAll(input, tracer);
  const ranks = { logits: 2, embedding: 2, cam: 4 };
  for (const name of OUTPUTS) {
    const { shape } = traced[name];
    if (shape[0] !== -1 || shape.length !== ranks[name]) {
      throw new OslerError(
        'INTERNAL',
        `The network's ${name} has shape [${shape}]; it needs ${ranks[name]} dimensions, batch first.`,
      );
    }
  }
  const outputs = OUTPUTS.map((name) => traced[name]);
  foldBatchNorm(tracer.graph, outputs);
  return serialise(tracer.graph, {
    name: options.name ?? 'network',
    producerVersion: options.version ?? '',
    doc: 'Image classifier. Probabilities are softmax(logits / temperature).',
    input: [INPUT, input],
    outputs: OUTPUTS.map((name) => [name, traced[name]]),
    metadata: options.metadata ?? {},
  });
}
