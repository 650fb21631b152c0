/**
 * Images a second of the predictor, from JPEG bytes to the answer: one caller that waits for each answer, eight at once, and many.
 * Run: node bench/predict/run.ts [architecture] [images]
 * Random weights: the arithmetic is the same.
 */
import { mkdtemp, rm } from 'node:fs/promises';
import { availableParallelism, tmpdir } from 'node:os';
import { join } from 'node:path';
import { openBundle } from '../../src/bundle/open.ts';
import { testManifest } from '../../src/bundle/testing.ts';
import { writeBundle } from '../../src/bundle/write.ts';
import { createModel } from '../../src/models/index.ts';
import { createSession } from '../../src/onnx/session.ts';
import { randomWeights } from '../../src/onnx/testing.ts';
import { traceModel } from '../../src/onnx/trace-model.ts';
import { mapInOrder } from '../../src/serving/map-in-order.ts';
import { createPredictor } from '../../src/serving/predictor.ts';
import { picture } from '../../src/serving/testing.ts';
import { signingKey } from '../../src/store/signing-key.ts';

const name = process.argv[2] ?? 'efficientnet_b0';
const count = Number(process.argv[3] ?? 256);
const size = 224;
const home = await mkdtemp(join(tmpdir(), 'osler-bench-'));
const rows: { what: string; imagesPerSecond: number; p50: number; p99: number }[] = [];

async function measure(what: string, atOnce: number, each: number, work: () => Promise<unknown>): Promise<void> {
  const times: number[] = [];
  const once = async (): Promise<void> => {
    const start = performance.now();
    await work();
    times.push(performance.now() - start);
  };
  for (let i = 0; i < 3; i++) await once();
  times.length = 0;
  const rounds = Array.from({ length: Math.ceil(count / each) });
  const started = performance.now();
  for await (const _ of mapInOrder(rounds, atOnce, once));
  const seconds = (performance.now() - started) / 1000;
  times.sort((a, b) => a - b);
  const at = (q: number): number => Number(times[Math.min(times.length - 1, Math.floor(q * times.length))]!.toFixed(1));
  rows.push({ what, imagesPerSecond: Math.round((rounds.length * each) / seconds), p50: at(0.5), p99: at(0.99) });
}

try {
  const model = createModel(name, { classes: 7, channels: 3 });
  const weights = randomWeights(1, model.state());
  const onnx = traceModel(model, weights, { channels: 3, height: size, width: size }, { name });
  const labels = ['a', 'b', 'c', 'd', 'e', 'f', 'g'];
  const preprocess = { ...testManifest().preprocess, height: size, width: size };
  const dir = join(home, 'bench');
  const graph = { input: { name: 'images', shape: [3, size, size] }, outputs: [{ name: 'logits', shape: [7] }] };
  const manifest = testManifest({ labels, preprocess, operatingPoint: null });
  await writeBundle(dir, { manifest, model: onnx, graph, key: await signingKey(home) });

  const session = await createSession(onnx);
  for (const batch of [1, 8]) {
    const shape = [batch, 3, size, size];
    await measure(`runtime alone, batch ${batch}`, 1, batch, () =>
      session.run(new Float32Array(batch * 3 * size * size), shape),
    );
  }
  await session.close();

  const predictor = await createPredictor(await openBundle(dir));
  const image = await picture(1, 600, 450, 'jpeg');
  await measure('one image after the other', 1, 1, () => predictor.predict([image]));
  await measure('with a heat map', 1, 1, () => predictor.predict([image], { heatmap: true }));
  await measure('eight in one call', 1, 8, () => predictor.predict(Array.from({ length: 8 }, () => image)));
  await measure('32 callers at once', 32, 1, () => predictor.predict([image]));
  await predictor.close();
  console.log(
    `${name} at ${size}x${size}, 600x450 JPEG, ${availableParallelism()} threads; p50 and p99 in ms of a call`,
  );
  console.table(rows);
} finally {
  await rm(home, { recursive: true });
}
