import type { Calibration, CalibrationMethod, OutOfDistributionSection } from '../decisions/spec.ts';
import type { Evaluation } from '../evaluation.ts';
import { count, decimal, percent, plural } from './html.ts';

const METHODS: Record<CalibrationMethod, string> = {
  temperature: 'one temperature',
  vector: 'vector scaling (a factor and a shift for each class)',
  isotonic: 'isotonic curves (one for each class)',
};

/** How the probabilities were calibrated, and what it did. */
export function calibrationWords(evaluation: Evaluation): string {
  const { value, from, uncalibratedLogLoss } = evaluation.temperature;
  const applied: Calibration = evaluation.calibrator?.applied ?? { method: 'temperature', temperature: value };
  const origin = evaluation.calibrator?.from ?? from;
  if (applied.method === 'temperature' && origin === 'default') {
    return 'Probabilities are the softmax of the logits, not calibrated (temperature 1).';
  }
  const source = origin === 'validation' ? 'fitted on validation' : origin === 'given' ? 'as given' : 'not fitted';
  const how =
    applied.method === 'temperature'
      ? `Logits are divided by a temperature of ${decimal(applied.temperature)}, ${source}.`
      : `Probabilities come from ${METHODS[applied.method]}, ${source}.`;
  const after = evaluation.metrics.logLoss.value;
  const effect =
    after === null || uncalibratedLogLoss === null
      ? ''
      : ` On this split log loss is ${decimal(after)} with it and ${decimal(uncalibratedLogLoss)} without.`;
  return `${how}${choice(evaluation)}${effect}`;
}

function choice({ calibrator }: Evaluation): string {
  const candidates = calibrator?.candidates ?? [];
  if (calibrator === null || candidates.length < 2) return '';
  const losses = candidates.map(({ method, logLoss }) => `${method} ${decimal(logLoss)}`).join(', ');
  return ` Log loss on held-out parts of validation: ${losses}; a freer way is taken only where it is better by more than a standard error.`;
}

/** How one of several classes is decided for, where that is not simply the most probable one, and how it was fitted. */
export function classRuleWords({ classRule }: Evaluation): string[] {
  if (classRule === null) return [];
  const { applied, fit } = classRule;
  const how =
    applied.tau === 0
      ? 'Balanced decisions were asked for, and did not do better: the most probable class is decided for.'
      : `Decided for is the class whose probability, divided by its share of validation to the power of ${applied.tau}, is the largest, so that rare classes are found like common ones; it need not be the most probable one.`;
  if (fit === null) return [`${how} The exponent came with the bundle, fitted on its validation data.`];
  const chosen = fit.candidates.find(({ tau }) => tau === applied.tau)!;
  const plain = fit.candidates.find(({ tau }) => tau === 0)!;
  const against = applied.tau === 0 ? '' : `, against ${decimal(plain.balancedAccuracy)} of the most probable class`;
  const silent = fit.without.length === 0 ? '' : ` ${fit.without.join(', ')} had too few groups to have a say.`;
  return [
    `${how} The exponent was chosen by balanced accuracy in cross-validation within ${plural(fit.samples, 'validation sample')}: ${decimal(chosen.balancedAccuracy)}${against} (accuracy ${decimal(chosen.accuracy)}${applied.tau === 0 ? '' : ` against ${decimal(plain.accuracy)}`}).${silent}`,
  ];
}

/** Sets and images unlike validation, in a sentence each; none where neither was fitted. */
export function doubtWords({ conformal, outOfDistribution }: Evaluation): string[] {
  const words: string[] = [];
  if (conformal !== null) {
    const { applied, covered, sizes } = conformal;
    const all = sizes.reduce((sum, n) => sum + n, 0);
    const { 0: none = 0, 1: one = 0 } = sizes;
    words.push(
      `Conformal sets at ${percent(applied.coverage)} hold the truth for ${estimate(covered)} of the samples; ${percent(one / all)} name one class, ${percent((all - one - none) / all)} several, ${percent(none / all)} none.`,
    );
  }
  if (outOfDistribution !== null) {
    const { applied, flagged } = outOfDistribution;
    const by = unlikeBy(outOfDistribution);
    words.push(
      `${estimate(flagged)} are called unlike the validation images (${by}); ${percent(applied.falseAlarmRate)} would be of images like them.`,
    );
  }
  return words;
}

/** How many each score calls unlike; one image may be called so by several. */
export function unlikeBy({ byEnergy, byMahalanobis, byAppearance }: OutOfDistributionSection): string {
  const parts = [
    ...(byAppearance === null ? [] : [`by what they look like ${count(byAppearance)}`]),
    ...(byMahalanobis === null ? [] : [`by the embedding's distance ${count(byMahalanobis)}`]),
    `by energy ${count(byEnergy)}`,
  ];
  return parts.join(', ');
}

function estimate({ value, low, high }: { value: number | null; low: number | null; high: number | null }): string {
  if (value === null) return 'none';
  return low === null || high === null ? percent(value) : `${percent(value)} (${percent(low)} to ${percent(high)})`;
}
