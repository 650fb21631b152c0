import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { Acceptance } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import type { TrialParams } from '../store/sweep.ts';
import { directionOf, effectiveConfig, TrainConfig } from '../training/config.ts';
import { MethodConfig, SweepConfig } from './config.ts';
import { PruningConfig } from './pruning.ts';
import { compileSpace, fromUnit, isActive, keyOf, type Space, SpaceConfig } from './space.ts';

/** All that a worker needs to know of a sweep, wherever it stands: what the store keeps as the sweep's config. */
export const SweepPlan = z.object({
  format: z.literal('osler-sweep/1'),
  method: MethodConfig,
  pruning: PruningConfig,
  retries: z.int(),
  seed: z.int(),
  leaseSeconds: z.number(),
  first: SweepConfig.shape.first,
  space: SpaceConfig,
  /** The recipe as it is resolved, before a trial's own settings. */
  recipe: TrainConfig,
  dataset: z.object({ name: z.string(), version: z.int().positive(), digest: z.string() }),
  accepted: Acceptance.nullable(),
});
export type SweepPlan = z.infer<typeof SweepPlan>;

/** Settings that would make the trials' figures incomparable, or that are not a trial's own. */
const NOT_SEARCHED = ['training.metric', 'dataset', 'name', 'data.fold', 'evaluation'];

/**
 * The recipe of a trial. Throws CONFIG_INVALID where the settings and the recipe don't fit together.
 * A map whose `kind` changes loses the other kind's keys, as on the command line.
 */
export function recipeOf(recipe: TrainConfig, params: TrialParams): TrainConfig {
  // Whole sections first, then kinds: they drop what another kind had, and the other settings are laid on them.
  const depth = (key: string) => key.split('.').length - (key.endsWith('.kind') ? 0.5 : 0);
  const overrides = Object.entries(params)
    .sort(([a], [b]) => depth(a) - depth(b))
    .map(([key, value]) => `${key}=${JSON.stringify(value)}`);
  try {
    return effectiveConfig(loadConfig(TrainConfig, { base: recipe, overrides }).value);
  } catch (error) {
    if (!(error instanceof OslerError)) throw error;
    const message = error.message.replaceAll('command line: ', '').replaceAll('default: ', '');
    throw new OslerError('CONFIG_INVALID', `With ${wordsOf(params)}: ${message}`, {
      hint: 'The settings of a trial must make a recipe: see space and settings of the sweep.',
    });
  }
}

/** "optimiser.lr 0.003, data.size 64" */
export function wordsOf(params: TrialParams): string {
  return Object.entries(params)
    .map(([name, value]) => `${name} ${typeof value === 'string' ? value : JSON.stringify(value)}`)
    .join(', ');
}

/**
 * Looks at a space and a recipe together, before anything is trained: every value of every choice and both ends of every range must make
 * a recipe, and so must the settings that are tried first. Throws CONFIG_INVALID, and what `look` throws for one of these recipes.
 */
export function checkSpace(recipe: TrainConfig, config: SweepConfig, look?: (recipe: TrainConfig) => void): Space {
  const space = compileSpace(config.space);
  for (const { name } of space) {
    const key = NOT_SEARCHED.find((one) => name === one || name.startsWith(`${one}.`));
    if (key === undefined) continue;
    throw new OslerError('CONFIG_INVALID', `${key} can't be searched: the trials' figures would not be comparable.`, {
      hint: 'Give it under settings, for all trials alike.',
    });
  }
  const tried = (params: TrialParams): void => {
    const made = recipeOf(recipe, params);
    try {
      look?.(made);
    } catch (error) {
      if (!(error instanceof OslerError)) throw error;
      const hint = error.hint === undefined ? {} : { hint: error.hint };
      throw new OslerError(error.code, `With ${wordsOf(params)}: ${error.message}`, hint);
    }
  };
  for (const [i, parameter] of space.entries()) {
    // The middle shows where a setting takes whole numbers only.
    const values =
      parameter.kind === 'choice' ? parameter.values : [parameter.low, parameter.high, fromUnit(parameter, 0.51)];
    for (const value of values) tried(withValue(space, i, value));
  }
  for (const given of config.first) tried(complete(space, given, () => 0.5));
  return space;
}

/** The parameter at this value, and all others as they are at their lowest where its conditions and theirs hold. */
function withValue(space: Space, index: number, value: TrialParams[string]): TrialParams {
  const wanted = new Map<string, TrialParams[string]>([[space[index]!.name, value]]);
  // From the last to the first: a condition's own conditions come before it.
  for (const { name, when } of space.slice(0, index + 1).toReversed())
    if (wanted.has(name)) for (const parent of when) wanted.set(parent.name, JSON.parse(parent.values[0]!));
  return complete(space, Object.fromEntries(wanted), () => 0);
}

/** Given settings, and for those that are left out the value at `unit` of the parameter. Throws CONFIG_INVALID for what the space has not. */
export function complete(space: Space, given: TrialParams, unit: (index: number) => number): TrialParams {
  const params: TrialParams = {};
  for (const [i, parameter] of space.entries()) {
    if (!isActive(parameter, params)) continue;
    const value = given[parameter.name];
    if (value === undefined) {
      params[parameter.name] = fromUnit(parameter, unit(i));
      continue;
    }
    const fits =
      parameter.kind === 'choice'
        ? parameter.keys.includes(keyOf(value))
        : typeof value === 'number' && value >= parameter.low && value <= parameter.high;
    if (!fits) throw new OslerError('CONFIG_INVALID', `first: ${parameter.name} ${keyOf(value)} is not in the space.`);
    params[parameter.name] = value;
  }
  const strange = Object.keys(given).find((name) => !(name in params));
  if (strange !== undefined)
    throw new OslerError('CONFIG_INVALID', `first: ${strange} is not in the space, or its condition does not hold.`);
  return params;
}

/** What is looked for, in words and direction. */
export function objectiveOf({ recipe }: SweepPlan): { metric: string; direction: 'min' | 'max' } {
  const { metric } = recipe.training;
  return { metric, direction: directionOf(metric) };
}
