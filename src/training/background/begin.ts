import { fileURLToPath } from 'node:url';
import { admit } from '../../audit/guard.ts';
import { processEnvironment } from '../../config/environment.ts';
import { type Loaded, loadConfig } from '../../config/load.ts';
import { listRecipes } from '../../config/recipes.ts';
import { openDataset } from '../../data/dataset.ts';
import type { Acceptance, Dataset } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';
import { runDir } from '../../store/paths.ts';
import type { RunRecord } from '../../store/run.ts';
import type { Store } from '../../store/store.ts';
import type { TrainingRecord } from '../../store/studio/trainings.ts';
import { effectiveConfig, TrainConfig } from '../config.ts';
import { isLocked } from '../lock.ts';
import { checkRecipe } from '../train.ts';
import { refuseFarSettings } from './far-settings.ts';
import { launch } from './launch.ts';
import { settleTrainings } from './settle.ts';
import type { TrainTask } from './task.ts';

const ENTRY = fileURLToPath(new URL('./process.ts', import.meta.url));

export interface Wish {
  /** A recipe by its name; files are not read, whoever asks may be elsewhere. */
  recipe: string;
  /** `key=value`, as on the command line, but for what names files and addresses. */
  settings: readonly string[];
}

export interface BeginWish extends Wish {
  /** Why a version whose split leaks is trained on. */
  acceptLeaks?: string | undefined;
}

/** The recipe with its settings, resolved and checked. Throws NOT_FOUND for a recipe, CONFIG_INVALID for settings. */
export function resolveWish({ recipe, settings }: Wish): Loaded<TrainConfig> {
  if (!listRecipes().some(({ name }) => name === recipe))
    throw new OslerError('NOT_FOUND', `There is no recipe ${JSON.stringify(recipe.slice(0, 100))}.`, {
      hint: 'GET /v1/recipes lists those there are.',
    });
  refuseFarSettings(settings);
  return loadConfig(TrainConfig, { recipe, overrides: settings, env: processEnvironment().overrides });
}

/**
 * Begins a training in a process of its own, which goes on when this one ends. All that can be said beforehand is thrown here: CONFIG_INVALID,
 * NOT_FOUND, LEAKY_SPLIT.
 */
export async function beginTraining(store: Store, wish: BeginWish, who: string): Promise<TrainingRecord> {
  const { config, dataset, accepted } = await readWish(store, wish, who);
  await admit(dataset, accepted ?? undefined);
  const task: TrainTask = { kind: 'train', recipe: wish.recipe, config, accepted };
  return launch(store, ENTRY, { kind: 'train', name: config.name ?? wish.recipe, task, run: null, who });
}

/** What a wish comes to: its recipe, checked against its dataset, and who takes leaks on themselves. */
export async function readWish(
  store: Store,
  wish: BeginWish,
  who: string,
): Promise<{ config: TrainConfig; dataset: Dataset; accepted: Acceptance | null }> {
  const { value: config } = resolveWish(wish);
  const dataset = await openDataset(store.home, config.dataset);
  checkRecipe(dataset.record, effectiveConfig(config));
  const reason = wish.acceptLeaks?.trim() ?? '';
  return { config, dataset, accepted: reason === '' ? null : { reason, by: who, at: new Date().toISOString() } };
}

/** Goes on with a run that was interrupted or failed. Throws USAGE for one that is finished, ALREADY_EXISTS for one that is being trained. */
export async function resumeTraining(store: Store, run: RunRecord, who: string): Promise<TrainingRecord> {
  if (run.status === 'finished')
    throw new OslerError('USAGE', `Run ${run.id.slice(0, 12)} is finished: there is nothing to go on with.`);
  const folder = runDir(store.home, run.id);
  await settleTrainings(store);
  const begun = await store.trainings.list({ open: true, run: run.id });
  if (isLocked(folder) || begun.length > 0)
    throw new OslerError('ALREADY_EXISTS', `Run ${run.id.slice(0, 12)} is being trained.`, { hint: 'Stop it first.' });
  const task: TrainTask = { kind: 'resume', run: run.id };
  return launch(store, ENTRY, { kind: 'resume', name: run.name, task, run: run.id, who, claim: `train ${run.id}` });
}
