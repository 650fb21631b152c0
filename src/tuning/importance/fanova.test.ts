import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { RandomStream } from '../../data/random.ts';
import type { Trial } from '../../store/sweep.ts';
import { compileSpace, fromUnits, SpaceConfig } from '../space.ts';
import { fanova, importanceOf } from './fanova.ts';

const { importance: golden } = JSON.parse(
  readFileSync(new URL('../goldens/goldens.json', import.meta.url), 'utf8'),
) as { importance: { points: number[][]; values: number[]; shares: Record<string, number> } };

test("the shares of ranges are those of Optuna's FanovaImportanceEvaluator, up to the forest's chance", () => {
  const found = importanceOf(
    ['a', 'b', 'c'],
    [
      { kind: 'range', low: 0, high: 1 },
      { kind: 'range', low: -3, high: 3 },
      { kind: 'range', low: 0, high: 10 },
    ],
    golden.points.map((point) => Float64Array.from(point)),
    Float64Array.from(golden.values),
    1,
  )!;
  assert.deepEqual(
    found.single.map(({ names }) => names[0]),
    ['b', 'a', 'c'],
  );
  for (const { names, share } of found.single) {
    const expected = golden.shares[names[0]!]!;
    assert.ok(Math.abs(share - expected) < 0.03, `${names}: ${share}, Optuna ${expected}`);
  }
  // 0.6 a b is the only term of two.
  assert.deepEqual(found.pairs[0]!.names, ['a', 'b']);
  assert.ok(found.pairs[0]!.share > 0.02 && found.pairs[0]!.share > 3 * found.pairs[1]!.share);
  const all = [...found.single, ...found.pairs].reduce((sum, { share }) => sum + share, 0);
  assert.ok(all > 0.9 && all <= 1 + 1e-9, String(all));
});

test('choices, logarithms and conditions count; what does nothing has no share', () => {
  const space = compileSpace(
    SpaceConfig.parse({
      kind: ['a', 'b', 'c'],
      lr: { low: 1e-4, high: 1, log: true },
      idle: { low: 0, high: 1 },
      extra: { low: 0, high: 1, when: { kind: ['c'] } },
    }),
  );
  const random = new RandomStream('fanova');
  const trial = (number: number): Trial => {
    const params = fromUnits(
      space,
      space.map(() => random.uniform()),
    );
    const value = { a: 0, b: 1, c: 0.5 }[params.kind as string]! + 0.5 * Math.log10(params.lr as number);
    return {
      number,
      state: 'finished',
      params,
      value,
      runs: [],
      epochs: [],
      failures: 0,
      error: null,
      worker: null,
      startedAt: '',
      endedAt: null,
    };
  };
  const trials = Array.from({ length: 200 }, (_, i) => trial(i));
  const share = Object.fromEntries(fanova(space, trials)!.single.map((one) => [one.names[0]!, one.share]));
  // Var(kind) = 1/6, Var(lr) = 1/3.
  assert.ok(Math.abs(share.kind! - 1 / 3) < 0.05, `kind ${share.kind}`);
  assert.ok(Math.abs(share.lr! - 2 / 3) < 0.05, `lr ${share.lr}`);
  assert.ok(share.idle! < 0.01 && share.extra! < 0.01);
  assert.equal(fanova(space, trials.slice(0, 9)), null);
  assert.equal(
    fanova(
      space,
      trials.map((one) => ({ ...one, value: 1 })),
    ),
    null,
  );
});
