import type { SweepRecord, Trial } from '../store/sweep.ts';
import { smallConfig } from '../training/testing.ts';
import { SweepConfig } from './config.ts';
import { SweepPlan } from './plan.ts';
import { PruningConfig, shouldPrune } from './pruning.ts';
import { samplerOf } from './samplers/index.ts';
import { pastOf } from './samplers/sampler.ts';

/** A plan for the drawn dataset of training/testing.ts. */
export function examplePlan(config: Record<string, unknown>, recipe: Record<string, unknown> = {}): SweepPlan {
  const { method, pruning, retries, seed, leaseSeconds, first, space } = SweepConfig.parse({ recipe: 'r', ...config });
  return SweepPlan.parse({
    format: 'osler-sweep/1',
    ...{ method, pruning, retries, seed, leaseSeconds, first, space },
    recipe: smallConfig(recipe),
    dataset: { name: 'spots', version: 1, digest: '0'.repeat(64) },
    accepted: null,
  });
}

/** A sweep over made-up trainings: nothing is trained. */
export function fakeSweep(trials: number): { sweep: SweepRecord; trials: Trial[] } {
  const epochs = 9;
  const plan = examplePlan(
    {
      method: { kind: 'tpe' },
      pruning: { kind: 'hyperband', minEpochs: 3 },
      space: {
        'optimiser.kind': ['sgd', 'adamw'],
        'optimiser.lr': { low: 1e-4, high: 1, log: true },
        'optimiser.momentum': { low: 0, high: 0.99, when: { 'optimiser.kind': ['sgd'] } },
        'training.batchSize': { low: 8, high: 64, int: true, step: 8 },
        'loss.labelSmoothing': { low: 0, high: 0.3 },
      },
    },
    { training: { epochs } },
  );
  const sampler = samplerOf(plan);
  const rule = { config: PruningConfig.parse(plan.pruning), direction: 'max' as const, epochs };
  const all: Trial[] = [];
  for (let number = 0; number < trials; number++) {
    const params = sampler.suggest(number, pastOf(all, 'max'));
    const lr = Math.log10(params['optimiser.lr'] as number);
    const good = params['optimiser.kind'] === 'sgd' ? -1 - (params['optimiser.momentum'] as number) : -2.5;
    const smoothing = params['loss.labelSmoothing'] as number;
    const end =
      0.96 -
      0.05 * (lr - good) ** 2 -
      0.4 * (smoothing - 0.08) ** 2 -
      0.0005 * (params['training.batchSize'] as number);
    const trial: Trial = {
      number,
      state: number % 17 === 11 ? 'failed' : 'finished',
      params,
      runs: [number.toString(16).padStart(32, 'a')],
      epochs: [],
      value: null,
      failures: number % 17 === 11 ? 2 : 0,
      error: number % 17 === 11 ? 'The training process was ended by SIGKILL.' : null,
      worker: null,
      startedAt: '2026-01-01T00:00:00.000Z',
      endedAt: '2026-01-01T00:01:00.000Z',
    };
    all.push(trial);
    while (trial.state === 'finished' && trial.epochs.length < epochs) {
      const done = trial.epochs.length + 1;
      trial.epochs.push(0.5 + (end - 0.5) * (1 - Math.exp(-done / (2 + (number % 3)))));
      trial.value = Math.max(...trial.epochs.map(Number));
      if (shouldPrune(rule, trial, all)) trial.state = 'pruned';
    }
  }
  const sweep: SweepRecord = {
    id: 'ab'.repeat(16),
    name: 'a search that never was',
    state: 'open',
    createdAt: '2026-01-01T00:00:00.000Z',
    trials,
    direction: 'max',
    config: plan as unknown as SweepRecord['config'],
  };
  return { sweep, trials: all };
}
