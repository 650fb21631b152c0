import assert from 'node:assert/strict';
import { test } from 'node:test';
import { CLASS_METRICS, METRICS } from './evaluation.ts';
import { measure } from './measure.ts';
import { softmax } from './metrics/softmax.ts';
import type { Predictions } from './predictions.ts';
import { noteIntervals } from './reasons.ts';
import { fakePredictions } from './testing.ts';

const two = ['benign', 'malignant'];
const seven = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'];

function measured(p: Predictions, options: Partial<Parameters<typeof measure>[2]> = {}, asked = true) {
  const k = p.classes.length;
  const question = asked ? { members: k === 2 ? [1] : [0, 1, 4], threshold: 0.4 } : null;
  return measure(
    p,
    { probabilities: softmax(p.logits, k), question, rule: null },
    { resamples: 500, seed: 1, ...options },
  );
}

function everyEstimate({ metrics, perClass }: ReturnType<typeof measured>) {
  return [
    ...METRICS.map((name) => [name, metrics[name]] as const),
    ...Object.entries(perClass).flatMap(([label, report]) =>
      CLASS_METRICS.map((name) => [`${name} of ${label}`, report[name]] as const),
    ),
  ];
}

test('independent samples: exact intervals where there are some, each named; else BCa', () => {
  const { metrics, perClass } = measured(fakePredictions({ samples: 300, classes: two, seed: 1 }));
  for (const name of ['accuracy', 'topClassAccuracy', 'sensitivity', 'specificity', 'ppv', 'npv'] as const) {
    assert.equal(metrics[name].method, 'wilson', name);
  }
  assert.match(metrics.auroc.method!, /^delong(LogOdds)?$/);
  assert.equal(perClass.malignant!.recall.method, 'wilson');
  assert.equal(perClass.malignant!.f1.method, 'bca');
  for (const name of ['macroF1', 'kappa', 'mcc', 'brier', 'calibrationSlope', 'netBenefit', 'partialAuroc'] as const) {
    assert.equal(metrics[name].method, 'bca', name);
  }
  assert.equal(metrics.ece.method, 'basic');
  const exact = measured(fakePredictions({ samples: 300, classes: two, seed: 1 }), { proportions: 'clopperPearson' });
  const { low, high, method } = exact.metrics.sensitivity;
  assert.equal(method, 'clopperPearson');
  assert.ok(high! - low! > metrics.sensitivity.high! - metrics.sensitivity.low!, 'never too narrow, so the wider one');
});

test('groups of several samples: no formula that takes them for independent', () => {
  const { metrics } = measured(fakePredictions({ samples: 300, classes: two, seed: 1, perGroup: 3 }));
  assert.equal(metrics.accuracy.method, 'bca');
  assert.match(metrics.auroc.method!, /^delong(LogOdds)?Groups$/);
});

test('no error at all: an honest bound, as wide as the number of groups asks for', () => {
  const sure = fakePredictions({ samples: 60, classes: two, seed: 2, skill: 30 });
  const alone = measured(sure).metrics;
  assert.equal(alone.auroc.method, 'disjointPairs');
  assert.ok(alone.auroc.value === 1 && alone.auroc.low! > 0.8 && alone.auroc.low! < 0.95);
  const grouped = measured({ ...sure, groups: sure.ids.map((_, i) => `p${Math.floor(i / 6)}`) }).metrics;
  assert.equal(grouped.sensitivity.method, 'clopperPearsonGroups');
  assert.ok(grouped.sensitivity.low! < 0.75, 'ten patients say little');
  assert.equal(grouped.balancedAccuracy.reason, 'no interval: no resample differs');
});

test('a calibrated model: calibration errors may be 0, although chance never leaves them at 0', () => {
  const p = fakePredictions({ samples: 400, classes: two, seed: 5, skill: 1, sharpness: 1 });
  const { metrics } = measured(p);
  for (const name of ['ece', 'positiveEce', 'adaptiveEce', 'brierReliability'] as const) {
    assert.ok(metrics[name].value! > 0);
    assert.equal(metrics[name].low, 0, name);
  }
  const sure = measured(fakePredictions({ samples: 400, classes: two, seed: 5, skill: 1, sharpness: 5 })).metrics;
  assert.ok(sure.ece.low! > 0.05);
  assert.ok(sure.calibrationSlope.high! < 0.5, 'far too extreme');
});

test("Brier's parts add up to it", () => {
  const { metrics } = measured(fakePredictions({ samples: 500, classes: seven, seed: 6 }));
  const { brierReliability, brierResolution, brierUncertainty, positiveBrier } = metrics;
  const sum = brierReliability.value! - brierResolution.value! + brierUncertainty.value!;
  assert.ok(Math.abs(sum - positiveBrier.value!) < 1e-12);
});

test('degenerate samples: a value with an interval or a reason, never NaN, whatever they lack', () => {
  const flat = fakePredictions({ samples: 40, classes: two, seed: 7 });
  flat.logits.fill(0);
  const extreme = fakePredictions({ samples: 40, classes: two, seed: 8 });
  extreme.logits = extreme.logits.map((x) => x * 1e6);
  const oneGroup = fakePredictions({ samples: 20, classes: seven, seed: 9 });
  oneGroup.groups.fill('patient');
  const cases: Record<string, Predictions> = {
    'one class only': fakePredictions({ samples: 40, classes: two, seed: 1, prevalence: [1, 0] }),
    'the other class only': fakePredictions({ samples: 40, classes: two, seed: 1, prevalence: [0, 1] }),
    'one class of seven': fakePredictions({ samples: 40, classes: seven, seed: 1, prevalence: [0, 0, 1, 0, 0, 0, 0] }),
    'ten samples': fakePredictions({ samples: 10, classes: seven, seed: 2 }),
    'ten samples of two': fakePredictions({ samples: 10, classes: two, seed: 3 }),
    'two samples': fakePredictions({ samples: 2, classes: two, seed: 4 }),
    'one sample': fakePredictions({ samples: 1, classes: two, seed: 5 }),
    'no error': fakePredictions({ samples: 30, classes: two, seed: 6, skill: 40 }),
    'all wrong': fakePredictions({ samples: 30, classes: two, seed: 6, skill: -40 }),
    'equal scores': flat,
    'saturated probabilities': extreme,
    'one group': oneGroup,
  };
  for (const [name, p] of Object.entries(cases)) {
    for (const asked of [true, false]) {
      for (const [metric, e] of everyEstimate(measured(p, { resamples: 200 }, asked))) {
        const at = `${name}: ${metric} ${JSON.stringify(e)}`;
        for (const x of [e.value, e.low, e.high]) assert.ok(x === null || Number.isFinite(x), at);
        if (e.value === null) assert.match(e.reason!, /^not estimable: /, at);
        else if (e.low === null) assert.match(e.reason!, /^no interval: /, at);
        else assert.ok(e.low <= e.value && e.value <= e.high! && e.method !== undefined, at);
      }
    }
  }
  const { auroc, calibrationSlope, kappa } = measured(flat).metrics;
  assert.equal(auroc.value, 0.5);
  assert.match(calibrationSlope.reason!, /all probabilities are equal/);
  assert.ok(kappa.value === 0 || kappa.value === null);
});

test('few samples: no interval by resampling but a reason; equal scores have no width to show', () => {
  const { metrics } = measured(fakePredictions({ samples: 2, classes: two, seed: 4 }));
  for (const name of ['ece', 'brier', 'logLoss', 'positiveEce', 'adaptiveEce', 'brierResolution'] as const) {
    assert.equal(metrics[name].low, null, name);
    assert.match(metrics[name].reason!, /^no interval: 2 groups only, and fewer than 6/, name);
  }
  const flat = fakePredictions({ samples: 40, classes: two, seed: 7 });
  flat.logits.fill(0);
  const equal = measured(flat).metrics;
  for (const name of ['brier', 'logLoss', 'positiveBrier'] as const)
    assert.equal(equal[name].reason, 'no interval: no resample differs', name);
});

test('the note on what no resample shows names a share that can be', () => {
  const notes: string[] = [];
  const none = { value: 1, low: null, high: null, reason: 'no interval: no resample differs' };
  noteIntervals({ balancedAccuracy: none }, {}, 3, 100, notes);
  noteIntervals({ balancedAccuracy: none }, {}, 40, 100, notes);
  assert.match(notes[0]!, /may still be 71% \(Clopper and Pearson\)/);
  assert.match(notes[1]!, /may still be 9%/);
});
