import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../evaluate.ts';
import { fakePredictions } from '../testing.ts';
import { robustnessSvg } from './chart.ts';
import { gateWords, Robustness, robustness } from './robustness.ts';

function measured(skill: number, classes = ['a', 'b', 'c']) {
  const test = fakePredictions({ samples: 120, classes, seed: 5, skill });
  return evaluate({ test, options: { resamples: 50, temperature: 1 } });
}

function levels(kind: string, skills: number[]) {
  return skills.map((skill, i) => ({
    kind,
    unit: '%',
    strength: i + 1,
    amount: 10 * (i + 1),
    metrics: measured(skill).metrics,
  }));
}

test('curves keep their order, and a gate names the first strength below it', () => {
  const all = [...levels('blur', [2, 1.5, 1, 0.5, 0]).toReversed(), ...levels('noise', [2, 2, 2, 2, 2])];
  const result = robustness(measured(2), all, [
    { metric: 'macroAuroc', limit: 0.8 },
    { metric: 'accuracy', limit: 0.99 },
    { metric: 'accuracy', limit: 0.1 },
  ]);
  assert.deepEqual(
    result.curves.map(({ kind, levels: of }) => [kind, of.map(({ amount }) => amount)]),
    [
      ['blur', [10, 20, 30, 40, 50]],
      ['noise', [10, 20, 30, 40, 50]],
    ],
  );
  const [first, second] = result.gates;
  const strength = first!.falls[0]!.strength!;
  const values = result.curves[0]!.levels.map(({ metrics }) => metrics.macroAuroc!.value!);
  assert.ok(values[strength - 1]! < 0.8 && (strength === 1 || values[strength - 2]! >= 0.8));
  assert.equal(first!.falls[1]!.strength, null);
  assert.equal(second!.clean, true);
  assert.deepEqual(gateWords(result), [
    `AUROC, mean over classes at least 0.8: missed from strength ${strength} of blur on; held under noise`,
    'Accuracy at least 0.99: missed on the undamaged images already',
    'Accuracy at least 0.1: held at every strength of every kind',
  ]);
  // Without a positive class auroc would repeat macroAuroc.
  assert.equal('auroc' in result.clean, false);
  Robustness.parse(JSON.parse(JSON.stringify(result)));
  const svg = robustnessSvg(result, 'a < b');
  assert.ok(svg.includes('a &lt; b') && !svg.includes('NaN'));
});

test('a metric of which less is better misses a gate above it', () => {
  const result = robustness(measured(2), levels('blur', [2, 1, 0]), [
    { metric: 'logLoss', limit: 0.1 },
    { metric: 'logLoss', limit: 1 },
  ]);
  const values = result.curves[0]!.levels.map(({ metrics }) => metrics.logLoss!.value!);
  assert.ok(values[0]! < 1 && values[2]! > 1, String(values));
  const strength = values.findIndex((value) => value > 1) + 1;
  assert.deepEqual(
    Robustness.parse(result).gates.map(({ most, clean, falls }) => [most, clean, falls[0]!.strength]),
    [
      [0.1, true, 1],
      [1, false, strength],
    ],
  );
  assert.deepEqual(gateWords(result), [
    'Log loss at most 0.1: missed on the undamaged images already',
    `Log loss at most 1: missed from strength ${strength} of blur on`,
  ]);
});

test('what cannot be estimated leaves a gap and counts as below the gate', () => {
  const clean = measured(2, ['a', 'b']);
  const lost = {
    ...clean,
    metrics: { ...clean.metrics, auroc: { ...clean.metrics.auroc, value: null, low: null, high: null } },
  };
  const level = { kind: 'blur', unit: 'px', strength: 1, amount: 1, metrics: lost.metrics };
  const result = robustness(clean, [level], [{ metric: 'auroc', limit: 0.5 }]);
  assert.equal(result.gates[0]!.falls[0]!.strength, 1);
  assert.ok(!robustnessSvg(result, 't').includes('NaN'));
});
