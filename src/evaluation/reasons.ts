import type { ClassMetricName, Estimate, MetricName } from './evaluation.ts';
import type { Predictions } from './predictions.ts';
import { clopperPearson } from './statistics/proportion.ts';

/** What is there to be measured: the facts behind "not estimable". */
export interface Seen {
  classes: readonly string[];
  /** True samples and predictions of each class. */
  support: number[];
  predicted: number[];
  /** True samples of the positive classes; null when no class is positive. */
  positives: number | null;
  samples: number;
}

export function see(
  test: Pick<Predictions, 'classes' | 'labels'>,
  decided: Int32Array,
  members: readonly number[] | null,
): Seen {
  const support = test.classes.map(() => 0);
  const predicted = test.classes.map(() => 0);
  for (const label of test.labels) support[label]! += 1;
  for (const k of decided) predicted[k]! += 1;
  return {
    classes: test.classes,
    support,
    predicted,
    positives: members === null ? null : members.reduce((sum, k) => sum + support[k]!, 0),
    samples: test.labels.length,
  };
}

/** Metrics that are an average over classes, or ask which class was decided for, and need no positive one. */
const OF_CLASSES: ReadonlySet<MetricName> = new Set(['macroAuroc', 'weightedAuroc', 'kappa', 'quadraticKappa', 'mcc']);

/** Why a metric of the whole split has no value. */
export function reason(name: MetricName, seen: Seen): string {
  const { positives, samples } = seen;
  if (OF_CLASSES.has(name)) return name === 'mcc' ? oneDecision(seen) : oneClass(seen);
  if (positives === null) {
    if (name === 'auroc' || name === 'averagePrecision') return oneClass(seen);
    return 'not estimable: no class is named as positive (of more than two, whoever measures must name some)';
  }
  if (positives === 0) return 'not estimable: no positive sample';
  if (positives === samples) return 'not estimable: no negative sample';
  if (name === 'ppv') return 'not estimable: no sample was called positive';
  if (name === 'npv') return 'not estimable: no sample was called negative';
  if (name === 'netBenefit') return 'not estimable: at a threshold of 1 no harm of missing is large enough to act';
  if (name === 'calibrationSlope')
    return 'not estimable: a threshold separates the two sides, or all probabilities are equal';
  return 'not estimable: these samples cannot tell';
}

/** Why a metric of class `k` has no value. */
export function classReason(name: ClassMetricName, k: number, seen: Seen): string {
  const label = seen.classes[k]!;
  if (name === 'precision') return `not estimable: no sample was predicted as ${label}`;
  if (seen.support[k] === 0) return `not estimable: no sample of ${label}`;
  return `not estimable: all samples are ${label}`;
}

function oneDecision(seen: Seen): string {
  const only = seen.classes.find((_, k) => seen.predicted[k] === seen.samples);
  return only === undefined ? oneClass(seen) : `not estimable: all samples were decided to be ${only}`;
}

function oneClass(seen: Seen): string {
  const only = seen.classes.find((_, k) => seen.support[k] === seen.samples);
  return only === undefined ? 'not estimable: these samples cannot tell' : `not estimable: all samples are ${only}`;
}

/** Says which classes have no sample: averages over classes leave them out. */
export function noteClasses(classes: readonly string[], seen: Seen, notes: string[]): void {
  const absent = classes.filter((_, k) => seen.support[k] === 0);
  if (absent.length > 0) {
    notes.push(`No samples of ${absent.join(', ')}: averages over classes leave them out.`);
  }
}

/**
 * The fewest groups that show anything at the 95% level: all of n groups lie on one side of their median in 2 of 2^n cases, and of
 * five that is one case in sixteen. Resamples of fewer know nothing of how far they all may be from the truth.
 */
export const FEWEST_GROUPS = 6;

/** Why fewer groups than that have no interval by resampling. */
export function tooFewGroups(groups: number): string {
  if (groups === 1) return 'no interval: one group only';
  return `no interval: ${groups} groups only, and fewer than ${FEWEST_GROUPS} show nothing at the 95% level`;
}

/** Fewer groups than this, and resamples of them are too much alike. */
export const FEW_GROUPS = 30;

/** What a reader must know of the intervals: a bootstrap can't see what no sample shows, and few groups show little. */
export function noteIntervals(
  metrics: Record<string, Estimate>,
  perClass: Record<string, { support: number } & Record<string, Estimate | number>>,
  groups: number,
  resamples: number,
  notes: string[],
): void {
  const all = [metrics, ...Object.values(perClass)].flatMap((m) =>
    Object.values(m).filter((e) => typeof e === 'object'),
  );
  if (resamples > 0 && groups >= FEWEST_GROUPS && groups < FEW_GROUPS) {
    notes.push(
      `Only ${groups} groups: intervals by resampling (method bca or percentile) tend to be too narrow. Exact ones are as wide as they must be.`,
    );
  }
  if (all.some((e) => e.reason === NO_RESAMPLE_DIFFERS)) {
    const most = Math.round(100 * clopperPearson(0, groups).high);
    notes.push(
      `Some metrics have no interval, because no resample differed. That is not certainty: where ${groups} groups show no error, ` +
        `the true rate of errors may still be ${most}% (Clopper and Pearson).`,
    );
  }
}

/** Reason of an estimate whose resamples are all the same. */
export const NO_RESAMPLE_DIFFERS = 'no interval: no resample differs';
