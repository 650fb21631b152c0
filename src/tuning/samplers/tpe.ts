import { RandomStream } from '../../data/random.ts';
import type { TrialParams } from '../../store/sweep.ts';
import { isActive, type Parameter, type Space } from '../space.ts';
import { Parzen } from './parzen.ts';
import { randomSampler, sobolSampler } from './plain.ts';
import type { Past, Sampler } from './sampler.ts';
import { MOST_DIMENSIONS } from './sobol.ts';

export interface TpeOptions {
  /** Trials that are spread evenly before there is a past to learn from. */
  startup: number;
  /** Draws of which the best is taken. */
  candidates: number;
  /** All parameters of a condition together; else each by itself. */
  multivariate: boolean;
  /** How much the prior counts, as a number of observations. */
  priorWeight: number;
}

/**
 * Tree-structured Parzen estimator (Bergstra et al. 2011; multivariate as Falkner et al. 2018). Parameters of one condition are drawn
 * together, those of the outer conditions first, from the trials in which the condition held. Trials that run count as bad ones, so that
 * workers beside each other don't draw the same.
 */
export function tpeSampler(space: Space, seed: number, options: TpeOptions): Sampler {
  const groups = groupsOf(space, options.multivariate);
  const first = space.length <= MOST_DIMENSIONS ? sobolSampler(space, seed) : randomSampler(space, seed);
  return {
    suggest(number, past) {
      const done = past.filter(({ state }) => state !== 'running').length;
      if (done < options.startup) return first.suggest(number, past);
      const random = new RandomStream(seed, 'tpe', number);
      const { good, bad } = split(past, Math.min(Math.ceil(0.1 * done), 25));
      const params: TrialParams = {};
      for (const group of groups) {
        if (isActive(group[0]!, params)) Object.assign(params, draw(group, good, bad, options, random));
      }
      return params;
    },
  };
}

/** Parameters with the same conditions; the outer conditions first. */
function groupsOf(space: Space, multivariate: boolean): Parameter[][] {
  if (!multivariate) return space.map((parameter) => [parameter]);
  return [...Map.groupBy(space, ({ when }) => JSON.stringify(when)).values()];
}

function draw(
  group: Parameter[],
  good: readonly Past[],
  bad: readonly Past[],
  { candidates, priorWeight }: TpeOptions,
  random: RandomStream,
): TrialParams {
  const having = (trials: readonly Past[]) =>
    trials.map(({ params }) => params).filter((params) => group.every(({ name }) => name in params));
  const below = new Parzen(group, having(good), priorWeight);
  const above = new Parzen(group, having(bad), priorWeight);
  let best = below.sample(random);
  let gain = below.logDensity(best) - above.logDensity(best);
  for (let i = 1; i < candidates; i++) {
    const point = below.sample(random);
    const own = below.logDensity(point) - above.logDensity(point);
    if (own > gain) [best, gain] = [point, own];
  }
  return below.settings(best);
}

/**
 * The best `count` trials and the others, each in the order of their numbers. One that was pruned is worse than one that finished, and
 * of two that were pruned the one that came further is better, then the one with the better figure.
 */
export function split(past: readonly Past[], count: number): { good: Past[]; bad: Past[] } {
  const rank = ({ state }: Past) => ['finished', 'pruned', 'diverged', 'running'].indexOf(state);
  const ordered = [...past].sort(
    (a, b) =>
      rank(a) - rank(b) ||
      compare(a.value, b.value) ||
      (a.state === 'pruned' ? b.epochs - a.epochs || compare(a.last, b.last) : 0) ||
      a.number - b.number,
  );
  const byNumber = (trials: Past[]) => trials.sort((a, b) => a.number - b.number);
  return { good: byNumber(ordered.slice(0, count)), bad: byNumber(ordered.slice(count)) };
}

/** Infinities are equal to each other. */
function compare(a: number, b: number): number {
  return a === b ? 0 : a < b ? -1 : 1;
}
