/** SageMaker's, MLflow's and the tutorials' ways to ask, each with the call that its client makes. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { FastifyInstance, InjectOptions } from 'fastify';
import sharp from 'sharp';
import { createPredictor, type Predictor } from '../../../serving/predictor.ts';
import { picture, tinyBundle } from '../../../serving/testing.ts';
import { buildApp } from '../../app.ts';
import type { Protocol } from './names.ts';

let home: string;
let predictor: Predictor;
let app: FastifyInstance;
let image: Buffer;
let own: Record<string, number>;

const open = (protocols?: readonly Protocol[]) =>
  buildApp({ predictor, version: '1.2.3', model: 'skin', ...(protocols === undefined ? {} : { protocols }) });

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-protocols-'));
  const labels = ['nv', 'mel', 'bkl', 'bcc', 'akiec', 'vasc', 'df'];
  const operatingPoint = { positive: ['mel', 'bcc', 'akiec'], threshold: 0.3, rule: 'youden' };
  predictor = await createPredictor(await tinyBundle(home, { labels, operatingPoint }));
  app = await open();
  image = await picture(1);
  own = ((await predictor.predict([image]))[0] as { probabilities: Record<string, number> }).probabilities;
});
after(async () => {
  await app.close();
  await predictor.close();
  rmSync(home, { recursive: true, force: true });
});

type Body = Record<string, unknown> & { error: { code: string; message: string } };
async function post(
  url: string,
  type: string,
  payload: InjectOptions['payload'],
  headers: Record<string, string> = {},
  to = app,
) {
  const answer = await to.inject({
    method: 'POST',
    url,
    headers: { 'content-type': type, ...headers },
    ...(payload === undefined ? {} : { payload }),
  });
  return { status: answer.statusCode, body: JSON.parse(answer.payload) as Body };
}
const json = (url: string, document: unknown, to = app) =>
  post(url, 'application/json', JSON.stringify(document), {}, to);
const base64 = () => image.toString('base64');
const best = () => Object.keys(own).reduce((a, b) => (own[b]! > own[a]! ? b : a));
const malignant = () => own.mel! + own.bcc! + own.akiec!;

function form(field: string, bytes: Buffer): { type: string; payload: Buffer } {
  const head = `--b\r\nContent-Disposition: form-data; name="${field}"; filename="patient meier.png"\r\nContent-Type: image/png\r\n\r\n`;
  return {
    type: 'multipart/form-data; boundary=b',
    payload: Buffer.concat([Buffer.from(head), bytes, Buffer.from('\r\n--b--\r\n')]),
  };
}

test('SageMaker: /ping, and an image as bytes or as {image}', async () => {
  assert.equal((await app.inject('/ping')).statusCode, 200);
  const ways = [
    await post('/invocations', 'image/png', image),
    await post('/invocations', 'application/x-image', image),
    await post('/invocations', 'application/octet-stream', image),
    await json('/invocations', { image: base64() }),
    await json('/invocations', { image: `data:image/png;base64,${base64()}` }),
  ];
  for (const { status, body } of ways) {
    assert.equal(status, 200, JSON.stringify(body));
    assert.equal(body.predicted_label, best());
    assert.equal(body.predicted_index, predictor.manifest.labels.indexOf(best()));
    assert.deepEqual(
      body.probabilities,
      predictor.manifest.labels.map((label) => own[label]),
    );
    assert.deepEqual((body.positive as { verdict: boolean }).verdict, malignant() >= 0.3);
    assert.equal((body.model as { version: string }).version, '1');
  }
});

test('MLflow: data frames by columns and by rows, lists, tensors, CSV', async () => {
  const text = base64();
  const two = [
    await json('/invocations', { dataframe_split: { columns: ['image'], data: [[text], [text]] } }),
    await json('/invocations', {
      dataframe_split: {
        index: [0, 1],
        columns: ['key', 'image'],
        data: [
          ['a', text],
          ['b', text],
        ],
      },
    }),
    await json('/invocations', { dataframe_records: [{ image: text }, { image: text }] }),
    await json('/invocations', { instances: [text, text] }),
    await json('/invocations', { instances: [{ image: text }, { image: text }] }),
    await json('/invocations', { inputs: { image: [text, text] } }),
    await json('/invocations', { inputs: [text, text], params: { any: 1 } }),
    await post('/invocations', 'text/csv; charset=utf-8', `,image\n0,${text}\n1,${text}\n`),
  ];
  for (const [i, { status, body }] of two.entries()) {
    assert.equal(status, 200, `${i}: ${JSON.stringify(body)}`);
    const predictions = body.predictions as { label: string; probabilities: Record<string, number> }[];
    assert.equal(predictions.length, 2);
    for (const one of predictions) {
      assert.equal(one.label, best());
      assert.deepEqual(one.probabilities, own);
    }
  }
  const { mean, std } = predictor.manifest.preprocess;
  const zeros = [0, 1, 2].map((c) => Array.from({ length: 16 }, () => Array(16).fill((0.5 - mean[c]!) / std[c]!)));
  assert.equal((await json('/invocations', { inputs: [zeros] })).status, 200);
  assert.equal((await app.inject('/version')).payload, '1.2.3');
});

test('refusals name the row, and carry MLflow’s two fields', async () => {
  const wrong: [unknown, RegExp, number?][] = [
    [{}, /no image/],
    [{ inputs: [base64()], instances: [base64()] }, /exactly one/],
    [{ dataframe_records: [{ a: 1, b: 2 }] }, /Row 0 has no column/],
    [{ dataframe_records: [{ image: base64() }, { image: 7 }] }, /Row 1 has a number in its column "image"/],
    [{ dataframe_records: [{ image: null }] }, /Row 0 has no value in its column "image"/],
    [{ dataframe_split: { columns: ['id', 'image'], data: [['a']] } }, /Row 0 has 1 values for 2 columns/],
    [{ dataframe_records: [{ image: '%%' }] }, /column "image" of row 0 is not base64/],
    [{ inputs: [base64(), 'aGVsbG8gdGhlcmU='] }, /Row 1: /, 415],
    [
      {
        inputs: [
          [
            [1, 2],
            [3, 4],
          ],
        ],
      },
      /expected/,
    ],
    [{ inputs: [[[1, 2], [3]]] }, /rectangular/],
    [{ image: 3 }, /no image/],
    [[1, 2], /no image/],
    ['x', /no image/],
  ];
  for (const [document, words, status = 400] of wrong) {
    const answer = await json('/invocations', document);
    assert.equal(answer.status, status, JSON.stringify(document).slice(0, 80));
    assert.match(answer.body.error.message, words);
    assert.equal(answer.body.message, answer.body.error.message);
    assert.equal(answer.body.error_code, answer.body.error.code);
  }
  assert.equal((await post('/invocations', 'text/plain', 'x')).status, 415);
  assert.equal((await post('/invocations', 'application/json', '{')).status, 400);
  assert.equal((await post('/invocations', 'image/png', undefined)).status, 400);
});

test('POST /inference gives a diagnosis; cancer is the summed probability at the operating point, not the top class', async () => {
  const { type, payload } = form('file', image);
  const { status, body } = await post('/inference', type, payload);
  assert.equal(status, 200, JSON.stringify(body));
  assert.equal(body.predicted_class, best());
  assert.equal(body.confidence, own[best()]);
  assert.equal(body.is_cancer, malignant() >= 0.3);
  assert.deepEqual(body.probabilities, own);
  const names = {
    nv: 'Melanocytic nevi',
    mel: 'Melanoma',
    df: 'Dermatofibroma',
    bcc: 'Basal cell carcinoma',
  } as Record<string, string>;
  if (best() in names) assert.equal(body.diagnosis, names[best()]);
  assert.doesNotMatch(JSON.stringify(body), /meier/);
  assert.equal((await post('/inference', 'image/png', Buffer.from('no image at all'))).status, 415);
});

test('POST /predict takes rows of pixels, flat or nested; GET /health tells what is loaded', async () => {
  const raw = await sharp(await picture(5, 16, 16))
    .removeAlpha()
    .raw()
    .toBuffer();
  const png = await sharp(raw, { raw: { width: 16, height: 16, channels: 3 } })
    .png()
    .toBuffer();
  const [answer] = await predictor.predict([png]);
  const expected = Object.values((answer as { probabilities: Record<string, number> }).probabilities);
  const flat = [...raw];
  const nested = Array.from({ length: 16 }, (_, y) =>
    Array.from({ length: 16 }, (_, x) => flat.slice((y * 16 + x) * 3, (y * 16 + x) * 3 + 3)),
  );
  const { status, body } = await json('/predict', { data: [flat, nested] });
  assert.equal(status, 200, JSON.stringify(body));
  assert.deepEqual(body.predictions, [expected, expected]);
  assert.equal(body.model_type, 'tiny');
  assert.ok((body.inference_time as number) > 0 && (body.inference_time as number) < 10, 'seconds');
  assert.match((await json('/predict', { data: [[1, 2, 3]] })).body.error.message, /768/);
  assert.match((await json('/predict', { data: [flat.map((v) => v / 255)] })).body.error.message, /above 1/);
  assert.match((await json('/predict', { data: [flat.map((v) => v - 300)] })).body.error.message, /0 to 255/);
  assert.equal((await json('/predict', { data: 'x' })).status, 400);
  const health = await app.inject('/health');
  assert.equal(health.statusCode, 200);
  assert.deepEqual(JSON.parse(health.payload), {
    status: 'healthy',
    model_loaded: true,
    model_path: 'skin (version 1)',
  });
});

test('only the protocols that are wanted are answered', async () => {
  const some = await open(['sagemaker']);
  try {
    assert.equal((await json('/invocations', { image: base64() }, some)).status, 200);
    assert.equal((await json('/invocations', { inputs: [base64()] }, some)).status, 400);
    for (const path of ['/v2', '/version', '/health']) assert.equal((await some.inject(path)).statusCode, 404, path);
  } finally {
    await some.close();
  }
});
