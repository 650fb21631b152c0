import { CLASS_METRICS, type ClassMetricName, METRICS, type MetricName } from './evaluation.ts';
import { classCounts, matrixMetrics } from './metrics/confusion.ts';
import { binOf, CALIBRATION_BINS, squaredError, surprise, topClass } from './metrics/probability.ts';
import { Ranking } from './metrics/ranking.ts';
import { decide, sumClasses } from './metrics/softmax.ts';

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
}

/**
 * Every metric of a split for any resample of its units. All sorting and all logarithms happen once, in the constructor;
 * `measure` is one pass over the samples for each class and one for the rest.
 *
 * The answer's layout: METRICS, then CLASS_METRICS of class 0, of class 1...; NaN where not estimable.
 */
export class Scorer {
  readonly length: number;
  private readonly data: Scored;
  private readonly cell: Int32Array;
  private readonly confidenceBin: Uint8Array;
  private readonly confidenceGap: Float64Array;
  private readonly unitSize: Float64Array;
  private readonly unitLoss: Float64Array;
  private readonly unitTop: Float64Array;
  private readonly unitBrier: Float64Array;
  private readonly unitPositiveBrier: Float64Array;
  private readonly rankings: Ranking[];
  private readonly question: Question | null;
  /** Classes with samples in the whole split: an average over classes is only comparable where all of them were drawn. */
  private readonly present: number[] = [];
  private readonly matrix: Float64Array;
  private readonly gaps = new Float64Array(CALIBRATION_BINS);

  constructor(data: Scored) {
    const { classes, labels, probabilities, units, unitCount } = data;
    const n = labels.length;
    this.data = data;
    this.length = METRICS.length + classes * CLASS_METRICS.length;
    this.matrix = new Float64Array(classes * classes);
    const predicted = decide(probabilities, classes, data.question);
    this.cell = Int32Array.from(labels, (label, i) => label * classes + predicted[i]!);
    const { confidence, correct } = topClass(labels, probabilities, classes);
    this.confidenceBin = Uint8Array.from(confidence, (p) => binOf(p));
    this.confidenceGap = confidence.map((p, i) => correct[i]! - p);
    this.unitSize = new Float64Array(unitCount);
    this.unitLoss = new Float64Array(unitCount);
    this.unitTop = new Float64Array(unitCount);
    this.unitBrier = new Float64Array(unitCount);
    this.unitPositiveBrier = new Float64Array(unitCount);
    const support = new Int32Array(classes);
    for (let i = 0; i < n; i++) {
      const u = units[i]!;
      const label = labels[i]!;
      support[label]! += 1;
      this.unitSize[u]! += 1;
      this.unitLoss[u]! += surprise(probabilities[i * classes + label]!);
      this.unitTop[u]! += correct[i]!;
      this.unitBrier[u]! += squaredError(probabilities, classes, i, label);
    }
    for (let k = 0; k < classes; k++) if (support[k]! > 0) this.present.push(k);
    this.question = data.question === null ? null : ask(data, data.question);
    const asked = this.question;
    if (asked !== null) {
      for (let i = 0; i < n; i++) this.unitPositiveBrier[units[i]!]! += (asked.scores[i]! - asked.truth[i]!) ** 2;
    }
    this.rankings = Array.from({ length: classes }, (_, k) => {
      if (asked?.single === k) return asked.ranking;
      const scores = Float64Array.from(labels, (_, i) => probabilities[i * classes + k]!);
      return new Ranking(
        scores,
        Uint8Array.from(labels, (label) => (label === k ? 1 : 0)),
        units,
      );
    });
  }

  /** All metrics where unit u was drawn `counts[u]` times, written to `out` (of length `length`). */
  measure(counts: ArrayLike<number>, out: Float64Array): void {
    const { classes, units } = this.data;
    const { matrix, cell, gaps, confidenceBin, confidenceGap, unitSize, unitLoss, unitTop, unitBrier } = this;
    let total = 0;
    let loss = 0;
    let top = 0;
    let square = 0;
    for (let u = 0; u < unitSize.length; u++) {
      const w = counts[u]!;
      total += w * unitSize[u]!;
      loss += w * unitLoss[u]!;
      top += w * unitTop[u]!;
      square += w * unitBrier[u]!;
    }
    matrix.fill(0);
    gaps.fill(0);
    for (let i = 0; i < cell.length; i++) {
      const w = counts[units[i]!]!;
      if (w === 0) continue;
      matrix[cell[i]!]! += w;
      gaps[confidenceBin[i]!]! += w * confidenceGap[i]!;
    }
    out.fill(NaN);
    const whole = this.measureClasses(counts, total, out);
    const means = matrixMetrics(matrix, classes);
    out[AT.accuracy] = means.accuracy;
    out[AT.topClassAccuracy] = top / total;
    if (whole) {
      out[AT.balancedAccuracy] = means.balancedAccuracy;
      out[AT.macroPrecision] = means.macroPrecision;
      out[AT.macroRecall] = means.macroRecall;
      out[AT.macroF1] = means.macroF1;
      out[AT.macroAuroc] = this.macro(out, 'auroc');
      out[AT.macroAveragePrecision] = this.macro(out, 'averagePrecision');
    }
    out[AT.brier] = square / total;
    out[AT.logLoss] = loss / total;
    out[AT.ece] = sumAbsolute(gaps) / total;
    if (this.question !== null) this.measureQuestion(this.question, counts, total, out);
    else if (classes > 2) {
      out[AT.auroc] = out[AT.macroAuroc]!;
      out[AT.averagePrecision] = out[AT.macroAveragePrecision]!;
    }
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
      const ranked = this.rankings[k]!.measure(counts);
      out[base + CLASS_AT.auroc] = ranked.auroc;
      out[base + CLASS_AT.averagePrecision] = ranked.averagePrecision;
    }
    return whole;
  }

  private macro(out: Float64Array, name: ClassMetricName): number {
    let sum = 0;
    for (const k of this.present) sum += out[classOffset(k) + CLASS_AT[name]]!;
    return sum / this.present.length;
  }

  private measureQuestion(asked: Question, counts: ArrayLike<number>, total: number, out: Float64Array): void {
    const { units } = this.data;
    const verdicts = [0, 0, 0, 0];
    const { gaps } = this;
    gaps.fill(0);
    for (let i = 0; i < units.length; i++) {
      const w = counts[units[i]!]!;
      if (w === 0) continue;
      verdicts[asked.verdict[i]!]! += w;
      gaps[asked.bin[i]!]! += w * asked.gap[i]!;
    }
    const [tn, fp, fn, tp] = verdicts as [number, number, number, number];
    if (asked.single !== null) {
      // Its ranking has been read already, as that of the class.
      const base = classOffset(asked.single);
      out[AT.auroc] = out[base + CLASS_AT.auroc]!;
      out[AT.averagePrecision] = out[base + CLASS_AT.averagePrecision]!;
    } else {
      const ranked = asked.ranking.measure(counts);
      out[AT.auroc] = ranked.auroc;
      out[AT.averagePrecision] = ranked.averagePrecision;
    }
    out[AT.sensitivity] = tp / (tp + fn);
    out[AT.specificity] = tn / (tn + fp);
    // Without both sides a predictive value is 0 or 1 whatever the model says.
    const both = tp + fn > 0 && tn + fp > 0;
    out[AT.ppv] = both ? tp / (tp + fp) : NaN;
    out[AT.npv] = both ? tn / (tn + fn) : NaN;
    out[AT.operatingPointAccuracy] = (tp + tn) / total;
    out[AT.positiveEce] = sumAbsolute(gaps) / total;
    let square = 0;
    for (let u = 0; u < this.unitPositiveBrier.length; u++) square += counts[u]! * this.unitPositiveBrier[u]!;
    out[AT.positiveBrier] = square / total;
  }
}

interface Question {
  /** The class, when it is only one: its ranking is shared. */
  single: number | null;
  scores: Float64Array;
  truth: Uint8Array;
  ranking: Ranking;
  /** 0 true negative, 1 false positive, 2 false negative, 3 true positive. */
  verdict: Uint8Array;
  bin: Uint8Array;
  gap: Float64Array;
}

function ask(data: Scored, { members, threshold }: NonNullable<Scored['question']>): Question {
  const scores = sumClasses(data.probabilities, data.classes, members);
  const truth = Uint8Array.from(data.labels, (label) => (members.includes(label) ? 1 : 0));
  return {
    single: members.length === 1 ? members[0]! : null,
    scores,
    truth,
    ranking: new Ranking(scores, truth, data.units),
    verdict: truth.map((y, i) => y * 2 + (scores[i]! >= threshold ? 1 : 0)),
    bin: Uint8Array.from(scores, (p) => binOf(p)),
    gap: scores.map((p, i) => truth[i]! - p),
  };
}

function sumAbsolute(values: Float64Array): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += Math.abs(values[i]!);
  return sum;
}

/** Place of each metric in the scorer's answer. */
const AT = Object.fromEntries(METRICS.map((name, i) => [name, i])) as Record<MetricName, number>;
const CLASS_AT = Object.fromEntries(CLASS_METRICS.map((name, i) => [name, i])) as Record<ClassMetricName, number>;

/** Where a class' metrics begin in the scorer's answer. */
export function classOffset(k: number): number {
  return METRICS.length + k * CLASS_METRICS.length;
}
