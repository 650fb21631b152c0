import assert from 'node:assert/strict';
import { test } from 'node:test';
import { RandomStream } from '../../data/random.ts';
import type { Feature } from './features.ts';
import { binned } from './features.ts';
import { groupedFolds } from './folds.ts';
import { guessAuroc } from './guess.ts';
import { permuteLabels } from './permute.ts';

const random = new RandomStream('forest test');

function feature(values: (number | string | null)[]): Feature {
  const kind = values.some((value) => typeof value === 'string') ? 'category' : 'number';
  return { name: 'f', title: 'f', family: 'file', kind, show: undefined, soft: false, values };
}

function aurocOf(features: Feature[], labels: Int32Array, classes = 2): number {
  const rows = labels.length;
  const units = Int32Array.from({ length: rows }, (_, i) => i);
  const fold = groupedFolds(units, labels, classes, 5, 1);
  return guessAuroc({ table: binned(features, rows), labels, classes, fold, folds: 5, trees: 24, seed: 1 });
}

test('the forest learns thresholds, pairs that only tell together, categories and what is missing', () => {
  const rows = 300;
  const x = Array.from({ length: rows }, () => random.uniform());
  const y = Array.from({ length: rows }, () => random.uniform());
  const noise = Array.from({ length: 6 }, () => feature(Array.from({ length: rows }, () => random.uniform())));
  const by = (f: (i: number) => boolean) => Int32Array.from({ length: rows }, (_, i) => (f(i) ? 1 : 0));
  assert.ok(
    aurocOf(
      [feature(x), ...noise],
      by((i) => x[i]! > 0.7),
    ) > 0.97,
  );
  assert.ok(
    aurocOf(
      [feature(x), feature(y)],
      by((i) => x[i]! > 0.5 !== y[i]! > 0.5),
    ) > 0.9,
    'exclusive or',
  );
  const site = x.map((v) => ['a', 'b', 'c', 'd', 'e'][Math.floor(v * 5)]!);
  assert.ok(
    aurocOf(
      [feature(site), ...noise],
      by((i) => site[i] === 'b' || site[i] === 'd'),
    ) > 0.97,
  );
  const gaps = x.map((v) => (v < 0.3 ? null : random.uniform()));
  assert.ok(
    aurocOf(
      [feature(gaps), ...noise],
      by((i) => gaps[i] === null),
    ) > 0.97,
  );
  // One in thirty is unlike the others, which all are alike.
  const rare = x.map((v) => (v < 0.03 ? v : 1));
  assert.ok(
    aurocOf(
      [feature(rare)],
      by((i) => rare[i]! < 1),
    ) > 0.9,
    'a rare value has a bin of its own',
  );
  assert.ok(
    Math.abs(
      aurocOf(
        noise,
        by((i) => x[i]! > 0.5),
      ) - 0.5,
    ) < 0.12,
    'nothing to learn',
  );
});

test('three classes of very different size weigh alike', () => {
  const labels = Int32Array.from({ length: 400 }, (_, i) => (i < 20 ? 2 : i % 2));
  const x = [...labels].map((k) => (k === 2 ? 1 : 0) + random.normal() / 4);
  assert.ok(aurocOf([feature(x)], labels, 3) > 0.6);
});

test('folds keep units whole and classes even', () => {
  const units = Int32Array.from({ length: 500 }, () => random.integer(180));
  const labels = Int32Array.from(units, (unit) => (unit % 10 === 0 ? 2 : unit % 2));
  const fold = groupedFolds(units, labels, 3, 5, 7);
  const home = new Map<number, number>();
  for (const [row, unit] of units.entries()) {
    assert.equal(home.get(unit) ?? fold[row], fold[row], `unit ${unit} is in two folds`);
    home.set(unit, fold[row]!);
  }
  for (const label of [0, 1, 2]) {
    const rows = [...labels.keys()].filter((row) => labels[row] === label);
    for (let f = 0; f < 5; f++) {
      const share = rows.filter((row) => fold[row] === f).length / rows.length;
      assert.ok(Math.abs(share - 0.2) < 0.06, `class ${label} in fold ${f}: ${share}`);
    }
  }
});

test('permuted labels keep their counts, and stay together as they were', () => {
  const units = Int32Array.from({ length: 300 }, (_, i) => Math.floor(i / 3));
  const labels = Int32Array.from(units, (unit) => (unit % 4 === 0 ? 1 : 0));
  const dealt = permuteLabels(units, labels, 5);
  const sum = (list: Int32Array) => list.reduce((a, b) => a + b, 0);
  assert.equal(sum(dealt), sum(labels));
  assert.notDeepEqual(dealt, labels);
  for (let i = 0; i < 300; i += 3) assert.ok(dealt[i] === dealt[i + 1] && dealt[i] === dealt[i + 2]);
  assert.deepEqual(permuteLabels(units, labels, 5), dealt, 'the same seed deals the same way');
});
