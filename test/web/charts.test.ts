import assert from 'node:assert/strict';
import { test } from 'node:test';
import sharp from 'sharp';
import { endsOf, logEndsOf } from '../../web/src/charts/ends.ts';
import { init } from '../../web/src/charts/engine.ts';
import { linesOption } from '../../web/src/charts/lines-option.ts';
import { figure } from '../../web/src/charts/numbers.ts';
import { FONT, LOOKS, seriesStyle } from '../../web/src/charts/palette.ts';
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

test('an axis never shows what its quantity can not be, and a single value lies close inside of its ends', () => {
  const share = [0, 1] as const;
  // The engine's own ends are 0 and 1.6 here.
  assert.deepEqual(endsOf([0.8, 0.8], share), { min: 0.75, max: 0.85, interval: 0.025 });
  assert.deepEqual(endsOf([1], share), { min: 0.95, max: 1, interval: 0.025 });
  assert.deepEqual(endsOf([0], share), { min: 0, max: 0.05, interval: 0.025 });
  assert.deepEqual(endsOf([0.62, 0.99, Number.NaN], share), { min: 0.6, max: 1, interval: 0.1 });
  assert.deepEqual(endsOf([-0.1, 0.3], [-1, 1]), { min: -0.1, max: 0.3, interval: 0.1 });
  // Another program's accuracy in per cent.
  assert.equal(endsOf([62, 99], share), undefined);
  assert.equal(endsOf([1, 2]), undefined, 'the engine knows');
  assert.equal(endsOf([Number.NaN, Number.POSITIVE_INFINITY]), undefined);
  for (const value of [0, 3, -2, 1e-7, 5e9]) {
    const { min, max } = endsOf([value, value])!;
    assert.ok(min <= value && value <= max && min < max, String(value));
    assert.ok(value < 0 || min >= 0, 'what is never below zero has no axis below zero');
  }
  assert.deepEqual(endsOf([7], undefined, true), { min: 6, max: 8, interval: 1 });
});

test('a logarithmic axis ends at round figures, beside its values and never on them', () => {
  assert.deepEqual(logEndsOf([0.001, 0.1]), { min: 0.0005, max: 0.2 });
  assert.deepEqual(logEndsOf([0.00101, 0.3, 0, -1, Number.NaN]), { min: 0.0005, max: 0.5 });
  assert.deepEqual(logEndsOf([3]), { min: 2, max: 5 });
  assert.equal(logEndsOf([0]), undefined);
});

test('one point has room on both axes; a band says no more than its ends', () => {
  const axes = { x: { label: 'step', whole: true }, y: { label: 'auroc', bounds: [0, 1] as const }, marks: [] };
  const one = linesOption({ lines: [{ id: 'a', name: 'a', place: 0, x: [5], y: [0.5] }], ...axes }, LOOKS.light);
  const { xAxis, yAxis } = one as { xAxis: { min: number; max: number }; yAxis: { min: number; max: number } };
  assert.deepEqual([xAxis.min, xAxis.max, yAxis.min, yAxis.max], [4, 6, 0.45, 0.55]);
  const x = [0, 1, 2, 3];
  const band = { low: [0.1, 0.2, 0.1, 0.3], high: [0.5, 0.9, 0.6, 0.7] };
  const drawn = linesOption(
    { lines: [{ id: 'a', name: 'a', place: 0, x, y: [0.3, 0.4, 0.3, 0.5], ...band }], ...axes },
    LOOKS.light,
  );
  const [first] = (drawn as { series: { data: number[][] }[] }).series;
  assert.deepEqual(first!.data, [
    [0, 0.1, 0.9, 0],
    [3, 0.1, 0.9, -1],
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

test('no two colours of a scheme look alike', () => {
  for (const scheme of ['light', 'dark'] as const) {
    const colours = [...new Set(Array.from({ length: 12 }, (_, place) => seriesStyle(place, scheme).colour))];
    for (const [i, one] of colours.entries())
      for (const other of colours.slice(i + 1)) {
        const apart = Math.hypot(...lab(one).map((value, k) => value - lab(other)[k]!));
        assert.ok(apart > 20, `${scheme}: ${one} and ${other} are ${apart.toFixed(0)} apart in CIELAB`);
      }
  }
});

/** CIELAB of #rrggbb (D65). */
function lab(colour: string): [number, number, number] {
  const [r, g, b] = [1, 3, 5].map((at) => {
    const value = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4;
  }) as [number, number, number];
  const [x, y, z] = [
    (0.4125 * r + 0.3576 * g + 0.1804 * b) / 0.9505,
    0.2127 * r + 0.7152 * g + 0.0722 * b,
    (0.0193 * r + 0.1192 * g + 0.9503 * b) / 1.0888,
  ].map((value) => (value > 0.008856 ? Math.cbrt(value) : 7.787 * value + 16 / 116)) as [number, number, number];
  return [116 * y - 16, 500 * (x - y), 200 * (y - z)];
}

test('a saved chart is a drawing that other programs open', async () => {
  const chart = init(null, null, { renderer: 'svg', ssr: true, width: 300, height: 200 });
  chart.setOption({
    animation: false,
    textStyle: { fontFamily: FONT },
    xAxis: { type: 'category', data: ['a "quoted" <class>', "it's & b"], name: 'class' },
    yAxis: { type: 'value', name: 'images' },
    series: [{ type: 'bar', data: [1, 2] }],
  });
  const legend = [{ name: 'mole & "more"', style: seriesStyle(0, 'light') }];
  const svg = standalone(chart.renderToSVGString(), 300, 200, LOOKS.light, {
    title: 'A <title>',
    note: 'by "class"',
    legend,
  });
  chart.dispose();
  // A strict reader: it refuses what is no XML.
  const { data, info } = await sharp(Buffer.from(svg))
    .flatten({ background: 'white' })
    .greyscale()
    .raw()
    .toBuffer({ resolveWithObject: true });
  assert.equal(info.width, 300);
  assert.ok(
    data.some((value) => value < 128),
    'something is drawn',
  );
});
