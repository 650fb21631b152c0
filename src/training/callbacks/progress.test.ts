import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Progress } from '../../progress.ts';
import { duration, ProgressReport } from './progress.ts';
import { FakeFit } from './testing.ts';

test('tells loss, images a second and the time left of the whole training; the last batch of an epoch always', () => {
  const seen: Progress[] = [];
  const lines: string[] = [];
  let now = 0;
  const report = new ProgressReport(
    (p) => seen.push(p),
    (text) => lines.push(text),
    { now: () => now },
  );
  const fit = new FakeFit();
  report.onEpochStart(fit);
  for (let i = 0; i < 4; i++) {
    now += 1000;
    report.onStep(fit, fit.next({ loss: 0.5, imagesPerSecond: 32 }));
  }
  now += 10;
  assert.deepEqual(seen.at(-1), { task: 'epoch 1/10', done: 4, total: 4, note: 'loss 0.5000  32 img/s  0:36 left' });
  report.onEpochEnd(fit, fit.end({ loss: 0.4, auroc: null }, true));
  assert.deepEqual(lines, ['epoch 1/10  loss 1.0000  val loss 0.4000  auroc none  0:36 left  best']);
  // Two steps at the same moment are one message.
  const count = seen.length;
  now += 1000;
  report.onStep(fit, fit.next());
  report.onStep(fit, fit.next());
  assert.equal(seen.length, count + 1);
});

test('durations', () => {
  assert.deepEqual([0, 59.6, 61, 3723, Number.NaN].map(duration), ['0:00', '1:00', '1:01', '1:02:03', '?']);
});
