import type { Space } from '../space.ts';
import { sobolSampler } from './plain.ts';
import type { Sampler } from './sampler.ts';

export function gpSampler(space: Space, seed: number, _options: { startup: number }): Sampler {
  return sobolSampler(space, seed);
}
