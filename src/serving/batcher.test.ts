import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { testManifest } from '../bundle/testing.ts';
import type { Session } from '../onnx/session.ts';
import { Batcher } from './batcher.ts';

const { preprocess } = testManifest();
const image = new Uint8Array(preprocess.channels * preprocess.height * preprocess.width);

/** A session that notes the sizes of its batches, and takes its time. */
function slowSession(ms: number) {
  const sizes: number[] = [];
  const run: Session['run'] = async (_, [n]) => {
    sizes.push(n!);
    await sleep(ms);
    const output = (features: number) => ({ data: new Float32Array(n! * features), shape: [n!, features, 1, 1] });
    return { logits: output(2), embedding: output(4), cam: output(2) };
  };
  return { sizes, session: { inputShape: [], outputs: [], run, close: async () => {} } as Session };
}

test('without a delay a lone image goes at once, and what waits goes together', async () => {
  const { sizes, session } = slowSession(20);
  const batcher = new Batcher(session, preprocess, 4);
  await Promise.all(Array.from({ length: 9 }, () => batcher.submit(image)));
  assert.deepEqual(sizes, [1, 1, 4, 3]);
});

test('with a delay images wait for each other, but no longer than that, and a full batch goes at once', async () => {
  const { sizes, session } = slowSession(1);
  const patient = new Batcher(session, preprocess, 4, 3_600_000);
  await Promise.all(Array.from({ length: 4 }, () => patient.submit(image)));
  const batcher = new Batcher(session, preprocess, 4, 40);
  const started = performance.now();
  const first = batcher.submit(image);
  await sleep(5);
  const second = batcher.submit(image);
  await Promise.all([first, second]);
  const waited = performance.now() - started;
  assert.ok(waited >= 39, `${waited} ms`);
  await batcher.submit(image);
  assert.deepEqual(sizes, [4, 2, 1]);
});
