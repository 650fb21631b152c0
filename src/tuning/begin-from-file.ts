import { availableParallelism } from 'node:os';
import { basename } from 'node:path';
import { processEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import { openDataset } from '../data/dataset.ts';
import type { Acceptance } from '../data/sample.ts';
import type { Store } from '../store/store.ts';
import type { SweepRecord } from '../store/sweep.ts';
import { TrainConfig } from '../training/config.ts';
import { checkRecipe } from '../training/train.ts';
import { beginSweep } from './begin.ts';
import { SweepConfig } from './config.ts';

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
  const { value: config } = loadConfig(SweepConfig, { recipe: wish.file });
  const given = Object.entries(config.settings).map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  const { value: recipe } = loadConfig(TrainConfig, {
    recipe: config.recipe,
    overrides: [...given, ...wish.settings],
    env: processEnvironment().overrides,
  });
  const dataset = await openDataset(store.home, recipe.dataset);
  checkRecipe(dataset.record, recipe);
  const threads = wish.workers > 1 ? Math.max(1, Math.floor(availableParallelism() / wish.workers)) : null;
  return beginSweep(store, { ...config, trials: wish.trials ?? config.trials }, recipe, dataset, {
    name: wish.name ?? config.name ?? basename(wish.file).replace(/\.ya?ml$/, ''),
    accepted: wish.accepted,
    threads,
  });
}
