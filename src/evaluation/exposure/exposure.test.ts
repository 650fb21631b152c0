import assert from 'node:assert/strict';
import { test } from 'node:test';
import { evaluate } from '../evaluate.ts';
import { METRICS } from '../metrics/names.ts';
import type { Predictions } from '../predictions.ts';
import { exposureWords, signed } from '../report/words-exposure.ts';
import { fakePredictions } from '../testing.ts';
import { difference } from './measure.ts';

const classes = ['a', 'b', 'c'];

test('exposed samples are measured apart, with the decisions of all, and the inflation is what they add', () => {
  const hard = fakePredictions({ samples: 240, classes, seed: 1, skill: 0.5 });
  const easy = fakePredictions({ samples: 60, classes, seed: 2, skill: 8 });
  const both = {
    classes,
    ids: [...hard.ids, ...easy.ids.map((id) => `x${id}`)],
    labels: Int32Array.from([...hard.labels, ...easy.labels]),
    logits: Float32Array.from([...hard.logits, ...easy.logits]),
    groups: [...hard.groups, ...easy.groups.map((name) => `x${name}`)],
  };
  const exposed = both.ids.map((_, i) => (i < 240 ? null : i % 2 === 0 ? ('group' as const) : ('near' as const)));
  const options = { resamples: 200, positive: ['b'], temperature: 1, rule: 'threshold=0.5' };
  const { exposure, metrics } = evaluate({ test: { ...both, exposed }, options });
  assert.ok(exposure !== null);
  assert.deepEqual([exposure.exposed.samples, exposure.unexposed.samples], [60, 240]);
  assert.deepEqual(exposure.exposed.kinds, { exact: 0, near: 30, group: 30, tied: 0 });
  assert.deepEqual(exposure.lopsided, []);
  const alone = evaluate({ test: hard, options }).metrics;
  assert.equal(exposure.unexposed.metrics.accuracy.value, alone.accuracy.value);
  assert.equal(exposure.unexposed.metrics.macroAuroc.value, alone.macroAuroc.value);
  assert.ok(Math.abs(exposure.inflation.accuracy! - (metrics.accuracy.value! - alone.accuracy.value!)) < 1e-12);
  assert.ok(exposure.inflation.accuracy! > 0.03);
  const { value, low, high } = exposure.differences.accuracy;
  assert.ok(low! > 0 && low! < value! && value! < high!);
  assert.ok(!JSON.stringify(exposure).includes('NaN'));
});

test('no leak, no section; a part of one class or of nothing says why it cannot be compared', () => {
  const predictions = fakePredictions({ samples: 30, classes, seed: 3 });
  const options = { resamples: 20 };
  assert.equal(evaluate({ test: predictions, options }).exposure, null);
  const none = { ...predictions, exposed: predictions.ids.map(() => null) };
  assert.equal(evaluate({ test: none, options }).exposure, null);

  const ofA = predictions.ids.map((_, i) => (predictions.labels[i] === 0 ? ('exact' as const) : null));
  const { exposure } = evaluate({ test: { ...predictions, exposed: ofA }, options });
  assert.deepEqual(exposure!.lopsided, classes);
  for (const name of ['macroAuroc', 'auroc'] as const)
    assert.match(exposure!.differences[name].reason!, /only one of the parts has a, b, c/);
  assert.equal(exposure!.inflation.balancedAccuracy, null);

  const everything = { ...predictions, exposed: predictions.ids.map(() => 'tied' as const) };
  const whole = evaluate({ test: everything, options }).exposure!;
  assert.equal(whole.unexposed.samples, 0);
  for (const name of METRICS) {
    assert.equal(whole.inflation[name], null);
    assert.match(whole.differences[name].reason!, /not estimable/);
  }
});

test('a difference of rounding is none, and one without an interval says why', () => {
  const a = { value: 0.1 + 0.2, low: 0.2, high: 0.4 };
  assert.equal(difference(a, { value: 0.3, low: 0.2, high: 0.4 }).value, 0);
  assert.equal(signed(0), '0.000');
  const few = { value: 0.5, low: null, high: null, reason: 'no interval: 3 groups only' };
  assert.equal(difference(a, few).reason, few.reason);
  const { exposure, ...rest } = evaluate({ test: exposedFew(), options: { resamples: 50 } });
  assert.match(exposureWords({ exposure, ...rest })[1]!, /\(no interval: \d groups only/);
});

/** Four groups that train knows among ten. */
function exposedFew(): Predictions {
  const predictions = fakePredictions({ samples: 30, classes: ['x', 'y'], seed: 4, skill: 0.5, perGroup: 3 });
  return { ...predictions, exposed: predictions.ids.map((_, i) => (i < 12 ? ('near' as const) : null)) };
}

test("limits of a difference: Newcombe's hybrid score interval out of Wilson's", () => {
  // Newcombe 1998, table II, method 10: 56/70 against 48/80 is 0.0524 to 0.3339.
  const a = { value: 56 / 70, low: 0.6918, high: 0.8767 };
  const b = { value: 48 / 80, low: 0.4905, high: 0.7004 };
  const { value, low, high } = difference(a, b);
  assert.ok(Math.abs(value! - 0.2) < 1e-9);
  assert.ok(Math.abs(low! - 0.0524) < 3e-4, String(low));
  assert.ok(Math.abs(high! - 0.3339) < 3e-4, String(high));
});
