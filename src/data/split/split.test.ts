import assert from 'node:assert/strict';
import { hash } from 'node:crypto';
import { test } from 'node:test';
import fc from 'fast-check';
import type { Split } from '../sample.ts';
import { kfold, type Member, makeSplit } from './split.ts';

const sha = (text: string) => hash('sha256', text);

/** Samples with few groups and few contents, so that groups and copies tangle. */
const members = fc
  .array(
    fc.record({
      label: fc.constantFrom('a', 'b', 'c'),
      content: fc.nat(60),
      group: fc.option(fc.nat(25), { nil: undefined }),
    }),
    { minLength: 1, maxLength: 120 },
  )
  .map((rows) => rows.map(member));

function member(row: { label: string; content: number; group: number | undefined }, index: number): Member {
  return {
    id: `image-${index}`,
    sha256: sha(String(row.content)),
    label: row.label,
    ...(row.group === undefined ? {} : { group: `patient ${row.group}` }),
  };
}

function assertWhole(samples: readonly Member[], parts: readonly (string | number)[]): void {
  for (const key of ['sha256', 'group'] as const) {
    const seen = new Map<string, string | number>();
    samples.forEach((sample, i) => {
      const value = sample[key];
      if (value === undefined) return;
      assert.equal(seen.get(value) ?? parts[i], parts[i], `${key} ${value} crosses`);
      seen.set(value, parts[i]!);
    });
  }
}

test('no group and no exact duplicate ever crosses a made split or a fold', () => {
  fc.assert(
    fc.property(members, fc.nat(1000), fc.integer({ min: 2, max: 7 }), (samples, seed, folds) => {
      assertWhole(samples, makeSplit(samples, { seed }));
      assertWhole(samples, kfold(samples, { seed, folds }));
    }),
    { numRuns: 60 },
  );
});

test('samples keep their split when others are added, and nothing crosses then either', () => {
  fc.assert(
    fc.property(members, fc.nat(120), (samples, cut) => {
      const before = samples.slice(0, cut);
      const splits = makeSplit(before);
      const inherited = before.map((m, i) => ({ ...m, split: splits[i]! }));
      const after = makeSplit(samples, { inherited });
      assertWhole(samples, after);
      // What stood alone stays. What an addition tied to something in another split may move, and then only towards train.
      const order: Split[] = ['train', 'val', 'test'];
      for (const [i, split] of splits.entries()) assert.ok(order.indexOf(after[i]!) <= order.indexOf(split));
      const untied = samples.map((m, i) => ({ ...m, sha256: sha(`own ${i}`) }));
      const own = untied.map(({ group: _, ...m }) => m);
      const first = makeSplit(own.slice(0, cut));
      const again = makeSplit(own, { inherited: own.slice(0, cut).map((m, i) => ({ ...m, split: first[i]! })) });
      assert.deepEqual(again.slice(0, cut), first);
    }),
    { numRuns: 40 },
  );
});

test('every class keeps the fractions to a sample, whatever the order, and the seed matters', () => {
  const samples = Array.from({ length: 1000 }, (_, i) =>
    member({ label: i % 10 === 0 ? 'rare' : 'common', content: i, group: undefined }, i),
  );
  const splits = makeSplit(samples, { seed: 7 });
  for (const [label, total] of [
    ['rare', 100],
    ['common', 900],
  ] as const) {
    for (const [split, fraction] of [
      ['train', 0.7],
      ['val', 0.15],
      ['test', 0.15],
    ] as const) {
      const count = splits.filter((s, i) => s === split && samples[i]!.label === label).length;
      assert.ok(Math.abs(count - fraction * total) <= 1, `${label} ${split}: ${count} of ${total}`);
    }
  }
  const reversed = makeSplit(samples.toReversed(), { seed: 7 }).toReversed();
  assert.deepEqual(reversed, splits);
  assert.notDeepEqual(makeSplit(samples, { seed: 8 }), splits);
});

test('groups of many sizes and mixed labels stay within a group of the fractions', () => {
  const samples: Member[] = [];
  for (let patient = 0; patient < 400; patient++) {
    for (let view = 0; view <= patient % 9; view++) {
      const label = patient % 20 === 0 && view === 0 ? 'melanoma' : 'nevus';
      samples.push(member({ label, content: samples.length, group: patient }, samples.length));
    }
  }
  const splits = makeSplit(samples);
  for (const label of ['melanoma', 'nevus']) {
    const all = samples.flatMap((s, i) => (s.label === label ? [splits[i]!] : []));
    for (const [split, fraction] of [
      ['train', 0.7],
      ['val', 0.15],
      ['test', 0.15],
    ] as const) {
      const count = all.filter((s) => s === split).length;
      assert.ok(Math.abs(count - fraction * all.length) <= 9, `${label} ${split}: ${count} of ${all.length}`);
    }
  }
});

test('a class with three images is in every split; additions make good what is missing', () => {
  const few = [0, 1, 2].map((i) => member({ label: 'x', content: i, group: undefined }, i));
  assert.deepEqual(makeSplit(few).toSorted(), ['test', 'train', 'val']);
  const one = few.slice(0, 1);
  const grown = Array.from({ length: 100 }, (_, i) => member({ label: 'x', content: i, group: undefined }, i));
  const splits = makeSplit(grown, { inherited: [{ ...one[0]!, split: 'test' }] });
  assert.equal(splits[0], 'test');
  assert.equal(splits.filter((s) => s === 'train').length, 70);
});

test('without its history a grown set still splits nearly the same: only samples at the cuts move', () => {
  const samples = Array.from({ length: 2200 }, (_, i) => member({ label: 'x', content: i, group: undefined }, i));
  const before = makeSplit(samples.slice(0, 2000));
  const after = makeSplit(samples);
  const moved = before.filter((s, i) => s !== after[i]).length;
  assert.ok(moved < 100, `${moved} of 2000 moved`);
});

test('folds are even, and each sample is in exactly one', () => {
  const samples = Array.from({ length: 503 }, (_, i) =>
    member({ label: i % 5 === 0 ? 'a' : 'b', content: i, group: undefined }, i),
  );
  const folds = kfold(samples, { folds: 5 });
  for (let k = 0; k < 5; k++) {
    assert.ok(Math.abs(folds.filter((f) => f === k).length - 503 / 5) <= 2);
  }
});
