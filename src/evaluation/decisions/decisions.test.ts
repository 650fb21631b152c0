import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { evaluate } from '../evaluate.ts';
import { Evaluation } from '../evaluation.ts';
import type { Predictions } from '../predictions.ts';
import { generator } from '../random.ts';
import { fakePredictions } from '../testing.ts';
import { calibrate } from './calibration/apply.ts';
import { chooseCalibration, fitCalibration } from './calibration/choose.ts';
import { fitTemperature } from './calibration/temperature.ts';
import { conformalSets, fitConformal } from './conformal.ts';
import { fitOutOfDistribution } from './ood/fit.ts';
import { OutOfDistributionScorer } from './ood/score.ts';
import { fitThreshold } from './operating-point.ts';
import { inClassOrder } from './reorder.ts';
import { parseRule } from './rule.ts';
import { chanceRange, share } from './share.ts';

const two = ['benign', 'malignant'];
const three = ['a', 'b', 'c'];

describe('rules', () => {
  test('costs are read with and without a prevalence; wrong ones are refused by name', () => {
    assert.deepEqual(parseRule('cost=10:1'), { kind: 'cost', missed: 10, alarm: 1, prevalence: null });
    assert.deepEqual(parseRule('cost=2.5:1@0.02'), { kind: 'cost', missed: 2.5, alarm: 1, prevalence: 0.02 });
    for (const wrong of [
      'cost',
      'cost=1',
      'cost=0:1',
      'cost=1:0',
      'cost=1:1@0',
      'cost=1:1@1',
      'cost=a:b',
      'cost=1:1@',
    ]) {
      assert.throws(() => parseRule(wrong), { code: 'USAGE' }, wrong);
    }
  });

  test('the dearer a miss, and the more common the ill, the lower the threshold', () => {
    const { labels, logits } = fakePredictions({ samples: 400, classes: two, seed: 4, skill: 1 });
    const scores = Float64Array.from(labels, (_, i) => 1 / (1 + Math.exp(logits[2 * i]! - logits[2 * i + 1]!)));
    const at = (rule: string) => fitThreshold(labels, scores, parseRule(rule))!;
    assert.ok(at('cost=20:1').threshold < at('cost=1:1').threshold);
    assert.ok(at('cost=1:1').threshold < at('cost=1:20').threshold);
    assert.ok(at('cost=5:1@0.5').threshold < at('cost=5:1@0.05').threshold);
    // Only the ratio counts.
    assert.deepEqual(at('cost=3:1@0.1'), at('cost=30:10@0.1'));
  });
});

describe('calibration', () => {
  test('the simplest way that fits is chosen, and more only where it pays', () => {
    const plain = fakePredictions({ samples: 600, classes: three, seed: 5, sharpness: 4 });
    assert.equal(chooseCalibration(plain)!.method, 'temperature');
    // One class shouts: no single temperature mends that.
    const loud = { ...plain, logits: plain.logits.map((z, i) => (i % 3 === 0 ? 3 * z + 6 : z)) };
    const choice = chooseCalibration(loud)!;
    assert.equal(choice.method, 'vector');
    const loss = Object.fromEntries(choice.candidates.map(({ method, logLoss }) => [method, logLoss]));
    assert.ok(loss.vector! < loss.temperature! - 0.05);
    // A probability that saturates at both ends: a bend that neither factor nor shift can make.
    const bent = fakePredictions({ samples: 3000, classes: two, seed: 6, skill: 1.5 });
    bent.logits = bent.logits.map(
      (z, i) => Math.sign(z - bent.logits[i ^ 1]!) * Math.abs(z - bent.logits[i ^ 1]!) ** 4,
    );
    assert.equal(chooseCalibration(bent)!.method, 'isotonic');
  });

  test('why no temperature can be fitted: equal scores are not a separation without an error', () => {
    const fit = (row: number[]) => {
      const labels = Int32Array.from({ length: 50 }, (_, i) => (i % 5 < 3 ? 1 : 0));
      return fitTemperature(
        Float32Array.from({ length: 100 }, (_, j) => row[j % 2]!),
        labels,
        2,
      );
    };
    assert.match(fit([0, 0]).reason!, /say nothing about the validation labels/);
    assert.match(fit([0, 0.001]).reason!, /hardly differ on validation/);
    const right = fitTemperature([1, 0, 0, 1], [0, 1], 2);
    assert.match(right.reason!, /separated without an error/);
  });

  test('noise does not tempt: few samples keep the temperature', () => {
    let freer = 0;
    for (let seed = 0; seed < 20; seed++) {
      const choice = chooseCalibration(fakePredictions({ samples: 60, classes: two, seed, skill: 1.5, perGroup: 3 }));
      if (choice!.method !== 'temperature') freer += 1;
    }
    assert.ok(freer <= 4, `${freer} of 20 chose a freer method`);
    assert.equal(chooseCalibration(fakePredictions({ samples: 60, classes: two, seed: 1, perGroup: 8 })), null);
  });

  test('rows sum to 1, none is certain, and isotonic curves keep the order of two classes', () => {
    const { logits, labels } = fakePredictions({ samples: 300, classes: three, seed: 8, sharpness: 5 });
    for (const method of ['temperature', 'vector', 'isotonic'] as const) {
      const p = calibrate(logits, 3, fitCalibration(method, logits, labels, 3));
      for (let i = 0; i < p.length; i += 3) {
        assert.ok(Math.abs(p[i]! + p[i + 1]! + p[i + 2]! - 1) < 1e-12, method);
        assert.ok(p.subarray(i, i + 3).every((q) => q > 0 && q < 1) || method === 'temperature', method);
      }
    }
    const binary = fakePredictions({ samples: 300, classes: two, seed: 9, skill: 1 });
    const p = calibrate(binary.logits, 2, fitCalibration('isotonic', binary.logits, binary.labels, 2));
    const order = Array.from(binary.labels.keys()).sort(
      (i, j) => binary.logits[2 * i + 1]! - binary.logits[2 * i]! - (binary.logits[2 * j + 1]! - binary.logits[2 * j]!),
    );
    for (let i = 1; i < order.length; i++) assert.ok(p[2 * order[i]! + 1]! > p[2 * order[i - 1]! + 1]!);
    const extreme = calibrate(
      [3e38, -3e38, -3e38, 3e38],
      2,
      fitCalibration('isotonic', binary.logits, binary.labels, 2),
    );
    assert.ok(extreme.every((q) => q > 0 && q < 1));
  });

  test('another order of the classes: the same answers', () => {
    const { logits, labels } = fakePredictions({ samples: 200, classes: three, seed: 10, sharpness: 3 });
    const turned = logits.map((_, i) => logits[3 * Math.floor(i / 3) + [2, 0, 1][i % 3]!]!);
    for (const method of ['vector', 'isotonic'] as const) {
      const calibration = fitCalibration(method, logits, labels, 3);
      const p = calibrate(logits, 3, calibration);
      const moved = inClassOrder({ calibration }, three, ['c', 'a', 'b']).calibration;
      const q = calibrate(turned, 3, moved);
      q.forEach((value, i) => {
        assert.ok(Math.abs(value - p[3 * Math.floor(i / 3) + [2, 0, 1][i % 3]!]!) < 1e-12);
      });
    }
  });
});

/** Groups of 1 to 8 samples whose logits share most of their noise: as photographs of one lesion do. */
function patients(seed: number, groups: number, prevalence = 0.3): Predictions {
  const next = generator(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const out = { labels: [] as number[], logits: [] as number[], groups: [] as string[] };
  for (let g = 0; g < groups; g++) {
    const label = next() < prevalence ? 1 : 0;
    const shared = 1.5 * normal();
    const size = 1 + Math.floor(next() * 8);
    for (let i = 0; i < size; i++) {
      const z = (label === 1 ? 1 : -1) + shared + 0.5 * normal();
      out.labels.push(label);
      out.logits.push(0, z);
      out.groups.push(`p${seed}-${g}`);
    }
  }
  const { labels, logits } = out;
  return {
    classes: two,
    ids: labels.map((_, i) => `${seed}/${i}`),
    labels: Int32Array.from(labels),
    logits: Float32Array.from(logits),
    groups: out.groups,
  };
}

/** Share of new groups' samples of class k whose set holds it, each group weighing alike. */
function coverage(test: Predictions, sets: Uint8Array, k: number): number {
  const byGroup = new Map<string, [held: number, all: number]>();
  test.labels.forEach((label, i) => {
    if (label !== k) return;
    const [held, all] = byGroup.get(test.groups[i]!) ?? [0, 0];
    byGroup.set(test.groups[i]!, [held + sets[2 * i + k]!, all + 1]);
  });
  const shares = [...byGroup.values()].map(([held, all]) => held / all);
  return shares.reduce((a, b) => a + b, 0) / shares.length;
}

describe('conformal sets', () => {
  test('each class keeps its promise on new patients, the rare one too, and not by much more', () => {
    const test = patients(999, 4000);
    const means = [0, 0];
    const rounds = 60;
    for (let seed = 0; seed < rounds; seed++) {
      const sets = conformalSets(test.logits, fitConformal(patients(seed, 120), 0.9));
      for (const k of [0, 1]) means[k]! += coverage(test, sets, k) / rounds;
    }
    for (const [k, mean] of means.entries()) assert.ok(mean > 0.89 && mean < 0.935, `class ${k} covered ${mean}`);
  });

  test('a class with too few groups is in every set; without any limit there are no sets', () => {
    const few = patients(3, 40, 0.1);
    const fit = fitConformal(few, 0.9);
    assert.ok(fit.classes[1]!.groups < 9);
    assert.equal(fit.classes[1]!.limit, null);
    assert.ok(conformalSets(few.logits, fit).every((held, i) => i % 2 === 0 || held === 1));
    const { conformal, outOfDistribution, notes } = evaluate({
      validation: patients(4, 8),
      test: few,
      options: { resamples: 0 },
    });
    assert.equal(conformal, null);
    assert.equal(outOfDistribution, null);
    assert.ok(notes.some((note) => /No conformal sets: 90% needs 9/.test(note)));
    assert.ok(notes.some((note) => /needs 19 validation groups/.test(note)));
  });

  test('the range that chance allows holds 95 of 100 results, and closes as samples grow', () => {
    const small = chanceRange(50, 0.9, 30)!;
    const large = chanceRange(5000, 0.9, 5000)!;
    assert.ok(small.low < 0.8 && small.high === 1);
    assert.ok(large.low > 0.88 && large.high < 0.92 && large.low < 0.9 && large.high > 0.9);
    assert.equal(chanceRange(8, 0.9, 30), null);
    // Drawn: a limit from 50 scores, 30 new ones.
    const next = generator(1);
    let inside = 0;
    for (let i = 0; i < 2000; i++) {
      const limit = Array.from({ length: 50 }, next).sort((a, b) => a - b)[45]!;
      const held = Array.from({ length: 30 }, next).filter((s) => s <= limit).length / 30;
      if (held >= small.low && held <= small.high) inside += 1;
    }
    assert.ok(inside / 2000 > 0.94, `${inside} of 2000`);
  });

  test('a share over patients has the wider interval', () => {
    const hits = Array.from({ length: 80 }, (_, i) => Math.floor(i / 8) % 2);
    const alone = share(
      hits,
      hits.map((_, i) => i),
      '',
    );
    const grouped = share(
      hits,
      hits.map((_, i) => Math.floor(i / 8)),
      '',
    );
    assert.equal(alone.method, 'clopperPearson');
    assert.equal(grouped.method, 'wilsonGroups');
    assert.ok(grouped.high! - grouped.low! > 2 * (alone.high! - alone.low!));
    assert.deepEqual(share([], [], 'nobody came'), {
      value: null,
      low: null,
      high: null,
      reason: 'not estimable: nobody came',
    });
  });
});

/** Embeddings around a centre for each class, and looks around one. */
function withFeatures(predictions: Predictions, seed: number, away = 0): Predictions {
  const next = generator(seed);
  const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());
  const n = predictions.labels.length;
  const embeddings = Float32Array.from({ length: n * 12 }, (_, i) => {
    const label = predictions.labels[Math.floor(i / 12)]!;
    return (i % 12 === label ? 4 : 0) + (1 + (i % 3)) * normal() + away;
  });
  return { ...predictions, embeddings, appearances: Float32Array.from({ length: n * 5 }, () => 0.5 + 0.1 * normal()) };
}

describe('images unlike those of validation', () => {
  test('the stated rate is kept on new images of the kind, and other kinds are found', () => {
    const rates: number[] = [];
    for (let seed = 0; seed < 12; seed++) {
      const validation = withFeatures(fakePredictions({ samples: 300, classes: two, seed, perGroup: 2 }), seed);
      const scorer = new OutOfDistributionScorer(fitOutOfDistribution(validation, 0.05));
      const fresh = withFeatures(fakePredictions({ samples: 500, classes: two, seed: 100 + seed }), 100 + seed);
      const flagged = (p: Predictions) =>
        p.ids.filter(
          (_, i) =>
            scorer.score(
              p.logits.subarray(2 * i, 2 * i + 2),
              p.embeddings!.subarray(12 * i, 12 * i + 12),
              p.appearances!.subarray(5 * i, 5 * i + 5),
            ).verdict,
        ).length / p.ids.length;
      rates.push(flagged(fresh));
      assert.ok(flagged(withFeatures(fresh, 7, 8)) > 0.95);
      assert.ok(flagged({ ...fresh, appearances: fresh.appearances!.map((v) => v + 1) }) > 0.95);
    }
    const mean = rates.reduce((a, b) => a + b, 0) / rates.length;
    assert.ok(mean > 0.025 && mean < 0.065, `false alarms ${mean}`);
  });

  test('evaluation measures it, keeps to its schema, and brings it along', () => {
    const validation = withFeatures(fakePredictions({ samples: 200, classes: two, seed: 1 }), 1);
    const sample = withFeatures(fakePredictions({ samples: 150, classes: two, seed: 2 }), 2);
    const evaluation = evaluate({ validation, test: sample, options: { resamples: 0 } });
    assert.deepEqual(Evaluation.parse(JSON.parse(JSON.stringify(evaluation))), evaluation);
    const { outOfDistribution, conformal, calibrator } = evaluation;
    assert.equal(outOfDistribution!.from, 'validation');
    assert.ok(outOfDistribution!.flagged.value! < 0.15);
    assert.notEqual(outOfDistribution!.byMahalanobis, null);
    assert.notEqual(outOfDistribution!.byAppearance, null);
    const again = evaluate({
      test: sample,
      options: {
        resamples: 0,
        temperature: evaluation.temperature.value,
        calibration: calibrator!.applied,
        conformal: conformal!.applied,
        outOfDistribution: outOfDistribution!.applied,
      },
    });
    assert.equal(again.metrics.logLoss.value, evaluation.metrics.logLoss.value);
    assert.deepEqual(again.conformal, { ...conformal, from: 'given' });
    assert.deepEqual(again.outOfDistribution, { ...outOfDistribution, from: 'given' });
    // Without embeddings and looks energy is left.
    const bare = evaluate({
      validation: { ...validation, embeddings: undefined as never, appearances: undefined as never },
      test: sample,
    });
    assert.equal(bare.outOfDistribution!.applied.mahalanobis, null);
  });

  test('features that never vary, and one class only', () => {
    const flat = fakePredictions({ samples: 60, classes: two, seed: 3 });
    flat.embeddings = new Float32Array(60 * 4);
    flat.appearances = new Float32Array(60 * 3).fill(0.5);
    const fit = fitOutOfDistribution(flat, 0.05);
    assert.equal(fit.mahalanobis, null);
    assert.equal(fit.appearance, null);
    assert.equal(typeof fit.energy, 'number');
    const same = withFeatures({ ...flat, labels: new Int32Array(60) }, 4);
    const { mahalanobis } = fitOutOfDistribution(same, 0.05);
    assert.ok(Number.isFinite(mahalanobis!.limit));
  });
});
