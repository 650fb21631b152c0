import type { Loaded } from '../config/load.ts';
import type { Store } from '../store/store.ts';
import { TrainConfig } from '../training/config.ts';
import { planOf } from './begin.ts';
import { readSweep, type SweepWish } from './begin-from-file.ts';
import type { SweepPlan } from './plan.ts';

export interface SweepPreview {
  name: string;
  plan: SweepPlan;
  /** The recipe under the trials' settings, and where each of its settings comes from. */
  recipe: Loaded<TrainConfig>;
  trials: number;
  /** Of a grid: all its combinations. */
  most: number | null;
  leaky: boolean;
  /** Seconds, were every trial trained to its end; null where nothing like it was trained here. */
  estimate: { trial: number; all: number; runs: number } | null;
}

/** Runs that are looked through for ones like it. */
const LOOKED_AT = 300;

/** A sweep as it would be begun, and how long it might take. Throws what beginning it throws, but for a split that leaks. */
export async function previewSweep(store: Store, wish: SweepWish): Promise<SweepPreview> {
  const { config, recipe, dataset, options } = await readSweep(store, wish);
  const { plan, trials, most } = planOf(config, recipe.value, dataset, options);
  const trial = await secondsOf(store, plan);
  return {
    ...{ name: options.name, plan, recipe, trials, most },
    leaky: dataset.record.stamps.includes('leaky'),
    estimate: trial === null ? null : { trial: trial.seconds, all: trial.seconds * trials, runs: trial.runs },
  };
}

/** One trial, by the median time of an epoch of runs with its network, images of its size, and its dataset (any version). */
async function secondsOf(
  store: Store,
  { recipe, dataset }: SweepPlan,
): Promise<{ seconds: number; runs: number } | null> {
  const epochs: number[] = [];
  for (const run of await store.runs.list({ status: 'finished', limit: LOOKED_AT })) {
    if (run.model.name !== recipe.model.name || run.dataset.name !== dataset.name) continue;
    const { data: config } = TrainConfig.safeParse(run.config);
    if (config === undefined || JSON.stringify(config.data.size) !== JSON.stringify(recipe.data.size)) continue;
    if (run.seconds > 0) epochs.push(run.seconds / config.training.epochs);
  }
  if (epochs.length === 0) return null;
  const middle = epochs.sort((a, b) => a - b)[Math.floor(epochs.length / 2)]!;
  return { seconds: middle * recipe.training.epochs, runs: epochs.length };
}
