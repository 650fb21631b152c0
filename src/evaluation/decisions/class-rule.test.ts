import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { answersOf } from '../answers.ts';
import { evaluate } from '../evaluate.ts';
import { decide, weighed } from '../metrics/softmax.ts';
import { predictionsCsv } from '../report/csv.ts';
import { classRuleWords } from '../report/decision-words.ts';
import { fakePredictions } from '../testing.ts';
import { fitClassRule } from './class-rule.ts';
import { inClassOrder } from './reorder.ts';
import type { CalibratorSection, ClassRule } from './spec.ts';

const four = ['common', 'less', 'rare', 'rarest'];
const prevalence = [0.7, 0.2, 0.07, 0.03];
const made = (samples: number, seed: number) =>
  fakePredictions({ samples, classes: four, seed, skill: 1.5, prevalence, perGroup: 2 });
const vector: CalibratorSection = {
  from: 'validation',
  applied: { method: 'vector', scale: [1, 1, 1, 1], shift: [0, 0, 0, 0] },
  candidates: [],
};

describe('the rule', () => {
  const rule = (tau: number): ClassRule => ({ method: 'balanced', tau, shares: [0.8, 0.15, 0.05] });
  const p = [0.6, 0.35, 0.05];

  test('is the largest probability / share^tau; tau 0 is the most probable class', () => {
    assert.deepEqual([...decide(p, 3, null, null)], [0]);
    assert.deepEqual([...decide(p, 3, null, rule(0))], [0]);
    // 0.75, 2.33, 1
    assert.deepEqual([...decide(p, 3, null, rule(1))], [1]);
    const [a, b, c] = weighed(p, 3, rule(1)) as unknown as [number, number, number];
    assert.ok(Math.abs(b / a - 0.35 / 0.15 / (0.6 / 0.8)) < 1e-12 && Math.abs(a + b + c - 1) < 1e-12);
  });

  test('leaves the verdict of two classes alone', () => {
    const two: ClassRule = { method: 'balanced', tau: 1, shares: [0.99, 0.01] };
    assert.deepEqual([...decide([0.7, 0.3], 2, { members: [1], threshold: 0.5 }, two)], [0]);
    assert.deepEqual([...decide([0.7, 0.3], 2, null, two)], [1]);
  });

  test('names the same class in another order of the classes', () => {
    const moved = inClassOrder({ classRule: rule(0.7) }, ['a', 'b', 'c'], ['c', 'a', 'b']).classRule;
    assert.deepEqual(moved.shares, [0.05, 0.8, 0.15]);
    assert.deepEqual([...decide([p[2]!, p[0]!, p[1]!], 3, null, moved)], [2]);
  });
});

describe('its fit on validation', () => {
  test('finds rare classes on new samples, as well as cross-validation says; probabilities stay as they are', () => {
    const validation = made(800, 1);
    const test = made(20_000, 2);
    const measured = (decision: 'likeliest' | 'balanced') =>
      evaluate({ validation, test, options: { decision, resamples: 0 } });
    const [plain, balanced] = [measured('likeliest'), measured('balanced')];
    assert.equal(plain.classRule, null);
    const { applied, fit } = balanced.classRule!;
    // Of calibrated probabilities the best is 1.
    assert.ok(applied.tau >= 0.6, `tau ${applied.tau}`);
    const gain = balanced.metrics.balancedAccuracy.value! - plain.metrics.balancedAccuracy.value!;
    assert.ok(gain > 0.1, `gain ${gain}`);
    const promised = fit!.candidates.find(({ tau }) => tau === applied.tau)!.balancedAccuracy;
    assert.ok(Math.abs(promised - balanced.metrics.balancedAccuracy.value!) < 0.06, `promised ${promised}`);
    for (const name of ['macroAuroc', 'logLoss', 'ece', 'topClassAccuracy'] as const)
      assert.equal(balanced.metrics[name].value, plain.metrics[name].value, name);
    assert.notDeepEqual(balanced.confusion_matrix, plain.confusion_matrix);
    assert.match(classRuleWords(balanced)[0]!, new RegExp(`share of validation to the power of ${applied.tau},`));
  });

  test('what is measured, written down and brought by a bundle is one and the same decision', () => {
    const [validation, test] = [made(400, 3), made(300, 4)];
    const fitted = evaluate({ validation, test, options: { decision: 'balanced', resamples: 0 } });
    const given = evaluate({
      test,
      options: { calibration: fitted.calibrator!.applied, classRule: fitted.classRule!.applied, resamples: 0 },
    });
    assert.deepEqual(given.confusion_matrix, fitted.confusion_matrix);
    assert.equal(given.classRule!.from, 'given');
    const { decided } = answersOf(fitted, test);
    const lines = predictionsCsv(fitted, test).trim().split('\r\n').slice(1);
    assert.deepEqual(
      lines.map((line) => line.split(',')[2]),
      Array.from(decided, (c) => four[c]!),
    );
  });

  test('a class of one image has no say, and is not named for its rarity alone', () => {
    const validation = made(300, 5);
    // One sample of the last class remains.
    let left = 1;
    validation.labels = validation.labels.map((label) => (label === 3 && left-- <= 0 ? 0 : label));
    const { applied, fit } = fitClassRule(validation, vector)!;
    assert.deepEqual(fit.without, ['rarest']);
    assert.equal(applied.shares[3], 5 / 300);
    assert.equal(fit.candidates.length, 11);
  });

  test('the same input gives the same rule', () => {
    assert.deepEqual(fitClassRule(made(300, 6), vector), fitClassRule(made(300, 6), vector));
  });

  test('where it cannot be fitted the most probable class stands, and a note says so', () => {
    const few = made(12, 7);
    assert.equal(fitClassRule(few, vector), null);
    const notes = (validation: typeof few | undefined) => {
      const { classRule, notes } = evaluate({
        validation,
        test: made(100, 8),
        options: { decision: 'balanced', resamples: 0 },
      });
      assert.equal(classRule, null);
      return notes.join('\n');
    };
    assert.match(notes(few), /too few groups to fit a balanced decision/);
    assert.match(notes(undefined), /No validation samples to fit a balanced decision/);
    const two = fakePredictions({ samples: 100, classes: ['a', 'b'], seed: 9 });
    const answer = evaluate({ validation: two, test: two, options: { decision: 'balanced', resamples: 0 } });
    assert.equal(answer.classRule, null);
    assert.ok(answer.notes.some((note) => /Of two classes the operating point decides/.test(note)));
  });
});
