import type { Estimate } from '../estimate.ts';
import type { IntervalOptions } from '../estimates.ts';
import { type Decided, type Measured, measure } from '../measure.ts';
import { METRICS, type MetricName, type References } from '../metrics/names.ts';
import type { Predictions } from '../predictions.ts';
import { subtract } from '../statistics/rounding.ts';
import type { Exposure, ExposureKind } from './result.ts';

/** Averages over classes: they compare only where both parts have the same classes. */
const OVER_CLASSES = /^(balanced|macro|weighted)|^(kappa|quadraticKappa|mcc)$/;
/** Averages over classes as well, where no class is positive. */
const OF_A_QUESTION = /^(auroc|averagePrecision|partialAuroc)$/;

/**
 * Measures the samples that train knows apart from those that it does not, with the decisions made for all of them. Null where the
 * split does not leak, or no sample of it is exposed.
 */
export function measureExposure(
  test: Predictions,
  decided: Decided,
  whole: Measured['metrics'],
  options: IntervalOptions & { references?: References | undefined },
): Exposure | null {
  const known = test.exposed;
  if (known === undefined || known.every((kind) => kind === null)) return null;
  const all = Array.from(known.keys());
  const exposed = part(
    test,
    decided,
    all.filter((i) => known[i] !== null),
    options,
  );
  const unexposed = part(
    test,
    decided,
    all.filter((i) => known[i] === null),
    options,
  );
  const lopsided = test.classes.filter((name) => exposed.classes[name]! > 0 !== unexposed.classes[name]! > 0);
  const asked = decided.question !== null;
  return {
    exposed: { ...exposed, kinds: countKinds(known) },
    unexposed,
    differences: byMetric((name) =>
      comparable(name, lopsided, asked)
        ? difference(exposed.metrics[name], unexposed.metrics[name])
        : { ...NOTHING, reason: `not estimable: only one of the parts has ${lopsided.join(', ')}` },
    ),
    inflation: byMetric((name) => {
      const [a, b] = [whole[name].value, unexposed.metrics[name].value];
      return comparable(name, lopsided, asked) && a !== null && b !== null ? subtract(a, b) : null;
    }),
    lopsided,
  };
}

/** Whether a metric of two parts of the samples can be compared, where only one of them has the classes `lopsided`. */
export function comparable(name: MetricName, lopsided: readonly string[], asked: boolean): boolean {
  return lopsided.length === 0 || !(OVER_CLASSES.test(name) || (!asked && OF_A_QUESTION.test(name)));
}

export function countKinds(known: readonly (ExposureKind | null)[]): Record<ExposureKind, number> {
  const kinds: Record<ExposureKind, number> = { exact: 0, near: 0, group: 0, tied: 0 };
  for (const kind of known) if (kind !== null) kinds[kind] += 1;
  return kinds;
}

export const NOTHING = { value: null, low: null, high: null };

function byMetric<T>(of: (name: MetricName) => T): Record<MetricName, T> {
  return Object.fromEntries(METRICS.map((name) => [name, of(name)])) as Record<MetricName, T>;
}

function part(
  test: Predictions,
  { probabilities, question, rule }: Decided,
  rows: readonly number[],
  options: IntervalOptions & { references?: References | undefined },
): Exposure['unexposed'] {
  const { classes } = test;
  const k = classes.length;
  const labels = Int32Array.from(rows, (i) => test.labels[i]!);
  const counts = Object.fromEntries(classes.map((name, c) => [name, labels.filter((label) => label === c).length]));
  if (rows.length === 0) {
    const nothing: Estimate = { ...NOTHING, reason: 'not estimable: there is no such sample' };
    return { samples: 0, groups: 0, classes: counts, metrics: byMetric(() => nothing) };
  }
  const some = new Float64Array(rows.length * k);
  for (const [r, i] of rows.entries()) some.set(probabilities.subarray(i * k, i * k + k), r * k);
  const { groups, metrics } = measure(
    { classes, labels, groups: rows.map((i) => test.groups[i]!) },
    { probabilities: some, question, rule },
    options,
  );
  return { samples: rows.length, groups, classes: counts, metrics };
}

/** The difference of two independent estimates, its limits recovered from theirs (MOVER; Zou and Donner 2008). */
export function difference(a: Estimate, b: Estimate): Estimate {
  if (a.value === null || b.value === null) {
    return { ...NOTHING, reason: a.reason ?? b.reason ?? 'not estimable' };
  }
  const value = subtract(a.value, b.value);
  if (a.low === null || a.high === null || b.low === null || b.high === null) {
    return { value, low: null, high: null, reason: a.reason ?? b.reason ?? 'no interval' };
  }
  return {
    value,
    low: value - Math.hypot(a.value - a.low, b.high - b.value),
    high: value + Math.hypot(a.high - a.value, b.value - b.low),
  };
}
