import { RandomStream } from '../../data/random.ts';
import { OslerError } from '../../errors.ts';
import type { TrialParams } from '../../store/sweep.ts';
import { fromUnits, isActive, type Parameter, type Space, tidy, type Value } from '../space.ts';
import type { Sampler } from './sampler.ts';
import { MOST_DIMENSIONS, Sobol } from './sobol.ts';

/** Each trial by itself (Bergstra and Bengio 2012). */
export function randomSampler(space: Space, seed: number): Sampler {
  return {
    suggest(number) {
      const random = new RandomStream(seed, 'trial', number);
      return fromUnits(
        space,
        space.map(() => random.uniform()),
      );
    },
  };
}

/** Spread evenly over all parameters at once; any beginning of the sequence is. Throws CONFIG_INVALID beyond 128 parameters. */
export function sobolSampler(space: Space, seed: number): Sampler {
  if (space.length > MOST_DIMENSIONS) {
    throw new OslerError(
      'CONFIG_INVALID',
      `Sobol points have at most ${MOST_DIMENSIONS} dimensions; the space has ${space.length}.`,
      { hint: 'Take method.kind=random.' },
    );
  }
  const points = new Sobol(space.length, seed);
  return { suggest: (number) => fromUnits(space, points.point(number)) };
}

/** Most trials of a grid: more is a mistake in the space. */
const MOST = 1_000_000;

/** All combinations whose conditions hold. The last parameter changes fastest. */
export function gridOf(space: Space): TrialParams[] {
  let grid: TrialParams[] = [{}];
  for (const parameter of space) {
    const values = gridValues(parameter);
    grid = grid.flatMap((params) =>
      isActive(parameter, params) ? values.map((value) => ({ ...params, [parameter.name]: value })) : [params],
    );
    if (grid.length > MOST)
      throw new OslerError('CONFIG_INVALID', `The grid has more than ${MOST} combinations.`, {
        hint: 'Leave out values, or take method.kind=random.',
      });
  }
  return grid;
}

export function gridSampler(space: Space): Sampler & { size: number } {
  const grid = gridOf(space);
  return { size: grid.length, suggest: (number) => grid[number % grid.length]! };
}

function gridValues(parameter: Parameter): Value[] {
  if (parameter.kind === 'choice') return parameter.values;
  const { name, low, high, log, int, points } = parameter;
  if (points !== null) {
    const at = (i: number) =>
      log ? low * (high / low) ** (i / (points - 1)) : low + ((high - low) * i) / (points - 1);
    const values = Array.from({ length: points }, (_, i) => (int ? Math.round(at(i)) : tidy(at(i))));
    return [...new Set(values)];
  }
  if (parameter.step !== null)
    return Array.from({ length: Math.round((high - low) / parameter.step) + 1 }, (_, i) =>
      tidy(low + i * parameter.step!),
    );
  throw new OslerError('CONFIG_INVALID', `A grid needs to know which values of ${name} to take.`, {
    hint: `Give space.${name} a step, a number of points, or a list of values.`,
  });
}
