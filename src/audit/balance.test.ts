import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Dataset, Sample, Split } from '../data/sample.ts';
import { aurocError, positivesForAuroc, samplesForProportion, wilsonWidth } from './balance/sizes.ts';
import { balance } from './balance.ts';
import { BalanceResult } from './balance-result.ts';
import { readColumns } from './columns.ts';

type Row = [label: string, split: Split, group: string, meta?: Sample['meta']];

function dataset(rows: readonly Row[], classes?: string[]): Pick<Dataset, 'record' | 'samples'> {
  const samples = rows.map(([label, split, group, meta = {}], i): Sample => {
    return { id: `${i}`, uri: '', sha256: '', label, split, group, width: 1, height: 1, meta };
  });
  const names = classes ?? [...new Set(rows.map(([label]) => label))].sort();
  return { record: { classes: names } as Dataset['record'], samples: () => samples };
}

const many = (count: number, row: (i: number) => Row): Row[] => Array.from({ length: count }, (_, i) => row(i));

test('sample sizes: Wilson and Hanley-McNeil, checked by their own widths', () => {
  for (const [width, expected] of [
    [0.1, 0.9],
    [0.1, 0.5],
    [0.2, 0.95],
  ] as const) {
    const n = samplesForProportion(width, expected);
    assert.ok(wilsonWidth(n, expected) <= width && wilsonWidth(n - 1, expected) > width);
  }
  // Wald's textbook number for 0.5 +- 0.05 is 384.16; Wilson's is z2 less.
  assert.equal(samplesForProportion(0.1, 0.5), 381);
  // The example of Hanley and McNeil (1982): 51 abnormal and 58 normal scans, 0.893 with a standard error of 0.032.
  assert.ok(Math.abs(aurocError(0.893, 51, 58) - 0.032) < 0.001);
  const n = positivesForAuroc(0.1, 0.9, 400)!;
  assert.ok(2 * 1.96 * aurocError(0.9, n, 400) <= 0.1 && 2 * 1.96 * aurocError(0.9, n - 1, 400) > 0.1);
  assert.equal(positivesForAuroc(0.1, 0.9, 3), null, 'three others never do');
  assert.equal(positivesForAuroc(0.1, 0.9, 0), null);
});

test('cells count patients, name the smallest, and say what is missing', () => {
  const rows = [
    ...many(200, (i) => ['nevus', 'train', `t${i}`, { sex: i % 2 ? 'f' : 'm', age: 20 + (i % 60) }]),
    ...many(40, (i) => ['melanoma', 'train', `m${i}`, { sex: 'f', age: 60 }]),
    ...many(160, (i) => ['nevus', 'test', `n${i}`, { sex: i % 2 ? 'f' : 'm', age: 20 + (i % 60) }]),
    // Thirty images, ten patients.
    ...many(30, (i) => ['melanoma', 'test', `x${i % 10}`, { sex: i % 10 === 0 ? 'm' : 'f', age: 70 }]),
    ...many(9, (i) => ['nevus', 'val', `v${i}`, { sex: 'f', age: 30 }]),
  ] satisfies Row[];
  const result = balance(dataset(rows as Row[]));
  BalanceResult.parse(result);
  const cell = result.cells.find(
    ({ split, label, column }) => split === 'test' && label === 'melanoma' && column === null,
  )!;
  assert.deepEqual([cell.samples, cell.units], [30, 10]);
  assert.deepEqual(
    result.columns.map(({ name, values }) => [name, values.length]),
    [
      ['age', 4],
      ['sex', 2],
    ],
  );
  const first = result.smallest[0]!;
  assert.deepEqual([first.split, first.label, first.units, first.width], ['val', 'melanoma', 0, null]);
  const size = result.sampleSizes.find(({ metric, label }) => metric === 'sensitivity' && label === 'melanoma')!;
  assert.deepEqual([size.present, size.needed, size.enough], [10, 141, false]);
  assert.equal(
    result.sampleSizes.find(({ metric, label }) => metric === 'sensitivity' && label === 'nevus')!.enough,
    true,
  );
  assert.equal(result.imbalance, 5);
  const text = result.summary.join('\n');
  assert.match(text, /val has no image of melanoma/);
  assert.match(text, /melanoma \(10: ±0\.1\d\)/);
  assert.match(text, /smallest subgroups of test: melanoma, sex m \(1\)/);
  assert.match(text, /5\.0 times as many images of nevus .*recipe says loss\.classWeights=balanced/);
  const wide = balance(dataset(rows as Row[]), { width: 0.5, columns: ['sex'] });
  assert.deepEqual(
    wide.columns.map(({ name }) => name),
    ['sex'],
  );
  assert.throws(() => balance(dataset(rows as Row[]), { columns: ['sexx'] }), { code: 'USAGE' });
  assert.throws(() => balance(dataset(rows as Row[]), { width: 0 }), { code: 'USAGE' });
});

test('of a column with many values the commonest stay apart', () => {
  const rows = many(
    400,
    (i): Row => ['a', 'test', `${i}`, { site: `site ${String(Math.floor(Math.sqrt(i))).padStart(2, '0')}` }],
  );
  const { columns, cells } = balance(dataset(rows));
  const { values } = columns[0]!;
  assert.equal(values.length, 12);
  assert.ok(values.includes('others') && values.includes('site 19') && !values.includes('site 00'));
  const test = cells.filter(({ split, column }) => split === 'test' && column === 'site');
  assert.equal(
    test.reduce((sum, { samples }) => sum + samples, 0),
    400,
  );
});

test('one class, an empty class, no test split: words and numbers, never NaN', () => {
  for (const [rows, classes] of [
    [many(5, (i) => ['a', 'train', `${i}`]), ['a', 'b']],
    [many(5, (i) => ['a', 'test', `${i}`]), ['a']],
    [many(0, (i) => ['a', 'test', `${i}`]), ['a', 'b']],
  ] as const) {
    const result = balance(dataset(rows, [...classes]));
    BalanceResult.parse(result);
    assert.ok(!/NaN|Infinity|undefined/.test(JSON.stringify(result)));
  }
});

test('columns are sorted into what can be used and what cannot, with the reason', () => {
  const rows = many(
    60,
    (i): Row => [
      i % 2 ? 'ill' : 'well',
      'train',
      `${i}`,
      {
        outcome: i % 2 ? 'Ill' : 'Well',
        image_id: `x${i}`,
        file: i,
        site: ['A', 'B', 'unknown'][i % 3]!,
        place: ['left arm', 'back', 'face', 'elsewhere'][i % 4]!,
        smoker: i % 5 === 0,
        dose: i / 7,
        scanner_id: i % 3,
        empty: null,
        same: 'x',
        note: `text ${i}`,
        sex: i % 2 ? 'f' : 'm',
        // As the NIH's chest films and DICOM call it.
        'Patient Age': 20 + (i % 50),
        PatientSex: i % 2 ? 'F' : 'M',
        'View Position': i % 2 ? 'PA' : 'AP',
      },
    ],
  );
  const { columns, left } = readColumns(dataset(rows).samples());
  assert.deepEqual(
    columns.map(({ name, kind, patient }) => [name, kind, patient]),
    [
      ['Patient Age', 'number', true],
      ['PatientSex', 'category', true],
      ['View Position', 'category', false],
      ['dose', 'number', false],
      ['place', 'category', true],
      ['scanner_id', 'category', false],
      ['sex', 'category', true],
      ['site', 'category', false],
      ['smoker', 'category', true],
    ],
  );
  assert.equal(columns.find(({ name }) => name === 'site')!.values[2], undefined, '"unknown" says nothing');
  const reasons = Object.fromEntries(left.map(({ name, reason }) => [name, reason]));
  assert.match(reasons.outcome!, /repeats the label/);
  assert.match(reasons.image_id!, /names the image/);
  assert.match(reasons.file!, /names the image/);
  assert.match(reasons.empty!, /empty/);
  assert.match(reasons.same!, /one value/);
  assert.match(reasons.note!, /hardly any value/);
});
