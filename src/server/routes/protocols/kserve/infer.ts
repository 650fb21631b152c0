import type { FastifyReply, FastifyRequest } from 'fastify';
import { OslerError } from '../../../../errors.ts';
import { mapInOrder } from '../../../../serving/map-in-order.ts';
import { type Answered, idOf, type ServedModel } from '../served.ts';
import type { InferResponse } from './contract.ts';
import { imagesOf, tensorsOf } from './model.ts';
import { type InferRequest, type OutputTensor, readRequest, toBinary } from './tensors.ts';

/** Where the JSON of a body with binary data ends, in bytes. */
const HEADER_LENGTH = 'inference-header-content-length';
/** Images of one request that are predicted at once: others come in between. */
const AT_ONCE = 4;

/** Answers an inference request. Throws USAGE, and what keeps one of its images from being answered. */
export async function infer(
  request: FastifyRequest,
  reply: FastifyReply,
  model: ServedModel,
  version: string | undefined,
): Promise<unknown> {
  const header = request.headers[HEADER_LENGTH];
  const { request: asked, inputs } = readRequest(bodyOf(request), typeof header === 'string' ? header : undefined);
  const { manifest } = model;
  const images = imagesOf(inputs, model);
  const wanted = asked.outputs?.map(({ name }) => name);
  // Throws for an output that there is none of, before any work.
  tensorsOf([], manifest, wanted);
  const key = asked.parameters?.key;
  const numbered = images.map((image, i) => ({ image, id: idOf(request.id, i, images.length) }));
  const answers = await Array.fromAsync(
    mapInOrder(numbered, AT_ONCE, ({ image, id }) =>
      model.predict({
        id,
        image,
        ...(typeof key === 'string' && key !== '' ? { key } : {}),
        ...(version === undefined ? {} : { version }),
        aside: images.length > 1,
        wanted: request.wanted,
      }),
    ),
  );
  const versions = [...new Set(answers.map((one) => one.version))];
  const { body, binary } = withData(tensorsOf(answers, manifest, wanted), asked);
  const response: InferResponse = {
    model_name: model.name,
    // Several where a deployment shares its traffic; the output `version` says which image went to which.
    model_version: versions.join(','),
    id: asked.id ?? request.id,
    ...stampsOf(answers),
    outputs: body,
  };
  if (binary.length === 0) return response;
  const json = Buffer.from(JSON.stringify(response), 'utf8');
  reply.header(HEADER_LENGTH, String(json.length)).type('application/octet-stream');
  return Buffer.concat([json, ...binary]);
}

/** What the versions that answered are stamped with, and what `leaky` is for: counts by version, as JSON, since parameters are plain values. */
function stampsOf(answers: readonly Answered[]): Pick<InferResponse, 'parameters'> {
  const stamps = [...new Set(answers.flatMap(({ prediction }) => prediction.stamps))];
  if (stamps.length === 0) return {};
  const leaks = Object.fromEntries(
    answers.flatMap(({ version, prediction }) => (prediction.leaks === undefined ? [] : [[version, prediction.leaks]])),
  );
  return {
    parameters: {
      stamps: stamps.join(','),
      ...(Object.keys(leaks).length === 0 ? {} : { leaks: JSON.stringify(leaks) }),
    },
  };
}

function bodyOf({ body, headers }: FastifyRequest): Uint8Array {
  const encoding = headers['content-encoding'];
  if (encoding !== undefined && encoding !== 'identity')
    throw new OslerError('IMAGE_TYPE', 'Compressed requests are not read.', { hint: 'Send the request as it is.' });
  if (Buffer.isBuffer(body) && body.length > 0) return body;
  throw new OslerError('USAGE', 'The request has no body; an inference request was expected.');
}

/** Which outputs come as binary data is said of each, or of all at once. */
function withData(
  tensors: readonly OutputTensor[],
  { parameters, outputs }: InferRequest,
): { body: InferResponse['outputs']; binary: Buffer[] } {
  const binary: Buffer[] = [];
  const body = tensors.map((tensor) => {
    const own = outputs?.find(({ name }) => name === tensor.name)?.parameters?.binary_data;
    const { data, ...rest } = tensor;
    if ((own ?? parameters?.binary_data_output ?? false) !== true) return tensor;
    const bytes = toBinary(tensor);
    binary.push(bytes);
    return { ...rest, parameters: { ...rest.parameters, binary_data_size: bytes.length } };
  });
  return { body, binary };
}
