import { RandomStream } from '../../data/random.ts';
import type { MethodConfig } from '../config.ts';
import type { SweepPlan } from '../plan.ts';
import { complete } from '../plan.ts';
import { compileSpace, type Space } from '../space.ts';
import { gpSampler } from './gp.ts';
import { gridSampler, randomSampler, sobolSampler } from './plain.ts';
import type { Sampler } from './sampler.ts';
import { tpeSampler } from './tpe.ts';

export function createSampler(method: MethodConfig, space: Space, seed: number): Sampler {
  switch (method.kind) {
    case 'grid':
      return gridSampler(space);
    case 'random':
      return randomSampler(space, seed);
    case 'sobol':
      return sobolSampler(space, seed);
    case 'tpe':
      return tpeSampler(space, seed, method);
    case 'gp':
      return gpSampler(space, seed, method);
  }
}

/** The sampler of a sweep: its method, after the settings that are tried first. */
export function samplerOf(plan: Pick<SweepPlan, 'method' | 'space' | 'seed' | 'first'>): Sampler {
  const space = compileSpace(plan.space);
  const sampler = createSampler(plan.method, space, plan.seed);
  return {
    suggest(number, past) {
      const given = plan.first[number];
      if (given === undefined) return sampler.suggest(number - plan.first.length, past);
      const random = new RandomStream(plan.seed, 'first', number);
      return complete(space, given, () => random.uniform());
    },
  };
}
