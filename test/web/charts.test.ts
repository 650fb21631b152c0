import assert from 'node:assert/strict';
import { test } from 'node:test';
import { figure } from '../../web/src/charts/numbers.ts';
import { LOOKS, seriesStyle } from '../../web/src/charts/palette.ts';
import { csv, fileName, standalone } from '../../web/src/charts/save.ts';
import { nearest, smooth } from '../../web/src/charts/smooth.ts';

test('smoothing begins at the first value, keeps a constant, and leaves gaps as gaps', () => {
  assert.deepEqual(smooth([1, 2, null, 3], 0), [1, 2, null, 3]);
  for (const value of smooth([2, 2, 2, 2], 0.9)) assert.ok(Math.abs(value! - 2) < 1e-12);
  const [first, second, gap, fourth] = smooth([1, 3, Number.NaN, 5], 0.5);
  // Weights 1/3 and 2/3, then 1/7, 2/7 and 4/7: the moving average divided by the weights that it has seen.
  assert.ok(Math.abs(first! - 1) < 1e-12 && Math.abs(second! - 7 / 3) < 1e-12 && Math.abs(fourth! - 27 / 7) < 1e-12);
  assert.equal(gap, null);
});

test('the nearest place is found, also beyond both ends', () => {
  const xs = [0, 10, 20, 40];
  assert.deepEqual(
    [-5, 4, 6, 15, 29, 31, 99].map((x) => nearest(xs, x)),
    [0, 0, 1, 1, 2, 3, 3],
  );
  assert.equal(nearest([], 1), -1);
});

test('figures are short and never lose their size', () => {
  assert.deepEqual([0, 0.123456, -0.5, 1234567, 1e-9, 12.3456, Number.NaN, Number.POSITIVE_INFINITY].map(figure), [
    '0',
    '0.1235',
    '−0.5',
    '1,234,567',
    '1.00e-9',
    '12.35',
    'NaN',
    '∞',
  ]);
});

test('CSV quotes what must be quoted', () => {
  assert.equal(
    csv({
      columns: ['a', 'b,c'],
      rows: [
        ['x"y', 1],
        [null, 'two\nlines'],
      ],
    }),
    'a,"b,c"\r\n"x""y",1\r\n,"two\nlines"\r\n',
  );
  const named = csv({ columns: ['run'], rows: [['=1+cmd'], ['-0.5'], [-1], ['@a']] });
  assert.equal(named, "run\r\n'=1+cmd\r\n-0.5\r\n-1\r\n'@a\r\n", 'a name is no formula of a spreadsheet');
  assert.equal(fileName('AUROC / step (val)', 'csv'), 'auroc-step-val.csv');
});

test('a saved picture stands alone, and names in it are text', () => {
  const svg = standalone('<svg><path/></svg>', 400, 200, LOOKS.light, {
    title: 'loss <script>',
    note: 'a & b',
    legend: Array.from({ length: 12 }, (_, i) => ({ name: `run "${i}"`, style: seriesStyle(i, 'light') })),
  });
  assert.ok(svg.includes('loss &#60;script&#62;') && svg.includes('a &#38; b') && !svg.includes('<script>'));
  const height = Number(/height="(\d+)"/.exec(svg)![1]);
  const lowest = Math.max(...[...svg.matchAll(/ y="(\d+)"/g)].map((m) => Number(m[1])));
  assert.ok(lowest < height, 'the legend lies within the picture');
});

test('no two of the first 28 series look alike, in either scheme', () => {
  for (const scheme of ['light', 'dark'] as const) {
    const looks = Array.from({ length: 28 }, (_, i) => JSON.stringify(seriesStyle(i, scheme)));
    assert.equal(new Set(looks).size, 28);
  }
});
