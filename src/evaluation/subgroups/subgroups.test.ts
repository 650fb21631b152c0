import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import { OslerError } from '../../errors.ts';
import { evaluate } from '../evaluate.ts';
import type { Predictions } from '../predictions.ts';
import { generator } from '../random.ts';
import { delong } from '../statistics/delong.ts';
import { fakePredictions } from '../testing.ts';
import { cutColumns } from './columns.ts';
import { aurocInfluence, differenceVariance } from './influence.ts';
import { cutPoints, partNames } from './quantiles.ts';

type Row = Record<string, string | number | boolean | null>;

function withMeta(of: (i: number) => Row, options: { samples?: number; classes?: string[]; perGroup?: number } = {}) {
  const { samples = 400, classes = ['benign', 'malignant'], perGroup = 1 } = options;
  const predictions = fakePredictions({ samples, classes, seed: 4, skill: 1.5, perGroup });
  return { ...predictions, meta: predictions.ids.map((_, i) => of(Math.floor(i / perGroup))) };
}

function cut(rows: Row[], wanted: string[] | 'all' = 'all') {
  return cutColumns({ labels: Int32Array.from(rows, (_, i) => i % 2), groups: [], meta: rows }, wanted);
}

describe('columns', () => {
  test('numbers with many values are cut into four parts, words by value; what says nothing is missing', () => {
    const rows = Array.from({ length: 100 }, (_, i) => ({
      age: i < 4 ? null : 20 + (i % 50),
      sex: ['f', 'm', 'unknown'][i % 3]!,
    }));
    const { columns, skipped } = cut(rows);
    assert.deepEqual(skipped, []);
    const [age, sex] = columns;
    assert.deepEqual(
      age!.levels.map(({ name }) => name),
      ['under 34', '34 to 45', '46 to 57', '58 and over'],
    );
    assert.equal(age!.missing, 4);
    assert.equal(age!.kind, 'quantiles');
    assert.deepEqual(
      sex!.levels.map(({ name }) => name),
      ['f', 'm'],
    );
    assert.equal(sex!.missing, 33);
  });

  test('equal numbers are never parted; parts have names that say where they end', () => {
    assert.deepEqual(cutPoints([1, 1, 1, 1, 1, 1, 2, 3], 4), [2]);
    assert.deepEqual(partNames([2], [1, 2, 3]), ['under 2', '2 and over']);
    assert.deepEqual(partNames([0.25, 1.5], [0.1, 0.25, 1.5]), ['under 0.25', '0.25 to under 1.5', '1.5 and over']);
    assert.deepEqual(partNames([4, 5], [1, 4, 5]), ['under 4', '4', '5 and over']);
  });

  test('what can be no subgroup is skipped with the reason', () => {
    const rows = Array.from({ length: 60 }, (_, i) => ({
      image_id: i % 7,
      device: 'x',
      note: `n${i}`,
      place: `p${i % 20}`,
      empty: null,
      dx: i % 2 ? 'mel' : 'nv',
      code: i % 2 ? 'M' : 'N',
    }));
    const { columns, skipped } = cut(rows);
    assert.deepEqual(columns, []);
    const why = Object.fromEntries(skipped.map(({ name, reason }) => [name, reason]));
    assert.match(why.image_id!, /names samples/);
    assert.match(why.device!, /all samples say x/);
    assert.match(why.note!, /a value of its own/);
    assert.match(why.place!, /20 different values/);
    assert.match(why.empty!, /empty/);
    assert.match(why.dx!, /follows from the label/);
    assert.match(why.code!, /says the label itself/);
    const asked = cut(rows, ['place']).columns[0]!;
    assert.equal(asked.levels.at(-1)!.name, '9 other values');
    assert.equal(asked.levels.length, 12);
  });

  test('a column that no sample has is an error that names the nearest', () => {
    const rows = [{ sex: 'f', localization: 'back' }];
    assert.throws(
      () => cut(rows, ['localisation']),
      (error) =>
        error instanceof OslerError && error.code === 'USAGE' && /Did you mean "localization"/.test(error.hint!),
    );
    assert.throws(() => cut([{}], ['sex']), /these samples have no columns/);
  });
});

describe('subgroups', () => {
  test('a planted gap is found, named and certain; one that is not there is not', () => {
    const next = generator(3);
    const test = withMeta(() => ({ site: ['A', 'B', 'C'][Math.floor(next() * 3)]!, sex: next() < 0.5 ? 'f' : 'm' }));
    for (const [i, { site }] of test.meta.entries()) {
      if (site === 'C') for (let c = 0; c < 2; c++) test.logits[i * 2 + c] = next();
    }
    const { subgroups } = evaluate({ test, options: { subgroups: 'all', resamples: 0 } });
    const { gaps, cells, tests, overall, metrics } = subgroups!;
    assert.deepEqual(metrics, ['auroc', 'sensitivity', 'specificity', 'accuracy']);
    assert.ok(overall.auroc!.value! > 0.6);
    assert.equal(gaps[0]!.worse.includes('site: C'), true);
    assert.ok(gaps[0]!.adjusted < 0.001);
    const own = gaps.filter(({ columns }) => columns.join() === 'sex');
    assert.ok(own.every(({ adjusted }) => adjusted > 0.05));
    assert.equal(tests, gaps.length);
    for (const gap of gaps) assert.ok(gap.low <= gap.difference && gap.difference <= gap.high && gap.adjusted >= gap.p);
    assert.equal(
      cells.filter(({ columns }) => columns.length === 1).reduce((sum, { samples }) => sum + samples, 0),
      800,
    );
    assert.equal(cells.filter(({ columns }) => columns.length === 2).length, 6);
  });

  test('small levels are named, in no gap and not crossed', () => {
    const test = withMeta((i) => ({ device: i % 50 === 0 ? 'rare' : i % 2 ? 'x' : 'y', sex: i % 3 ? 'f' : 'm' }));
    const { cells, gaps } = evaluate({ test, options: { subgroups: ['device', 'sex'], resamples: 0 } }).subgroups!;
    const rare = cells.find(({ name }) => name === 'device: rare')!;
    assert.match(rare.small!, /of the 10 groups that it takes/);
    assert.ok(rare.metrics.auroc!.low !== null);
    assert.ok(!gaps.some(({ better, worse }) => `${better}${worse}`.includes('rare')));
    assert.ok(!cells.some(({ name, columns }) => columns.length === 2 && name.includes('rare')));
  });

  test('groups of several samples widen the intervals, as the cluster they are', () => {
    const of = (perGroup: number) => {
      const test = withMeta((i) => ({ half: i % 2 ? 'a' : 'b' }), { perGroup });
      // One answer for all pictures of a patient.
      if (perGroup > 1) {
        for (let i = 0; i < 400; i++) {
          const first = Math.floor(i / perGroup) * perGroup;
          test.labels[i] = test.labels[first]!;
          test.logits.set(test.logits.subarray(first * 2, first * 2 + 2), i * 2);
        }
      }
      return evaluate({ test, options: { subgroups: 'all', resamples: 0 } }).subgroups!.cells[0]!.metrics;
    };
    const width = ({ low, high }: { low: number | null; high: number | null }) => high! - low!;
    const [single, grouped] = [of(1), of(4)];
    assert.equal(grouped.sensitivity!.method, 'wilsonGroups');
    assert.ok(width(grouped.sensitivity!) > 1.5 * width(single.sensitivity!));
    assert.ok(width(grouped.auroc!) > 1.3 * width(single.auroc!));
  });

  test('many classes: averages of those that a cell holds, compared only where it holds all', () => {
    const next = generator(8);
    const classes = ['a', 'b', 'c', 'd'];
    const test = withMeta(() => ({ site: next() < 0.5 ? 'A' : 'B' }), { classes, samples: 300 });
    const whole = evaluate({ test, options: { subgroups: 'all', resamples: 0 } }).subgroups!;
    assert.deepEqual(
      new Set(whole.gaps.map(({ metric }) => metric)),
      new Set(['macroAuroc', 'balancedAccuracy', 'accuracy']),
    );
    for (const [i, row] of test.meta.entries()) if (test.labels[i] === 3) row.site = 'A';
    const part = evaluate({ test, options: { subgroups: 'all', resamples: 0 } }).subgroups!;
    assert.deepEqual(
      part.gaps.map(({ metric }) => metric),
      ['accuracy'],
    );
    assert.match(part.cells[1]!.metrics.macroAuroc!.reason!, /without d/);
    assert.ok(part.cells[1]!.metrics.macroAuroc!.value! > 0.5);
  });

  test('nothing to cut, one class, ten samples: no subgroups or reasons, no NaN', () => {
    const plain = fakePredictions({ samples: 50, classes: ['a', 'b'], seed: 1 });
    assert.equal(evaluate({ test: plain, options: { subgroups: 'all', resamples: 0 } }).subgroups, null);
    assert.equal(evaluate({ test: withMeta(() => ({ sex: 'f' })), options: { resamples: 0 } }).subgroups, null);
    const few = withMeta((i) => ({ sex: i % 2 ? 'f' : 'm' }), { samples: 10 });
    few.labels.fill(1);
    const { subgroups } = evaluate({ test: few, options: { subgroups: 'all', resamples: 0 } });
    assert.equal(subgroups!.tests, 0);
    assert.match(subgroups!.cells[0]!.metrics.specificity!.reason!, /not estimable/);
    assert.ok(!JSON.stringify(subgroups).includes('NaN'));
  });
});

test("an AUROC's moves give DeLong's variance, within groups too", () => {
  const { labels, logits }: Predictions = fakePredictions({ samples: 60, classes: ['a', 'b'], seed: 2 });
  const scores = Float64Array.from(labels, (_, i) => logits[i * 2 + 1]!);
  const rows = [...labels.keys()];
  const positive = Uint8Array.from(labels);
  const none = { value: 0, units: new Int32Array(), moves: new Float64Array(), freedom: 0 };
  for (const size of [1, 3]) {
    const units = Int32Array.from(rows, (i) => Math.floor(i / size));
    const own = aurocInfluence({ rows, units }, positive, scores)!;
    const { aucs, covariance } = delong(positive, [scores], units)!;
    assert.ok(Math.abs(own.value - aucs[0]!) < 1e-12);
    // The corrections for few units differ by some per cent.
    const ratio = differenceVariance(own, none) / covariance[0]![0]!;
    assert.ok(ratio > 0.94 && ratio < 1.06, String(ratio));
  }
});
