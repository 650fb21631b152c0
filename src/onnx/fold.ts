import type { Constant, Graph, GraphNode, Value } from './graph.ts';
import { reachable } from './graph.ts';

/**
 * Folds each BatchNormalization into the convolution before it, where nothing else reads that convolution:
 * w' = w * s, b' = (b - mean) * s + shift with s = scale / sqrt(variance + eps), calculated in f64.
 * A BatchNormalization with no such convolution (DenseNet's leading ones) stays. A pair that the graph goes through several times
 * (views of an image) is calculated once, so that its weights are written once.
 * Changes the graph in place; returns how many were folded.
 */
export function foldBatchNorm(graph: Graph, outputs: readonly Value[]): number {
  const readers = new Map<Value, number>(outputs.map((value) => [value, 1]));
  for (const node of reachable(graph, outputs)) {
    for (const input of node.inputs) if (input !== null) readers.set(input, (readers.get(input) ?? 0) + 1);
  }
  const replaced = new Map<Value, Value>();
  const known = new Map<string, [Value, Value]>();
  for (const node of graph.nodes) {
    node.inputs = node.inputs.map((input) => (input === null ? null : (replaced.get(input) ?? input)));
    const conv = node.op === 'BatchNormalization' ? (node.inputs[0]?.node ?? null) : null;
    if (conv?.op !== 'Conv' || readers.get(conv.output) !== 1 || outputs.includes(node.output)) continue;
    if (conv.inputs.slice(1).some((input) => !input?.constant)) continue;
    const weights = [...conv.inputs.slice(1), null, ...node.inputs.slice(1)];
    const key = weights.map((value) => value?.id ?? '').join(' ');
    if (!known.has(key)) known.set(key, folded(graph, conv, node));
    conv.inputs = [conv.inputs[0]!, ...known.get(key)!];
    replaced.set(node.output, conv.output);
  }
  return replaced.size;
}

function folded(graph: Graph, conv: GraphNode, norm: GraphNode): [Value, Value] {
  const weight = conv.inputs[1]!.constant as Constant;
  const bias = conv.inputs[2]?.constant?.data as Float32Array | undefined;
  const [scale, shift, mean, variance] = norm.inputs.slice(1).map((input) => input!.constant!.data as Float32Array) as [
    Float32Array,
    Float32Array,
    Float32Array,
    Float32Array,
  ];
  const epsilon = (norm.attributes.epsilon as { float: number }).float;
  const channels = weight.shape[0]!;
  const each = weight.data.length / channels;
  const w = new Float32Array(weight.data.length);
  const b = new Float32Array(channels);
  for (let c = 0; c < channels; c++) {
    const s = scale[c]! / Math.sqrt(variance[c]! + epsilon);
    for (let i = c * each; i < (c + 1) * each; i++) w[i] = (weight.data as Float32Array)[i]! * s;
    b[c] = ((bias?.[c] ?? 0) - mean[c]!) * s + shift[c]!;
  }
  return [
    graph.constant(`${weight.name}.folded`, weight.shape, w),
    graph.constant(`${weight.name.replace(/\.?weight$/, '')}.bias.folded`, [channels], b),
  ];
}
