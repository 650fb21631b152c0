/** How often the tests of comparison and of subgroups are wrong: simulated models and subgroups that do not differ. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { compare } from '../../src/evaluation/comparison/compare.ts';
import { aurocDifference } from '../../src/evaluation/comparison/differences.ts';
import { exactMcNemar } from '../../src/evaluation/comparison/mcnemar.ts';
import { tangoInterval } from '../../src/evaluation/comparison/tango.ts';
import { fakeSides } from '../../src/evaluation/comparison/testing.ts';
import { softmax } from '../../src/evaluation/metrics/softmax.ts';
import { generator } from '../../src/evaluation/random.ts';
import { normalCdf, Z95 } from '../../src/evaluation/statistics/distributions.ts';
import { measureSubgroups } from '../../src/evaluation/subgroups/measure-subgroups.ts';
import { fakePredictions } from '../../src/evaluation/testing.ts';

const next = generator(11);
const normal = () => Math.sqrt(-2 * Math.log(1 - next())) * Math.cos(2 * Math.PI * next());

/** Scores of two models, equally good ones unless told otherwise; pictures of a patient share most of what makes them easy or hard, for each model apart. */
function twoModels(patients: number, most: number, skill: { a: number; b: number } = { a: 1.2, b: 1.2 }) {
  const rows: { y: number; unit: number; a: number; b: number }[] = [];
  for (let unit = 0; unit < patients; unit++) {
    const y = next() < 0.5 ? 1 : 0;
    const [shared, a, b] = [normal(), normal(), normal()];
    for (let i = Math.floor(next() * most); i >= 0; i--) {
      const own = normal();
      const of = (model: number, level: number) => level * y + 0.6 * shared + 0.5 * model + 0.4 * own + 0.5 * normal();
      rows.push({ y, unit, a: of(a, skill.a), b: of(b, skill.b) });
    }
  }
  const truth = Uint8Array.from(rows, ({ y }) => y);
  const right = (key: 'a' | 'b') => Int8Array.from(rows, (row) => Number(row[key] >= 0.6 === (row.y === 1)));
  const [first, second] = [right('a'), right('b')];
  return {
    truth,
    units: Int32Array.from(rows, ({ unit }) => unit),
    a: Float64Array.from(rows, (row) => row.a),
    b: Float64Array.from(rows, (row) => row.b),
    balance: second.map((x, i) => x - first[i]!),
  };
}

test('two equally good models: at the 5% level no more than some 5% are called different, with groups too', (t) => {
  const runs = 2000;
  for (const [patients, most] of [
    [60, 1],
    [200, 1],
    [40, 7],
    [100, 7],
  ] as const) {
    const wrong = { delong: 0, delongOfPictures: 0, mcnemar: 0, mcnemarOfPictures: 0, tango: 0 };
    for (let run = 0; run < runs; run++) {
      const { truth, units, a, b, balance } = twoModels(patients, most);
      if (aurocDifference(truth, a, b, units, true).p! <= 0.05) wrong.delong += 1;
      if (aurocDifference(truth, a, b, units, false).p! <= 0.05) wrong.delongOfPictures += 1;
      const byUnit = new Int32Array(patients);
      balance.forEach((x, i) => {
        byUnit[units[i]!]! += x;
      });
      if (exactMcNemar(byUnit) <= 0.05) wrong.mcnemar += 1;
      if (exactMcNemar(balance) <= 0.05) wrong.mcnemarOfPictures += 1;
      const only = (sign: number) => balance.filter((x) => x === sign).length;
      const { low, high } = tangoInterval(only(-1), only(1), balance.length, Z95);
      if (most === 1 && (low > 0 || high < 0)) wrong.tango += 1;
    }
    const rates = Object.fromEntries(Object.entries(wrong).map(([name, n]) => [name, n / runs]));
    t.diagnostic(`${patients} patients of up to ${most} pictures: ${JSON.stringify(rates)}`);
    assert.ok(rates.delong! < 0.075, `DeLong ${rates.delong}`);
    assert.ok(rates.mcnemar! < 0.06, `McNemar ${rates.mcnemar}`);
    assert.ok(rates.tango! < 0.065, `Tango ${rates.tango}`);
    if (most > 1) assert.ok(rates.delongOfPictures! > 2 * rates.delong!, 'groups matter');
  }
});

test('a model that is worse by the margin is called not worse in 2.5% of comparisons', (t) => {
  const runs = 2000;
  // Scores vary by 1.02 on each side: AUROC is the normal distribution at skill / sqrt(2 * 1.02).
  const auroc = (skill: number) => normalCdf(skill / Math.sqrt(2.04));
  const margin = auroc(1.4) - auroc(1.2);
  for (const [patients, most] of [
    [150, 1],
    [100, 7],
  ] as const) {
    let passed = 0;
    for (let run = 0; run < runs; run++) {
      const { truth, units, a, b } = twoModels(patients, most, { a: 1.4, b: 1.2 });
      if (aurocDifference(truth, a, b, units, most > 1).atMost(-margin)! <= 0.025) passed += 1;
    }
    t.diagnostic(`${patients} patients of up to ${most} pictures, margin ${margin.toFixed(3)}: ${passed / runs}`);
    assert.ok(passed / runs < 0.04, String(passed / runs));
  }
});

test('paired bootstrap, for what has no formula: as seldom wrong', (t) => {
  const runs = 200;
  let different = 0;
  for (let run = 0; run < runs; run++) {
    const sides = fakeSides(
      [
        { name: 'a', skill: 1, seed: 1000 + run },
        { name: 'b', skill: 1, seed: 5000 + run },
      ],
      { samples: 150 },
    );
    const where = { on: '', split: 'test', leftOut: [], createdAt: '', notes: [] };
    const { pairs } = compare(sides, where, { metric: 'brier', resamples: 400 });
    if (pairs[0]!.differences.brier!.p! <= 0.05) different += 1;
  }
  t.diagnostic(`called different ${different / runs}`);
  assert.ok(different / runs < 0.09, String(different / runs));
});

test('subgroups that do not differ: in at most 5% of evaluations is any gap called real', (t) => {
  const runs = 200;
  for (const [samples, perGroup, k, skill] of [
    [120, 1, 2, 1.5],
    [400, 1, 2, 3],
    [400, 4, 2, 1.5],
    [600, 2, 4, 1.5],
  ] as const) {
    let any = 0;
    let tests = 0;
    for (let run = 0; run < runs; run++) {
      const classes = ['a', 'b', 'c', 'd'].slice(0, k);
      const test = fakePredictions({ samples, classes, seed: 1000 + run, skill, perGroup });
      const pick = generator(run);
      const people = new Map<string, Record<string, string | number>>();
      test.meta = test.groups.map((group) => {
        const known = people.get(group) ?? {
          sex: pick() < 0.5 ? 'f' : 'm',
          age: 20 + 60 * pick(),
          site: 'ABC'[Math.floor(3 * pick())]!,
          device: pick() < 0.15 ? 'x' : 'y',
        };
        people.set(group, known);
        return known;
      });
      const probabilities = softmax(test.logits, k, 1);
      const question = k === 2 ? { members: [1], threshold: 0.5 } : null;
      const found = measureSubgroups(test, { probabilities, question, rule: null }, { columns: 'all', overall: {} })!;
      tests += found.tests / runs;
      if (found.gaps.some(({ adjusted }) => adjusted <= 0.05)) any += 1;
    }
    t.diagnostic(
      `${samples} samples, ${perGroup} a group, ${k} classes: a false gap in ${any / runs}, of ${tests} tested`,
    );
    assert.ok(any / runs < 0.085, String(any / runs));
  }
});
