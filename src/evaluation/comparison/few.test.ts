import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OslerError } from '../../errors.ts';
import { evaluate } from '../evaluate.ts';
import { compare } from './compare.ts';
import { aurocDifference, proportionDifference } from './differences.ts';
import { unmoved } from './few.ts';
import { resampledDifference } from './resampled.ts';
import { fakeSides } from './testing.ts';

const where = { on: '', split: 'test', leftOut: [], createdAt: '', notes: [] };
const run = (sides: Parameters<typeof compare>[0], options: Parameters<typeof compare>[2] = {}) =>
  compare(sides, where, { resamples: 300, ...options });

describe('comparison of few groups', () => {
  test('three groups never show that one is better, whatever the metric', () => {
    const sides = fakeSides(
      [
        { name: 'bad', skill: 0 },
        { name: 'good', skill: 6, seed: 4 },
      ],
      { samples: 30, perGroup: 10 },
    );
    for (const metric of ['auroc', 'accuracy', 'brier', 'logLoss', 'balancedAccuracy', 'mcc'] as const) {
      const { pairs, notes } = run(sides, { metric, margin: 0.05 });
      const { verdict, differences, power } = pairs[0]!;
      assert.equal(verdict.kind, 'undecided', metric);
      assert.ok((differences[metric]!.p ?? 1) >= 0.25, `${metric} ${differences[metric]!.p}`);
      assert.equal(power, null, 'nothing is shown with a chance of 80%');
      assert.match(notes.join(' '), /3 groups cannot show a difference, whatever it is: 6 are the fewest/);
    }
    const { brier } = run(sides).pairs[0]!.differences;
    assert.equal(brier!.low, null);
    assert.match(brier!.reason!, /^no interval: 3 groups only/);
  });

  test('models that never part are not called equal: the bound is as wide as the groups are few', () => {
    const [one] = fakeSides([{ name: 'one', skill: 4 }], { samples: 30, perGroup: 10 }) as [
      ReturnType<typeof fakeSides>[0],
    ];
    // The same decisions and ranking, other probabilities.
    const twin = {
      ...one,
      subject: { ...one.subject, name: 'twin' },
      predictions: { ...one.predictions, logits: one.predictions.logits.map((x) => 1.1 * x) },
    };
    for (const metric of ['auroc', 'accuracy', 'topClassAccuracy', 'sensitivity', 'brier'] as const) {
      const { verdict, differences } = run([one, twin], { metric, margin: 0.1 }).pairs[0]!;
      assert.equal(verdict.kind, 'undecided', metric);
      const { low, high, reason } = differences[metric]!;
      assert.ok(low === null ? /no interval/.test(reason!) : high! - low > 0.5, `${metric} ${low} to ${high}`);
    }
  });

  test('the bound is the exact one, and narrow enough for a margin when groups are many', () => {
    assert.equal(unmoved(3).high.toFixed(3), '0.708');
    const { atMost, low } = unmoved(100);
    assert.ok(Math.abs(atMost(low) - 0.025) < 1e-12);
    const right = new Uint8Array(100).fill(1);
    const units = Int32Array.from(right.keys());
    const same = proportionDifference(
      right,
      right,
      () => true,
      units,
      100,
      false,
      () => null,
    );
    assert.ok(same.atMost(-0.05)! < 0.025);
    assert.equal(same.p, 1);
  });

  test('equal rankings: a bound by disjoint pairs instead of no width', () => {
    const truth = Uint8Array.from([0, 0, 0, 1, 1, 1]);
    const scores = Float64Array.from([1, 2, 4, 3, 5, 6]);
    const tested = aurocDifference(
      truth,
      scores,
      scores.map((x) => 2 * x),
      Int32Array.from(truth.keys()),
      false,
    );
    assert.equal(tested.difference, 0);
    assert.equal(tested.high!.toFixed(3), '0.708');
    assert.equal(tested.method, 'exact, of disjoint pairs');
  });

  test('one group that parts among forty: it counts as one sample, not as what its resamples vary by', () => {
    const first = new Uint8Array(80).fill(1);
    const second = first.with(0, 0).with(1, 0);
    const units = Int32Array.from(first, (_, i) => i >> 1);
    const tested = proportionDifference(
      first,
      second,
      () => true,
      units,
      40,
      true,
      () => assert.fail(),
    );
    assert.ok(tested.low! < -0.12 && tested.low! > -0.14, String(tested.low));
  });

  test('one class only: the metric cannot decide, and the hint names one that can', () => {
    const sides = fakeSides([
      { name: 'a', skill: 1 },
      { name: 'b', skill: 2, seed: 4 },
    ]).map((side) => {
      const predictions = { ...side.predictions, labels: side.predictions.labels.map(() => 0) };
      return { ...side, predictions, evaluation: evaluate({ test: predictions, options: { resamples: 10 } }) };
    });
    assert.throws(
      () => run(sides),
      (error) =>
        error instanceof OslerError && /no positive sample/.test(error.message) && /accuracy/.test(error.hint!),
    );
    assert.match(
      run(sides, { metric: 'accuracy' }).pairs[0]!.differences.auroc!.reason!,
      /all samples are on one side/,
    );
  });

  test('a network in two engines is one model: what their rounding parts is no difference', () => {
    const [one] = fakeSides([{ name: 'run', skill: 1 }]) as [ReturnType<typeof fakeSides>[0]];
    const logits = one.predictions.logits.map((x, i) => x + (i % 2 ? 3e-7 : -1e-7));
    const bundle = { ...one, subject: { ...one.subject, name: 'bundle' }, predictions: { ...one.predictions, logits } };
    const { verdict, differences } = run([one, bundle], { metric: 'logLoss', margin: 0.01 }).pairs[0]!;
    assert.equal(verdict.kind, 'identical');
    for (const { difference, p } of Object.values(differences)) assert.ok(difference === 0 && (p === null || p === 1));
  });

  test('rounding is no difference', () => {
    const draws = (shift: number) => Float64Array.from({ length: 200 }, (_, r) => 0.2 + (r % 7) * 0.01 + shift);
    const values = { first: 0.2, second: 0.2 + 1e-12 };
    const noise = resampledDifference(values, { first: draws(0), second: draws(1e-12) }, 0, 50);
    assert.equal(noise.difference, 0);
    assert.equal(noise.low, null);
    assert.match(noise.reason!, /no resample differs/);
  });

  test('a class of few groups is named', () => {
    const sides = fakeSides(
      [
        { name: 'a', skill: 1 },
        { name: 'b', skill: 2, seed: 4 },
      ],
      { samples: 60, classes: ['x', 'y', 'z'] },
    );
    const labels = sides[0]!.predictions.labels.map((label, i) => (label === 2 && i > 8 ? 0 : label));
    const rare = sides.map((side) => ({ ...side, predictions: { ...side.predictions, labels } }));
    assert.match(run(rare).notes.join(' '), /Fewer than 6 groups of z \(\d\)/);
  });
});
