import assert from 'node:assert/strict';
import { afterEach, beforeEach, describe, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { until } from '../../../../test/until.ts';
import { type Entry, Feed } from './feed.ts';

type Thing = { kind: 'thing'; n: number };

describe('a feed of changes', () => {
  let waiting: Thing[];
  let looks: number;
  let fails: boolean;
  let complaints: number;
  let feed: Feed<Thing>;
  beforeEach(() => {
    [waiting, looks, fails, complaints] = [[], 0, false, 0];
    feed = new Feed<Thing>({
      look: async () => {
        looks += 1;
        if (fails) throw new Error('away');
        return waiting.splice(0);
      },
      everyMs: 5,
      lingerMs: 60,
      memory: 3,
      onError: () => {
        complaints += 1;
      },
    });
  });
  afterEach(() => feed.close());

  const collect = (after?: string): { heard: Entry<Thing>[]; stop: () => void } => {
    const heard: Entry<Thing>[] = [];
    return { heard, stop: feed.subscribe((entries) => heard.push(...entries), after) };
  };
  const numbers = (heard: Entry<Thing>[]): unknown[] =>
    heard.map(({ change }) => (change.kind === 'thing' ? change.n : change.kind));

  test('everybody hears every change once, in order', async () => {
    const [a, b] = [collect(), collect()];
    waiting.push({ kind: 'thing', n: 1 }, { kind: 'thing', n: 2 });
    await until('it is heard', () => b.heard.length === 2);
    a.stop();
    waiting.push({ kind: 'thing', n: 3 });
    await until('it is heard', () => b.heard.length === 3);
    assert.deepEqual(
      [numbers(a.heard), numbers(b.heard)],
      [
        [1, 2],
        [1, 2, 3],
      ],
    );
    assert.equal(new Set(b.heard.map(({ id }) => id)).size, 3);
  });

  test('who comes back is told what it missed, and nothing twice', async () => {
    const a = collect();
    const other = collect();
    waiting.push({ kind: 'thing', n: 1 });
    await until('it is heard', () => a.heard.length === 1);
    a.stop();
    waiting.push({ kind: 'thing', n: 2 });
    await until('it is heard', () => other.heard.length === 2);
    const back = collect(a.heard.at(-1)!.id);
    assert.deepEqual(numbers(back.heard), [2]);
    assert.deepEqual(numbers(collect(back.heard.at(-1)!.id).heard), []);
  });

  test('who missed more than is remembered, or comes from before, is told that it missed something', async () => {
    const a = collect();
    waiting.push({ kind: 'thing', n: 1 });
    await until('it is heard', () => a.heard.length === 1);
    const old = a.heard[0]!.id;
    waiting.push(...[2, 3, 4, 5].map((n) => ({ kind: 'thing' as const, n })));
    await until('it is heard', () => a.heard.length === 5);
    assert.deepEqual(numbers(collect(old).heard), ['reset']);
    // Three are remembered: 3, 4 and 5.
    assert.deepEqual(numbers(collect(a.heard[1]!.id).heard), [3, 4, 5]);
    assert.deepEqual(numbers(collect('another-1').heard), ['reset']);
    assert.deepEqual(numbers(collect(`${old.split('-')[0]}-99`).heard), ['reset']);
    assert.deepEqual(numbers(collect(`${old.split('-')[0]}-x`).heard), ['reset']);
  });

  test('nobody looks while nobody has listened for long, and who comes back then is told so', async () => {
    assert.equal(looks, 0);
    const a = collect();
    waiting.push({ kind: 'thing', n: 1 });
    await until('it is heard', () => a.heard.length === 1);
    a.stop();
    await sleep(150);
    const before = looks;
    await sleep(60);
    assert.equal(looks, before, 'it looks no more');
    assert.deepEqual(numbers(collect(a.heard[0]!.id).heard), ['reset']);
    await until('it looks again', () => looks > before);
  });

  test('a look that fails loses nothing, and who listens is told when the store is back', async () => {
    const a = collect();
    await until('it looks', () => looks > 0);
    fails = true;
    waiting.push({ kind: 'thing', n: 1 });
    const before = looks;
    await until('it has failed again and again', () => looks > before + 3);
    assert.deepEqual(a.heard, []);
    assert.equal(complaints, 1, 'a store that is away is complained of once');
    fails = false;
    await until('it is heard', () => a.heard.length === 2);
    assert.deepEqual(numbers(a.heard), [1, 'reset']);
    waiting.push({ kind: 'thing', n: 2 });
    await until('it is heard', () => a.heard.length === 3);
    assert.deepEqual(numbers(a.heard), [1, 'reset', 2]);
  });
});
