import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createModel } from '../../models/index.ts';
import { FreezeBackbone } from './freeze-backbone.ts';
import { FakeFit } from './testing.ts';

test('the head alone for the first epochs, then everything; also when a run enters later', () => {
  const model = createModel('simple_cnn', { classes: 2, channels: 1 });
  const trainable = () =>
    model
      .parameters()
      .filter((p) => p.trainable)
      .map((p) => p.name);
  const all = trainable().length;
  const freeze = new FreezeBackbone({ freeze: 'none', freezeEpochs: 2 }, model);
  const fit = new FakeFit();
  freeze.onEpochStart(fit);
  assert.deepEqual(trainable(), ['classifier.3.weight', 'classifier.3.bias']);
  fit.epoch = 2;
  freeze.onEpochStart(fit);
  assert.equal(trainable().length, all);
  fit.epoch = 50;
  new FreezeBackbone({ freeze: 'backbone', freezeEpochs: 0 }, model).onEpochStart(fit);
  assert.equal(trainable().length, 2);
});
