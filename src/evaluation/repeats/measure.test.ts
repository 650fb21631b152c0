import assert from 'node:assert/strict';
import { test } from 'node:test';
import { softmax } from '../metrics/softmax.ts';
import type { Predictions } from '../predictions.ts';
import { fakePredictions } from '../testing.ts';
import { exposureOf, subgroupsOf } from './apart.ts';
import { type Member, spreads } from './measure.ts';

const OPTIONS = { resamples: 400, seed: 1 };

function member(name: string, predictions: Predictions): Member {
  const probabilities = softmax(predictions.logits, predictions.classes.length, 1);
  const question = predictions.classes.length === 2 ? { members: [1], threshold: 0.5 } : null;
  return { name, run: name, predictions, decided: { probabilities, question, rule: null } };
}

/** The same samples, each seed with noise of its own in the answers. */
function seeds(count: number, noise: number): Member[] {
  const base = fakePredictions({ samples: 300, classes: ['a', 'b'], seed: 3, skill: 1.5, perGroup: 2 });
  return Array.from({ length: count }, (_, s) => {
    const other = fakePredictions({ samples: 300, classes: ['a', 'b'], seed: 100 + s, skill: 0 });
    return member(`seed ${s}`, { ...base, logits: base.logits.map((x, i) => x + noise * other.logits[i]!) });
  });
}

test('mean, standard deviation and extremes are those of the members', () => {
  const { metrics, values } = spreads('seeds', seeds(4, 0.5), OPTIONS);
  const aurocs = values.map(({ metrics: of }) => of.auroc!);
  const mean = aurocs.reduce((a, b) => a + b) / 4;
  const spread = metrics.auroc!;
  assert.ok(Math.abs(spread.mean! - mean) < 1e-12);
  assert.ok(Math.abs(spread.sd! ** 2 - aurocs.reduce((s, v) => s + (v - mean) ** 2, 0) / 3) < 1e-12);
  assert.deepEqual([spread.lowest, spread.highest], [Math.min(...aurocs), Math.max(...aurocs)]);
  assert.ok(spread.low! < mean && mean < spread.high!);
});

test('equal seeds have the interval of one; seeds that differ widen it', () => {
  const one = spreads('seeds', seeds(1, 0), OPTIONS).metrics.accuracy!;
  const equal = spreads('seeds', seeds(3, 0), OPTIONS).metrics.accuracy!;
  assert.equal(one.sd, null);
  assert.equal(equal.sd, 0);
  const width = ({ low, high }: { low: number | null; high: number | null }) => high! - low!;
  assert.ok(Math.abs(width(equal) - width(one)) < 0.02);
  // Two parts of variance: of the samples and of the seeds.
  const members = seeds(6, 3);
  const differing = spreads('seeds', members, { ...OPTIONS, resamples: 2000 }).metrics.accuracy!;
  const fixed = { ...OPTIONS, resamples: 2000 };
  const mean = spreads('folds', [members[0]!], fixed).metrics.accuracy!;
  const seedPart = differing.sd! / Math.sqrt(6);
  assert.ok(width(differing) > 2 * 1.9 * seedPart, 'no narrower than the seeds alone allow');
  assert.ok(width(differing) < width(mean) + 4 * seedPart);
});

test('folds: groups are drawn within folds, and the interval narrows with their number', () => {
  const fold = (seed: number) =>
    member(`fold ${seed}`, fakePredictions({ samples: 120, classes: ['a', 'b', 'c'], seed, skill: 1, perGroup: 3 }));
  const one = spreads('folds', [fold(1)], OPTIONS).metrics.macroAuroc!;
  const four = spreads('folds', [1, 2, 3, 4].map(fold), OPTIONS).metrics.macroAuroc!;
  assert.ok(four.high! - four.low! < 0.7 * (one.high! - one.low!));
});

test('a fold that lacks what a metric needs is named, and nothing is NaN', () => {
  const whole = fakePredictions({ samples: 40, classes: ['a', 'b'], seed: 1 });
  const single = fakePredictions({ samples: 40, classes: ['a', 'b'], seed: 2, prevalence: [1, 0] });
  const result = spreads('folds', [member('fold 0', whole), member('fold 1', single)], OPTIONS);
  assert.equal(result.metrics.auroc!.mean, null);
  assert.match(result.metrics.auroc!.reason!, /not estimable in fold 1/);
  assert.ok(!JSON.stringify(result).includes('NaN'));
  assert.equal(result.values[1]!.metrics.auroc, null);
});

test('a leak over trainings: means on the samples that train knows beside the others', () => {
  const members = seeds(3, 0.4).map((one, m) => ({
    ...one,
    // Each train knows other samples; one that any of them knows counts as known.
    predictions: {
      ...one.predictions,
      exposed: one.predictions.ids.map((_, i) => (i % 10 < 2 + m ? ('near' as const) : null)),
    },
  }));
  const { metrics } = spreads('seeds', members, OPTIONS);
  const exposure = exposureOf(members, metrics, OPTIONS)!;
  assert.deepEqual(
    [exposure.exposed.samples, exposure.unexposed.samples, exposure.exposed.kinds.near],
    [120, 180, 120],
  );
  const rows = [...Array(300).keys()].filter((i) => i % 10 >= 4);
  const accuracy = (m: number) => {
    const { predictions: p, decided } = members[m]!;
    return rows.filter((i) => Number(decided.probabilities[2 * i + 1]! >= 0.5) === p.labels[i]).length / rows.length;
  };
  const mean = (accuracy(0) + accuracy(1) + accuracy(2)) / 3;
  assert.ok(Math.abs(exposure.unexposed.metrics.accuracy.value! - mean) < 1e-12);
  assert.ok(Math.abs(exposure.inflation.accuracy! - (metrics.accuracy!.mean! - mean)) < 1e-12);
  const { low, high, value } = exposure.differences.accuracy;
  assert.ok(low! < value! && value! < high!);
  assert.equal(exposureOf(seeds(2, 0.4), metrics, OPTIONS), null);
});

test('subgroups over trainings: the mean in each level, small ones named, no gap tested', () => {
  const members = seeds(3, 0.4).map((one) => ({
    ...one,
    predictions: {
      ...one.predictions,
      meta: one.predictions.ids.map((_, i) => ({ site: i % 30 === 0 ? 'C' : i % 2 ? 'A' : 'B' })),
    },
  }));
  const { metrics } = spreads('seeds', members, OPTIONS);
  const found = subgroupsOf(members, metrics, 'all', OPTIONS)!;
  assert.deepEqual(
    found.cells.map(({ name, samples }) => `${name} ${samples}`),
    ['site: A 150', 'site: B 140', 'site: C 10'],
  );
  assert.deepEqual(
    found.cells.map(({ small }) => small === null),
    [true, true, false],
  );
  const { value, low, high } = found.cells[0]!.metrics.auroc!;
  assert.ok(low! < value! && value! < high!);
  assert.deepEqual([found.gaps, found.tests], [[], 0]);
  assert.equal(subgroupsOf(seeds(2, 0.4), metrics, 'all', OPTIONS), null);
  assert.throws(() => subgroupsOf(members, metrics, ['sex'], OPTIONS), { code: 'USAGE' });
});
