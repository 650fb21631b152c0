import { processEnvironment } from '../../config/environment.ts';
import { loadConfig } from '../../config/load.ts';
import { listRecipes, type RecipeInfo } from '../../config/recipes.ts';
import { findRecord } from '../../data/dataset.ts';
import type { DatasetRecord } from '../../data/sample.ts';
import { OslerError } from '../../errors.ts';
import { createModel } from '../../models/index.ts';
import type { Store } from '../../store/store.ts';
import { effectiveConfig, TrainConfig } from '../../training/config.ts';
import { checkRecipe } from '../../training/train.ts';

export interface FittingRecipe extends RecipeInfo {
  /** Why it can't be trained on the dataset as it is; null where it can. */
  unfit: string | null;
}

export interface Fitting {
  recipes: FittingRecipe[];
  /** The one to begin with, and why; null where none fits. */
  suggested: { recipe: string; why: string } | null;
}

/** Trainings that are looked through for what was used before. */
const LOOKED_AT = 200;

/** All recipes as a dataset (its newest version) sees them, and which one makes sense for it. Throws NOT_FOUND for a dataset that is none. */
export async function recipesFor(store: Store, dataset: string): Promise<Fitting> {
  const record = await findRecord(store.home, dataset);
  const read = listRecipes().map((info) => ({ info, ...tried(info.name, record) }));
  const fit = read.filter(({ unfit }) => unfit === null);
  const begun = await store.trainings.list({ limit: LOOKED_AT });
  const used = begun.flatMap(({ task }) => {
    const { recipe, config } = task as { recipe?: unknown; config?: { dataset?: unknown } };
    if (typeof recipe !== 'string' || !fit.some(({ info }) => info.name === recipe)) return [];
    return [{ recipe, on: String(config?.dataset ?? '').split('@')[0] }];
  });
  const name = record.name.toLowerCase();
  const mentions = ({ about }: RecipeInfo): boolean =>
    about
      .toLowerCase()
      .split(/[^a-z0-9]+/)
      .includes(name);
  const ways: [string | undefined, string][] = [
    [used.find(({ on }) => on === record.name)?.recipe, `used last on ${record.name}`],
    [fit.find(({ info }) => info.name === record.name)?.info.name, 'named as the dataset is'],
    [fit.find(({ positive }) => positive)?.info.name, 'made for its classes'],
    [fit.find(({ info }) => mentions(info))?.info.name, `made for ${record.name}`],
    [used[0]?.recipe, 'used last'],
    [
      fit.toSorted((a, b) => work(a) - work(b))[0]?.info.name,
      'the quickest that fits: small images and a small network',
    ],
  ];
  const way = ways.find(([recipe]) => recipe !== undefined);
  return {
    recipes: read.map(({ info, unfit }) => ({ ...info, unfit })),
    suggested: way === undefined ? null : { recipe: way[0]!, why: way[1] },
  };
}

interface Tried {
  unfit: string | null;
  /** It names classes of the dataset. */
  positive: boolean;
  /** Of its images, pixels. */
  size: number;
  /** Of its network. */
  parameters: number;
}

/** Of an image, to a factor: a weight of a convolution is multiplied once at each place. */
function work({ size, parameters }: Tried): number {
  return size ** 2 * parameters;
}

/** Whether a recipe can be trained on a version. */
function tried(recipe: string, record: DatasetRecord): Tried {
  try {
    const overrides = [`dataset=${record.name}`];
    const { value } = loadConfig(TrainConfig, { recipe, overrides, env: processEnvironment().overrides });
    checkRecipe(record, effectiveConfig(value));
    return {
      unfit: null,
      positive: value.evaluation.positive !== null,
      size: Math.max(...[value.data.size].flat()),
      parameters: createModel(value.model.name, {
        classes: record.classes.length,
        channels: value.data.channels,
      }).parameterCount(),
    };
  } catch (error) {
    if (!(error instanceof OslerError)) throw error;
    return { unfit: error.message, positive: false, size: 0, parameters: 0 };
  }
}
