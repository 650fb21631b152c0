import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import { test } from 'node:test';
import { fileURLToPath } from 'node:url';
import { loadConfig } from '../config/load.ts';
import { TrainConfig } from '../training/config.ts';
import { SweepConfig } from './config.ts';
import { checkSpace } from './plan.ts';
import { gridOf } from './samplers/plain.ts';

const folder = fileURLToPath(new URL('../../configs/sweeps', import.meta.url));

for (const file of readdirSync(folder)) {
  test(`the sweep ${file} fits its recipe`, () => {
    const { value: config } = loadConfig(SweepConfig, { recipe: `${folder}/${file}` });
    const { value: recipe } = loadConfig(TrainConfig, { recipe: config.recipe, overrides: ['dataset=any'] });
    const space = checkSpace(recipe, config);
    if (file === 'grid-162.yaml') assert.equal(gridOf(space).length, 162);
    else assert.ok(config.trials !== null);
  });
}
