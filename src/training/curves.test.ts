import assert from 'node:assert/strict';
import { test } from 'node:test';
import { curvesToSvg } from './curves.ts';
import { chartsToSvg } from './line-chart.ts';
import { firstDifference, type LogLine, metricRows, parseLog } from './log.ts';

function lines(epochs: number, perEpoch: number): LogLine[] {
  const out: LogLine[] = [];
  for (let e = 1; e <= epochs; e++) {
    for (let s = 1; s <= perEpoch; s++) {
      const step = (e - 1) * perEpoch + s;
      out.push({ type: 'step', step, epoch: e, loss: 1 / step, lr: 0.1, imagesPerSecond: 100, time: step });
    }
    out.push({
      type: 'epoch',
      epoch: e,
      step: e * perEpoch,
      loss: 1 / e,
      val: { loss: 1 / e, auroc: 0.5 + e / 100 },
      best: true,
      seconds: e,
      time: e,
    });
  }
  return out;
}

test('curves are well-formed, have a line for each series and stay small for long runs', () => {
  const svg = curvesToSvg('a <run>', lines(20, 500));
  assert.match(svg, /^<svg xmlns="http:\/\/www.w3.org\/2000\/svg"/);
  assert.ok(svg.includes('a &lt;run&gt;'));
  for (const name of ['training', 'validation', 'auroc', 'lr', 'best']) assert.ok(svg.includes(`>${name}<`), name);
  assert.ok(!svg.includes('NaN'));
  assert.ok(svg.length < 60_000, String(svg.length));
});

test('curves of an empty log and charts with values that are not finite are still drawn', () => {
  assert.ok(!curvesToSvg('none', []).includes('NaN'));
  const svg = chartsToSvg([
    {
      title: 'rate',
      xLabel: 'lr',
      logX: true,
      series: [
        {
          name: 's',
          colour: '#000',
          points: [
            [1e-6, 1],
            [1e-3, Number.NaN],
            [1, Number.POSITIVE_INFINITY],
            [0.1, 2],
          ],
        },
      ],
      marks: [{ x: 1e-3, label: 'here' }],
    },
  ]);
  assert.ok(!/NaN|Infinity/.test(svg));
});

test('a log that was cut off is read up to its last whole line, and turned into rows', () => {
  const text = lines(1, 2)
    .map((l) => `${JSON.stringify(l)}\n`)
    .join('');
  assert.equal(parseLog(`${text}{"type":"st`).length, 3);
  const keys = parseLog(text)
    .flatMap(metricRows)
    .map((r) => `${r.key}@${r.step}`);
  assert.deepEqual(keys.slice(0, 3), ['train.loss@1', 'train.lr@1', 'train.imagesPerSecond@1']);
  assert.ok(keys.includes('val.auroc@2'));
});

test('logs are compared in all that can be reproduced, and the first difference is named', () => {
  const a = lines(2, 3);
  const b = lines(2, 3).map((l) => ({ ...l, time: l.time + 9 }));
  assert.equal(firstDifference(a, b), null);
  const c = structuredClone(a);
  c[5] = { ...c[5]!, loss: 0.3 };
  assert.equal(firstDifference(a, c), 'step 5: loss was 0.2, now 0.3');
  assert.equal(firstDifference(a, a.slice(0, 4)), 'step 4 is only in the recorded run');
});
