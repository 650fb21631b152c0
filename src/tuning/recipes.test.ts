import assert from 'node:assert/strict';
import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config/load.ts';
import type { OslerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import { TrainConfig } from '../training/config.ts';
import { readSweep } from './begin-from-file.ts';
import { SweepConfig } from './config.ts';
import { checkSpace } from './plan.ts';
import { gridOf } from './samplers/plain.ts';

const folder = fileURLToPath(new URL('../../configs/sweeps', import.meta.url));

test('a mistake in a file is told with its line and key', () => {
  const path = join(mkdtempSync(join(tmpdir(), 'osler-recipes-')), 'x.yaml');
  const told = (text: string): string => {
    writeFileSync(path, `recipe: demo\n${text}`);
    try {
      loadConfig(SweepConfig, { recipe: path });
    } catch (error) {
      return (error as Error).message.replaceAll(path, 'x.yaml');
    } finally {
      rmSync(path);
    }
    return '';
  };
  assert.match(
    told('space: {a: {lo: 1}}'),
    /x.yaml:2: unknown key "space.a.lo"; the nearest valid key is "space.a.low"/,
  );
  assert.match(told('space: {a: {low: x, high: 1}}'), /"space.a.low" is "x"; expected a number/);
  assert.match(told('space: {a: 3}'), /"space.a" is 3; expected a list, each item any value, or a map/);
  assert.match(told('method: {kind: tpee}\nspace: {a: [1]}'), /did you mean "tpe"/);
});

for (const file of readdirSync(folder)) {
  test(`the sweep ${file} fits its recipe`, () => {
    const { value: config } = loadConfig(SweepConfig, { recipe: `${folder}/${file}` });
    const { value: recipe } = loadConfig(TrainConfig, { recipe: config.recipe, overrides: ['dataset=any'] });
    const space = checkSpace(recipe, config);
    if (file === 'grid-162.yaml') assert.equal(gridOf(space).length, 162);
    else assert.ok(config.trials !== null);
    if (file === 'bayes-hyperband.yaml') {
      assert.equal(config.method.kind, 'gp');
      assert.deepEqual(config.pruning, { kind: 'hyperband', minEpochs: 3, factor: 3 });
    }
  });
}

test("a sweep's own key among the settings of its recipe is told as such", async () => {
  const wish = { file: 'sweeps/first-try', accepted: null, workers: 1 };
  const told = (setting: string, hint: RegExp) =>
    assert.rejects(readSweep({} as Store, { ...wish, settings: ['dataset=any', setting] }), (error: OslerError) => {
      assert.equal(error.code, 'CONFIG_INVALID');
      assert.match(error.message, /is a key of the sweep; settings are those of its recipe/);
      assert.match(error.hint!, hint);
      return true;
    });
  await told('trials=3', /in the sweep's file, or name a number with --trials/);
  await told('method.kind=gp', /in the sweep's file\.$/);
});

test('what is missing in a sweep belongs into its file, not on the command line', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'osler-recipes-')), 'x.yaml');
  writeFileSync(file, 'recipe: demo\n');
  await assert.rejects(
    readSweep({} as Store, { file, settings: [], accepted: null, workers: 1 }),
    (error: OslerError) => {
      assert.match(error.message, /"space" is missing/);
      assert.match(error.hint!, /^docs\/sweeps\.md/);
      return true;
    },
  );
});

test('a recipe in the place of a sweep is told as one', async () => {
  const wish = { settings: [], accepted: null, workers: 1 };
  await assert.rejects(readSweep({} as Store, { ...wish, file: 'demo' }), {
    code: 'CONFIG_INVALID',
    message: '"demo" is a recipe of one training, not a sweep.',
  });
});
