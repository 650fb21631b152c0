import type { ClassRule } from './decisions/spec.ts';
import { agreement } from './metrics/agreement.ts';
import { classCounts, matrixMetrics } from './metrics/confusion.ts';
import {
  AT,
  CALIBRATION_ERRORS,
  CLASS_AT,
  type ClassMetricName,
  chanceOffset,
  classOffset,
  DEFAULT_REFERENCES,
  type References,
} from './metrics/names.ts';
import { squaredError, surprise, topClass } from './metrics/probability.ts';
import { QuestionScorer } from './metrics/question.ts';
import { Ranking } from './metrics/ranking.ts';
import { decide, sumClasses } from './metrics/softmax.ts';
import { type Miscalibration, Sorted } from './metrics/sorted.ts';

/** The samples of a split as the scorer needs them. */
export interface Scored {
  classes: number;
  /** Class index per sample. */
  labels: Int32Array;
  /** Row-major [samples, classes]. */
  probabilities: Float64Array;
  /** Index of each sample's unit of resampling (patient, lesion), 0..unitCount-1. */
  units: Int32Array;
  unitCount: number;
  /** The yes/no question: which classes count as positive, and from which summed probability on. */
  question: { members: readonly number[]; threshold: number } | null;
  /** Which of several classes is decided for; null: the most likely. */
  rule: ClassRule | null;
  references?: References | undefined;
}

/**
 * Every metric of a split for any resample of its units. All sorting and all logarithms happen once, in the constructor;
 * `measure` is one pass over the samples for each class and three for the rest.
 *
 * The answer's layout: METRICS, then CLASS_METRICS of class 0, of class 1..., then what chance alone makes of CALIBRATION_ERRORS; NaN
 * where not estimable.
 */
export class Scorer {
  readonly length: number;
  readonly data: Scored;
  /** Units of the samples, cell after cell of the confusion matrix, and where each cell's begin. */
  private readonly unit: Int32Array;
  private readonly cells: Int32Array;
  private readonly sums: UnitSums;
  private readonly confidence: Sorted;
  private readonly calibration: Miscalibration = { error: 0, reliability: 0, chanceError: 0, chanceReliability: 0 };
  private readonly rankings: (Ranking | null)[];
  private readonly question: QuestionScorer | null;
  /** The class, when the question is of one: its ranking is shared. */
  private readonly single: number | null;
  /** Classes with samples in the whole split: an average over classes is only comparable where all of them were drawn. */
  private readonly present: number[] = [];
  private readonly matrix: Float64Array;
  private readonly support: Float64Array;
  private readonly predicted: Float64Array;

  constructor(data: Scored) {
    const { classes, labels, probabilities, units, question, rule } = data;
    this.data = data;
    this.length = classOffset(classes) + CALIBRATION_ERRORS.length;
    this.matrix = new Float64Array(classes * classes);
    this.support = new Float64Array(classes);
    this.predicted = new Float64Array(classes);
    const decided = decide(probabilities, classes, question, rule);
    const cell = Int32Array.from(labels, (label, i) => label * classes + decided[i]!);
    this.unit = Int32Array.from(labels, (_, i) => i)
      .sort((a, b) => cell[a]! - cell[b]!)
      .map((i) => units[i]!);
    this.cells = new Int32Array(classes * classes + 1);
    for (const c of cell) this.cells[c + 1]! += 1;
    for (let c = 0; c < classes * classes; c++) this.cells[c + 1]! += this.cells[c]!;
    const top = topClass(labels, probabilities, classes);
    this.confidence = new Sorted(top.confidence, top.correct, units);
    const scores = question === null ? null : sumClasses(probabilities, classes, question.members);
    const truth = Uint8Array.from(labels, (label) => (question?.members.includes(label) ? 1 : 0));
    this.sums = unitSums(data, top.correct, scores, truth);
    this.single = question?.members.length === 1 ? question.members[0]! : null;
    this.question =
      scores === null
        ? null
        : new QuestionScorer(classes, scores, truth, units, question!.threshold, data.references ?? DEFAULT_REFERENCES);
    const seen = new Set(labels);
    for (let k = 0; k < classes; k++) if (seen.has(k)) this.present.push(k);
    this.rankings = Array.from({ length: classes }, (_, k) =>
      k === this.single
        ? null
        : new Ranking(
            Float64Array.from(labels, (__, i) => probabilities[i * classes + k]!),
            Uint8Array.from(labels, (label) => (label === k ? 1 : 0)),
            units,
          ),
    );
  }

  /** All metrics where unit u was drawn `counts[u]` times, written to `out` (of length `length`). */
  measure(counts: ArrayLike<number>, out: Float64Array): void {
    const { classes } = this.data;
    const { matrix, cells, unit, sums, confidence, calibration, question } = this;
    let total = 0;
    let loss = 0;
    let top = 0;
    let square = 0;
    let positiveSquare = 0;
    for (let u = 0; u < sums.size.length; u++) {
      const w = counts[u]!;
      total += w * sums.size[u]!;
      loss += w * sums.loss[u]!;
      top += w * sums.top[u]!;
      square += w * sums.brier[u]!;
      positiveSquare += w * sums.positiveBrier[u]!;
    }
    for (let c = 0; c < matrix.length; c++) {
      let drawn = 0;
      for (let i = cells[c]!; i < cells[c + 1]!; i++) drawn += counts[unit[i]!]!;
      matrix[c] = drawn;
    }
    out.fill(NaN);
    out[AT.topClassAccuracy] = top / total;
    out[AT.brier] = square / total;
    out[AT.logLoss] = loss / total;
    confidence.add(counts);
    confidence.equalWidth(calibration);
    out[AT.ece] = calibration.error;
    out[chanceOffset(classes, 'ece')] = calibration.chanceError;
    confidence.equalMass(calibration);
    out[AT.adaptiveEce] = calibration.error;
    out[chanceOffset(classes, 'adaptiveEce')] = calibration.chanceError;
    question?.measure(counts, positiveSquare / total, out);
    const whole = this.measureClasses(counts, total, out);
    this.measureMatrix(whole, out);
    if (whole) this.averageRankings(total, out);
    if (question === null && classes > 2) {
      out[AT.auroc] = out[AT.macroAuroc]!;
      out[AT.averagePrecision] = out[AT.macroAveragePrecision]!;
    }
  }

  /** Replaces what `measure` approximates, of the samples themselves, by its exact value. */
  refine(out: Float64Array): void {
    this.question?.refine(out);
  }

  private measureMatrix(whole: boolean, out: Float64Array): void {
    const { classes } = this.data;
    const means = matrixMetrics(this.matrix, classes);
    const agreed = agreement(this.matrix, classes, this.support, this.predicted);
    out[AT.accuracy] = means.accuracy;
    out[AT.weightedPrecision] = agreed.weightedPrecision;
    out[AT.weightedRecall] = agreed.weightedRecall;
    out[AT.weightedF1] = agreed.weightedF1;
    out[AT.kappa] = agreed.kappa;
    out[AT.quadraticKappa] = agreed.quadraticKappa;
    out[AT.mcc] = agreed.mcc;
    if (!whole) return;
    out[AT.balancedAccuracy] = means.balancedAccuracy;
    out[AT.macroPrecision] = means.macroPrecision;
    out[AT.macroRecall] = means.macroRecall;
    out[AT.macroF1] = means.macroF1;
  }

  /** Fills in the classes; true when every class of the whole split was drawn. */
  private measureClasses(counts: ArrayLike<number>, total: number, out: Float64Array): boolean {
    const { classes } = this.data;
    let whole = true;
    for (let k = 0; k < classes; k++) {
      const c = classCounts(this.matrix, classes, k, total);
      if (c.support === 0 && this.present.includes(k)) whole = false;
      const base = classOffset(k);
      out[base + CLASS_AT.precision] = c.precision;
      out[base + CLASS_AT.recall] = c.recall;
      out[base + CLASS_AT.specificity] = c.specificity;
      out[base + CLASS_AT.f1] = c.f1;
      if (c.support === 0) continue;
      const ranked = this.rankings[k]?.measure(counts) ?? {
        auroc: out[AT.auroc]!,
        averagePrecision: out[AT.averagePrecision]!,
      };
      out[base + CLASS_AT.auroc] = ranked.auroc;
      out[base + CLASS_AT.averagePrecision] = ranked.averagePrecision;
    }
    return whole;
  }

  private averageRankings(total: number, out: Float64Array): void {
    const average = (name: ClassMetricName, weight: (k: number) => number) => {
      let sum = 0;
      for (const k of this.present) sum += weight(k) * out[classOffset(k) + CLASS_AT[name]]!;
      return sum;
    };
    const share = 1 / this.present.length;
    out[AT.macroAuroc] = average('auroc', () => share);
    out[AT.macroAveragePrecision] = average('averagePrecision', () => share);
    out[AT.weightedAuroc] = average('auroc', (k) => this.support[k]! / total);
    out[AT.weightedAveragePrecision] = average('averagePrecision', (k) => this.support[k]! / total);
  }
}

/** What adds up over samples, per unit. */
interface UnitSums {
  size: Float64Array;
  loss: Float64Array;
  top: Float64Array;
  brier: Float64Array;
  positiveBrier: Float64Array;
}

function unitSums(data: Scored, correct: Uint8Array, scores: Float64Array | null, truth: Uint8Array): UnitSums {
  const { classes, labels, probabilities, units, unitCount } = data;
  const sums = {
    size: new Float64Array(unitCount),
    loss: new Float64Array(unitCount),
    top: new Float64Array(unitCount),
    brier: new Float64Array(unitCount),
    positiveBrier: new Float64Array(unitCount),
  };
  for (let i = 0; i < labels.length; i++) {
    const u = units[i]!;
    const label = labels[i]!;
    sums.size[u]! += 1;
    sums.loss[u]! += surprise(probabilities[i * classes + label]!);
    sums.top[u]! += correct[i]!;
    sums.brier[u]! += squaredError(probabilities, classes, i, label);
    if (scores !== null) sums.positiveBrier[u]! += (scores[i]! - truth[i]!) ** 2;
  }
  return sums;
}
