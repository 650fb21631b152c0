/** Whatever is sent to the protocols' routes: an answer or a refusal in words, never a failure of the server. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import type { FastifyInstance } from 'fastify';
import { createPredictor, type Predictor } from '../../../serving/predictor.ts';
import { picture, tinyBundle } from '../../../serving/testing.ts';
import { buildApp } from '../../app.ts';
import { binaryRequest, byteElements } from './testing.ts';

let home: string;
let predictor: Predictor;
let app: FastifyInstance;
before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-hostile-'));
  predictor = await createPredictor(await tinyBundle(home), { threads: 1 });
  app = await buildApp({ predictor, version: '1', model: 'skin' });
});
after(async () => {
  await app.close();
  await predictor.close();
  rmSync(home, { recursive: true, force: true });
});

async function refused(url: string, payload: string | Buffer, headers: Record<string, string> = {}): Promise<void> {
  const type = { 'content-type': 'application/json' };
  const { statusCode, payload: said } = await app.inject({
    method: 'POST',
    url,
    payload,
    headers: { ...type, ...headers },
  });
  assert.ok(statusCode < 500, `${url} ${statusCode} ${said} for ${String(payload).slice(0, 300)}`);
  assert.doesNotMatch(said, /\.ts:\d|node_modules/);
}

/** Values that stand where others are expected. */
const odd = fc.oneof(
  fc.jsonValue({ maxDepth: 3 }),
  fc.constantFrom<fc.JsonValue>(
    -1,
    2 ** 31,
    2 ** 53,
    1e308,
    '',
    '__proto__',
    'BYTES',
    'FP32',
    [],
    {},
    [[[[[[[[[1]]]]]]]]],
    null,
  ),
);

test('KServe: inputs, outputs and parameters of any kind', async () => {
  const input = fc.record({
    name: fc.oneof(fc.constantFrom('image', 'images', 'pixels'), odd),
    datatype: fc.oneof(fc.constantFrom('BYTES', 'FP32', 'UINT8'), odd),
    shape: fc.oneof(
      fc.constantFrom([1], [2, 1], [1, 3, 16, 16], [1, 16, 16, 3]),
      fc.array(fc.oneof(fc.nat(), odd), { maxLength: 4 }),
      odd,
    ),
    data: fc.oneof(fc.constantFrom(['aGVsbG8='], Array(768).fill(0), Array(768).fill(255), [['aGVsbG8=']]), odd),
    parameters: odd,
  });
  const request = fc.record(
    { inputs: fc.oneof(fc.array(input, { maxLength: 3 }), odd), outputs: odd, parameters: odd, id: odd },
    { requiredKeys: ['inputs'] },
  );
  await fc.assert(
    fc.asyncProperty(request, (body) => refused('/v2/models/skin/infer', JSON.stringify(body))),
    { numRuns: 300 },
  );
});

test('KServe: binary data whose lengths lie, and bodies cut anywhere', async () => {
  const image = await picture(1);
  const { payload, headers } = binaryRequest([
    { name: 'image', datatype: 'BYTES', shape: [1], bytes: byteElements([image]) },
  ]);
  const change = fc.record({
    cut: fc.nat(payload.length),
    at: fc.nat(payload.length - 1),
    byte: fc.nat(255),
    header: fc.oneof(
      fc.constant(headers['inference-header-content-length']!),
      fc.string({ unit: 'grapheme-ascii' }),
      fc.integer().map(String),
    ),
  });
  await fc.assert(
    fc.asyncProperty(change, async ({ cut, at, byte, header }) => {
      const body = Buffer.from(payload.subarray(0, cut));
      if (at < cut) body[at] = byte;
      await refused('/v2/models/skin/infer', body, { ...headers, 'inference-header-content-length': header });
    }),
    { numRuns: 200 },
  );
});

test('SageMaker, MLflow and the tutorials’ routes: bodies of any kind', async () => {
  const body = fc.oneof(
    fc.record({ dataframe_split: fc.oneof(fc.record({ columns: odd, data: odd }), odd) }),
    fc.record({ dataframe_records: odd }),
    fc.record({ inputs: odd }),
    fc.record({ instances: odd, params: odd }),
    fc.record({ image: odd, key: odd }),
    fc.record({ data: odd }),
    odd,
  );
  const route = fc.constantFrom('/invocations', '/predict', '/inference');
  await fc.assert(
    fc.asyncProperty(route, body, (url, document) => refused(url, JSON.stringify(document))),
    { numRuns: 400 },
  );
  const csv = fc.string({ unit: 'grapheme' });
  await fc.assert(
    fc.asyncProperty(csv, (text) => refused('/invocations', text, { 'content-type': 'text/csv' })),
    { numRuns: 100 },
  );
});
