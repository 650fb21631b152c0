import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { describe, test } from 'node:test';
import { RandomStream } from '../../data/random.ts';
import type { TrialParams } from '../../store/sweep.ts';
import { MethodConfig } from '../config.ts';
import { compileSpace, coordinate, keyOf, type Space, SpaceConfig } from '../space.ts';
import { GaussianProcess, negativeLogPosterior, pairDistances } from './gaussian-process.ts';
import { logImprovement } from './gp.ts';
import { createSampler } from './index.ts';
import { logMass, logNormalCdf, truncatedNormal } from './normal.ts';
import { Parzen } from './parzen.ts';
import { gridOf } from './plain.ts';
import type { Past } from './sampler.ts';
import { Sobol } from './sobol.ts';
import { split } from './tpe.ts';

/** Of Optuna, SciPy and scikit-learn; see goldens/make_goldens.py. */
const goldens = JSON.parse(readFileSync(new URL('../goldens/goldens.json', import.meta.url), 'utf8')) as {
  sobol: number[][];
  log_cdf: [number, number][];
  log_improvement: [number, number][];
  parzen: { observed: Record<string, number>[]; asked: Record<string, number>[]; log_density: number[] }[];
  process: Record<'x' | 'at', number[][]> &
    Record<'y' | 'mean' | 'sd' | 'lengths', number[]> &
    Record<'variance' | 'noise', number>;
};

const space = (config: unknown): Space => compileSpace(SpaceConfig.parse(config));
const near = (actual: number, expected: number, tolerance: number, what = '') =>
  assert.ok(
    Math.abs(actual - expected) <= tolerance * Math.max(1, Math.abs(expected)),
    `${what} ${actual} is not ${expected}`,
  );

const MIXED = {
  x: { low: -2, high: 5 },
  lr: { low: 1e-5, high: 1e-1, log: true },
  batch: { low: 8, high: 64, int: true, step: 8 },
  width: { low: 1, high: 500, int: true, log: true },
  kind: ['a', 'b', 'c'],
};

test('Sobol points are those of Joe and Kuo; scrambled ones lie as evenly', () => {
  const plain = new Sobol(40);
  for (const [i, expected] of goldens.sobol.entries()) assert.deepEqual(plain.point(i), expected);
  const scrambled = new Sobol(3, 5);
  for (let from = 0; from < 256; from += 64) {
    for (let d = 0; d < 3; d++) {
      const cells = new Set(Array.from({ length: 64 }, (_, i) => Math.floor(scrambled.point(from + i)[d]! * 64)));
      assert.equal(cells.size, 64, `every 64th holds one of the points from ${from}`);
    }
  }
  assert.notDeepEqual(new Sobol(3, 6).point(1), scrambled.point(1));
  let mean = 0;
  for (let seed = 0; seed < 400; seed++) mean += new Sobol(2, seed).point(0)[1]! / 400;
  near(mean, 0.5, 0.06, 'the first point is uniform over the seeds:');
});

test('logarithms of normal probabilities keep their digits in the tails', () => {
  for (const [x, expected] of goldens.log_cdf) near(logNormalCdf(x), expected, 1e-12, `log cdf of ${x}:`);
  for (const [z, expected] of goldens.log_improvement) near(logImprovement(z), expected, 1e-6, `improvement at ${z}:`);
  near(logMass(8, 9), logMass(-9, -8), 1e-15);
  assert.ok(Number.isFinite(logMass(-40, -39)));
  const random = new RandomStream('truncated');
  const draws = Array.from({ length: 4000 }, () => truncatedNormal(-0.5, 2, random.uniform()));
  assert.ok(draws.every((x) => x >= -0.5 && x <= 2));
  // (phi(a) - phi(b)) / (Phi(b) - Phi(a))
  near(draws.reduce((a, b) => a + b, 0) / 4000, 0.4447, 0.03);
});

test("a Parzen mixture's density is Optuna's: ranges, logarithms, steps, choices, with and without a past", () => {
  const mixed = space(MIXED);
  const params = (row: Record<string, number>): TrialParams => ({ ...row, kind: MIXED.kind[row.kind!]! });
  for (const { observed, asked, log_density } of goldens.parzen) {
    const mixture = new Parzen(mixed, observed.map(params), 1);
    for (const [i, row] of asked.entries()) {
      const point = mixed.map((p) =>
        p.kind === 'choice' ? p.keys.indexOf(keyOf(params(row)[p.name]!)) : coordinate(p, row[p.name]!),
      );
      near(
        mixture.logDensity(point),
        log_density[i]!,
        1e-9,
        `${observed.length} observations, ${JSON.stringify(row)}:`,
      );
    }
  }
});

test('draws of a Parzen mixture are in the space, and follow its density', () => {
  const mixture = new Parzen(space({ x: { low: 0, high: 1 } }), [{ x: 0.2 }, { x: 0.25 }, { x: 0.9 }], 1);
  const random = new RandomStream('draws');
  const counts = new Array<number>(10).fill(0);
  for (let i = 0; i < 20_000; i++) counts[Math.floor(mixture.sample(random)[0]! * 10)]! += 1;
  for (const [cell, count] of counts.entries()) {
    let expected = 0;
    for (let k = 0; k < 20; k++) expected += Math.exp(mixture.logDensity([(cell + (k + 0.5) / 20) / 10])) / 200;
    near(count / 20_000, expected, 0.012, `cell ${cell}:`);
  }
});

test('good trials come first by value, then those that were pruned late, then by their figures', () => {
  const past = (
    number: number,
    state: Past['state'],
    value: number,
    epochs = 0,
    last = Number.POSITIVE_INFINITY,
  ): Past => ({
    number,
    params: {},
    state,
    value,
    last,
    epochs,
  });
  const none = Number.POSITIVE_INFINITY;
  const all = [
    past(0, 'running', none),
    past(1, 'diverged', none),
    past(2, 'pruned', none, 3, 0.9),
    past(3, 'pruned', none, 5, 0.95),
    past(4, 'finished', 0.7),
    past(5, 'finished', 0.2),
    past(6, 'pruned', none, 3, 0.8),
  ];
  const order = [5, 4, 3, 6, 2, 1, 0];
  for (let n = 0; n <= 7; n++) {
    const { good, bad } = split(all, n);
    assert.deepEqual(
      good.map((one) => one.number),
      order.slice(0, n).sort(),
    );
    assert.equal(bad.length, 7 - n);
  }
});

test("a Gaussian process with a given kernel predicts what scikit-learn's does, and its fit goes down the right gradient", () => {
  const { x, y, at, variance, lengths, noise, mean, sd } = goldens.process;
  const points = x.map((row) => Float64Array.from(row));
  const scales = Float64Array.from(lengths, (length) => 1 / length ** 2);
  const process = new GaussianProcess(points, Float64Array.from(y), [false, false], { scales, variance, noise });
  for (const [i, row] of at.entries()) {
    const predicted = process.predict(Float64Array.from(row));
    near(predicted.mean, mean[i]!, 1e-9);
    near(predicted.sd, sd[i]!, 1e-6);
  }
  const distances = pairDistances(points, [false, true]);
  const here = Float64Array.of(0.3, -0.5, 0.2, -3);
  const gradient = new Float64Array(4);
  const values = Float64Array.from(y);
  negativeLogPosterior(here, gradient, distances, values);
  for (let i = 0; i < 4; i++) {
    const moved = (by: number) =>
      negativeLogPosterior(
        here.map((v, k) => (k === i ? v + by : v)),
        new Float64Array(4),
        distances,
        values,
      );
    near(gradient[i]!, (moved(1e-5) - moved(-1e-5)) / 2e-5, 1e-5, `part ${i}:`);
  }
});

describe('every method', () => {
  const tree = space({
    kind: ['sgd', 'adam'],
    momentum: { low: 0, high: 1, when: { kind: ['sgd'] } },
    nesterov: { values: [true, false], when: { kind: ['sgd'] } },
    beta: { low: 0.5, high: 0.9999, when: { kind: ['adam'] } },
    lr: { low: 0.001, high: 1, log: true },
  });
  /** Least at sgd, momentum 0.9, lr 0.1. */
  const value = (p: TrialParams): number =>
    (p.kind === 'sgd' ? Math.abs((p.momentum as number) - 0.9) : 1) + Math.abs(Math.log10((p.lr as number) / 0.1));
  const search = (kind: MethodConfig['kind'], seed: number, trials: number, pending = 0): TrialParams[] => {
    const sampler = createSampler(MethodConfig.parse({ kind }), tree, seed);
    const past: Past[] = [];
    for (let number = 0; number < trials; number++) {
      const params = sampler.suggest(number, past);
      const running = number >= trials - pending;
      const own = running ? Number.POSITIVE_INFINITY : value(params);
      past.push({ number, params, state: running ? 'running' : 'finished', value: own, last: own, epochs: 1 });
    }
    return past.map(({ params }) => params);
  };

  for (const kind of ['random', 'sobol', 'tpe', 'gp'] as const) {
    test(`${kind}: settings are in the space, each condition holds, and the same seed gives the same search`, () => {
      const trials = search(kind, 3, 30);
      assert.deepEqual(search(kind, 3, 30), trials);
      assert.notDeepEqual(search(kind, 4, 30), trials);
      for (const p of trials) {
        assert.deepEqual('momentum' in p, p.kind === 'sgd');
        assert.deepEqual('beta' in p, p.kind === 'adam');
        assert.ok((p.lr as number) >= 0.001 && (p.lr as number) <= 1);
      }
    });
  }

  test('tpe and gp find what chance does not', () => {
    const best = (kind: MethodConfig['kind'], seeds: number) => {
      let sum = 0;
      for (let seed = 1; seed <= seeds; seed++) sum += Math.min(...search(kind, seed, 35).map(value)) / seeds;
      return sum;
    };
    const chance = best('random', 40);
    assert.ok(best('tpe', 10) < 0.7 * chance, `${best('tpe', 10)} against ${chance}`);
    assert.ok(best('gp', 2) < 0.4 * chance, `${best('gp', 2)} against ${chance}`);
  });

  test('trials that run beside each other are not the same', () => {
    for (const kind of ['tpe', 'gp'] as const) {
      const last = search(kind, 1, 30, 6).slice(-6);
      assert.equal(new Set(last.map((p) => JSON.stringify(p))).size, 6);
      const rates = last.map((p) => Math.log10(p.lr as number));
      assert.ok(Math.max(...rates) - Math.min(...rates) > 0.05, `${kind}: ${rates}`);
    }
  });

  test('grid: all combinations whose conditions hold, each once', () => {
    const grid = gridOf(
      space({
        kind: ['sgd', 'adam'],
        momentum: { values: [0, 0.9], when: { kind: ['sgd'] } },
        lr: { low: 0.001, high: 0.1, log: true, points: 3 },
        batch: { low: 8, high: 32, int: true, step: 12 },
      }),
    );
    assert.equal(grid.length, (2 + 1) * 3 * 3);
    assert.equal(new Set(grid.map((p) => JSON.stringify(p))).size, grid.length);
    assert.deepEqual(grid[0], { kind: 'sgd', momentum: 0, lr: 0.001, batch: 8 });
    assert.deepEqual([...new Set(grid.map((p) => p.lr))], [0.001, 0.01, 0.1]);
    assert.throws(() => gridOf(space({ x: { low: 0, high: 1 } })), /which values of x/);
  });
});
