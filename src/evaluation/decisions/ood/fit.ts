import { groupIndices } from '../../check.ts';
import type { Predictions } from '../../predictions.ts';
import { groupWeights, tailShares } from '../exchangeable.ts';
import { groupFolds, indicesWhere, takeRows } from '../folds.ts';
import type { EmbeddingModel, OutOfDistribution } from '../spec.ts';
import { fitGaussians, mahalanobis, pack } from './embedding-model.ts';
import { energies } from './score.ts';

const FOLDS = 5;
/** Numbers that hardly differ in validation: a change by this much is one standard deviation. */
const LEAST_SCALE = 0.01;

/**
 * Limits of the scores above which an image is called unlike those of validation, such that together they call `falseAlarmRate` of
 * validation so, groups weighing alike:
 *
 * - energy: Liu et al. 2020, "Energy-based out-of-distribution detection"
 * - distance of the embedding to the nearest class, as the network sees it: see embedding-model.ts
 * - distance of what the image looks like, as anybody sees it: the same model over the numbers of data/appearance.ts
 *
 * Energy needs no fit; distances are taken to Gaussians that have not seen the sample's group (5 folds), as a sample is always near to
 * what was made of it.
 */
export function fitOutOfDistribution(validation: Predictions, falseAlarmRate: number): OutOfDistribution {
  const { classes, labels, logits, groups, embeddings, appearances } = validation;
  const n = labels.length;
  const { units, unitCount } = groupIndices(groups);
  const folds = { units, unitCount, ...groupFolds(units, unitCount, labels, FOLDS) };
  const { weights } = groupWeights(
    indicesWhere(n, () => true),
    units,
  );
  const distance = embeddings && heldOutDistances(embeddings, labels, classes.length, folds);
  const look = appearances && scaled(appearances, n);
  const looks = look && heldOutDistances(look.values, new Int32Array(n), 1, folds);
  // Each score needs a group of its own to fail by: with few groups only the first ones get a limit.
  const energy = energies(logits, classes.length);
  const spare = Math.floor(falseAlarmRate * (unitCount + 1) + 1e-9);
  const scores = [looks?.held, distance?.held, energy]
    .filter((own) => own !== undefined && own !== null)
    .slice(0, spare);
  const tails = scores.map((own) => tailShares(own, weights));
  const least = Float64Array.from({ length: n }, (_, i) => Math.min(...tails.map((tail) => tail[i]!)));
  const level = alarmLevel(least, weights, falseAlarmRate);
  const limitOf = (own: Float64Array | undefined): number | null => {
    const s = own === undefined ? -1 : scores.indexOf(own);
    return s < 0 ? null : highest(scores[s]!, tails[s]!, level);
  };
  return {
    falseAlarmRate,
    energy: limitOf(energy),
    mahalanobis: distance ? { limit: limitOf(distance.held), model: distance.model } : null,
    appearance: looks && look ? { limit: limitOf(looks.held), scales: look.scales, model: looks.model } : null,
    samples: n,
    groups: unitCount,
  };
}

interface Folds {
  unitCount: number;
  fold: Uint8Array;
  folds: number;
}

/** Null where there is too little to fit on. */
function heldOutDistances(
  rows: Float32Array,
  labels: Int32Array,
  classes: number,
  { unitCount, fold, folds }: Folds,
): { held: Float64Array; model: EmbeddingModel } | null {
  if (labels.length === 0 || unitCount < 2 * FOLDS) return null;
  const features = rows.length / labels.length;
  const whole = fitGaussians(rows, features, labels, classes);
  if (whole === null) return null;
  const held = new Float64Array(labels.length);
  for (let f = 0; f < folds; f++) {
    const kept = indicesWhere(labels.length, (i) => fold[i] !== f);
    const fitted = fitGaussians(
      takeRows(rows, features, kept),
      features,
      kept.map((i) => labels[i]!),
      classes,
      { near: whole },
    );
    if (fitted === null) return null;
    for (let i = 0; i < held.length; i++) {
      if (fold[i] === f) held[i] = mahalanobis(fitted, rows.subarray(i * features, (i + 1) * features));
    }
  }
  return { held, model: pack(whole) };
}

/** Each column divided by its standard deviation. */
function scaled(rows: Float32Array, n: number): { values: Float32Array; scales: number[] } {
  const width = rows.length / n;
  const scales = Array.from({ length: width }, (_, c) => {
    let sum = 0;
    let squares = 0;
    for (let i = c; i < rows.length; i += width) {
      sum += rows[i]!;
      squares += rows[i]! ** 2;
    }
    return Math.max(LEAST_SCALE, Math.sqrt(Math.max(0, squares / n - (sum / n) ** 2)));
  });
  return { values: rows.map((value, i) => value / scales[i % width]!), scales };
}

/**
 * The largest share of the tail such that at most `rate` of the weight, and of the group to come, lies as far out by any score. 0 when
 * that is nobody: then only what is further out than all of validation alarms.
 */
function alarmLevel(least: Float64Array, weights: Float64Array, rate: number): number {
  const order = Uint32Array.from(least.keys()).sort((a, b) => least[a]! - least[b]!);
  let sum = 1 - weights.reduce((a, b) => a + b, 0);
  let level = 0;
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
