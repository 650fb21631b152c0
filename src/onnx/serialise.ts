import { readFileSync } from 'node:fs';
import protobuf from 'protobufjs';
import { type Attribute, type Constant, type Graph, reachable, type Value } from './graph.ts';

/** The newest operator set that ONNX 1.12 (Debian 12) knows; every current runtime reads it. */
export const OPSET = 17;
const IR_VERSION = 8;
const FLOAT = 1;
const INT64 = 7;

export interface GraphInfo {
  name: string;
  producerVersion: string;
  doc: string;
  input: [name: string, value: Value];
  outputs: [name: string, value: Value][];
  metadata: Record<string, string>;
}

/** The schema's message type, read when first needed. */
export function modelProto(): protobuf.Type {
  const schema = readFileSync(new URL('./onnx.proto', import.meta.url), 'utf8');
  return protobuf.parse(schema).root.lookupType('onnx.ModelProto');
}

/** Writes the graph as an ONNX ModelProto. Only what the outputs need is written; weights lie in it as raw little-endian bytes. */
export function serialise(graph: Graph, info: GraphInfo): Uint8Array {
  const [inputName, input] = info.input;
  const names = new Map<Value, string>([[input, inputName]]);
  const constants = new Map<Value, string>();
  const taken = new Set<string>([inputName, ...info.outputs.map(([name]) => name)]);
  const unique = (wanted: string): string => {
    let name = wanted;
    for (let i = 1; taken.has(name); i++) name = `${wanted}_${i}`;
    taken.add(name);
    return name;
  };
  const outputs = info.outputs.map(([name, value]): [string, Value] => {
    // Two outputs of one value, or an output that is the input or a weight, need a node of their own.
    const own = value.node === null || names.has(value) ? graph.add('Identity', [value], value.shape) : value;
    names.set(own, name);
    return [name, own];
  });
  const nodes = reachable(
    graph,
    outputs.map(([, value]) => value),
  ).map((node, i) => {
    for (const value of node.inputs) {
      if (value?.constant && !names.has(value)) {
        names.set(value, unique(value.constant.name));
        constants.set(value, names.get(value)!);
      }
    }
    if (!names.has(node.output)) names.set(node.output, unique(`${node.op}_${i}`));
    return {
      name: `${node.op}_${i}`,
      opType: node.op,
      input: node.inputs.map((value) => (value === null ? '' : names.get(value)!)),
      output: [names.get(node.output)!],
      attribute: Object.entries(node.attributes).map(([name, value]) => ({ name, ...attribute(value) })),
    };
  });
  const type = modelProto();
  const message = type.create({
    irVersion: IR_VERSION,
    producerName: 'osler',
    producerVersion: info.producerVersion,
    modelVersion: 1,
    docString: info.doc,
    opsetImport: [{ domain: '', version: OPSET }],
    metadataProps: Object.entries(info.metadata).map(([key, value]) => ({ key, value })),
    graph: {
      name: info.name,
      node: nodes,
      initializer: [...constants].map(([value, name]) => tensor(name, value.constant as Constant)),
      input: [valueInfo(inputName, input)],
      output: outputs.map(([name, value]) => valueInfo(name, value)),
    },
  });
  return type.encode(message).finish();
}

function attribute(value: Attribute): object {
  if ('float' in value) return { f: value.float, type: 1 };
  if ('int' in value) return { i: value.int, type: 2 };
  return { ints: [...value.ints], type: 7 };
}

/** Typed arrays are little-endian on every machine that Node runs Osler on, as raw_data must be. */
function tensor(name: string, { shape, data }: Constant): object {
  return {
    name,
    dims: [...shape],
    dataType: data instanceof Float32Array ? FLOAT : INT64,
    rawData: new Uint8Array(data.buffer, data.byteOffset, data.byteLength),
  };
}

function valueInfo(name: string, { shape }: Value): object {
  const dim = shape.map((d) => (d === -1 ? { dimParam: 'batch' } : { dimValue: d }));
  return { name, type: { tensorType: { elemType: FLOAT, shape: { dim } } } };
}
