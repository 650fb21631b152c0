/** For tests: what clients of other systems send, made as they make it. */

/** A tensor as tritonclient sends it, with its bytes. */
export interface BinaryTensor {
  name: string;
  shape: number[];
  datatype: string;
  bytes: Buffer;
}

/** Elements of a BYTES tensor, each after its length in 4 bytes, as `tritonclient.utils.serialize_byte_tensor` writes them. */
export function byteElements(elements: readonly Uint8Array[]): Buffer {
  return Buffer.concat(
    elements.flatMap((element) => {
      const length = Buffer.alloc(4);
      length.writeUInt32LE(element.length);
      return [length, element];
    }),
  );
}

export function floats(values: readonly number[]): Buffer {
  return Buffer.from(Float32Array.from(values).buffer);
}

/** A request with binary data, as `tritonclient.http` makes it. */
export function binaryRequest(
  tensors: readonly BinaryTensor[],
  rest: Record<string, unknown> = {},
): { payload: Buffer; headers: Record<string, string> } {
  const json = Buffer.from(
    JSON.stringify({
      ...rest,
      inputs: tensors.map(({ bytes, ...tensor }) => ({ ...tensor, parameters: { binary_data_size: bytes.length } })),
    }),
  );
  return {
    payload: Buffer.concat([json, ...tensors.map(({ bytes }) => bytes)]),
    headers: { 'inference-header-content-length': String(json.length), 'content-type': 'application/octet-stream' },
  };
}
