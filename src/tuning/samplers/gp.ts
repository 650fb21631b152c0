import { RandomStream } from '../../data/random.ts';
import type { TrialParams } from '../../store/sweep.ts';
import { coordinate, fromUnits, isActive, keyOf, type Space, span } from '../space.ts';
import { GaussianProcess } from './gaussian-process.ts';
import { logNormalCdf } from './normal.ts';
import { sobolSampler } from './plain.ts';
import type { Past, Sampler } from './sampler.ts';

/** Trials that are looked at: the fit costs their cube. */
const MOST = 300;
const CANDIDATES = 512;
const STARTS = 6;
const STEPS = 60;

/**
 * Bayesian optimisation by a Gaussian process and expected improvement (Jones et al. 1998), after a beginning that is spread evenly. The
 * improvement is largest over Sobol points and over what small steps from the best of them, and from the best trial, come to. Trials that
 * run are believed to end as expected, so that workers beside each other don't choose the same.
 */
export function gpSampler(space: Space, seed: number, { startup }: { startup: number }): Sampler {
  const first = sobolSampler(space, seed);
  const choices = space.map(({ kind }) => kind === 'choice');
  return {
    suggest(number, past) {
      const done = past.filter(({ state }) => state !== 'running');
      if (done.length < startup || !done.some(({ value }) => Number.isFinite(value)))
        return first.suggest(number, past);
      const known = recentAndBest(done);
      const values = standardised(known);
      const points = known.map(({ params }) => placeOf(space, params));
      let process = GaussianProcess.fit(points, values, choices);
      const running = past.filter(({ state }) => state === 'running').map(({ params }) => placeOf(space, params));
      if (running.length > 0) {
        const expected = running.map((point) => process.predict(point).mean);
        process = process.over([...points, ...running], Float64Array.of(...values, ...expected));
      }
      const least = Math.min(...values);
      const gain = (units: readonly number[]): number => {
        const { mean, sd } = process.predict(placeOf(space, fromUnits(space, units)));
        return logImprovement((least - mean) / sd) + Math.log(sd);
      };
      const random = new RandomStream(seed, 'gp', number);
      const from = unitsOf(space, known[values.indexOf(least)]!.params, random);
      return fromUnits(space, climb(space, gain, from, random));
    },
  };
}

/** All, or those that were best and those that came last. */
function recentAndBest(done: readonly Past[]): Past[] {
  if (done.length <= MOST) return [...done];
  const best = [...done].sort((a, b) => figureOf(a) - figureOf(b)).slice(0, MOST / 2);
  const others = done.filter((one) => !best.includes(one));
  return [...best, ...others.slice(-MOST / 2)];
}

/** A pruned trial counts with the figure that it was pruned at. */
const figureOf = ({ state, value, last }: Past): number => (state === 'pruned' ? last : value);

/**
 * Mean 0 and standard deviation 1. What is worse than the median counts by its logarithm, so that a few disasters don't flatten all else;
 * what has no figure is as bad as the worst.
 */
function standardised(trials: readonly Past[]): Float64Array {
  const figures = trials.map(figureOf);
  const sorted = figures.filter(Number.isFinite).sort((a, b) => a - b);
  const middle = sorted[sorted.length >> 1]!;
  const spread = middle - sorted[0]! || 1;
  const values = Float64Array.from(figures, (figure) => {
    const v = ((Number.isFinite(figure) ? figure : sorted.at(-1)!) - middle) / spread;
    return v > 0 ? Math.log1p(v) : v;
  });
  const mean = values.reduce((a, b) => a + b, 0) / values.length;
  const sd = Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / values.length);
  return values.map((v) => (sd > 0 ? (v - mean) / sd : 0));
}

/** Coordinates of a trial: shares of ranges, places in lists; a parameter whose condition does not hold lies in the middle, or nowhere. */
function placeOf(space: Space, params: TrialParams): Float64Array {
  return Float64Array.from(space, (parameter) => {
    const value = params[parameter.name];
    if (parameter.kind === 'choice') return value === undefined ? -1 : parameter.keys.indexOf(keyOf(value));
    if (value === undefined) return 0.5;
    const { low, high } = span(parameter);
    return (coordinate(parameter, value as number) - low) / (high - low);
  });
}

/** Shares from which `fromUnits` makes these settings. */
function unitsOf(space: Space, params: TrialParams, random: RandomStream): number[] {
  const place = placeOf(space, params);
  return space.map((parameter, i) => {
    if (!isActive(parameter, params)) return random.uniform();
    return parameter.kind === 'choice' ? (place[i]! + 0.5) / parameter.values.length : place[i]!;
  });
}

/** The best of many points, after small steps from the best few: smaller ones after each that failed. */
function climb(
  space: Space,
  gain: (units: readonly number[]) => number,
  incumbent: number[],
  random: RandomStream,
): number[] {
  const draws = Array.from({ length: CANDIDATES }, () => space.map(() => random.uniform()));
  const starts = [incumbent, ...draws]
    .map((units) => ({ units, value: gain(units) }))
    .sort((a, b) => b.value - a.value)
    .slice(0, STARTS);
  if (!starts.some(({ units }) => units === incumbent)) starts.push({ units: incumbent, value: gain(incumbent) });
  let best = starts[0]!;
  for (const start of starts) {
    let here = start;
    for (let step = 0, size = 0.15; step < STEPS; step++) {
      const units = here.units.map((u, i) => {
        // One or two of them at a time.
        if (!random.chance(1.5 / here.units.length)) return u;
        if (space[i]!.kind === 'choice') return random.chance(0.5) ? random.uniform() : u;
        return Math.min(1 - 1e-9, Math.max(0, u + size * random.normal()));
      });
      const value = gain(units);
      if (value > here.value) here = { units, value };
      else size = Math.max(0.002, size * 0.93);
    }
    if (here.value > best.value) best = here;
  }
  return best.units;
}

/** log(phi(z) + z Phi(z)), with its digits where nothing is to be gained any more. */
export function logImprovement(z: number): number {
  const logDensity = -0.5 * z * z - 0.5 * Math.log(2 * Math.PI);
  if (z > -1) return Math.log(Math.exp(logDensity) + z * Math.exp(logNormalCdf(z)));
  if (z < -1000) return logDensity - 2 * Math.log(-z);
  return logDensity + Math.log(-Math.expm1(Math.log(-z) + logNormalCdf(z) - logDensity));
}
