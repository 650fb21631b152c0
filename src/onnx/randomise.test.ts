import assert from 'node:assert/strict';
import { test } from 'node:test';
import { generator } from '../evaluation/random.ts';
import { layerCount, randomiseLayers } from './randomise.ts';
import { createSession } from './session.ts';
import { randomWeights, tinyNetwork } from './testing.ts';
import { traceModel } from './trace-model.ts';

const SIZE = { channels: 3, height: 16, width: 16 };

test('shuffled weights: from the last layer on, the same numbers elsewhere, the same each time', async () => {
  const { model, parameters } = tinyNetwork(2, 3);
  const graph = traceModel(model, randomWeights(3, parameters), SIZE);
  const layers = layerCount(graph);
  assert.ok(layers >= 2);
  const before = Uint8Array.from(graph);
  const answer = async (bytes: Uint8Array) => {
    const session = await createSession(bytes, { threads: 1 });
    const data = Float32Array.from({ length: 3 * 16 * 16 }, (_, i) => Math.sin(i));
    const { logits, embedding } = await session.run(data, [1, 3, 16, 16]);
    await session.close();
    return { logits: [...logits!.data], embedding: [...embedding!.data] };
  };
  const trained = await answer(graph);
  const head = await answer(randomiseLayers(graph, 1, generator(1)));
  const all = await answer(randomiseLayers(graph, layers, generator(1)));
  assert.deepEqual(head.embedding, trained.embedding, 'the layers before the last are as they were');
  assert.notDeepEqual(head.logits, trained.logits);
  assert.notDeepEqual(all.embedding, trained.embedding);
  assert.ok([...all.logits, ...all.embedding].every(Number.isFinite));
  assert.deepEqual(await answer(randomiseLayers(graph, layers, generator(1))), all);
  assert.deepEqual(Uint8Array.from(graph), before, "the caller's graph is not touched");
});
