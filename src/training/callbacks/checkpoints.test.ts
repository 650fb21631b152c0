import assert from 'node:assert/strict';
import { test } from 'node:test';
import { Checkpoints } from './checkpoints.ts';
import { FakeFit } from './testing.ts';

test('written every so many steps, and at the end of an epoch', () => {
  const fit = new FakeFit();
  const checkpoints = new Checkpoints({ checkpointSeconds: 0, checkpointSteps: 2 });
  for (let i = 0; i < 5; i++) {
    fit.next();
    checkpoints.onStep(fit);
  }
  checkpoints.onEpochEnd(fit, fit.end({}, true));
  fit.next();
  checkpoints.onStep(fit);
  checkpoints.onEpochEnd(fit, fit.end({}));
  assert.deepEqual(fit.saved, ['2: last', '4: last', '5: last best', '6: last']);
});

test('written when so many seconds have passed', () => {
  const fit = new FakeFit();
  let now = 0;
  const checkpoints = new Checkpoints({ checkpointSeconds: 10, checkpointSteps: 0 }, () => now);
  for (now of [4_000, 11_000, 12_000, 22_000]) {
    fit.next();
    checkpoints.onStep(fit);
  }
  assert.deepEqual(fit.saved, ['2: last', '4: last']);
});
