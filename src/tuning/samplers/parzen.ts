import type { RandomStream } from '../../data/random.ts';
import type { TrialParams } from '../../store/sweep.ts';
import {
  type ChoiceParameter,
  coordinate,
  keyOf,
  type Parameter,
  type RangeParameter,
  span,
  valueAt,
} from '../space.ts';
import { logMass, truncatedNormal } from './normal.ts';

/** One parameter's part of every kernel. Values are coordinates of a range, or places in the list of a choice. */
interface Marginal {
  sample(kernel: number, random: RandomStream): number;
  /** Adds log p(value | kernel) of all kernels to `into`. */
  addLogDensity(value: number, into: Float64Array): void;
}

/**
 * A mixture with one kernel at each observation, a product over the parameters, and one more, the prior, that covers the space:
 * Bergstra et al. 2011 with the kernels' widths and weights as in Optuna (Watanabe 2023, "Tree-Structured Parzen Estimator").
 */
export class Parzen {
  private readonly parameters: readonly Parameter[];
  private readonly marginals: Marginal[];
  private readonly logWeights: Float64Array;
  private readonly cumulated: Float64Array;

  /** @param observations settings that hold every one of `parameters`, the oldest first */
  constructor(parameters: readonly Parameter[], observations: readonly TrialParams[], priorWeight: number) {
    this.parameters = parameters;
    const weights = kernelWeights(observations.length, priorWeight);
    this.logWeights = weights.map(Math.log);
    this.cumulated = weights.map(
      (
        (sum) => (w) =>
          (sum += w)
      )(0),
    );
    this.marginals = parameters.map((parameter) =>
      parameter.kind === 'choice'
        ? choiceMarginal(parameter, placesOf(parameter, observations), priorWeight)
        : rangeMarginal(
            parameter,
            observations.map((params) => coordinate(parameter, params[parameter.name] as number)),
          ),
    );
  }

  /** One draw, in coordinates. */
  sample(random: RandomStream): number[] {
    const u = random.uniform();
    const found = this.cumulated.findIndex((sum) => u < sum);
    const kernel = found < 0 ? this.cumulated.length - 1 : found;
    return this.marginals.map((marginal) => marginal.sample(kernel, random));
  }

  /** Of a draw, or of any point in coordinates. */
  logDensity(point: readonly number[]): number {
    const sums = Float64Array.from(this.logWeights);
    for (const [i, marginal] of this.marginals.entries()) marginal.addLogDensity(point[i]!, sums);
    const most = sums.reduce((a, b) => Math.max(a, b), Number.NEGATIVE_INFINITY);
    if (most === Number.NEGATIVE_INFINITY) return most;
    return most + Math.log(sums.reduce((sum, x) => sum + Math.exp(x - most), 0));
  }

  /** A draw as settings. */
  settings(point: readonly number[]): TrialParams {
    return Object.fromEntries(
      this.parameters.map((p, i) => [p.name, p.kind === 'choice' ? p.values[point[i]!]! : valueAt(p, point[i]!)]),
    );
  }
}

/** The 25 youngest count fully, older ones less and less (Bergstra et al. 2013); the prior last. Sum 1. */
function kernelWeights(count: number, priorWeight: number): Float64Array {
  if (count === 0) return Float64Array.of(1);
  const old = Math.max(0, count - 25);
  const weights = Float64Array.from({ length: count + 1 }, (_, i) => {
    if (i === count) return priorWeight;
    return i < old ? 1 / count + (old === 1 ? 0 : ((1 - 1 / count) * i) / (old - 1)) : 1;
  });
  const sum = weights.reduce((a, b) => a + b, 0);
  return weights.map((w) => w / sum);
}

function placesOf(parameter: ChoiceParameter, observations: readonly TrialParams[]): number[] {
  return observations.map((params) => parameter.keys.indexOf(keyOf(params[parameter.name]!)));
}

function choiceMarginal({ values }: ChoiceParameter, places: readonly number[], priorWeight: number): Marginal {
  const kernels = places.length + 1;
  // The prior's own kernel is uniform.
  const table = Array.from({ length: kernels }, (_, k) => {
    const row = new Float64Array(values.length).fill(priorWeight / kernels);
    if (k < places.length) row[places[k]!]! += 1;
    const sum = row.reduce((a, b) => a + b, 0);
    return sum === 0 ? row.fill(1 / values.length) : row.map((x) => x / sum);
  });
  const logs = table.map((row) => row.map(Math.log));
  return {
    sample(kernel, random) {
      let u = random.uniform();
      const found = table[kernel]!.findIndex((p) => {
        u -= p;
        return u < 0;
      });
      return found < 0 ? values.length - 1 : found;
    },
    addLogDensity(value, into) {
      for (let k = 0; k < kernels; k++) into[k]! += logs[k]![value]!;
    },
  };
}

function rangeMarginal(parameter: RangeParameter, observations: readonly number[]): Marginal {
  const { low, high } = span(parameter);
  const { log, step } = parameter;
  const means = Float64Array.of(...observations, (low + high) / 2);
  const widths = Float64Array.of(...kernelWidths(observations, low, high), high - low);
  const logTotals = means.map((mean, k) => logMass((low - mean) / widths[k]!, (high - mean) / widths[k]!));
  const at = (value: number): number => (log ? Math.log(value) : value);
  return {
    sample(kernel, random) {
      const [mean, width] = [means[kernel]!, widths[kernel]!];
      const drawn = mean + width * truncatedNormal((low - mean) / width, (high - mean) / width, random.uniform());
      return coordinate(parameter, valueAt(parameter, drawn));
    },
    addLogDensity(value, into) {
      if (step === null) {
        for (let k = 0; k < means.length; k++) {
          const z = (value - means[k]!) / widths[k]!;
          into[k]! -= (z * z) / 2 + Math.log(widths[k]!) + HALF_LOG_2PI + logTotals[k]!;
        }
        return;
      }
      const plain = log ? Math.exp(value) : value;
      const [from, to] = [at(plain - step / 2), at(plain + step / 2)];
      for (let k = 0; k < means.length; k++)
        into[k]! += logMass((from - means[k]!) / widths[k]!, (to - means[k]!) / widths[k]!) - logTotals[k]!;
    },
  };
}

const HALF_LOG_2PI = Math.log(2 * Math.PI) / 2;

/**
 * The larger distance to the neighbours on both sides; at the ends, where there are two observations or more, that to the one neighbour.
 * Never below the range over (1 + kernels), at most 100 ("magic clip"), so that few observations don't claim much.
 */
function kernelWidths(observations: readonly number[], low: number, high: number): number[] {
  const order = observations.map((_, i) => i).sort((a, b) => observations[a]! - observations[b]!);
  const least = (high - low) / Math.min(100, 2 + observations.length);
  const widths = new Array<number>(observations.length);
  for (const [rank, i] of order.entries()) {
    const x = observations[i]!;
    const left = rank > 0 ? x - observations[order[rank - 1]!]! : x - low;
    const right = rank < order.length - 1 ? observations[order[rank + 1]!]! - x : high - x;
    const ends = order.length > 1;
    const wide = ends && rank === 0 ? right : ends && rank === order.length - 1 ? left : Math.max(left, right);
    widths[i] = Math.min(high - low, Math.max(least, wide));
  }
  return widths;
}
