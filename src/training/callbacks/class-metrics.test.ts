import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { EpochRecord, MetricRow } from '../log.ts';
import type { Fit } from './callback.ts';
import { ClassMetrics } from './class-metrics.ts';

const folder = mkdtempSync(join(tmpdir(), 'osler-classes-'));
after(() => rmSync(folder, { recursive: true, force: true }));

const fit = {} as Fit;
const epoch = (n: number, best: boolean): EpochRecord => ({
  type: 'epoch',
  epoch: n,
  step: n * 10,
  loss: 1,
  val: {},
  best,
  seconds: 1,
  time: 1000 + n,
});
// Truth 0 0 1 1 1; answers 0 1 1 1 0.
const ANSWERS = {
  labels: Int32Array.from([0, 0, 1, 1, 1]),
  logits: Float32Array.from([2, 0, 0, 1, 0, 3, 0, 2, 1, 0]),
};
const ALL_ZERO = { labels: ANSWERS.labels, logits: Float32Array.from([1, 0, 1, 0, 1, 0, 1, 0, 1, 0]) };

test('each class is measured after each epoch; the matrix of the best epoch is kept and drawn', () => {
  const rows: MetricRow[] = [];
  const callback = new ClassMetrics({ folder, title: 'run' }, ['a', 'b & <c>'], (some) => rows.push(...some));
  callback.onEpochEnd(fit, epoch(0, true));
  assert.equal(rows.length, 0, 'nothing was observed');
  callback.observe(ANSWERS);
  callback.onEpochEnd(fit, epoch(1, true));
  const value = (key: string) => rows.findLast((row) => row.key === key)?.value;
  assert.equal(value('val.recall/a'), 1 / 2);
  assert.equal(value('val.recall/b & <c>'), 2 / 3);
  assert.equal(value('val.precision/a'), 1 / 2);
  assert.equal(value('val.f1/b & <c>'), 2 / 3);
  // Scores of class b: -2, 1 and 3, 2, -1: of six pairs one is in the wrong order.
  assert.ok(Math.abs(value('val.auroc/a')! - 5 / 6) < 1e-9);
  assert.deepEqual(rows[0], { key: 'val.recall/a', step: 10, epoch: 1, value: 0.5, time: 1001 });
  const first = [...rows];
  callback.observe(ALL_ZERO);
  rows.length = 0;
  callback.onEpochEnd(fit, epoch(2, false));
  assert.equal(value('val.precision/b & <c>'), undefined, 'what can not be estimated is left out');
  const written = JSON.parse(readFileSync(join(folder, 'validation.json'), 'utf8'));
  assert.deepEqual([written.best.epoch, written.best.confusion], [1, [1, 1, 1, 2]]);
  assert.deepEqual([written.last.epoch, written.last.confusion], [2, [2, 0, 3, 0]]);
  const svg = readFileSync(join(folder, 'confusion.svg'), 'utf8');
  assert.match(svg, /epoch 1<\/text>/);
  assert.match(svg, /b &amp; &lt;c&gt;/);
  assert.match(svg, />67%</);

  const said = [...first, ...rows];
  const again: MetricRow[] = [];
  const resumed = new ClassMetrics({ folder, title: 'run' }, ['a', 'b & <c>'], (some) => again.push(...some));
  resumed.loadState(JSON.parse(JSON.stringify(callback.state())));
  assert.deepEqual(again, said, 'what may not have been heard is said again');
  assert.deepEqual(resumed.state(), callback.state());
  assert.equal(existsSync(join(folder, 'confusion.svg')), true);
});
