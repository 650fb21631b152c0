/** A number, a whole number, or a list of whole numbers: all the attributes that our nodes need. */
export type Attribute = { float: number } | { int: number } | { ints: readonly number[] };

/** Numbers that are known when the graph is written: a weight, or a shape. */
export interface Constant {
  name: string;
  shape: readonly number[];
  data: Float32Array | BigInt64Array;
}

/** One tensor of the graph: the input, a constant, or what a node computes. */
export interface Value {
  readonly id: number;
  /** -1 stands for the batch, and only in front. */
  readonly shape: readonly number[];
  readonly node: GraphNode | null;
  readonly constant: Constant | null;
}

/** One ONNX operator with one output. An absent optional input is null. */
export interface GraphNode {
  op: string;
  inputs: (Value | null)[];
  attributes: Record<string, Attribute>;
  output: Value;
}

/** A graph under construction. Nodes stand in the order of their making, which is a topological order. */
export class Graph {
  readonly nodes: GraphNode[] = [];
  private nextId = 0;

  input(shape: readonly number[]): Value {
    return this.value(shape, null, null);
  }

  constant(name: string, shape: readonly number[], data: Float32Array | BigInt64Array): Value {
    return this.value(shape, null, { name, shape, data });
  }

  add(
    op: string,
    inputs: (Value | null)[],
    shape: readonly number[],
    attributes: Record<string, Attribute> = {},
  ): Value {
    const node = { op, inputs, attributes } as GraphNode;
    node.output = this.value(shape, node, null);
    this.nodes.push(node);
    return node.output;
  }

  private value(shape: readonly number[], node: GraphNode | null, constant: Constant | null): Value {
    return { id: this.nextId++, shape, node, constant };
  }
}

/** The nodes that the outputs need, in order. */
export function reachable(graph: Graph, outputs: readonly Value[]): GraphNode[] {
  const needed = new Set<GraphNode>();
  const open = outputs.map((value) => value.node);
  while (open.length > 0) {
    const node = open.pop();
    if (!node || needed.has(node)) continue;
    needed.add(node);
    for (const input of node.inputs) open.push(input?.node ?? null);
  }
  return graph.nodes.filter((node) => needed.has(node));
}
