import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parse } from 'csv-parse/sync';
import type { JobResult } from '../../store/jobs/types.ts';
import type { Store } from '../../store/store.ts';
import { resultLines } from './results.ts';

const leaks = { groups: 2, exact: 0, near: 0, exposed: { val: 0, test: 3 } };
const rows = [
  {
    number: 0,
    name: '=a.png',
    outcome: 'ok',
    image: 'f'.repeat(64),
    answer: { label: 'b', probabilities: { a: 0.3, b: 0.7 }, stamps: ['leaky'], leaks },
  },
  { number: 1, name: 'b.png', outcome: null, image: null, answer: null },
] as unknown as JobResult[];
const store = { jobs: { results: async () => rows } } as unknown as Store;

const text = async (format: 'csv' | 'jsonl') => (await Array.fromAsync(resultLines(store, 'j', format))).join('');

test('a stamp and its counts are in every line; what is open has no line in JSON and empty cells in CSV', async () => {
  const [first, ...rest] = (await text('jsonl')).trim().split('\n');
  assert.deepEqual(rest, []);
  const said = JSON.parse(first!);
  assert.deepEqual([said.stamps, said.leaks], [['leaky'], leaks]);
  const [one, open] = parse(await text('csv'), { columns: true }) as Record<string, string>[];
  assert.match(one!.stamps!, /^leaky \(2 groups on both sides of the split; 3 test images have/);
  assert.deepEqual([one!.file, one!.probability_b], ["'=a.png", '0.7']);
  assert.deepEqual([open!.label, open!.stamps], ['', '']);
});
