import assert from 'node:assert/strict';
import { test } from 'node:test';
import { LoadedModels, type Version } from './loaded.ts';
import { FakePredictor, saying } from './testing.ts';

const version = (digest: string): Version => ({
  model: 'skin',
  version: 1,
  digest,
  open: () => Promise.reject(new Error('the test loads by itself')),
});

test('who asks a version by itself gets the one that a deployment has in memory, and it stays while either holds it', async () => {
  const loaded: FakePredictor[] = [];
  const models = new LoadedModels(async () => {
    loaded.push(new FakePredictor(async () => saying(0.5)));
    return loaded.at(-1)! as never;
  });
  const served = await models.acquire(version('a'), { maxBatch: 8, maxDelayMs: 5 });
  const asked = await models.share(version('a'));
  assert.equal(asked.predictor, served.predictor);
  const other = await models.share(version('b'));
  const again = await models.share(version('b'));
  assert.equal(again.predictor, other.predictor);
  assert.deepEqual([loaded.length, models.size], [2, 2]);
  // However often one lets go of it.
  await Promise.all([served.release(), served.release()]);
  assert.equal(loaded[0]!.closed, false);
  await asked.release();
  await Promise.all([other.release(), again.release()]);
  assert.deepEqual([loaded.map(({ closed }) => closed), models.size], [[true, true], 0]);
});
