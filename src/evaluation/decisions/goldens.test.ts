/** Held against scikit-learn and SciPy; see goldens/make_goldens.py. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { pool } from './calibration/isotonic.ts';
import { fitVector } from './calibration/vector.ts';
import { fitConformal } from './conformal.ts';
import { fitGaussians, mahalanobis, pack, unpack } from './ood/embedding-model.ts';
import { fitThreshold } from './operating-point.ts';
import { parseRule } from './rule.ts';

const goldens = JSON.parse(readFileSync(new URL('./goldens/goldens.json', import.meta.url), 'utf8'));

function near(actual: number | null | undefined, expected: number, tolerance: number, what: string): void {
  assert.ok(Math.abs(actual! - expected) <= tolerance, `${what}: ${actual}, expected ${expected}`);
}

test('isotonic regression is scikit-learn’s, ties and ends included', () => {
  const { x, y, at, fitted, predicted } = goldens.isotonic;
  const curve = pool(x, y);
  const read = (value: number) => {
    const { x: xs, y: ys } = curve;
    if (value <= xs[0]!) return ys[0]!;
    for (let i = 1; i < xs.length; i++) {
      if (value <= xs[i]!) return ys[i - 1]! + ((value - xs[i - 1]!) / (xs[i]! - xs[i - 1]!)) * (ys[i]! - ys[i - 1]!);
    }
    return ys.at(-1)!;
  };
  for (const [i, value] of x.entries()) near(read(value), fitted[i], 1e-9, `fitted ${value}`);
  for (const [i, value] of at.entries()) near(read(value), predicted[i], 1e-9, `at ${value}`);
});

test('vector scaling reaches the minimum that SciPy finds', () => {
  const { classes, temperature, labels, logits, scale, shift } = goldens.vector;
  const fit = fitVector(logits, labels, classes, temperature);
  for (let k = 0; k < classes; k++) {
    near(fit.scale[k], scale[k], 1e-6, `scale ${k}`);
    near(fit.shift[k], shift[k], 1e-6, `shift ${k}`);
  }
});

test('operating point by cost: the cheapest of scikit-learn’s ROC points', () => {
  const { truth, scores, rules } = goldens.cost;
  for (const { rule, sensitivity, specificity } of rules) {
    const fit = fitThreshold(truth, scores, parseRule(rule))!;
    near(fit.sensitivity, sensitivity, 1e-9, `${rule} sensitivity`);
    near(fit.specificity, specificity, 1e-9, `${rule} specificity`);
    const said = scores.map((score: number) => score >= fit.threshold);
    const hits = said.filter((yes: boolean, i: number) => yes && truth[i] === 1).length;
    near(hits / truth.filter((t: number) => t === 1).length, sensitivity, 1e-9, `${rule} as applied`);
  }
});

test('distances are those of scikit-learn’s probabilistic PCA; the packed model gives the same', () => {
  const { labels, embeddings, rank, features, at, distance } = goldens.mahalanobis;
  const model = fitGaussians(embeddings, features, labels, 3, { rank })!;
  const again = unpack(pack(model));
  for (const [i, expected] of distance.entries()) {
    const e = at.slice(i * features, (i + 1) * features);
    near(mahalanobis(model, e), expected, 2e-3 * expected, `distance ${i}`);
    near(mahalanobis(again, e), mahalanobis(model, e), 1e-12, `packed ${i}`);
  }
});

test('conformal limits without groups are the published ones', () => {
  const { labels, logits, coverage, limits } = goldens.conformal;
  const classes = ['a', 'b', 'c'];
  const groups = labels.map((_: number, i: number) => `p${i}`);
  const fit = fitConformal({ classes, labels, logits, groups }, coverage);
  for (const [c, limit] of limits.entries()) near(fit.classes[c]!.limit, limit, 1e-9, `class ${c}`);
});
