import { binOf, CALIBRATION_BINS } from './probability.ts';
import { descending } from './ranking.ts';
import { logOdds, type Recalibrated, recalibrate } from './recalibration.ts';

/** Bins of log-odds in which calibration's slope is fitted; as many as there are distinct probabilities, at most these. */
const SLOPE_BINS = 128;

/** Calibration errors of a resample. Those by chance are what it would have if the sample's own were none: of its bins' changes. */
export interface Miscalibration {
  error: number;
  reliability: number;
  chanceError: number;
  chanceReliability: number;
}

/**
 * Probabilities of one yes/no question with what came true, sorted once by falling probability. `add` then turns a resample into
 * running sums, from which a metric is a few subtractions; equal probabilities are never parted.
 */
export class Sorted {
  /** Running sums before each sample: weight, weight that came true, weight times (came true - probability), times log-odds. */
  readonly weight: Float64Array;
  readonly came: Float64Array;
  readonly gap: Float64Array;
  /** Where a run of equal probabilities ends: index of the next sample. */
  readonly ends: Int32Array;
  /** Probabilities in falling order. */
  readonly probability: Float64Array;
  private readonly unit: Int32Array;
  private readonly outcome: Uint8Array;
  private readonly distance: Float64Array;
  /** Where bins of equal width begin, the highest probabilities first, and the end of the last. */
  private readonly edges: Int32Array;
  private readonly slope: SlopeBins | null;
  private readonly samples: number;
  /** Gap of each bin over all samples, as a share of all: of bins of equal width, of equally many samples, and of the last resample. */
  private readonly ownWidth = new Float64Array(CALIBRATION_BINS);
  private readonly ownMass = new Float64Array(CALIBRATION_BINS);
  private readonly bins = new Float64Array(CALIBRATION_BINS);
  /** Of all samples, once each: where every resample's fit begins. */
  private start: Recalibrated = { slope: 1, intercept: 0, shift: 0 };

  /** @param slope whether `recalibration` will be asked for */
  constructor(probability: ArrayLike<number>, outcome: ArrayLike<number>, units: ArrayLike<number>, slope = false) {
    const n = probability.length;
    const order = descending(probability);
    this.weight = new Float64Array(n + 1);
    this.came = new Float64Array(n + 1);
    this.gap = new Float64Array(n + 1);
    this.probability = Float64Array.from(order, (i) => probability[i]!);
    this.unit = Int32Array.from(order, (i) => units[i]!);
    this.outcome = Uint8Array.from(order, (i) => outcome[i]!);
    this.distance = this.probability.map((p, j) => this.outcome[j]! - p);
    const ends: number[] = [];
    const edges = new Int32Array(CALIBRATION_BINS + 1);
    for (let j = 0; j < n; j++) {
      if (j + 1 === n || this.probability[j + 1] !== this.probability[j]) ends.push(j + 1);
      edges[CALIBRATION_BINS - binOf(this.probability[j]!)]! += 1;
    }
    for (let b = 0; b < CALIBRATION_BINS; b++) edges[b + 1]! += edges[b]!;
    this.ends = Int32Array.from(ends);
    this.edges = edges;
    this.slope = slope ? slopeBins(this.probability, this.ends) : null;
    this.samples = n;
    this.add(new Float64Array(this.unit.reduce((most, u) => Math.max(most, u), -1) + 1).fill(1));
    for (let b = 0; b < CALIBRATION_BINS; b++) this.ownWidth[b] = (this.gap[edges[b + 1]!]! - this.gap[edges[b]!]!) / n;
    this.equalMass({ error: 0, reliability: 0, chanceError: 0, chanceReliability: 0 });
    this.ownMass.set(this.bins);
    if (this.slope === null) return;
    const fit = { slope: NaN, intercept: NaN, shift: NaN };
    this.recalibration(fit);
    if (Object.values(fit).every(Number.isFinite)) this.start = fit;
  }

  /** Reads a resample: how often each unit was drawn. */
  add(counts: ArrayLike<number>): void {
    const { weight, came, gap, unit, outcome, distance } = this;
    let w = 0;
    let c = 0;
    let g = 0;
    for (let j = 0; j < unit.length; j++) {
      const drawn = counts[unit[j]!]!;
      w += drawn;
      c += drawn * outcome[j]!;
      g += drawn * distance[j]!;
      weight[j + 1] = w;
      came[j + 1] = c;
      gap[j + 1] = g;
    }
  }

  /**
   * How many runs of equal probability, from the highest down, come before the first for which `reached` is true; from there on it
   * stays so. It is given where the run begins and ends.
   */
  runsBefore(reached: (start: number, end: number) => boolean): number {
    const { ends } = this;
    let low = 0;
    let high = ends.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (reached(middle === 0 ? 0 : ends[middle - 1]!, ends[middle]!)) high = middle;
      else low = middle + 1;
    }
    return low;
  }

  /** Samples within the first `runs` runs of equal probability. */
  samplesIn(runs: number): number {
    return runs === 0 ? 0 : this.ends[runs - 1]!;
  }

  /** Number of samples whose probability is at least `threshold`. */
  above(threshold: number): number {
    let low = 0;
    let high = this.probability.length;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.probability[middle]! >= threshold) low = middle + 1;
      else high = middle;
    }
    return low;
  }

  /** Expected calibration error in 15 bins of equal width (Guo et al. 2017), and Brier's reliability in the same bins. */
  equalWidth(out: Miscalibration): Miscalibration {
    const { gap, weight, edges, ownWidth } = this;
    let error = 0;
    let reliability = 0;
    let chanceError = 0;
    let chanceReliability = 0;
    const total = weight[weight.length - 1]!;
    for (let b = 0; b < CALIBRATION_BINS; b++) {
      const difference = gap[edges[b + 1]!]! - gap[edges[b]!]!;
      const inside = weight[edges[b + 1]!]! - weight[edges[b]!]!;
      error += Math.abs(difference);
      chanceError += Math.abs(difference - total * ownWidth[b]!);
      if (inside === 0) continue;
      reliability += (difference * difference) / inside;
      const own = (ownWidth[b]! * this.samples) / (edges[b + 1]! - edges[b]!);
      chanceReliability += inside * (difference / inside - own) ** 2;
    }
    out.error = error / total;
    out.reliability = reliability / total;
    out.chanceError = chanceError / total;
    out.chanceReliability = chanceReliability / total;
    return out;
  }

  /**
   * Calibration error in 15 bins of equally many samples (adaptive ECE; Nixon et al. 2019). Equal probabilities lie in one bin, that
   * of their middle.
   */
  equalMass(out: Miscalibration): Miscalibration {
    const { gap, weight, ownMass } = this;
    const total = weight[weight.length - 1]!;
    let error = 0;
    let chanceError = 0;
    let from = 0;
    for (let b = 1; b <= CALIBRATION_BINS; b++) {
      const end = 2 * b * total;
      const runs = this.runsBefore((start, stop) => CALIBRATION_BINS * (weight[start]! + weight[stop]!) >= end);
      const to = b === CALIBRATION_BINS ? gap.length - 1 : this.samplesIn(runs);
      const difference = gap[to]! - gap[from]!;
      error += Math.abs(difference);
      chanceError += Math.abs(difference - total * ownMass[b - 1]!);
      this.bins[b - 1] = difference / total;
      from = to;
    }
    out.error = error / total;
    out.chanceError = chanceError / total;
    return out;
  }

  /** Calibration slope and intercept of every sample once, without bins. */
  recalibrationOfAll(): Recalibrated {
    const out = { slope: NaN, intercept: NaN, shift: NaN };
    const outcome = Float64Array.from(this.outcome);
    recalibrate(
      this.probability.map(logOdds),
      outcome.map(() => 1),
      outcome,
      this.start,
      out,
    );
    return out;
  }

  /** Calibration slope and intercept; see recalibrate. */
  recalibration(out: Recalibrated): void {
    const { starts, logOdds: x, inside, hits } = this.slope!;
    for (let b = 0; b < x.length; b++) {
      inside[b] = this.weight[starts[b + 1]!]! - this.weight[starts[b]!]!;
      hits[b] = this.came[starts[b + 1]!]! - this.came[starts[b]!]!;
    }
    recalibrate(x, inside, hits, this.start, out);
  }
}

interface SlopeBins {
  starts: Int32Array;
  logOdds: Float64Array;
  inside: Float64Array;
  hits: Float64Array;
}

/** Neighbouring runs of equal probability, joined until there are few enough bins; each has its samples' mean log-odds. */
function slopeBins(probability: Float64Array, ends: Int32Array): SlopeBins {
  const n = probability.length;
  const starts = [0];
  const each = ends.length <= SLOPE_BINS ? 0 : n / SLOPE_BINS;
  for (const end of ends) if (end === n || end >= starts.length * each) starts.push(end);
  const bins = starts.length - 1;
  const x = new Float64Array(bins);
  for (let b = 0; b < bins; b++) {
    for (let j = starts[b]!; j < starts[b + 1]!; j++) x[b]! += logOdds(probability[j]!);
    x[b]! /= starts[b + 1]! - starts[b]!;
  }
  return {
    starts: Int32Array.from(starts),
    logOdds: x,
    inside: new Float64Array(bins),
    hits: new Float64Array(bins),
  };
}
