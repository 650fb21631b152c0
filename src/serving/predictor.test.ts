import assert from 'node:assert/strict';
import { execFile } from 'node:child_process';
import { hash } from 'node:crypto';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { promisify } from 'node:util';
import sharp from 'sharp';
import type { Bundle } from '../bundle/open.ts';
import { testManifest } from '../bundle/testing.ts';
import type { Dataset, Sample } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { randomWeights } from '../onnx/testing.ts';
import { PixelPool } from './pixel-pool.ts';
import { predictSamples } from './predict-samples.ts';
import { createPredictor, type Prediction, type Predictor } from './predictor.ts';
import { answerReader } from './read-answer.ts';
import { picture, tinyBundle } from './testing.ts';

let home: string;
let bundle: Bundle;
let predictor: Predictor;

before(async () => {
  home = await mkdtemp(join(tmpdir(), 'osler-serving-'));
  bundle = await tinyBundle(home);
  predictor = await createPredictor(bundle, { threads: 1 });
});
after(async () => {
  await predictor.close();
  await rm(home, { recursive: true });
});

const good = (answer: Prediction | OslerError | undefined): Prediction => {
  assert.ok(answer !== undefined && !(answer instanceof OslerError), String(answer));
  return answer;
};

test('probabilities sum to 1, the verdict follows the operating point, order is kept', async () => {
  const images = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11].map((seed) => picture(seed)));
  const together = (await predictor.predict(images)).map(good);
  for (const [i, image] of images.entries()) {
    const alone = good((await predictor.predict([image]))[0]);
    const { probabilities, positive, label } = together[i]!;
    assert.ok(Math.abs(alone.probabilities.malignant! - probabilities.malignant!) < 1e-6, 'the batch changes nothing');
    assert.ok(Math.abs(probabilities.benign! + probabilities.malignant! - 1) < 1e-12);
    assert.equal(label, positive!.verdict ? 'malignant' : 'benign');
    assert.equal(positive!.verdict, probabilities.malignant! >= 0.4);
  }
  assert.ok(new Set(together.map((p) => p.probabilities.malignant)).size > 5, 'different pictures, different answers');
  assert.equal(predictor.pending, 0);
});

test('a bad image gives its own error and does not end the rest', async () => {
  const image = await picture(1);
  const answers = await predictor.predict([
    image,
    Buffer.from('not an image'),
    image.subarray(0, image.length >> 1),
    join(home, 'absent.png'),
    new Uint8Array(),
    image,
  ]);
  const codes = answers.map((answer) => (answer instanceof OslerError ? answer.code : 'ok'));
  assert.deepEqual(codes, ['ok', 'IMAGE_TYPE', 'IMAGE_UNREADABLE', 'NOT_FOUND', 'IMAGE_UNREADABLE', 'ok']);
});

test('a heat map is a PNG of the input, drawn large enough to look at', async () => {
  const [answer] = (await predictor.predict([await picture(3)], { heatmap: true })).map(good);
  const { width, height, format } = await sharp(answer!.heatmap!.png).metadata();
  assert.deepEqual([width, height, format], [448, 448, 'png']);
  assert.ok(['benign', 'malignant'].includes(answer!.heatmap!.explained));
  assert.equal(answer!.heatmap!.blank, false);
  assert.equal(good((await predictor.predict([await picture(3)]))[0]).heatmap, undefined);
});

test('a heat map of an image where nothing speaks for the class says that it is empty', async () => {
  // The head's weights are the same for both classes: its bias alone decides.
  const unmoved: typeof randomWeights = (seed, parameters) => {
    const random = randomWeights(seed, parameters);
    return (name) => {
      const tensor = random(name);
      return name === 'head.weight' ? { ...tensor, data: tensor.data.map(() => 0.5) } : tensor;
    };
  };
  const alike = await createPredictor(await tinyBundle(home, {}, 'alike', 3, unmoved), { threads: 1 });
  try {
    const { heatmap } = good((await alike.predict([await picture(3)], { heatmap: true }))[0]);
    assert.equal(heatmap!.blank, true);
    assert.ok(heatmap!.png.length > 0);
  } finally {
    await alike.close();
  }
});

test('huge logits do not overflow, positive classes are summed, stamps go along', () => {
  const counts = { groups: 2, exact: 1, near: 0, exposed: { val: 0, test: 3 } };
  const manifest = {
    ...bundle.manifest,
    ...testManifest({
      labels: ['nv', 'mel', 'bcc'],
      temperature: 1,
      operatingPoint: { positive: ['mel', 'bcc'], threshold: 0.55, rule: 'youden' },
      stamps: ['leaky'],
      leaks: { ...counts, accepted: { reason: 'a benchmark', by: 'somebody', at: '2026-01-01' } },
    }),
  };
  const read = (...logits: number[]) =>
    answerReader(manifest)({
      logits: Float32Array.from(logits),
      embedding: new Float32Array(4),
      appearance: new Float32Array(),
    });
  const huge = read(3e38, -3e38, 1000);
  assert.deepEqual(huge.probabilities, { nv: 1, mel: 0, bcc: 0 });
  // The top class is harmless, the sum of the others is not.
  const summed = read(Math.log(0.4), Math.log(0.3), Math.log(0.3));
  assert.equal(summed.label, 'nv');
  assert.ok(Math.abs(summed.positive!.probability - 0.6) < 1e-6);
  assert.equal(summed.positive!.verdict, true);
  assert.deepEqual(summed.stamps, ['leaky']);
  assert.deepEqual(summed.leaks, counts, 'without the name of who accepted them');
});

test('too many images at once are refused, and a closed predictor says so', async () => {
  const image = await picture(1);
  const limited = await createPredictor(bundle, { threads: 1, maxPending: 10 });
  try {
    const first = limited.predict(Array.from({ length: 10 }, () => image));
    assert.equal(limited.pending, 10);
    await assert.rejects(limited.predict([image]), { code: 'OVERLOADED' });
    assert.equal((await first).length, 10);
    assert.ok(!((await limited.predict([image]))[0] instanceof OslerError));
  } finally {
    await limited.close();
  }
  await assert.rejects(
    limited.predict([image]).then(([answer]) => Promise.reject(answer)),
    { code: 'ENGINE_FAILED' },
  );
});

test('a predictor that is closed in the middle of its work, or while its threads are being made ready, takes no process with it', async () => {
  const image = await picture(1);
  for (const eager of [true, false, false]) {
    const hasty = await createPredictor(bundle, { threads: 3, eager });
    const answers = Promise.allSettled(Array.from({ length: 6 }, () => hasty.predict([image])));
    await hasty.close();
    await answers;
  }
});

test('a large image is decoded beside the thread that asks', async () => {
  const large = await sharp({ create: { width: 4000, height: 3000, channels: 3, background: '#a06050' } })
    .png()
    .toBuffer();
  const before = performance.eventLoopUtilization();
  const started = performance.now();
  const [answer] = await predictor.predict([large], { heatmap: true });
  good(answer);
  const { active } = performance.eventLoopUtilization(before);
  const total = performance.now() - started;
  assert.ok(active < total / 2, `busy for ${active.toFixed(0)} of ${total.toFixed(0)} ms`);
});

test('what nobody wants any more is neither decoded at length nor drawn, and others are', async () => {
  const gone = new AbortController();
  const pixels = new (class extends PixelPool {
    override run(...asked: Parameters<PixelPool['run']>) {
      gone.abort(new OslerError('INTERRUPTED', 'gone'));
      return super.run(...asked);
    }
  })(1);
  const other = await createPredictor(bundle, { threads: 1, pixels });
  try {
    const [left] = await other.predict([await picture(1)], { heatmap: true, wanted: gone.signal });
    assert.ok(left === gone.signal.reason, 'it was drawn');
    good((await other.predict([await picture(1)], { heatmap: true }))[0]);
  } finally {
    await other.close();
    await pixels.close();
  }
});

test('a graph that does not fit its manifest is refused', async () => {
  const wrong: Bundle = { ...bundle, manifest: { ...bundle.manifest, labels: ['a', 'b', 'c'], operatingPoint: null } };
  await assert.rejects(createPredictor(wrong, { threads: 1 }), { code: 'BUNDLE_INVALID', message: /2 logits/ });
  const { preprocess } = bundle.manifest;
  const size: Bundle = { ...bundle, manifest: { ...bundle.manifest, preprocess: { ...preprocess, width: 32 } } };
  await assert.rejects(createPredictor(size, { threads: 1 }), { code: 'BUNDLE_INVALID', message: /3x16x16/ });
});

test("a dataset's split is predicted with its labels; an unknown label or a broken file is named", async () => {
  const paths = new Map<string, string>();
  const samples: Sample[] = [];
  for (const i of [0, 1, 2]) {
    const id = `${i}.png`;
    paths.set(id, join(home, id));
    const bytes = await picture(i);
    await writeFile(join(home, id), bytes);
    samples.push({
      ...{ id, uri: `file:${id}`, sha256: hash('sha256', bytes), split: 'test', width: 40, height: 30 },
      ...{ label: i === 1 ? 'malignant' : 'benign', meta: { age: 40 + i } },
      ...(i === 0 ? {} : { group: 'p1' }),
    });
  }
  const dataset = { samples: () => samples, path: ({ id }: Sample) => paths.get(id)! } as unknown as Dataset;
  const predictions = await predictSamples(predictor, dataset, 'test');
  assert.deepEqual([...predictions.labels], [0, 1, 0]);
  assert.deepEqual(predictions.groups, ['0.png', 'p1', 'p1']);
  const first = good((await predictor.predict([paths.get('0.png')!]))[0]);
  const [a, b] = predictions.logits;
  assert.ok(Math.abs(1 / (1 + Math.exp((a! - b!) / 1.5)) - first.probabilities.malignant!) < 1e-6);
  await writeFile(paths.get('2.png')!, 'broken');
  const changed = { code: 'DATA_INVALID', message: /2\.png is not the file that was imported/ };
  await assert.rejects(predictSamples(predictor, dataset, 'test'), changed);
  samples[2]!.sha256 = hash('sha256', 'broken');
  await assert.rejects(predictSamples(predictor, dataset, 'test'), { code: 'DATA_INVALID', message: /2\.png/ });
  samples[0]!.label = 'nevus';
  await assert.rejects(predictSamples(predictor, dataset, 'test'), { code: 'DATA_INVALID', message: /nevus/ });
});

test('serving loads no LibTorch, and an open predictor does not keep the process', async () => {
  const script = `
    const { openBundle } = await import(${JSON.stringify(new URL('../bundle/open.ts', import.meta.url).href)});
    const { createPredictor } = await import(${JSON.stringify(new URL('./predictor.ts', import.meta.url).href)});
    const predictor = await createPredictor(await openBundle(${JSON.stringify(bundle.dir)}), { threads: 1 });
    const { readFileSync } = await import('node:fs');
    const maps = process.platform === 'linux' ? readFileSync('/proc/self/maps', 'utf8') : '';
    console.log(/libtorch|osler_torch/.test(maps) ? 'LibTorch' : 'clean');`;
  const { stdout } = await promisify(execFile)(process.execPath, ['--input-type=module', '-e', script], {
    timeout: 120_000,
  });
  assert.equal(stdout.trim(), 'clean');
});
