/** The Open Inference Protocol, as KServe's and Triton's clients speak it. test/conformance/protocols has them themselves. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, describe, test } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import sharp from 'sharp';
import { createPredictor, type Predictor } from '../../../serving/predictor.ts';
import { picture, tinyBundle } from '../../../serving/testing.ts';
import { buildApp } from '../../app.ts';
import type { InferResponse } from './kserve/contract.ts';
import { type BinaryTensor, binaryRequest, byteElements, floats } from './testing.ts';

let home: string;
let predictor: Predictor;
let app: FastifyInstance;

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-kserve-'));
  predictor = await createPredictor(await tinyBundle(home));
  app = await buildApp({ predictor, version: '1.2.3', model: 'skin' });
});
after(async () => {
  await app.close();
  await predictor.close();
  rmSync(home, { recursive: true, force: true });
});

const get = async (url: string) => {
  const { statusCode, payload } = await app.inject(url);
  return { status: statusCode, body: JSON.parse(payload) as Record<string, unknown> };
};
const post = async (url: string, options: Partial<InjectOptions>) => {
  const answer = await app.inject({ method: 'POST', url, ...options });
  const header = Number(answer.headers['inference-header-content-length'] ?? answer.rawPayload.length);
  const json = JSON.parse(answer.rawPayload.subarray(0, header).toString('utf8')) as InferResponse & {
    error: string;
    code: string;
  };
  return { status: answer.statusCode, body: json, binary: answer.rawPayload.subarray(header), headers: answer.headers };
};
const infer = (inputs: unknown, rest: object = {}, url = '/v2/models/skin/infer') =>
  post(url, { headers: { 'content-type': 'application/json' }, payload: JSON.stringify({ inputs, ...rest }) });
const output = ({ body }: { body: InferResponse }, name: string) => body.outputs.find((one) => one.name === name)!;
const asImage = (...images: Buffer[]) => [
  { name: 'image', datatype: 'BYTES', shape: [images.length], data: images.map((one) => one.toString('base64')) },
];

test('says who it is, that it lives and is ready, and what the model takes and gives', async () => {
  assert.deepEqual((await get('/v2')).body, { name: 'osler', version: '1.2.3', extensions: ['binary_tensor_data'] });
  assert.deepEqual(await get('/v2/health/live'), { status: 200, body: { live: true } });
  assert.deepEqual(await get('/v2/health/ready'), { status: 200, body: { ready: true } });
  assert.deepEqual(await get('/v2/models/skin/ready'), { status: 200, body: { name: 'skin', ready: true } });
  const { body } = await get('/v2/models/skin/versions/1');
  assert.deepEqual(body.versions, ['1']);
  assert.deepEqual(
    (body.inputs as { name: string; datatype: string; shape: number[] }[]).map(({ name, datatype, shape }) => [
      name,
      datatype,
      shape,
    ]),
    [
      ['image', 'BYTES', [-1]],
      ['images', 'FP32', [-1, 3, 16, 16]],
      ['pixels', 'UINT8', [-1, 16, 16, 3]],
    ],
  );
  assert.deepEqual(
    (body.outputs as { name: string }[]).map(({ name }) => name),
    ['label', 'probabilities', 'positive_probability', 'verdict', 'abstention', 'version', 'prediction_id'],
  );
  assert.equal((await get('/v2/models/other')).status, 404);
  assert.match(String((await get('/v2/models/skin/versions/9/ready')).body.error), /No version "9" of skin/);
});

test('answers files as Osler itself does: base64 in JSON, and bytes', async () => {
  const images = [await picture(1), await picture(2)];
  const own = (await predictor.predict(images)).map(
    (one) => (one as { probabilities: Record<string, number> }).probabilities,
  );
  const json = await infer(asImage(...images), { id: 'abc' });
  assert.equal(json.status, 200, JSON.stringify(json.body));
  assert.deepEqual([json.body.id, json.body.model_name, json.body.model_version], ['abc', 'skin', '1']);
  const { data, shape, parameters } = output(json, 'probabilities');
  assert.deepEqual(shape, [2, 2]);
  assert.deepEqual(JSON.parse(String(parameters!.labels)), ['benign', 'malignant']);
  assert.deepEqual(
    data,
    own.flatMap((one) => [one.benign, one.malignant]),
  );
  const threshold = Number(output(json, 'positive_probability').parameters!.threshold);
  assert.deepEqual(
    output(json, 'verdict').data,
    own.map((one) => one.malignant! >= threshold),
  );

  const tensor = { name: 'image', shape: [2, 1], datatype: 'BYTES', bytes: byteElements(images) };
  const binary = await post('/v2/models/skin/versions/1/infer', binaryRequest([tensor]));
  assert.deepEqual(output(binary, 'probabilities').data, data);
});

test('gives what is asked for, as binary data where that is asked for', async () => {
  const asked = { outputs: [{ name: 'probabilities', parameters: { binary_data: true } }, { name: 'label' }] };
  const { body, binary, headers } = await infer(asImage(await picture(3)), asked);
  assert.match(String(headers['content-type']), /octet-stream/);
  assert.deepEqual(
    body.outputs.map(({ name, data, parameters }) => [name, data === undefined, parameters?.binary_data_size]),
    [
      ['probabilities', true, 8],
      ['label', false, undefined],
    ],
  );
  assert.equal(binary.length, 8);
  const sum = binary.readFloatLE(0) + binary.readFloatLE(4);
  assert.ok(Math.abs(sum - 1) < 1e-6);
  const all = await infer(asImage(await picture(3)), { parameters: { binary_data_output: true } });
  const size = all.body.outputs.reduce((total, { parameters }) => total + Number(parameters!.binary_data_size), 0);
  assert.equal(all.binary.length, size);
  assert.equal(output(all, 'verdict').parameters!.binary_data_size, 1);
});

test('takes pixels of the size that the network takes, normalised or not, and answers as for the file', async () => {
  const pixels = await sharp(await picture(4, 16, 16))
    .removeAlpha()
    .raw()
    .toBuffer();
  const png = await sharp(pixels, { raw: { width: 16, height: 16, channels: 3 } })
    .png()
    .toBuffer();
  const file = output(await infer(asImage(png)), 'probabilities').data;
  const raw: BinaryTensor = { name: 'pixels', datatype: 'UINT8', shape: [1, 16, 16, 3], bytes: pixels };
  assert.deepEqual(output(await post('/v2/models/skin/infer', binaryRequest([raw])), 'probabilities').data, file);
  const { mean, std } = predictor.manifest.preprocess;
  const planes = Array.from({ length: 3 * 256 }, (_, i) => {
    const c = Math.floor(i / 256);
    return (pixels[(i % 256) * 3 + c]! / 255 - mean[c]!) / std[c]!;
  });
  const graph: BinaryTensor = { name: 'images', datatype: 'FP32', shape: [1, 3, 16, 16], bytes: floats(planes) };
  assert.deepEqual(output(await post('/v2/models/skin/infer', binaryRequest([graph])), 'probabilities').data, file);
});

describe('refuses in words, in the protocol’s own shape', () => {
  const one = async () => (await picture(1)).toString('base64');
  const cases: [string, () => Promise<unknown>, RegExp, number?][] = [
    ['another input', async () => [{ name: 'x', datatype: 'BYTES', shape: [1], data: ['aGk='] }], /no input "x"/],
    ['another type', async () => [{ name: 'image', datatype: 'INT64', shape: [1], data: [1] }], /INT64/],
    [
      'another size',
      async () => [{ name: 'images', datatype: 'FP32', shape: [1, 3, 8, 8], data: Array(192).fill(0) }],
      /shape \[1,3,8,8\]/,
    ],
    ['no data', async () => [{ name: 'image', datatype: 'BYTES', shape: [1] }], /not a list of 1/],
    [
      'fewer than it says',
      async () => [{ name: 'image', datatype: 'BYTES', shape: [2], data: [await one()] }],
      /list of 2/,
    ],
    ['no base64', async () => [{ name: 'image', datatype: 'BYTES', shape: [1], data: ['@@'] }], /base64/],
    ['no image', async () => [{ name: 'image', datatype: 'BYTES', shape: [0], data: [] }], /0 images/],
    ['no inputs', async () => [], /inputs/],
    [
      'what is no image',
      async () => [{ name: 'image', datatype: 'BYTES', shape: [1], data: ['aGVsbG8gdGhlcmU='] }],
      /image/i,
      415,
    ],
    [
      'values that were not normalised so',
      async () => [{ name: 'images', datatype: 'FP32', shape: [1, 3, 16, 16], data: Array(768).fill(200) }],
      /mean and std/,
    ],
    [
      'pixels that were divided by 255',
      async () => [{ name: 'pixels', datatype: 'UINT8', shape: [1, 16, 16, 3], data: Array(768).fill(0.5) }],
      /above 1/,
    ],
  ];
  for (const [name, inputs, words, status = 400] of cases) {
    test(name, async () => {
      const answer = await infer(await inputs());
      assert.equal(answer.status, status, JSON.stringify(answer.body));
      assert.match(answer.body.error, words);
    });
  }

  test('an output that there is none of, another model, another version, a broken header', async () => {
    const image = asImage(await picture(1));
    assert.match((await infer(image, { outputs: [{ name: '__proto__' }] })).body.error, /no output "__proto__"/);
    assert.equal((await infer(image, {}, '/v2/models/other/infer')).status, 404);
    assert.equal((await infer(image, {}, '/v2/models/skin/versions/2/infer')).status, 404);
    const payload = JSON.stringify({ inputs: image });
    for (const length of ['99999999', '-1', 'x', '5']) {
      const answer = await post('/v2/models/skin/infer', {
        headers: { 'inference-header-content-length': length },
        payload,
      });
      assert.equal(answer.status, 400, length);
    }
    const cut = binaryRequest([
      { name: 'image', datatype: 'BYTES', shape: [1], bytes: Buffer.from([255, 255, 255, 255, 1]) },
    ]);
    assert.match((await post('/v2/models/skin/infer', cut)).body.error, /not 1 elements/);
    const gzip = await post('/v2/models/skin/infer', { headers: { 'content-encoding': 'gzip' }, payload: 'x' });
    assert.equal(gzip.status, 415);
  });
});
