/** Tensors of the Open Inference Protocol (KServe V2), in JSON and by its extension for binary data. */
import { z } from 'zod';
import { OslerError } from '../../../../errors.ts';
import { sayIssue } from '../../../say-issue.ts';

const Parameters = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]));

const RequestedInput = z.object({
  name: z.string().min(1).max(200),
  shape: z
    .array(
      z
        .int()
        .min(0)
        .max(2 ** 31),
    )
    .max(8),
  datatype: z.string().max(20),
  parameters: Parameters.optional(),
  data: z.unknown().optional(),
});
const RequestedOutput = z.object({ name: z.string().max(200), parameters: Parameters.optional() });

export const InferRequest = z.object({
  id: z.string().max(200).optional(),
  parameters: Parameters.optional(),
  inputs: z.array(RequestedInput).min(1).max(8),
  outputs: z.array(RequestedOutput).max(32).optional(),
});
export type InferRequest = z.infer<typeof InferRequest>;

export type Datatype = 'BYTES' | 'FP32' | 'UINT8' | 'BOOL';

export interface InputTensor {
  name: string;
  shape: number[];
  datatype: Datatype;
  /** `BYTES`: the elements; else the values, as yet unchecked. */
  elements?: Uint8Array[];
  values?: ArrayLike<number>;
}

const DATATYPES: readonly string[] = ['BYTES', 'FP32', 'UINT8'];
const wrong = (message: string, hint?: string): OslerError =>
  new OslerError('USAGE', message, hint === undefined ? {} : { hint });

/**
 * A request's JSON, and its inputs. `headerLength` is what `Inference-Header-Content-Length` says: binary data follows that many bytes
 * of JSON. Throws USAGE.
 */
export function readRequest(
  body: Uint8Array,
  headerLength: string | undefined,
): { request: InferRequest; inputs: InputTensor[] } {
  const length = headerLength === undefined ? body.length : Number(headerLength);
  if (!Number.isInteger(length) || length < 0 || length > body.length)
    throw wrong('Inference-Header-Content-Length is not the length of the JSON at the beginning of the body.');
  const parsed = InferRequest.safeParse(parseJson(body.subarray(0, length)));
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    throw wrong(`The request is no inference request. ${sayIssue(issue!, 'body')}`);
  }
  let at = length;
  const inputs = parsed.data.inputs.map((input) => {
    if (!DATATYPES.includes(input.datatype))
      throw wrong(`The input ${input.name} is of type ${input.datatype}; ${DATATYPES.join(', ')} are read.`);
    const size = input.parameters?.binary_data_size;
    if (size === undefined) return fromJson(input);
    if (typeof size !== 'number' || !Number.isInteger(size) || size < 0 || at + size > body.length)
      throw wrong(`binary_data_size of the input ${input.name} is not the size of data that follows.`);
    const bytes = body.subarray(at, at + size);
    at += size;
    return fromBinary(input, bytes);
  });
  if (at !== body.length) throw wrong(`${body.length - at} bytes follow the last input.`);
  return { request: parsed.data, inputs };
}

function parseJson(bytes: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(bytes).toString('utf8'));
  } catch {
    throw wrong(
      'The body is not valid JSON.',
      'With binary data, Inference-Header-Content-Length says where JSON ends.',
    );
  }
}

type Requested = InferRequest['inputs'][number];
const countOf = (shape: readonly number[]): number => shape.reduce((a, b) => a * b, 1);

function fromJson({ name, shape, datatype, data }: Requested): InputTensor {
  const flat = Array.isArray(data) ? data.flat(8) : undefined;
  if (flat === undefined || flat.length !== countOf(shape))
    throw wrong(`The data of the input ${name} is not a list of ${shape.join(' x ')} elements.`);
  if (datatype === 'BYTES') return { name, shape, datatype, elements: flat.map((one) => base64(one, name)) };
  if (!flat.every((one) => typeof one === 'number')) throw wrong(`The data of the input ${name} are not numbers.`);
  return { name, shape, datatype: datatype as Datatype, values: flat as number[] };
}

/** JSON has no bytes: images come as base64 in it. */
function base64(element: unknown, name: string): Uint8Array {
  const text = typeof element === 'string' ? element.replace(/^data:[\w/+.-]+;base64,/, '') : '';
  if (text === '' || !/^[A-Za-z0-9+/_\s-]+={0,2}\s*$/.test(text))
    throw wrong(
      `An element of the input ${name} is not base64.`,
      'In JSON an image stands as base64; the binary extension takes its bytes.',
    );
  return Buffer.from(text, 'base64');
}

function fromBinary({ name, shape, datatype }: Requested, bytes: Uint8Array): InputTensor {
  const count = countOf(shape);
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);
  if (datatype === 'BYTES') {
    const elements: Uint8Array[] = [];
    let at = 0;
    while (at + 4 <= bytes.length && elements.length <= count) {
      const size = view.getUint32(at, true);
      if (at + 4 + size > bytes.length) break;
      elements.push(bytes.subarray(at + 4, at + 4 + size));
      at += 4 + size;
    }
    if (at !== bytes.length || elements.length !== count)
      throw wrong(`The binary data of the input ${name} are not ${count} elements, each after its length in 4 bytes.`);
    return { name, shape, datatype, elements };
  }
  const each = datatype === 'FP32' ? 4 : 1;
  if (bytes.length !== count * each)
    throw wrong(
      `The input ${name} has ${bytes.length} bytes; ${shape.join(' x ')} of ${datatype} have ${count * each}.`,
    );
  if (datatype === 'UINT8') return { name, shape, datatype, values: bytes };
  const values = new Float32Array(count);
  for (let i = 0; i < count; i++) values[i] = view.getFloat32(i * 4, true);
  return { name, shape, datatype: 'FP32', values };
}

export interface OutputTensor {
  name: string;
  shape: number[];
  datatype: Datatype;
  data: (number | string | boolean)[];
  parameters?: Record<string, string>;
}

/** The tensor's elements, little-endian. */
export function toBinary({ datatype, data }: OutputTensor): Buffer {
  if (datatype === 'BYTES') {
    const parts = data.flatMap((one) => {
      const text = Buffer.from(String(one), 'utf8');
      const length = Buffer.alloc(4);
      length.writeUInt32LE(text.length);
      return [length, text];
    });
    return Buffer.concat(parts);
  }
  if (datatype === 'FP32') {
    const out = Buffer.alloc(data.length * 4);
    data.forEach((one, i) => void out.writeFloatLE(Number(one), i * 4));
    return out;
  }
  return Buffer.from(data.map(Number));
}
