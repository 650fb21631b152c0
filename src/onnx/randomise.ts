import { modelProto } from './serialise.ts';

interface Model {
  graph: {
    node: { input: string[] }[];
    initializer: { name: string; dims: unknown[]; dataType: number; rawData: Uint8Array }[];
  };
}

const FLOAT = 1;

/** How many layers with weights the graph has: convolutions and matrix products, each counted once. */
export function layerCount(bytes: Uint8Array): number {
  return layersOf(decode(bytes)).length;
}

/**
 * The same graph with the weights of its last `count` layers shuffled, each layer's among themselves: what was learnt is gone, while
 * sizes and distributions stay, so that signals neither vanish nor explode. Biases are shuffled with their layer.
 * For the test of Adebayo et al. 2018 (Sanity Checks for Saliency Maps): an explanation of the network must change with it.
 */
export function randomiseLayers(bytes: Uint8Array, count: number, random: () => number): Uint8Array {
  const model = decode(bytes);
  const layers = layersOf(model);
  for (const layer of layers.slice(Math.max(0, layers.length - count))) {
    for (const tensor of layer) {
      // A copy: the decoded tensor is a view of the caller's bytes, and need not be aligned.
      const raw = Uint8Array.from(tensor.rawData);
      shuffle(new Float32Array(raw.buffer), random);
      tensor.rawData = raw;
    }
  }
  return modelProto()
    .encode(model as never)
    .finish();
}

function decode(bytes: Uint8Array): Model {
  return modelProto().decode(bytes) as unknown as Model;
}

/** Tensors of each layer, weights first, in the order in which the graph uses them. */
function layersOf({ graph }: Model): Model['graph']['initializer'][] {
  const tensors = new Map(graph.initializer.map((tensor) => [tensor.name, tensor]));
  const seen = new Set<string>();
  const layers: Model['graph']['initializer'][] = [];
  for (const { input } of graph.node) {
    const own = input.map((name) => tensors.get(name)).filter((tensor) => tensor?.dataType === FLOAT);
    const weights = own.find((tensor) => tensor!.dims.length >= 2 && tensor!.rawData.length > 4);
    if (weights === undefined || seen.has(weights.name)) continue;
    const biases = own.filter((tensor) => tensor!.dims.length === 1 && !seen.has(tensor!.name));
    const layer = [weights, ...biases].map((tensor) => tensor!);
    for (const { name } of layer) seen.add(name);
    layers.push(layer);
  }
  return layers;
}

/** Fisher and Yates. */
function shuffle(values: Float32Array, random: () => number): void {
  for (let i = values.length; i-- > 1; ) {
    const j = Math.floor(random() * (i + 1));
    const kept = values[i]!;
    values[i] = values[j]!;
    values[j] = kept;
  }
}
