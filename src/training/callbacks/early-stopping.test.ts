import assert from 'node:assert/strict';
import { test } from 'node:test';
import { EarlyStopping } from './early-stopping.ts';
import { FakeFit } from './testing.ts';

test('stops after so many epochs without improvement, and remembers them over a resumption', () => {
  const fit = new FakeFit();
  let stopping = new EarlyStopping({ patience: 3, minDelta: 0.01 }, 'auroc', 'max');
  for (const value of [0.7, 0.8, 0.805, 0.79]) {
    stopping.onEpochEnd(fit, fit.end({ auroc: value }));
    const next = new EarlyStopping({ patience: 3, minDelta: 0.01 }, 'auroc', 'max');
    next.loadState(JSON.parse(JSON.stringify(stopping.state())));
    stopping = next;
  }
  assert.deepEqual(fit.stopped, []);
  stopping.onEpochEnd(fit, fit.end({ auroc: 0.8 }));
  assert.deepEqual(fit.stopped, ['validation AUROC has not improved for 3 epochs']);
});

test('a metric that could not be computed counts as no improvement; for a loss less is better', () => {
  const fit = new FakeFit();
  const stopping = new EarlyStopping({ patience: 2, minDelta: 0 }, 'loss', 'min');
  for (const value of [1, 0.5, null, 0.6]) stopping.onEpochEnd(fit, fit.end({ loss: value }));
  assert.equal(fit.stopped.length, 1);
});
