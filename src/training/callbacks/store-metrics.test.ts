import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { MetricRow } from '../log.ts';
import { StoreMetrics } from './store-metrics.ts';
import { FakeFit } from './testing.ts';

test('rows leave in batches: once a second, at the end of an epoch, at the end', () => {
  const sent: MetricRow[][] = [];
  let now = 0;
  const metrics = new StoreMetrics(
    (rows) => sent.push(rows),
    () => now,
  );
  const fit = new FakeFit();
  for (now of [100, 200, 1100, 1200]) metrics.onStep(fit, fit.next());
  assert.deepEqual(
    sent.map((rows) => rows.length),
    [9],
  );
  metrics.onEpochEnd(fit, fit.end({ auroc: 0.9, loss: null }));
  assert.deepEqual(
    sent[1]!.map((row) => row.key),
    ['train.loss', 'train.lr', 'train.imagesPerSecond', 'epoch.loss', 'val.auroc'],
  );
  metrics.onStep(fit, fit.next());
  metrics.flush();
  metrics.flush();
  assert.equal(sent.length, 3);
});
