import { groupIndices } from '../../check.ts';
import type { Predictions } from '../../predictions.ts';
import { groupWeights, tailShares } from '../exchangeable.ts';
import { groupFolds, indicesWhere, takeRows } from '../folds.ts';
import type { OutOfDistribution } from '../spec.ts';
import { fitGaussians, mahalanobis, pack } from './embedding-model.ts';
import { energies } from './score.ts';

const FOLDS = 5;

/**
 * Limits of the two scores above which an image is called unlike those of validation, such that together they call `falseAlarmRate` of
 * validation so, groups weighing alike. Energy needs no fit; distances are taken to Gaussians that have not seen the sample's group (5 folds), as
 * a sample is always near to what was made of it.
 *
 * Energy: Liu et al. 2020, "Energy-based out-of-distribution detection". Mahalanobis: see embedding-model.ts.
 */
export function fitOutOfDistribution(validation: Predictions, falseAlarmRate: number): OutOfDistribution {
  const { classes, labels, logits, groups } = validation;
  const { units, unitCount } = groupIndices(groups);
  const rows = indicesWhere(labels.length, () => true);
  const { weights } = groupWeights(rows, units);
  const energy = energies(logits, classes.length);
  const distances = heldOutDistances(validation, units, unitCount);
  const scores = distances === null ? [energy] : [energy, distances.held];
  const tails = scores.map((own) => tailShares(own, weights));
  const least = energy.map((_, i) => Math.min(...tails.map((tail) => tail[i]!)));
  const level = alarmLevel(least, weights, falseAlarmRate);
  const limits = scores.map((own, s) => (level === null ? null : highest(own, tails[s]!, level)));
  return {
    falseAlarmRate,
    energy: limits[0]!,
    mahalanobis: distances === null ? null : { limit: limits[1]!, model: distances.model },
    samples: labels.length,
    groups: unitCount,
  };
}

function heldOutDistances(validation: Predictions, units: Int32Array, unitCount: number) {
  const { classes, labels, embeddings } = validation;
  if (embeddings === undefined || labels.length === 0 || unitCount < 2 * FOLDS) return null;
  const k = classes.length;
  const features = embeddings.length / labels.length;
  const whole = fitGaussians(embeddings, features, labels, k);
  if (whole === null) return null;
  const held = new Float64Array(labels.length);
  const { fold, folds } = groupFolds(units, unitCount, labels, FOLDS);
  for (let f = 0; f < folds; f++) {
    const kept = indicesWhere(labels.length, (i) => fold[i] !== f);
    const fitted = fitGaussians(
      takeRows(embeddings, features, kept),
      features,
      kept.map((i) => labels[i]!),
      k,
    );
    if (fitted === null) return null;
    for (let i = 0; i < held.length; i++) {
      if (fold[i] === f) held[i] = mahalanobis(fitted, embeddings.subarray(i * features, (i + 1) * features));
    }
  }
  return { held, model: pack(whole) };
}

/**
 * The largest share of the tail such that at most `rate` of the weight, and of the group to come, lies as far out by any score.
 * Null when that is nobody: validation is too small to state such a rate.
 */
function alarmLevel(least: Float64Array, weights: Float64Array, rate: number): number | null {
  const order = Uint32Array.from(least.keys()).sort((a, b) => least[a]! - least[b]!);
  let sum = 1 - weights.reduce((a, b) => a + b, 0);
  let level: number | null = null;
  for (let first = 0; first < order.length; ) {
    const value = least[order[first]!]!;
    while (first < order.length && least[order[first]!] === value) sum += weights[order[first++]!]!;
    if (sum > rate + 1e-9) break;
    level = value;
  }
  return level;
}

/** The highest score that is not yet in the tail: whatever is above it alarms. */
function highest(scores: Float64Array, tail: Float64Array, level: number): number {
  let out = -Infinity;
  for (let i = 0; i < scores.length; i++) if (tail[i]! > level && scores[i]! > out) out = scores[i]!;
  return out;
}
