import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setImmediate as turn } from 'node:timers/promises';
import { mapBounded } from './pool.ts';

async function* numbers(count: number) {
  for (let i = 0; i < count; i++) yield i;
}

test('all results come, never more in flight than allowed, slow readers hold the stream back', async () => {
  let flying = 0;
  let most = 0;
  const seen: number[] = [];
  for await (const n of mapBounded(numbers(200), 5, async (n) => {
    flying += 1;
    most = Math.max(most, flying);
    for (let i = 0; i < n % 4; i++) await turn();
    flying -= 1;
    return n;
  })) {
    seen.push(n);
  }
  assert.equal(most, 5);
  assert.deepEqual(
    seen.toSorted((a, b) => a - b),
    Array.from({ length: 200 }, (_, i) => i),
  );
});

test('the first error ends it once what is in flight has ended; so does a reader who leaves', async () => {
  let flying = 0;
  const work = async (n: number) => {
    flying += 1;
    await turn();
    flying -= 1;
    if (n === 20) throw new Error('twenty');
    return n;
  };
  const all = async () => {
    for await (const _ of mapBounded(numbers(100), 4, work));
  };
  await assert.rejects(all(), /twenty/);
  assert.equal(flying, 0);
  for await (const n of mapBounded(numbers(100), 4, work)) if (n >= 0) break;
  assert.equal(flying, 0);
});
