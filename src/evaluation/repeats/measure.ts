import { groupIndices } from '../check.ts';
import { METRICS, type MetricName } from '../evaluation.ts';
import type { Decided } from '../measure.ts';
import type { Predictions } from '../predictions.ts';
import { generator } from '../random.ts';
import { FEWEST_GROUPS, NO_RESAMPLE_DIFFERS, tooFewGroups } from '../reasons.ts';
import { Scorer } from '../scorer.ts';
import { percentileInterval } from '../statistics/bca.ts';
import type { Repeats, Spread } from './repeats.ts';

export interface Member {
  /** `seed 3`, `fold 0` */
  name: string;
  run: string;
  predictions: Predictions;
  decided: Decided;
}

/** In these a mean beyond 0..1 is an artefact of the interval. */
const WITHIN_ONE = new Set<string>(
  METRICS.filter((name) => !/logLoss|brier|kappa|mcc|slope|intercept|benefit/i.test(name)),
);

/**
 * Mean and spread of every metric over the members, and the interval of the mean, by resampling groups (`resamples` draws).
 *
 * - seeds: every draw is the same for all members, and their mean is taken; to it is added the mean of as many deviations of
 *   single seeds from their mean, drawn with replacement and widened by sqrt(n / (n - 1)). So the interval speaks of new patients
 *   and new seeds (both sources, as Bouthillier et al. 2021, "Accounting for variance in machine learning benchmarks", ask for).
 * - folds: each fold's groups are drawn within it, and the mean over folds is taken (cross-validated AUROC: LeDell et al. 2015).
 *
 * The members of `seeds` must speak of the same samples in the same order.
 */
export function spreads(
  kind: Repeats['kind'],
  members: readonly Member[],
  options: { resamples: number; seed: number },
): { metrics: Repeats['metrics']; values: Repeats['members'] } {
  const scorers = members.map((member) => scorerOf(member));
  const observed = scorers.map(({ scorer, units }) => measureOnce(scorer, new Uint16Array(units).fill(1)));
  const units = scorers.map((one) => one.units);
  const groups = kind === 'seeds' ? (units[0] ?? 0) : units.reduce((sum, n) => sum + n, 0);
  const draws = members.length === 0 ? [] : drawMeans(kind, scorers, observed, options);
  const values = members.map(({ name, run }, i) => ({
    name,
    run,
    metrics: Object.fromEntries(METRICS.map((metric, at) => [metric, orNull(observed[i]![at]!)])),
  }));
  const metrics = Object.fromEntries(
    METRICS.map((metric, at) => [
      metric,
      spread(
        metric,
        members,
        observed.map((row) => row[at]!),
        draws[at]!,
        { ...options, groups },
      ),
    ]),
  );
  return { metrics, values };
}

function scorerOf({ predictions, decided }: Member): { scorer: Scorer; units: number } {
  const { units, unitCount } = groupIndices(predictions.groups);
  const { classes, labels } = predictions;
  const { probabilities, question, rule } = decided;
  return {
    units: unitCount,
    scorer: new Scorer({ classes: classes.length, labels, probabilities, units, unitCount, question, rule }),
  };
}

function measureOnce(scorer: Scorer, counts: Uint16Array): Float64Array {
  const out = new Float64Array(scorer.length);
  scorer.measure(counts, out);
  return out;
}

/** For each metric, the mean over members in each draw. */
function drawMeans(
  kind: Repeats['kind'],
  scorers: readonly { scorer: Scorer; units: number }[],
  observed: readonly Float64Array[],
  { resamples, seed }: { resamples: number; seed: number },
): Float64Array[] {
  const n = scorers.length;
  const next = generator(seed);
  const rows = METRICS.map(() => new Float64Array(resamples));
  const widen = n > 1 ? Math.sqrt(n / (n - 1)) : 0;
  const out = scorers.map(({ scorer }) => new Float64Array(scorer.length));
  const counts = scorers.map(({ units }) => new Uint16Array(units));
  for (let r = 0; r < resamples; r++) {
    for (const [i, { scorer, units }] of scorers.entries()) {
      const drawn = kind === 'seeds' ? counts[0]! : counts[i]!;
      if (kind === 'folds' || i === 0) {
        drawn.fill(0);
        for (let u = 0; u < units; u++) drawn[Math.floor(next() * units)]! += 1;
      }
      scorer.measure(drawn, out[i]!);
    }
    const picks = Array.from({ length: n }, () => Math.floor(next() * n));
    for (let m = 0; m < METRICS.length; m++) {
      let mean = 0;
      for (let i = 0; i < n; i++) mean += out[i]![m]! / n;
      if (kind === 'seeds') {
        const centre = observed.reduce((sum, row) => sum + row[m]!, 0) / n;
        for (const i of picks) mean += (widen * (observed[i]![m]! - centre)) / n;
      }
      rows[m]![r] = mean;
    }
  }
  return rows;
}

function spread(
  metric: MetricName,
  members: readonly Member[],
  values: readonly number[],
  draws: Float64Array,
  { resamples, groups }: { resamples: number; groups: number },
): Spread {
  const lost = members.filter((_, i) => Number.isNaN(values[i]!));
  if (lost.length > 0) {
    const reason = `not estimable in ${lost.map(({ name }) => name).join(', ')}: a class or an answer is missing there`;
    return { mean: null, sd: null, lowest: null, highest: null, low: null, high: null, reason };
  }
  const n = values.length;
  const mean = values.reduce((a, b) => a + b, 0) / n;
  const sd = n < 2 ? null : Math.sqrt(values.reduce((sum, v) => sum + (v - mean) ** 2, 0) / (n - 1));
  const known = { mean, sd, lowest: Math.min(...values), highest: Math.max(...values) };
  if (resamples === 0) return { ...known, low: null, high: null, reason: 'no interval: no resamples were asked for' };
  if (groups < FEWEST_GROUPS) return { ...known, low: null, high: null, reason: tooFewGroups(groups) };
  const interval = percentileInterval(draws, 0.95);
  if (interval === null) {
    return { ...known, low: null, high: null, reason: 'no interval: most resamples lack a class or an answer' };
  }
  if (interval.high - interval.low <= 1e-9) return { ...known, low: null, high: null, reason: NO_RESAMPLE_DIFFERS };
  const [least, most] = WITHIN_ONE.has(metric) ? [0, 1] : [-Infinity, Infinity];
  return {
    ...known,
    low: Math.max(least, Math.min(mean, interval.low)),
    high: Math.min(most, Math.max(mean, interval.high)),
  };
}

function orNull(value: number): number | null {
  return Number.isNaN(value) ? null : value;
}
