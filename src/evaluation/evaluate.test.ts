import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OslerError } from '../errors.ts';
import { fitOperatingPoint } from './decisions/operating-point.ts';
import { evaluate } from './evaluate.ts';
import { type Estimate, Evaluation } from './evaluation.ts';
import { fakePredictions } from './testing.ts';

const two = ['benign', 'malignant'];
const seven = ['akiec', 'bcc', 'bkl', 'df', 'mel', 'nv', 'vasc'];

function inOrder(estimate: Estimate, name: string): void {
  assert.ok(
    estimate.low! <= estimate.value! && estimate.value! <= estimate.high!,
    `${name} ${JSON.stringify(estimate)}`,
  );
}

describe('evaluate', () => {
  const validation = fakePredictions({ samples: 300, classes: two, seed: 1, sharpness: 6 });
  const sample = fakePredictions({ samples: 400, classes: two, seed: 2, sharpness: 6, perGroup: 4 });

  test('two classes: every metric has its interval, and the answer keeps to its schema', () => {
    const evaluation = evaluate({ validation, test: sample, options: { resamples: 200 } });
    assert.deepEqual(Evaluation.parse(evaluation), evaluation);
    for (const [name, estimate] of Object.entries(evaluation.metrics)) inOrder(estimate, name);
    assert.equal(evaluation.groups, 100);
    assert.deepEqual(evaluation.positive, ['malignant']);
    // The best logits of a class shifted by 2 in unit noise are twice the measured ones; these are six times as large.
    assert.ok(Math.abs(evaluation.temperature.value - 3) < 0.8);
    assert.ok(evaluation.metrics.logLoss.value! < evaluation.temperature.uncalibratedLogLoss!);
    assert.equal(evaluation.metrics.accuracy.value, evaluation.metrics.operatingPointAccuracy.value);
    const [[tn, fp], [fn, tp]] = evaluation.confusion_matrix as [[number, number], [number, number]];
    assert.deepEqual(evaluation.operatingPoint!.verdicts, { tp, fp, tn, fn });
  });

  test('a file from before a metric was measured is read, and says so', () => {
    const old = JSON.parse(JSON.stringify(evaluate({ validation, test: sample, options: { resamples: 0 } })));
    delete old.metrics.kappa;
    delete old.references;
    delete old.curves.decision;
    const read = Evaluation.parse(old);
    assert.match(read.metrics.kappa.reason!, /not measured when this was written/);
    assert.equal(read.references.specificity, 0.9);
    assert.equal(read.curves.decision, null);
  });

  test('the same input gives the same answer; another seed other intervals', () => {
    const run = (seed: number) =>
      JSON.stringify(evaluate({ validation, test: sample, options: { resamples: 50, seed } }));
    assert.equal(run(1), run(1));
    assert.notEqual(run(1), run(2));
  });

  test('groups are drawn together: copies of each sample within its group widen the interval', () => {
    const once = fakePredictions({ samples: 100, classes: two, seed: 3, skill: 1 });
    const copies = {
      ...fakePredictions({ samples: 0, classes: two, seed: 3 }),
      ids: [] as string[],
      groups: [] as string[],
    };
    const index = Array.from({ length: 800 }, (_, i) => i % 100);
    copies.ids = index.map((i, n) => `${once.ids[i]}-${n}`);
    copies.groups = index.map((i) => once.groups[i]!);
    copies.labels = Int32Array.from(index, (i) => once.labels[i]!);
    copies.logits = Float32Array.from(index.flatMap((i) => [once.logits[2 * i]!, once.logits[2 * i + 1]!]));
    const width = (p: typeof once) => {
      const { auroc } = evaluate({ test: p, options: { resamples: 400 } }).metrics;
      return auroc.high! - auroc.low!;
    };
    const alone = width({ ...copies, groups: copies.ids });
    assert.ok(Math.abs(width(copies) / width(once) - 1) < 0.02, 'eight views of a patient are one patient');
    assert.ok(width(copies) > 2 * alone);
  });

  test('intervals cover the truth about as often as they say', () => {
    // Accuracy of the made-up model, from a large sample.
    const truth = evaluate({
      test: fakePredictions({ samples: 100_000, classes: two, seed: 99, skill: 1 }),
      options: { resamples: 0 },
    });
    const rounds = 120;
    const covered = { auroc: 0, macroF1: 0, brier: 0 };
    for (let seed = 100; seed < 100 + rounds; seed++) {
      const p = fakePredictions({ samples: 150, classes: two, seed, skill: 1 });
      const { metrics } = evaluate({ test: p, options: { resamples: 200 } });
      for (const name of ['auroc', 'macroF1', 'brier'] as const) {
        const expected = truth.metrics[name].value!;
        if (metrics[name].low! <= expected && expected <= metrics[name].high!) covered[name] += 1;
      }
    }
    for (const [name, times] of Object.entries(covered)) {
      assert.ok(times / rounds > 0.88 && times / rounds < 1, `${name} covered ${times} of ${rounds}`);
    }
  });

  test('classes can be summed', () => {
    const p = fakePredictions({ samples: 700, classes: seven, seed: 4 });
    const options = { positive: ['mel', 'bcc', 'akiec'], resamples: 100 };
    const evaluation = evaluate({ validation: p, test: p, options });
    assert.deepEqual(evaluation.positive, ['akiec', 'bcc', 'mel']);
    const { tp, fn } = evaluation.operatingPoint!.verdicts;
    assert.equal(tp + fn, p.labels.filter((label) => [0, 1, 4].includes(label)).length);
    assert.notEqual(evaluation.metrics.auroc.value, evaluation.metrics.macroAuroc.value);
    assert.ok(evaluation.notes.some((note) => note.includes('these very samples')));
  });

  test('more than two classes and none positive: averages, and no operating point', () => {
    const { metrics, operatingPoint } = evaluate({
      test: fakePredictions({ samples: 300, classes: seven, seed: 5 }),
      options: { resamples: 50 },
    });
    assert.equal(operatingPoint, null);
    assert.equal(metrics.sensitivity.value, null);
    assert.match(metrics.sensitivity.reason!, /must name some/);
    assert.deepEqual(metrics.auroc, metrics.macroAuroc);
  });

  test('one class only, few samples, equal scores: null with a reason, never NaN', () => {
    const one = fakePredictions({ samples: 40, classes: two, seed: 6, prevalence: [1, 0] });
    const ten = fakePredictions({ samples: 10, classes: seven, seed: 7 });
    const single = fakePredictions({ samples: 1, classes: two, seed: 8 });
    const flat = { ...sample, logits: sample.logits.map(() => 0) };
    for (const p of [one, ten, single, flat]) {
      const evaluation = evaluate({ test: p, options: { resamples: 100 } });
      Evaluation.parse(evaluation);
      for (const estimate of Object.values(evaluation.metrics)) {
        if (estimate.value === null) assert.match(estimate.reason!, /^not estimable/);
        else assert.ok(Number.isFinite(estimate.value));
        if (estimate.low === null) assert.ok(estimate.reason);
      }
    }
    const { metrics } = evaluate({ test: one });
    for (const name of ['auroc', 'averagePrecision', 'sensitivity', 'ppv'] as const)
      assert.equal(metrics[name].value, null);
    assert.equal(evaluate({ test: flat, options: { resamples: 10 } }).metrics.auroc.value, 0.5);
    const alone = evaluate({ test: single }).metrics;
    assert.equal(alone.brier.reason, 'no interval: one group only');
    assert.equal(alone.accuracy.method, 'wilson');
  });

  test('what a bundle brings is applied as it is', () => {
    const point = { positive: ['malignant'], threshold: 0.25, rule: 'youden' };
    const { operatingPoint, temperature } = evaluate({
      test: sample,
      options: { temperature: 2, operatingPoint: point, resamples: 0 },
    });
    assert.equal(temperature.value, 2);
    assert.equal(operatingPoint!.threshold, 0.25);
    assert.equal(operatingPoint!.from, 'given');
    const fit = fitOperatingPoint(validation, { positive: ['malignant'], rule: 'sensitivity=0.9' })!;
    assert.ok(fit.fit.sensitivity >= 0.9);
  });

  test('wrong input is refused by name', () => {
    const usage = (options: object, pattern: RegExp) =>
      assert.throws(
        () => evaluate({ test: sample, options }),
        (e) => e instanceof OslerError && e.code === 'USAGE' && pattern.test(e.message),
      );
    usage({ positive: ['melanoma'] }, /"melanoma" is no class/);
    usage({ positive: two }, /All classes/);
    usage({ rule: 'best' }, /"best" is no rule/);
    usage({ resamples: -1 }, /resamples/);
    const data = (p: typeof sample, pattern: RegExp) =>
      assert.throws(
        () => evaluate({ test: p }),
        (e) => e instanceof OslerError && e.code === 'DATA_INVALID' && pattern.test(e.message),
      );
    data(fakePredictions({ samples: 0, classes: two, seed: 1 }), /no samples in the test split/);
    data({ ...sample, logits: sample.logits.map((x, i) => (i === 6 ? NaN : x)) }, /images\/00003.png/);
    data({ ...sample, labels: sample.labels.map((x, i) => (i === 5 ? 2 : x)) }, /images\/00005.png/);
  });
});
