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

test('where images grow their size is told, and time is reckoned by their pixels', () => {
  const [seen, lines]: [Progress[], string[]] = [[], []];
  let now = 0;
  const fit = new FakeFit();
  fit.epochs = 2;
  const sizeAt = (epoch: number) => ({ height: 32 * (epoch + 1), width: 32 * (epoch + 1) });
  const report = new ProgressReport(
    (p) => seen.push(p),
    (text) => lines.push(text),
    { sizeAt, now: () => now },
  );
  report.onEpochStart(fit);
  for (let i = 0; i < 4; i++) {
    now += 1000;
    report.onStep(fit, fit.next({ loss: 0.5, imagesPerSecond: 32 }));
  }
  // Four seconds for 32 x 32, so sixteen for four times as many.
  assert.equal(seen.at(-1)?.note, '32x32 px  loss 0.5000  32 img/s  0:16 left');
  report.onEpochEnd(fit, fit.end({ loss: 0.4 }));
  assert.deepEqual(lines, ['epoch 1/2  32x32 px  loss 1.0000  val loss 0.4000  0:16 left']);
  now += 1000;
  report.onStep(fit, fit.next());
  assert.match(seen.at(-1)!.note!, /^64x64 px /);
});

test('durations', () => {
  assert.deepEqual([0, 59.6, 61, 3723, Number.NaN].map(duration), ['0:00', '1:00', '1:01', '1:02:03', '?']);
});
