/** What clients of other systems sent, recorded byte for byte (test/conformance/protocols/record.py), played to a real listener. */
import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import type { FastifyInstance } from 'fastify';
import { createPredictor, type Prediction, type Predictor } from '../../../serving/predictor.ts';
import { picture, tinyBundle } from '../../../serving/testing.ts';
import { buildApp } from '../../app.ts';

const FOLDER = new URL('./recorded/', import.meta.url);
const END = '\r\n\r\n';

let home: string;
let predictor: Predictor;
let app: FastifyInstance;
let port: number;
let own: Prediction;
const played = new Set<string>();

before(async () => {
  home = mkdtempSync(join(tmpdir(), 'osler-recorded-'));
  const labels = ['nv', 'mel', 'bkl', 'bcc', 'akiec', 'vasc', 'df'];
  const operatingPoint = { positive: ['mel', 'bcc', 'akiec'], threshold: 0.3, rule: 'youden' };
  predictor = await createPredictor(await tinyBundle(home, { labels, operatingPoint }));
  app = await buildApp({ predictor, version: '1.2.3', model: 'skin' });
  port = Number(new URL(await app.listen({ host: '127.0.0.1', port: 0 })).port);
  // The image that the recorder was given.
  own = (await predictor.predict([await picture(1, 24, 16)]))[0] as Prediction;
});
after(async () => {
  await app?.close();
  await predictor?.close();
  rmSync(home, { recursive: true, force: true });
});

const recorded = (name: string): Buffer => readFileSync(new URL(`${name}.http`, FOLDER));

/** The JSON that comes back, as far as the answer says that it goes. */
async function play<T>(name: string): Promise<T> {
  played.add(`${name}.http`);
  const socket = connect(port, '127.0.0.1');
  socket.write(recorded(name));
  let got = Buffer.alloc(0);
  for await (const chunk of socket as AsyncIterable<Buffer>) {
    got = Buffer.concat([got, chunk]);
    const head = got.subarray(0, Math.max(0, got.indexOf(END))).toString();
    const length = Number(/^content-length: (\d+)/im.exec(head)?.[1] ?? Number.POSITIVE_INFINITY);
    if (got.length < head.length + END.length + length) continue;
    assert.match(head, /^HTTP\/1\.1 200 OK\r\n/, `${name}: ${got}`);
    return JSON.parse(
      got
        .subarray(head.length + END.length)
        .toString()
        .trim() || 'null',
    ) as T;
  }
  assert.fail(`${name}: no whole answer`);
}

test('the skin-lesion service: its page asks by requests', async () => {
  type Answer = { predicted_class: string; diagnosis: string; confidence: number; is_cancer: boolean };
  const answer = await play<Answer & Pick<Prediction, 'probabilities'>>('skin-inference');
  assert.deepEqual(
    [answer.predicted_class, answer.confidence, answer.is_cancer, answer.probabilities],
    [own.label, own.probabilities[own.label], own.positive!.verdict, own.probabilities],
  );
  assert.equal(typeof answer.diagnosis, 'string');
  const health = await play('skin-health');
  assert.deepEqual(health, { status: 'healthy', model_loaded: true, model_path: 'skin (version 1)' });
});

test('the platform of several modalities: rows of pixels, an image, what the model is', async () => {
  type Answer = { predictions: number[][]; inference_time: number; model_type: string };
  const { predictions, inference_time, model_type } = await play<Answer>('platform-predict');
  const sent = recorded('platform-predict');
  const { data } = JSON.parse(sent.subarray(sent.indexOf(END)).toString()) as { data: [number[][][]] };
  const [answer] = await predictor.predict([{ pixels: Uint8Array.from(data[0].flat(2)) }]);
  assert.deepEqual([predictions, model_type], [[Object.values((answer as Prediction).probabilities)], 'tiny']);
  assert.ok(inference_time > 0 && inference_time < 60, `${inference_time} s`);
  assert.deepEqual((await play<Prediction>('platform-image')).probabilities, own.probabilities);
  assert.deepEqual((await play<{ labels: string[] }>('platform-info')).labels, predictor.manifest.labels);
});

test('the SageMaker pipeline: its container is pinged and invoked, with bytes and with JSON', async () => {
  await play('sagemaker-ping');
  type Answer = { predicted_index: number; probabilities: number[]; predicted_label: string };
  for (const name of ['sagemaker-image', 'sagemaker-json']) {
    const { predicted_index, probabilities, predicted_label } = await play<Answer>(name);
    assert.deepEqual([predicted_label, probabilities], [own.label, Object.values(own.probabilities)], name);
    assert.equal(predictor.manifest.labels[predicted_index], own.label);
  }
});

test('nothing that was recorded is left out', () => {
  assert.deepEqual(readdirSync(FOLDER).sort(), [...played].sort());
});
