import protobuf from 'protobufjs';

/** Of TensorBoard's event files (tensorflow/core/util/event.proto, framework/summary.proto, tensor.proto; Apache 2.0) and its hparams plugin. */
const SCHEMA = `
syntax = "proto3";
package tensorboard;
message Event { double wall_time = 1; int64 step = 2; oneof what { string file_version = 3; Summary summary = 5; } }
message PluginData { string plugin_name = 1; bytes content = 2; }
message Metadata { PluginData plugin_data = 1; string display_name = 2; int32 data_class = 4; }
message Image { int32 height = 1; int32 width = 2; int32 colorspace = 3; bytes encoded_image_string = 4; }
message Summary { repeated Value value = 1; }
message Value {
  string tag = 1; Metadata metadata = 9;
  oneof value { float simple_value = 2; Image image = 4; Histogram histo = 5; Tensor tensor = 8; }
}
message Histogram { double min = 1; }
message Dim { int64 size = 1; }
message Shape { repeated Dim dim = 2; }
message Tensor {
  int32 dtype = 1; Shape tensor_shape = 2; bytes tensor_content = 4; repeated float float_val = 5; repeated double double_val = 6;
  repeated int32 int_val = 7; repeated bytes string_val = 8; repeated int64 int64_val = 10;
}
message HParams { int32 version = 1; SessionStart session_start_info = 3; }
message SessionStart { map<string, Any> hparams = 1; string group_name = 4; double start_time_secs = 5; }
message Any { oneof kind { int32 null_value = 1; double number_value = 2; string string_value = 3; bool bool_value = 4; } }`;

export interface TfTensor {
  dtype?: number;
  tensorShape?: { dim?: { size?: number }[] };
  tensorContent?: Uint8Array;
  floatVal?: number[];
  doubleVal?: number[];
  intVal?: number[];
  int64Val?: number[];
  stringVal?: Uint8Array[];
}

export interface TfValue {
  tag?: string;
  metadata?: { pluginData?: { pluginName?: string; content?: Uint8Array }; dataClass?: number };
  simpleValue?: number;
  image?: { encodedImageString?: Uint8Array };
  histo?: object;
  tensor?: TfTensor;
}

export interface TfEvent {
  wallTime?: number;
  step?: number;
  fileVersion?: string;
  summary?: { value?: TfValue[] };
}

let root: protobuf.Root | undefined;

function typeOf(name: string): protobuf.Type {
  root ??= protobuf.parse(SCHEMA).root;
  return root.lookupType(`tensorboard.${name}`);
}

export function decodeEvent(bytes: Uint8Array): TfEvent {
  const type = typeOf('Event');
  return type.toObject(type.decode(bytes), { longs: Number, oneofs: false }) as TfEvent;
}

export function encodeEvent(event: TfEvent): Uint8Array {
  const type = typeOf('Event');
  return type.encode(type.fromObject(event)).finish();
}

const [FLOAT, DOUBLE, INT32, STRING, INT64] = [1, 2, 3, 7, 9];
const HPARAMS = 'hparams';

/** A number, of TensorBoard 1 (a simple value) or 2 (a tensor of one element); null for anything else. */
export function scalarOf({ simpleValue, tensor, metadata }: TfValue): number | null {
  if (simpleValue !== undefined) return simpleValue;
  const plugin = metadata?.pluginData?.pluginName;
  if (tensor === undefined || (plugin !== undefined && plugin !== '' && plugin !== 'scalars')) return null;
  const size = (tensor.tensorShape?.dim ?? []).reduce((product, { size = 0 }) => product * size, 1);
  if (size !== 1) return null;
  const listed = {
    [FLOAT]: tensor.floatVal,
    [DOUBLE]: tensor.doubleVal,
    [INT32]: tensor.intVal,
    [INT64]: tensor.int64Val,
  };
  const first = listed[tensor.dtype ?? 0]?.[0];
  if (first !== undefined) return first;
  const raw = tensor.tensorContent;
  if (raw === undefined || raw.length === 0) return null;
  const view = new DataView(raw.buffer, raw.byteOffset, raw.byteLength);
  switch (tensor.dtype) {
    case FLOAT:
      return view.getFloat32(0, true);
    case DOUBLE:
      return view.getFloat64(0, true);
    case INT32:
      return view.getInt32(0, true);
    case INT64:
      return Number(view.getBigInt64(0, true));
    default:
      return null;
  }
}

export function textsOf({ tensor, metadata }: TfValue): string[] | null {
  if (tensor?.dtype !== STRING || metadata?.pluginData?.pluginName !== 'text') return null;
  return (tensor.stringVal ?? []).map((bytes) => Buffer.from(bytes).toString('utf8'));
}

export function doubleTensor(tag: string, value: number): TfValue {
  const tensor = { dtype: DOUBLE, tensorShape: {}, doubleVal: [value] };
  return { tag, tensor, metadata: { pluginData: { pluginName: 'scalars' }, dataClass: 1 } };
}

export function textTensor(tag: string, text: string): TfValue {
  const tensor = { dtype: STRING, tensorShape: {}, stringVal: [Buffer.from(text)] };
  return { tag, tensor, metadata: { pluginData: { pluginName: 'text' }, dataClass: 2 } };
}

/** Parameters as the hparams page shows them. */
export function hparamsSummary(params: Record<string, string>, startTimeSecs: number): TfValue {
  const type = typeOf('HParams');
  const hparams = Object.fromEntries(Object.entries(params).map(([key, value]) => [key, { stringValue: value }]));
  const content = type.encode(type.fromObject({ sessionStartInfo: { hparams, startTimeSecs } })).finish();
  return { tag: '_hparams_/session_start_info', metadata: { pluginData: { pluginName: HPARAMS, content } } };
}

/** Null for what is not of the hparams page. */
export function hparamsOf({ metadata }: TfValue): Record<string, string> | null {
  const plugin = metadata?.pluginData;
  if (plugin?.pluginName !== HPARAMS) return null;
  const type = typeOf('HParams');
  const { sessionStartInfo } = type.toObject(type.decode(plugin.content ?? new Uint8Array())) as {
    sessionStartInfo?: {
      hparams?: Record<string, { numberValue?: number; stringValue?: string; boolValue?: boolean }>;
    };
  };
  const entries = Object.entries(sessionStartInfo?.hparams ?? {});
  return Object.fromEntries(
    entries.map(([key, { numberValue, stringValue, boolValue }]) => [
      key,
      String(stringValue ?? numberValue ?? boolValue ?? ''),
    ]),
  );
}
