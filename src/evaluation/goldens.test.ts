import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { rocCurve } from './curves.ts';
import { fitTemperature } from './decisions/calibration/temperature.ts';
import { fitThreshold } from './decisions/operating-point.ts';
import { CLASS_METRICS, METRICS } from './evaluation.ts';
import { accuracy, auroc, balancedAccuracy, brier, ece, logLoss, macroAuroc, macroF1 } from './metrics/index.ts';
import { classOffset } from './metrics/names.ts';
import { decide, softmax, sumClasses } from './metrics/softmax.ts';
import { Scorer } from './scorer.ts';

interface Case {
  classes: number;
  labels: number[];
  parts: number;
  counts: number[];
  positive: number[];
  threshold: number;
  metrics: Record<string, number | null>;
  perClass: Record<string, (number | null)[]>;
  roc: { fpr: number[]; tpr: number[] };
  youden: number;
}
interface TemperatureCase {
  classes: number;
  labels: number[];
  logits: number[];
  softmax: number[];
  temperature: number;
  logLoss: number;
}
const goldens = JSON.parse(readFileSync(new URL('./goldens/sklearn.json', import.meta.url), 'utf8')) as {
  cases: Case[];
  temperatures: TemperatureCase[];
};

function close(actual: number | null | undefined, expected: number | null | undefined, name: string, within = 1e-9) {
  if (expected === null || expected === undefined) return assert.ok(actual === null || Number.isNaN(actual), name);
  assert.ok(Math.abs(actual! - expected) <= within, `${name}: ${actual} is not ${expected}`);
}

goldens.cases.forEach((golden, index) => {
  test(`equals scikit-learn: case ${index}, ${golden.labels.length} samples, ${golden.classes} classes`, () => {
    const { classes, positive, threshold } = golden;
    const labels = Int32Array.from(golden.labels);
    const probabilities = Float64Array.from(golden.counts, (c) => c / golden.parts);
    const units = Int32Array.from(labels, (_, i) => i);
    const scorer = new Scorer({
      classes,
      labels,
      probabilities,
      units,
      unitCount: labels.length,
      question: { members: positive, threshold },
      rule: null,
    });
    const out = new Float64Array(scorer.length);
    scorer.measure(new Uint8Array(labels.length).fill(1), out);
    scorer.refine(out);
    METRICS.forEach((name, m) => {
      close(out[m], golden.metrics[name], name, name.startsWith('calibration') ? 1e-7 : 1e-9);
    });
    for (let k = 0; k < classes; k++) {
      for (const [name, values] of Object.entries(golden.perClass)) {
        const value = out[classOffset(k) + CLASS_METRICS.indexOf(name as 'f1')]!;
        // scikit-learn says 0 where there is nothing to divide by.
        if (Number.isNaN(value)) assert.ok(values[k] === 0 || values[k] === null, `${name} of class ${k}`);
        else close(value, values[k], `${name} of class ${k}`);
      }
    }
    const predicted = decide(probabilities, classes, { members: positive, threshold }, null);
    close(accuracy(labels, predicted), golden.metrics.accuracy, 'accuracy');
    close(balancedAccuracy(labels, predicted, classes), golden.metrics.balancedAccuracy, 'balancedAccuracy');
    close(macroF1(labels, predicted, classes), golden.metrics.macroF1, 'macroF1');
    close(macroAuroc(labels, probabilities, classes), golden.metrics.macroAuroc, 'macroAuroc');
    close(logLoss(labels, probabilities, classes), golden.metrics.logLoss, 'logLoss');
    close(brier(labels, probabilities, classes), golden.metrics.brier, 'brier');
    close(ece(labels, probabilities, classes), golden.metrics.ece, 'ece');
    const scores = sumClasses(probabilities, classes, positive);
    const truth = Uint8Array.from(labels, (label) => (positive.includes(label) ? 1 : 0));
    close(auroc(truth, scores), golden.metrics.auroc, 'auroc');
    const roc = rocCurve(truth, scores)!;
    roc.fpr.forEach((x, i) => {
      close(x, golden.roc.fpr[i], `fpr ${i}`);
      close(roc.tpr[i], golden.roc.tpr[i], `tpr ${i}`);
    });
    assert.equal(roc.fpr.length, golden.roc.fpr.length);
    const youden = fitThreshold(truth, scores, { kind: 'youden' })!;
    close(youden.sensitivity + youden.specificity - 1, golden.youden, 'youden');
  });
});

goldens.temperatures.forEach((golden, index) => {
  test(`temperature equals scipy's minimum: case ${index}`, () => {
    const { classes, labels, logits } = golden;
    const fit = fitTemperature(logits, labels, classes);
    close(fit.temperature, golden.temperature, 'temperature', 1e-6 * golden.temperature);
    close(logLoss(labels, softmax(logits, classes, fit.temperature!), classes), golden.logLoss, 'log loss');
    const p = softmax(logits, classes);
    golden.softmax.forEach((expected, i) => {
      close(p[i], expected, `softmax ${i}`, 1e-12);
    });
  });
});
