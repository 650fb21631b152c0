/** The order of comparisons, without what they measure: a registry that answers when it is told to. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Store } from '../../store/store.ts';
import { type ComparisonWork, comparisonWork } from './comparison-work.ts';

const side = (version: number) => ({ model: 'skin', version, digest: `sha256:${version}` });
const workOf = (candidate: number): ComparisonWork => ({
  ...{ kind: 'compare', champion: side(1), candidate: side(candidate), margin: 0.02, metric: null },
});

test('a comparison that waits is cancelled at once, and the next still waits for the one before', async () => {
  const asked: (() => void)[] = [];
  const registry = {
    model: () => new Promise((resolve) => asked.push(() => resolve(null))),
  };
  const make = comparisonWork({ registry } as unknown as Store);
  const begin = (candidate: number, signal = new AbortController().signal) =>
    make(workOf(candidate), { onProgress: () => undefined, signal });
  const turn = () => new Promise(setImmediate);

  const first = assert.rejects(begin(2), { code: 'NOT_FOUND' });
  const cancelled = new AbortController();
  const second = assert.rejects(begin(3, cancelled.signal), { name: 'AbortError' });
  const third = assert.rejects(begin(4), { code: 'NOT_FOUND' });
  await turn();
  cancelled.abort();
  await second;
  await assert.rejects(begin(5, AbortSignal.abort()), { name: 'AbortError' });
  await turn();
  assert.equal(asked.length, 1, 'only the first has begun');
  asked[0]!();
  await first;
  await turn();
  assert.equal(asked.length, 2, 'then the third');
  asked[1]!();
  await third;
});
