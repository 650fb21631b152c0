import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { CURVE_POINTS, rocCurve, thin } from './curves.ts';
import { fitTemperature, refinement } from './decisions/calibration/temperature.ts';
import { fitThreshold } from './decisions/operating-point.ts';
import { parseRule } from './decisions/rule.ts';
import { auroc, averagePrecision, quickMetrics, softmax } from './metrics/index.ts';
import { classOffset } from './metrics/names.ts';
import { Ranking } from './metrics/ranking.ts';
import { Scorer } from './scorer.ts';
import { percentileInterval, quantile } from './statistics/bca.ts';
import { fakePredictions } from './testing.ts';

/** Scores of few values, so that many are equal. */
const scored = fc.array(
  fc.record({ score: fc.integer({ min: 0, max: 8 }).map((x) => x / 8), positive: fc.boolean() }),
  {
    minLength: 1,
    maxLength: 60,
  },
);

test('AUROC is the share of pairs that are ordered rightly, ties counting one half', () => {
  fc.assert(
    fc.property(scored, (samples) => {
      let won = 0;
      let pairs = 0;
      for (const a of samples.filter((s) => s.positive)) {
        for (const b of samples.filter((s) => !s.positive)) {
          pairs += 1;
          won += a.score > b.score ? 1 : a.score === b.score ? 0.5 : 0;
        }
      }
      const value = auroc(
        samples.map((s) => s.positive),
        samples.map((s) => s.score),
      );
      if (pairs === 0) assert.equal(value, null);
      else assert.ok(Math.abs(value! - won / pairs) < 1e-12);
    }),
  );
});

test('a resample by counts equals the repeated samples, measured anew', () => {
  fc.assert(
    fc.property(scored, fc.infiniteStream(fc.nat(3)), (samples, stream) => {
      const counts = samples.map(() => stream.next().value as number);
      const repeated = samples.flatMap((s, i) => Array.from({ length: counts[i]! }, () => s));
      const ranking = new Ranking(
        samples.map((s) => s.score),
        samples.map((s) => s.positive),
      );
      const { auroc: area, averagePrecision: ap } = ranking.measure(counts);
      const yes = repeated.map((s) => s.positive);
      const scores = repeated.map((s) => s.score);
      assert.ok(Object.is(area, auroc(yes, scores) ?? NaN) || Math.abs(area - auroc(yes, scores)!) < 1e-12);
      assert.ok(
        Object.is(ap, averagePrecision(yes, scores) ?? NaN) || Math.abs(ap - averagePrecision(yes, scores)!) < 1e-12,
      );
    }),
  );
});

test('the scorer sees a unit drawn twice as its samples twice', () => {
  const p = fakePredictions({ samples: 30, classes: ['a', 'b', 'c'], seed: 3, skill: 0.5 });
  const units = Int32Array.from(p.labels, (_, i) => i % 10);
  const counts = [0, 2, 1, 3, 1, 1, 0, 1, 1, 2];
  const question = { members: [0, 2], threshold: 0.6 };
  const probabilities = softmax(p.logits, 3);
  const scorer = new Scorer({
    classes: 3,
    labels: p.labels,
    probabilities,
    units,
    unitCount: 10,
    question,
    rule: null,
  });
  const drawn = new Float64Array(scorer.length);
  scorer.measure(counts, drawn);
  const index = Array.from(units, (u, i) => Array.from({ length: counts[u]! }, () => i)).flat();
  const plain = new Scorer({
    classes: 3,
    labels: Int32Array.from(index, (i) => p.labels[i]!),
    probabilities: Float64Array.from(index.flatMap((i) => Array.from(probabilities.subarray(3 * i, 3 * i + 3)))),
    units: Int32Array.from(index, (_, i) => i),
    unitCount: index.length,
    question,
    rule: null,
  });
  const whole = new Float64Array(plain.length);
  plain.measure(new Uint8Array(index.length).fill(1), whole);
  // What follows the classes compares a resample with its sample, which here is another one.
  drawn.subarray(0, classOffset(3)).forEach((value, m) => {
    assert.ok(Math.abs(value - whole[m]!) < 1e-12, `metric ${m}: ${value} and ${whole[m]}`);
  });
});

test('softmax neither overflows nor loses its sum', () => {
  fc.assert(
    fc.property(
      fc.array(fc.float({ noNaN: true, noDefaultInfinity: true }), { minLength: 2, maxLength: 9 }),
      (logits) => {
        const p = softmax(logits, logits.length);
        assert.ok(Math.abs(p.reduce((sum, x) => sum + x, 0) - 1) < 1e-12);
        assert.ok(p.every((x) => x >= 0 && x <= 1));
      },
    ),
  );
});

test('a fitted threshold does on its samples what it promises', () => {
  fc.assert(
    fc.property(
      scored,
      fc.constantFrom('youden', 'sensitivity=0.8', 'specificity=0.7', 'threshold=0.4'),
      (samples, text) => {
        const yes = samples.map((s) => s.positive);
        const scores = samples.map((s) => s.score);
        const fit = fitThreshold(yes, scores, parseRule(text));
        const positives = samples.filter((s) => s.positive);
        const negatives = samples.filter((s) => !s.positive);
        if (positives.length === 0 || negatives.length === 0) return assert.equal(fit, null);
        const at = (t: number) => ({
          sensitivity: positives.filter((s) => s.score >= t).length / positives.length,
          specificity: negatives.filter((s) => s.score < t).length / negatives.length,
        });
        const { threshold, sensitivity, specificity } = fit!;
        assert.deepEqual(at(threshold), { sensitivity, specificity });
        assert.ok(threshold >= 0 && threshold <= 1);
        const others = [0, ...scores].map(at);
        if (text === 'youden') {
          for (const o of others) assert.ok(sensitivity + specificity >= o.sensitivity + o.specificity - 1e-12);
        }
        if (text === 'sensitivity=0.8') {
          assert.ok(sensitivity >= 0.8);
          for (const o of others) if (o.sensitivity >= 0.8) assert.ok(specificity >= o.specificity);
        }
        // A negative may have probability 1: then no threshold is above it.
        if (text === 'specificity=0.7' && specificity < 0.7) assert.ok(scores.includes(1));
      },
    ),
  );
});

test('temperature: refused where there is no optimum', () => {
  const labels = [0, 1, 0, 1];
  assert.match(fitTemperature([2, 0, 0, 2, 3, 0, 0, 3], labels, 2).reason!, /without an error/);
  assert.match(fitTemperature([0, 2, 2, 0, 0, 3, 3, 0], labels, 2).reason!, /nothing/);
  assert.match(fitTemperature([], [], 2).reason!, /no validation samples/);
  const p = fakePredictions({ samples: 4000, classes: ['a', 'b', 'c'], seed: 9 });
  const t = fitTemperature(p.logits, p.labels, 3).temperature!;
  const sharper = fitTemperature(
    p.logits.map((x) => 5 * x),
    p.labels,
    3,
  ).temperature!;
  assert.ok(Math.abs(sharper / t - 5) < 1e-4);
});

test('a thinned curve keeps its ends and its area', () => {
  const p = fakePredictions({ samples: 5000, classes: ['a', 'b'], seed: 10 });
  const roc = rocCurve(
    p.labels,
    softmax(p.logits, 2).filter((_, i) => i % 2 === 1),
  )!;
  const small = thin({ ...roc }, 'fpr', 'tpr');
  assert.ok(small.fpr.length <= CURVE_POINTS);
  assert.deepEqual([small.fpr[0], small.tpr[0], small.fpr.at(-1), small.tpr.at(-1)], [0, 0, 1, 1]);
  const area = ({ fpr, tpr }: { fpr: number[]; tpr: number[] }) =>
    fpr.reduce((sum, x, i) => (i === 0 ? 0 : sum + ((x - fpr[i - 1]!) * (tpr[i]! + tpr[i - 1]!)) / 2), 0);
  assert.ok(Math.abs(area(small) - area(roc)) < 1e-3);
});

test('quantiles as numpy has them; an interval needs half of the draws', () => {
  assert.equal(quantile([1, 2, 3, 4], 0.5), 2.5);
  assert.ok(Math.abs(quantile([1, 2, 3, 4], 0.025) - 1.075) < 1e-12);
  assert.equal(percentileInterval(Float64Array.of(1, NaN, NaN), 0.95), null);
  assert.deepEqual(percentileInterval(Float64Array.of(1, 1, NaN), 0.95), { low: 1, high: 1 });
});

test('quick metrics of an epoch', () => {
  const p = fakePredictions({ samples: 200, classes: ['a', 'b', 'c'], seed: 11 });
  const quick = quickMetrics(p, { positive: ['c'] });
  assert.ok(Object.values(quick).every((x) => x !== null && Number.isFinite(x)));
  const none = quickMetrics({ classes: p.classes, labels: p.labels.slice(0, 0), logits: p.logits.slice(0, 0) });
  assert.ok(Object.values(none).every((x) => x === null));
});

test('refinement: the loss that no temperature takes away, however sure the scores are of themselves', () => {
  const p = fakePredictions({ samples: 4000, classes: ['a', 'b', 'c'], seed: 9 });
  const { logLoss } = quickMetrics(p);
  const refined = refinement(p.logits, p.labels, 3)!;
  assert.ok(refined <= logLoss!);
  assert.ok(
    Math.abs(refined - quickMetrics(p, { temperature: fitTemperature(p.logits, p.labels, 3).temperature! }).logLoss!) <
      1e-12,
  );
  const sharper = p.logits.map((x) => 5 * x);
  assert.ok(
    quickMetrics({ ...p, logits: sharper }).logLoss! > refined + 0.1,
    'overconfident scores have a higher loss',
  );
  assert.ok(Math.abs(refinement(sharper, p.labels, 3)! - refined) < 1e-9, 'and the same refinement');
  // Without an error nothing is left of the loss; of scores that say nothing, or the wrong thing, an even guess is.
  const labels = [0, 1, 0, 1];
  assert.ok(refinement([2, 0, 0, 2, 3, 0, 0, 3], labels, 2)! < 1e-9);
  const wrong = refinement([0, 2, 2, 0, 0, 3, 3, 0], labels, 2)!;
  assert.ok(wrong > Math.log(2) && wrong < Math.log(2) + 0.1);
  assert.equal(refinement([], [], 3), null);
});
