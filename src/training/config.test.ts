import assert from 'node:assert/strict';
import { globSync } from 'node:fs';
import { basename } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config/load.ts';
import { modelSpec } from '../models/index.ts';
import { decisionOf, effectiveConfig, TrainConfig, viewsOf } from './config.ts';
import { smallConfig } from './testing.ts';

const CONFIGS = fileURLToPath(new URL('../../configs', import.meta.url));
const recipes = globSync('*.yaml', { cwd: CONFIGS }).map((file) => basename(file, '.yaml'));

for (const recipe of recipes) {
  test(`the recipe ${recipe} is valid once it is given a dataset`, () => {
    const { value } = loadConfig(TrainConfig, { recipe, overrides: ['dataset=x'], folders: [CONFIGS] });
    assert.ok(modelSpec(value.model.name).minSize > 0);
  });
}

test('a misspelt key is named with the nearest valid one; a section of another kind takes nothing over', () => {
  const load = (...overrides: string[]) => loadConfig(TrainConfig, { recipe: 'demo', overrides, folders: [CONFIGS] });
  assert.throws(() => load('dataset=x', 'training.epoch=3'), /training\.epochs/);
  assert.throws(() => load(), /dataset/);
  const { value } = load(
    'dataset=x',
    'schedule.kind=step',
    'loss.kind=focal',
    'optimiser.kind=sgd',
    'optimiser.lr=0.1',
  );
  assert.deepEqual([value.schedule.kind, value.loss.kind, value.optimiser.kind], ['step', 'focal', 'sgd']);
});

test('images that cannot grow are named with what would have to be smaller', () => {
  const at = (size: number | [number, number], from: number) =>
    TrainConfig.safeParse({ ...smallConfig(), data: { size }, training: { epochs: 2, progressive: { from } } });
  assert.ok(at(64, 0.5).success);
  assert.ok(at([64, 32], 0.5).success);
  for (const [size, from] of [
    [24, 0.5],
    [64, 0.9],
  ] as const) {
    const [issue] = at(size, from).error!.issues;
    assert.equal(issue?.path.join('.'), 'training.progressive.from');
    assert.match(issue.message, new RegExp(`${from} of ${size}x${size} pixels`));
  }
});

test('fastDevRun is one batch of one epoch', () => {
  const { training } = effectiveConfig(
    smallConfig({
      training: { fastDevRun: true, epochs: 9, earlyStopping: { patience: 2 }, progressive: { from: 0.5 } },
      data: { size: 64 },
    }),
  );
  const { epochs, limitBatches, earlyStopping, progressive } = training;
  // One batch of the whole size: does that fit into memory?
  assert.deepEqual([epochs, limitBatches, earlyStopping, progressive], [1, 1, null, null]);
});

test('a recipe from before there was a choice decides for the likeliest class', () => {
  assert.equal(decisionOf({ config: {} }), 'likeliest');
  assert.equal(decisionOf({ config: { evaluation: { positive: ['mel'] } } }), 'likeliest');
  assert.equal(decisionOf({ config: { evaluation: { decision: 'balanced' } } }), 'balanced');
});

test('mirrored views are asked of a network that learns from mirrored images; by default there are none', () => {
  const load = (...overrides: string[]) =>
    loadConfig(TrainConfig, { recipe: 'demo', overrides: ['dataset=x', ...overrides], folders: [CONFIGS] }).value;
  const flips = ['augment.flipHorizontal=0.5', 'augment.flipVertical=0.5'];
  assert.equal(load(...flips).evaluation.views, 'none');
  assert.equal(load(...flips, 'evaluation.views=mirrors').evaluation.views, 'mirrors');
  assert.throws(() => load(flips[0]!, 'augment.flipVertical=0', 'evaluation.views=mirrors'), {
    code: 'CONFIG_INVALID',
    message: /evaluation\.views.*has not learnt from \(augment\.flipVertical 0\)/,
  });
  assert.throws(() => load('evaluation.views=four'), { code: 'CONFIG_INVALID', message: /evaluation\.views.*mirrors/ });
  assert.throws(() => load('evaluation.view=mirrors'), { code: 'CONFIG_INVALID', message: /evaluation\.views/ });
  assert.equal(viewsOf({ config: {} }), 'none', 'a recipe from before there was a choice');
  assert.equal(viewsOf({ config: { evaluation: { views: 'mirrors' } } }), 'mirrors');
});
