import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { processEnvironment } from '../config/environment.ts';
import { type Loaded, loadConfig } from '../config/load.ts';
import { openDataset } from '../data/dataset.ts';
import type { Acceptance, Dataset } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { SweepRecord } from '../store/sweep.ts';
import { TrainConfig } from '../training/config.ts';
import { checkRecipe } from '../training/train.ts';
import { type BeginOptions, beginSweep } from './begin.ts';
import { SweepConfig } from './config.ts';

const HINT = 'docs/sweeps.md has an example of a sweep, and what its keys mean.';

/** Of a sweep, and of no recipe. */
const OWN_KEYS = new Set(Object.keys(SweepConfig.shape).filter((key) => !Object.hasOwn(TrainConfig.shape, key)));

export interface SweepWish {
  /** A sweep's file, or its name in `configs/`. */
  file: string;
  /** `key=value` settings of the recipe, for all trials alike. */
  settings: readonly string[];
  trials?: number | undefined;
  name?: string | undefined;
  accepted: Acceptance | null;
  /** Trainings at a time: each gets its part of the cores. */
  workers: number;
}

/** Records the sweep that a file describes. Throws NOT_FOUND, CONFIG_INVALID and LEAKY_SPLIT before anything is trained. */
export async function beginFromFile(store: Store, wish: SweepWish): Promise<SweepRecord> {
  const { config, recipe, dataset, options } = await readSweep(store, wish);
  return beginSweep(store, config, recipe.value, dataset, options);
}

function sweepOf(file: string): SweepConfig {
  try {
    return loadConfig(SweepConfig, { recipe: file, hint: HINT }).value;
  } catch (error) {
    // A dataset is what a recipe leaves to who trains.
    if (error instanceof OslerError && error.code === 'CONFIG_INVALID' && isRecipe(file))
      throw new OslerError('CONFIG_INVALID', `"${file}" is a recipe of one training, not a sweep.`, {
        hint: `A sweep names it (recipe: ${file}) beside the settings that it tries (space: ...): docs/sweeps.md has an example.`,
        cause: error,
      });
    throw error;
  }
}

function isRecipe(file: string): boolean {
  try {
    loadConfig(TrainConfig, { recipe: file, overrides: ['dataset=any'] });
    return true;
  } catch {
    return false;
  }
}

/** A sweep's file with what is laid on it. Throws NOT_FOUND, CONFIG_INVALID. */
export async function readSweep(
  store: Store,
  wish: SweepWish,
): Promise<{ config: SweepConfig; recipe: Loaded<TrainConfig>; dataset: Dataset; options: BeginOptions }> {
  const own = wish.settings.map((text) => text.split(/[.=]/, 1)[0]!).find((key) => OWN_KEYS.has(key));
  if (own !== undefined)
    throw new OslerError('CONFIG_INVALID', `"${own}" is a key of the sweep; settings are those of its recipe.`, {
      hint: `Write it in the sweep's file${own === 'trials' ? ', or name a number with --trials' : ''}.`,
    });
  const config = sweepOf(wish.file);
  const given = Object.entries(config.settings).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const recipe = loadConfig(TrainConfig, {
    recipe: config.recipe,
    overrides: [...given, ...wish.settings],
    env: processEnvironment().overrides,
  });
  const dataset = await openDataset(store.home, recipe.value.dataset);
  checkRecipe(dataset.record, recipe.value);
  const threads = wish.workers > 1 ? Math.max(1, Math.floor(availableParallelism() / wish.workers)) : null;
  const name = wish.name ?? config.name ?? basename(wish.file).replace(/\.ya?ml$/, '');
  return {
    config: { ...config, trials: wish.trials ?? config.trials },
    recipe,
    dataset,
    options: { name, accepted: wish.accepted, threads },
  };
}
