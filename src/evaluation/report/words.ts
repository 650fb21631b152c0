import type { Evaluation, MetricName } from '../evaluation.ts';
import { count, decimal, either, percent, plural } from './html.ts';

/** Metrics that would only say again what another one says. */
export function repeats(evaluation: Evaluation, name: MetricName): boolean {
  const two = evaluation.class_names.length === 2;
  if (name === 'weightedRecall') return true;
  if (two) return SAME_WITH_TWO.has(name);
  if (name === 'topClassAccuracy' || name === 'macroRecall') return true;
  if (evaluation.positive !== null) return false;
  return name === 'auroc' || name === 'averagePrecision' || name.startsWith('positive') || OF_A_QUESTION.has(name);
}

const SAME_WITH_TWO: ReadonlySet<MetricName> = new Set([
  'macroAuroc',
  'weightedAuroc',
  'macroRecall',
  'operatingPointAccuracy',
  'positiveBrier',
  'quadraticKappa',
]);

/** Without positive classes each would only say so again. */
const OF_A_QUESTION: ReadonlySet<MetricName> = new Set([
  'partialAuroc',
  'sensitivityAtSpecificity',
  'specificityAtSensitivity',
  'netBenefit',
  'brierReliability',
  'brierResolution',
  'brierUncertainty',
  'calibrationSlope',
  'calibrationIntercept',
]);

/** Metrics for a closer look: in the report and in JSON, not on the terminal. */
export const DETAILS: ReadonlySet<MetricName> = new Set([
  'weightedAuroc',
  'weightedAveragePrecision',
  'weightedPrecision',
  'weightedF1',
  'quadraticKappa',
  'partialAuroc',
  'adaptiveEce',
  'positiveAdaptiveEce',
  'brierReliability',
  'brierResolution',
  'brierUncertainty',
]);

/** Metrics that a scale from 0 to 1 does not hold. */
export const OFF_SCALE: ReadonlySet<MetricName> = new Set([
  'logLoss',
  'kappa',
  'quadraticKappa',
  'mcc',
  'netBenefit',
  'calibrationSlope',
  'calibrationIntercept',
]);

const RULES: Record<string, (at: string) => string> = {
  youden: () => "by Youden's rule (largest sensitivity + specificity)",
  sensitivity: (at) => `as the most specific one with a sensitivity of at least ${percent(Number(at))}`,
  specificity: (at) => `as the most sensitive one with a specificity of at least ${percent(Number(at))}`,
  cost: costWords,
};

function costWords(at: string): string {
  const [costs, prevalence] = at.split('@') as [string, string | undefined];
  const [missed, alarm] = costs.split(':').map(Number) as [number, number];
  const where = prevalence === undefined ? '' : ` where ${percent(Number(prevalence))} are positive`;
  return `as the cheapest one${where}, a missed positive costing ${Number((missed / alarm).toPrecision(3))} times a false alarm,`;
}

/** The operating point in plain words: one paragraph each on the rule, on what it does here, and on what that means elsewhere. */
export function operatingWords(evaluation: Evaluation): string[] {
  const point = evaluation.operatingPoint;
  if (point === null) {
    return [
      'No class is named as positive, so there is no yes-or-no answer and no operating point. Name the classes that should raise an alarm where it is measured: under Evaluation of the run in Studio, or with --positive a,b.',
    ];
  }
  const which = either(point.positive);
  const subject =
    point.positive.length > 1
      ? `the summed probability of ${point.positive.join(', ')}`
      : `the probability of ${which}`;
  const rule = `A sample is called positive (${which}) when ${subject} reaches ${decimal(point.threshold)}. ${origin(evaluation)}`;
  const { tp, fp, tn, fn } = point.verdicts;
  const positives = tp + fn;
  const negatives = tn + fp;
  const here = `On the ${evaluation.split} split it finds ${count(tp)} of ${plural(positives, 'positive')}${share(tp, positives)} and misses ${count(fn)}; it clears ${count(tn)} of ${plural(negatives, 'negative')}${share(tn, negatives)} and raises ${plural(fp, 'false alarm')}.`;
  const words = [rule, here];
  const { sensitivity, specificity } = evaluation.metrics;
  if (sensitivity.value !== null && specificity.value !== null && tp + fp > 0) {
    const at = (prevalence: number) => {
      const alarms = sensitivity.value! * prevalence + (1 - specificity.value!) * (1 - prevalence);
      return alarms === 0 ? 'none' : percent((sensitivity.value! * prevalence) / alarms);
    };
    const own = positives / (positives + negatives);
    const rarer = [0.1, 0.01].filter((p) => p < own);
    words.push(
      `Here ${percent(own)} of the samples are positive, and ${percent(tp / (tp + fp))} of the alarms are right.` +
        (rarer.length === 0
          ? ''
          : ` Where fewer are positive, fewer alarms are right: at the same sensitivity and specificity it would be ${rarer.map((p) => `${at(p)} with ${100 * p} positive in a hundred`).join(', and ')}.`),
    );
  }
  return words;
}

function origin(evaluation: Evaluation): string {
  const { from, fit, rule } = evaluation.operatingPoint!;
  if (from === 'default') return 'There was nothing to fit the threshold on: 0.5 is a convention, not a choice.';
  const [kind, at] = rule.split('=') as [string, string | undefined];
  const words = RULES[kind]?.(at ?? '') ?? '';
  if (from === 'given') {
    return words === ''
      ? 'The threshold was given.'
      : `The threshold came with the bundle, chosen ${words} on its validation data.`;
  }
  const reached =
    fit === null || fit.sensitivity === null || fit.specificity === null
      ? ''
      : `, where it reaches a sensitivity of ${percent(fit.sensitivity)} and a specificity of ${percent(fit.specificity)}`;
  return `The threshold was chosen ${words} on ${plural(fit?.samples ?? 0, 'validation sample')}${reached}.`;
}

function share(part: number, whole: number): string {
  return whole === 0 ? '' : ` (${percent(part / whole)})`;
}

/** "624 samples", or "624 samples of 310 groups" where some share one. */
export function samplesWords({ samples, groups }: Pick<Evaluation, 'samples' | 'groups'>): string {
  return groups === samples ? plural(samples, 'sample') : `${plural(samples, 'sample')} of ${plural(groups, 'group')}`;
}
