import { randomBytes } from 'node:crypto';
import { admit } from '../audit/guard.ts';
import type { Acceptance, Dataset } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import type { Store } from '../store/store.ts';
import type { SweepRecord } from '../store/sweep.ts';
import type { TrainConfig } from '../training/config.ts';
import { checkRecipe } from '../training/train.ts';
import type { SweepConfig } from './config.ts';
import { checkSpace, objectiveOf, SweepPlan } from './plan.ts';
import { gridOf } from './samplers/plain.ts';
import { compileSpace } from './space.ts';

export interface BeginOptions {
  name: string;
  accepted: Acceptance | null;
  /** Threads of each training, where the recipe says nothing. */
  threads: number | null;
}

/**
 * Records a sweep, after looking at all that can be looked at before the first training. Throws CONFIG_INVALID for a space that does not
 * fit the recipe, LEAKY_SPLIT for a leaking dataset that nobody accepted.
 */
export async function beginSweep(
  store: Store,
  config: SweepConfig,
  recipe: TrainConfig,
  dataset: Dataset,
  options: BeginOptions,
): Promise<SweepRecord> {
  const { plan, trials } = planOf(config, recipe, dataset, options);
  await admit(dataset, options.accepted ?? undefined);
  return store.sweeps.create({
    id: randomBytes(16).toString('hex'),
    name: options.name,
    state: 'open',
    createdAt: new Date().toISOString(),
    trials,
    direction: objectiveOf(plan).direction,
    config: plan as unknown as SweepRecord['config'],
  });
}

/** What a sweep's workers will be told, and how many trials there will be. Throws CONFIG_INVALID for what does not fit together. */
export function planOf(
  config: SweepConfig,
  recipe: TrainConfig,
  dataset: Dataset,
  options: Omit<BeginOptions, 'name'>,
): { plan: SweepPlan; trials: number; most: number | null } {
  const { name, version, digest } = dataset.record;
  // What a training would refuse, it would refuse trial by trial.
  checkSpace(recipe, config, (one) => checkRecipe(dataset.record, one));
  const { method, pruning, retries, seed, leaseSeconds, first } = config;
  const threads = recipe.training.threads ?? options.threads;
  const plan = SweepPlan.parse({
    format: 'osler-sweep/1',
    method,
    pruning,
    retries,
    seed,
    leaseSeconds,
    first,
    space: config.space,
    recipe: { ...recipe, training: { ...recipe.training, threads } },
    dataset: { name, version, digest },
    accepted: options.accepted,
  });
  const most = mostTrials(plan);
  const trials = config.trials ?? most;
  if (trials === null) {
    throw new OslerError('CONFIG_INVALID', `A sweep by ${method.kind} has no end of its own: trials is missing.`, {
      hint: 'Say how many: trials: 50 in the file, or --trials 50.',
    });
  }
  return { plan, trials: most === null ? trials : Math.min(trials, most), most };
}

/** A grid has so many; null for a search without an end of its own. */
function mostTrials({ method, space, first }: SweepPlan): number | null {
  return method.kind === 'grid' ? gridOf(compileSpace(space)).length + first.length : null;
}

/** Opens a sweep again, and asks for so many trials in all. Throws USAGE for fewer than were begun, or more than a grid has. */
export async function reopenSweep(store: Store, sweep: SweepRecord, trials: number | undefined): Promise<SweepRecord> {
  if (trials === undefined) return store.sweeps.update(sweep.id, { state: 'open' });
  const begun = (await store.sweeps.trials(sweep.id)).length;
  const most = mostTrials(SweepPlan.parse(sweep.config));
  if (trials < begun) {
    throw new OslerError('USAGE', `${begun} trials were begun already; ${trials} would be fewer.`, {
      hint: 'osler sweep stop ends a sweep as it is.',
    });
  }
  if (most !== null && trials > most) {
    throw new OslerError('USAGE', `The grid has ${most} combinations, and ${trials} trials were asked for.`, {
      hint: 'Begin a sweep with a larger space.',
    });
  }
  return store.sweeps.update(sweep.id, { state: 'open', trials });
}
