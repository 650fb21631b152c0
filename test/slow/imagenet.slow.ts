/** The given MobileNetV2 weights, traced to ONNX without the engine, name the sample photos as their table says (OSLER_DATA). */
import assert from 'node:assert/strict';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { test } from 'node:test';
import { openBundle } from '../../src/bundle/open.ts';
import { testManifest } from '../../src/bundle/testing.ts';
import { writeBundle } from '../../src/bundle/write.ts';
import { processEnvironment } from '../../src/config/environment.ts';
import { OslerError } from '../../src/errors.ts';
import { createModel } from '../../src/models/index.ts';
import { traceModel } from '../../src/onnx/trace-model.ts';
import { createPredictor } from '../../src/serving/predictor.ts';
import { signingKey } from '../../src/store/signing-key.ts';
import { readSafetensorsRaw } from '../../src/torch/safetensors.ts';

const data = processEnvironment().data;
const skip = data === undefined ? 'OSLER_DATA is not set: the sample photos were not classified' : false;

test('ONNX Runtime names the sample photos as the table says', { skip }, async (t) => {
  const folder = resolve(data!, '../weights/mobilenet_v2');
  const home = await mkdtemp(join(tmpdir(), 'osler-imagenet-'));
  t.after(() => rm(home, { recursive: true }));
  const state = readSafetensorsRaw(join(folder, 'mobilenet_v2_imagenet.safetensors'));
  // The first line stands for a background class that these weights do not have.
  const names = (await readFile(join(folder, 'imagenet_labels.txt'), 'utf8')).trim().split('\n').slice(1);
  const labels = names.map((name, i) => `${i} ${name.replace(/^\d+\s+/, '').trim()}`);
  const half = [0.5, 0.5, 0.5];
  const preprocess = { height: 224, width: 224, fit: 'stretch' as const, channels: 3 as const, mean: half, std: half };
  const weights = (name: string) => ({ shape: state.get(name)!.shape, data: state.get(name)!.data as Float32Array });
  const model = traceModel(createModel('mobilenet_v2', { classes: 1000, channels: 3 }), weights, preprocess);
  const dir = join(home, 'imagenet');
  await writeBundle(dir, {
    manifest: testManifest({ labels, preprocess, temperature: 1, operatingPoint: null }),
    model,
    graph: { input: { name: 'images', shape: [3, 224, 224] }, outputs: [{ name: 'logits', shape: [1000] }] },
    key: await signingKey(home),
  });
  const predictor = await createPredictor(await openBundle(dir));
  t.after(() => predictor.close());
  const table = [
    ['cat_720p.jpg', /Egyptian cat/, 0.448],
    ['parrot.jpg', /macaw/, 0.883],
    ['bird.bmp', /chickadee/, 0.671],
  ] as const;
  const answers = await predictor.predict(table.map(([file]) => join(folder, file)));
  for (const [i, [file, label, probability]] of table.entries()) {
    const answer = answers[i]!;
    assert.ok(!(answer instanceof OslerError), `${file}: ${answer}`);
    const found = answer.probabilities[answer.label]!;
    t.diagnostic(`${file}: ${answer.label} ${found.toFixed(3)}`);
    assert.match(answer.label, label);
    assert.ok(Math.abs(found - probability) < 0.02, `${file}: ${found}`);
  }
});
