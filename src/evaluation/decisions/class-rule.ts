import { groupIndices } from '../check.ts';
import { decide } from '../metrics/softmax.ts';
import type { Predictions } from '../predictions.ts';
import { calibrate } from './calibration/apply.ts';
import { fitCalibration } from './calibration/choose.ts';
import { groupFolds, indicesWhere, takeRows } from './folds.ts';
import type { CalibratorSection, ClassRule, ClassRuleSection } from './spec.ts';

/** Beyond 1 rare classes would be named more often than if all were equally common. */
export const TAUS = Array.from({ length: 11 }, (_, i) => i / 10);
const FOLDS = 5;
/** Other folds each time: a class of ten samples has two in a fold, and which two is chance. */
const REPEATS = 5;
/** A class of fewer validation groups has no say in tau, and counts as if it had as many: its share is not known well enough. */
const FEWEST_GROUPS = 5;

type Fit = Pick<ClassRuleSection, 'applied'> & { fit: NonNullable<ClassRuleSection['fit']> };

/**
 * The rule by which one of several classes is decided for with balanced accuracy in mind. Of calibrated probabilities tau 1 is right
 * (Menon et al. 2021); how well they are calibrated for a class of ten samples nobody knows, so tau is what did best in repeated
 * cross-validation: whole groups are held out, calibration and shares are those of the rest. Of equal ones the smallest.
 *
 * Null when validation has too few groups to hold some back, or fewer than two classes have enough.
 */
export function fitClassRule(validation: Predictions, calibrator: CalibratorSection): Fit | null {
  const { classes, labels, groups } = validation;
  const k = classes.length;
  const { units, unitCount } = groupIndices(groups);
  const counts = groupsOfClass(labels, units, k);
  const heard = classes.map((_, c) => c).filter((c) => counts[c]! >= FEWEST_GROUPS);
  if (unitCount < 2 * FOLDS || heard.length < 2) return null;
  const sums = TAUS.map(() => ({ balancedAccuracy: 0, accuracy: 0 }));
  for (let repeat = 0; repeat < REPEATS; repeat++) {
    const decided = heldOut(validation, calibrator, units, unitCount, repeat);
    for (const [t, sum] of sums.entries()) {
      const right = (i: number): number => (decided[t]![i] === labels[i] ? 1 : 0);
      sum.accuracy += mean(
        indicesWhere(labels.length, () => true),
        right,
      );
      for (const c of heard) {
        sum.balancedAccuracy +=
          mean(
            indicesWhere(labels.length, (i) => labels[i] === c),
            right,
          ) / heard.length;
      }
    }
  }
  const candidates = TAUS.map((tau, t) => ({
    tau,
    balancedAccuracy: sums[t]!.balancedAccuracy / REPEATS,
    accuracy: sums[t]!.accuracy / REPEATS,
  }));
  // Sums of the same shares in another order differ in the last bits.
  const best = candidates.reduce((a, b) => (b.balancedAccuracy > a.balancedAccuracy + 1e-9 ? b : a));
  return {
    applied: { method: 'balanced', tau: best.tau, shares: sharesOf(labels, units, k) },
    fit: {
      samples: labels.length,
      groups: unitCount,
      without: classes.filter((_, c) => !heard.includes(c)),
      candidates,
    },
  };
}

/** By each tau, the class decided for, of each sample by what was fitted on the folds that it is not in. */
function heldOut(
  { logits, labels, classes }: Predictions,
  { from, applied }: CalibratorSection,
  units: Int32Array,
  unitCount: number,
  seed: number,
): Int32Array[] {
  const k = classes.length;
  const out = TAUS.map(() => new Int32Array(labels.length));
  const { fold, folds } = groupFolds(units, unitCount, labels, FOLDS, seed);
  for (let f = 0; f < folds; f++) {
    const kept = indicesWhere(labels.length, (i) => fold[i] !== f);
    const held = indicesWhere(labels.length, (i) => fold[i] === f);
    const known = kept.map((i) => labels[i]!);
    const calibration =
      from === 'validation' ? fitCalibration(applied.method, takeRows(logits, k, kept), known, k) : applied;
    const shares = sharesOf(
      known,
      kept.map((i) => units[i]!),
      k,
    );
    const p = calibrate(takeRows(logits, k, held), k, calibration);
    for (const [t, tau] of TAUS.entries()) {
      const rule: ClassRule = { method: 'balanced', tau, shares };
      const decided = decide(p, k, null, rule);
      held.forEach((i, row) => {
        out[t]![i] = decided[row]!;
      });
    }
  }
  return out;
}

/** Of the samples; a class of few groups counts as if it had FEWEST_GROUPS samples, one that is absent too. They need not sum to 1. */
function sharesOf(labels: Int32Array, units: Int32Array, classes: number): number[] {
  const groups = groupsOfClass(labels, units, classes);
  const counts = new Int32Array(classes);
  for (const label of labels) counts[label]! += 1;
  return Array.from(counts, (n, c) => (groups[c]! < FEWEST_GROUPS ? Math.max(n, FEWEST_GROUPS) : n) / labels.length);
}

/** Groups that have a sample of the class, for each class. */
function groupsOfClass(labels: ArrayLike<number>, units: Int32Array, classes: number): number[] {
  const seen = Array.from({ length: classes }, () => new Set<number>());
  units.forEach((unit, i) => {
    seen[labels[i]!]!.add(unit);
  });
  return seen.map(({ size }) => size);
}

function mean(rows: Int32Array, of: (i: number) => number): number {
  return rows.reduce((sum, i) => sum + of(i), 0) / rows.length;
}
