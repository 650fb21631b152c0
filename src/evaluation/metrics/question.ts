import { AT, chanceOffset, type References } from './names.ts';
import { Ranking } from './ranking.ts';
import type { Recalibrated } from './recalibration.ts';
import { type Miscalibration, Sorted } from './sorted.ts';

/** All metrics of the yes/no question, for any resample. */
export class QuestionScorer {
  private readonly sums: Sorted;
  private readonly ranking: Ranking;
  /** As many samples, from the highest probability down, are called positive. */
  private readonly called: number;
  private readonly threshold: number;
  private readonly references: References;
  private readonly recalibrated: Recalibrated = { slope: NaN, intercept: NaN, shift: NaN };

  private readonly calibration: Miscalibration = { error: 0, reliability: 0, chanceError: 0, chanceReliability: 0 };
  private readonly chance: { positiveEce: number; brierReliability: number; positiveAdaptiveEce: number };

  /** @param classes of the whole task: the answer's layout depends on them */
  constructor(
    classes: number,
    scores: Float64Array,
    truth: Uint8Array,
    units: ArrayLike<number>,
    threshold: number,
    references: References,
  ) {
    this.sums = new Sorted(scores, truth, units, true);
    this.ranking = new Ranking(scores, truth, units);
    this.called = this.sums.above(threshold);
    this.threshold = threshold;
    this.chance = {
      positiveEce: chanceOffset(classes, 'positiveEce'),
      brierReliability: chanceOffset(classes, 'brierReliability'),
      positiveAdaptiveEce: chanceOffset(classes, 'positiveAdaptiveEce'),
    };
    this.references = references;
  }

  /** @param brier of the resample, which its decomposition explains */
  measure(counts: ArrayLike<number>, brier: number, out: Float64Array): void {
    const { sums, called, threshold } = this;
    sums.add(counts);
    const n = sums.probability.length;
    const total = sums.weight[n]!;
    const positives = sums.came[n]!;
    const negatives = total - positives;
    const tp = sums.came[called]!;
    const fp = sums.weight[called]! - tp;
    const tn = negatives - fp;
    const fn = positives - tp;
    out[AT.sensitivity] = tp / positives;
    out[AT.specificity] = tn / negatives;
    out[AT.operatingPointAccuracy] = (tp + tn) / total;
    out[AT.positiveBrier] = brier;
    const { error, reliability, chanceError, chanceReliability } = sums.equalWidth(this.calibration);
    out[AT.positiveEce] = error;
    out[this.chance.positiveEce] = chanceError;
    out[this.chance.brierReliability] = chanceReliability;
    sums.equalMass(this.calibration);
    out[AT.positiveAdaptiveEce] = this.calibration.error;
    out[this.chance.positiveAdaptiveEce] = this.calibration.chanceError;
    const prevalence = positives / total;
    const uncertainty = prevalence * (1 - prevalence);
    out[AT.brierReliability] = reliability;
    out[AT.brierUncertainty] = uncertainty;
    out[AT.brierResolution] = reliability + uncertainty - brier;
    // Without both sides a predictive value, or a net benefit, is the same whatever the model says.
    if (positives === 0 || negatives === 0) return;
    out[AT.ppv] = tp / (tp + fp);
    out[AT.npv] = tn / (tn + fn);
    if (threshold < 1) out[AT.netBenefit] = (tp - (fp * threshold) / (1 - threshold)) / total;
    const { auroc, averagePrecision } = this.ranking.measure(counts);
    out[AT.auroc] = auroc;
    out[AT.averagePrecision] = averagePrecision;
    this.readCurve(positives, negatives, out);
    sums.recalibration(this.recalibrated);
    out[AT.calibrationSlope] = this.recalibrated.slope;
    out[AT.calibrationIntercept] = this.recalibrated.intercept;
  }

  /** Calibration slope and intercept from every single sample, where resamples make do with bins of log-odds. */
  refine(out: Float64Array): void {
    if (Number.isNaN(out[AT.calibrationSlope]) && Number.isNaN(out[AT.calibrationIntercept])) return;
    const fit = this.sums.recalibrationOfAll();
    out[AT.calibrationSlope] = fit.slope;
    out[AT.calibrationIntercept] = fit.intercept;
  }

  /** Partial AUROC and the two operating points, read off the curve. */
  private readCurve(positives: number, negatives: number, out: Float64Array): void {
    const { came, weight } = this.sums;
    const { sensitivity, specificity, falsePositiveRate } = this.references;
    // Rounding must not move a limit that falls on a sample.
    const mostFalse = negatives - specificity * negatives + 1e-9;
    const specific = this.sums.runsBefore((_, end) => weight[end]! - came[end]! > mostFalse);
    out[AT.sensitivityAtSpecificity] = came[this.sums.samplesIn(specific)]! / positives;
    const enough = sensitivity * positives - 1e-9;
    const sensitive = this.sums.runsBefore((_, end) => came[end]! >= enough);
    const called = this.sums.samplesIn(sensitive + 1);
    out[AT.specificityAtSensitivity] = (negatives - weight[called]! + came[called]!) / negatives;
    out[AT.partialAuroc] = this.partialArea(falsePositiveRate, positives, negatives);
  }

  /** Area up to a false positive rate, standardised: 0.5 for chance, 1 for a perfect curve (McClish 1989). */
  private partialArea(falsePositiveRate: number, positives: number, negatives: number): number {
    const { ends, came, weight } = this.sums;
    const limit = falsePositiveRate * negatives;
    let tp = 0;
    let fp = 0;
    let area = 0;
    for (let r = 0; r < ends.length; r++) {
      const nextTp = came[ends[r]!]!;
      const nextFp = weight[ends[r]!]! - nextTp;
      if (nextFp > limit) {
        const part = limit - fp;
        area += part * (tp + ((nextTp - tp) * part) / (nextFp - fp) / 2);
        break;
      }
      area += (nextFp - fp) * 0.5 * (tp + nextTp);
      tp = nextTp;
      fp = nextFp;
    }
    const chance = falsePositiveRate ** 2 / 2;
    return (1 + (area / (positives * negatives) - chance) / (falsePositiveRate - chance)) / 2;
  }
}
