import { OslerError } from '../../errors.ts';
import { positiveClasses } from '../check.ts';
import type { OperatingPoint } from '../evaluation.ts';
import { Ranking } from '../metrics/ranking.ts';
import { sumClasses } from '../metrics/softmax.ts';
import type { Predictions } from '../predictions.ts';
import { calibrate } from './calibration/apply.ts';
import { parseRule, type Rule } from './rule.ts';
import type { Calibration } from './spec.ts';

export interface ThresholdFit {
  threshold: number;
  /** At the threshold, on the samples it was fitted on. */
  sensitivity: number;
  specificity: number;
}

/**
 * The threshold that the rule picks; positive means score >= threshold. It is laid midway to the next lower score, so that a
 * rounding difference between engines flips no sample.
 *
 * - youden: largest sensitivity + specificity (Youden 1950); of equal ones the more sensitive
 * - sensitivity=s: the most specific threshold with at least that sensitivity
 * - specificity=s: the most sensitive threshold with at least that specificity
 * - cost=m:a@p: smallest expected cost m p (1 - sensitivity) + a (1 - p) (1 - specificity), p being the validation's own share of
 *   positives when none is named (Metz 1978, "Basic principles of ROC analysis"); of equal ones the more sensitive
 *
 * Null when one of the two sides has no sample.
 */
export function fitThreshold(
  positive: ArrayLike<number | boolean>,
  scores: ArrayLike<number>,
  rule: Rule,
): ThresholdFit | null {
  const { threshold, tp, fp } = new Ranking(scores, positive).steps();
  const last = threshold.length - 1;
  const positives = tp[last] ?? 0;
  const negatives = fp[last] ?? 0;
  if (positives === 0 || negatives === 0) return null;
  if (rule.kind === 'threshold') {
    let i = last;
    while (i >= 0 && threshold[i]! < rule.at) i--;
    return {
      threshold: rule.at,
      sensitivity: i < 0 ? 0 : tp[i]! / positives,
      specificity: i < 0 ? 1 : (negatives - fp[i]!) / negatives,
    };
  }
  // Step -1 calls nobody positive.
  let best = -1;
  if (rule.kind === 'youden' || rule.kind === 'cost') {
    // In whole numbers where the rule has none of its own, so that equal gains compare as equal.
    const [perHit, perAlarm] = worths(rule, positives, negatives);
    let most = 0;
    for (let i = 0; i <= last; i++) {
      const gain = tp[i]! * perHit - fp[i]! * perAlarm;
      if (gain >= most) {
        most = gain;
        best = i;
      }
    }
  } else if (rule.kind === 'sensitivity') {
    best = tp.findIndex((hits) => hits / positives >= rule.at);
  } else {
    for (let i = 0; i <= last && (negatives - fp[i]!) / negatives >= rule.at; i++) best = i;
  }
  if (best < 0 && threshold[0]! < 1) return { threshold: between(1, threshold[0]!), sensitivity: 0, specificity: 1 };
  // No threshold is above a probability of 1.
  best = Math.max(0, best);
  return {
    threshold: between(threshold[best]!, best === last ? 0 : threshold[best + 1]!),
    sensitivity: tp[best]! / positives,
    specificity: (negatives - fp[best]!) / negatives,
  };
}

/** What finding one more positive gains, and what one more false alarm costs. */
function worths(
  rule: Extract<Rule, { kind: 'youden' | 'cost' }>,
  positives: number,
  negatives: number,
): [number, number] {
  if (rule.kind === 'youden') return [negatives, positives];
  const { missed, alarm, prevalence: p } = rule;
  return p === null ? [missed, alarm] : [missed * p * negatives, alarm * (1 - p) * positives];
}

/**
 * The operating point of a model, from its predictions on validation: calibrated probabilities, those of `positive` summed.
 * Null when validation has no sample on one of the two sides. Throws USAGE for an unknown rule or class.
 */
export function fitOperatingPoint(
  validation: Predictions,
  options: { positive: readonly string[]; rule?: string; calibration?: Calibration },
): (OperatingPoint & { fit: { samples: number; sensitivity: number; specificity: number } }) | null {
  const { classes, labels, logits } = validation;
  const rule = options.rule ?? 'youden';
  const members = positiveClasses(classes, options.positive);
  if (members === null) throw new OslerError('USAGE', 'An operating point needs positive classes.');
  const calibration = options.calibration ?? { method: 'temperature', temperature: 1 };
  const scores = sumClasses(calibrate(logits, classes.length, calibration), classes.length, members);
  const truth = Uint8Array.from(labels, (label) => (members.includes(label) ? 1 : 0));
  const fit = fitThreshold(truth, scores, parseRule(rule));
  if (fit === null) return null;
  return {
    positive: members.map((k) => classes[k]!),
    threshold: fit.threshold,
    rule,
    fit: { samples: labels.length, sensitivity: fit.sensitivity, specificity: fit.specificity },
  };
}

/** Midway between two neighbouring scores; the upper where there is no number between them. */
function between(upper: number, lower: number): number {
  const middle = lower + (upper - lower) / 2;
  return middle > lower ? middle : upper;
}
