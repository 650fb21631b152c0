import { RandomStream } from '../../data/random.ts';
import { Ranking } from '../../evaluation/metrics/ranking.ts';
import { percentileInterval } from '../../evaluation/statistics/bca.ts';
import type { Guess } from './result.ts';

/** Out-of-fold probabilities, and whose they are. */
export interface Scores {
  labels: Int32Array;
  classes: number;
  /** Index of each row's unit, 0 to unitCount - 1. */
  units: Int32Array;
  unitCount: number;
  /** Row-major [rows, classes]. */
  probabilities: Float64Array;
}

export interface Measured {
  macro: Guess;
  /** By class index. */
  each: Guess[];
}

/** AUROC of each class against the rest and their mean, with 95% percentile intervals of a bootstrap over units. */
export function measureScores(scores: Scores, resamples: number, seed: number): Measured {
  const { labels, classes, units, unitCount, probabilities } = scores;
  const rankings = Array.from({ length: classes }, (_, k) => {
    const column = Float64Array.from(labels, (_label, i) => probabilities[i * classes + k]!);
    return new Ranking(
      column,
      Uint8Array.from(labels, (label) => (label === k ? 1 : 0)),
      units,
    );
  });
  // Two classes are one question, asked twice.
  const asked = classes === 2 ? [1] : rankings.map((_, k) => k);
  const at = (counts?: ArrayLike<number>): number[] => rankings.map((ranking) => ranking.measure(counts).auroc);
  const mean = (each: readonly number[]): number => asked.reduce((sum, k) => sum + each[k]!, 0) / asked.length;
  const point = at();
  const draws = Array.from({ length: classes + 1 }, () => new Float64Array(resamples));
  const random = new RandomStream(seed, 'bootstrap');
  const counts = new Uint16Array(unitCount);
  for (let r = 0; r < resamples; r++) {
    counts.fill(0);
    for (let i = 0; i < unitCount; i++) counts[random.integer(unitCount)]! += 1;
    const each = at(counts);
    for (let k = 0; k < classes; k++) draws[k]![r] = each[k]!;
    draws[classes]![r] = mean(each);
  }
  const guess = (value: number, drawn: Float64Array): Guess => {
    const interval = percentileInterval(drawn, 0.95);
    return { auroc: value, low: interval?.low ?? null, high: interval?.high ?? null };
  };
  return { macro: guess(mean(point), draws[classes]!), each: point.map((value, k) => guess(value, draws[k]!)) };
}
