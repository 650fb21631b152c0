import { groupIndices } from '../../check.ts';
import { surprise } from '../../metrics/probability.ts';
import type { Predictions } from '../../predictions.ts';
import { groupFolds, indicesWhere, takeRows } from '../folds.ts';
import type { Calibration, CalibrationMethod, CalibratorSection } from '../spec.ts';
import { calibrate, logOdds } from './apply.ts';
import { fitCurve } from './isotonic.ts';
import { fitTemperature } from './temperature.ts';
import { fitVector } from './vector.ts';

const FOLDS = 5;
/** Two numbers a class, all pairs of them in Newton's matrix: with more classes it takes too long, and too many samples. */
const MOST_CLASSES = 30;
/** From the simplest to the freest. */
const METHODS: CalibrationMethod[] = ['temperature', 'vector', 'isotonic'];

type Fitted = Pick<Predictions, 'logits' | 'labels'>;

/** Fits one method; the temperature is 1 where none can be fitted. */
export function fitCalibration(
  method: CalibrationMethod,
  logits: ArrayLike<number>,
  labels: ArrayLike<number>,
  classes: number,
): Calibration {
  const temperature = fitTemperature(logits, labels, classes).temperature ?? 1;
  if (method === 'temperature') return { method, temperature };
  if (method === 'vector') return { method, ...fitVector(logits, labels, classes, temperature) };
  const odds = logOdds(logits, classes);
  const curves = Array.from({ length: classes }, (_, k) => {
    const own = Float64Array.from({ length: labels.length }, (_, i) => odds[i * classes + k]!);
    return fitCurve(
      own,
      Uint8Array.from(labels, (label) => (label === k ? 1 : 0)),
    );
  });
  return { method, curves };
}

/**
 * Chooses among the methods by log loss on validation, each sample judged by a fit that has not seen its group (5 folds). Equal to
 * within one standard error of the paired difference, over groups, the simpler one stays (Breiman et al. 1984): a method with more freedom must
 * show that it is better.
 * Null when there are too few groups to hold some back.
 */
export function chooseCalibration(validation: Predictions): {
  method: CalibrationMethod;
  candidates: CalibratorSection['candidates'];
} | null {
  const { classes, labels, groups } = validation;
  const k = classes.length;
  const { units, unitCount } = groupIndices(groups);
  if (unitCount < 2 * FOLDS) return null;
  const methods = METHODS.filter((method) => method !== 'vector' || k <= MOST_CLASSES);
  const losses = methods.map((method) => heldOutLosses(method, validation, units, unitCount));
  let best = 0;
  for (let m = 1; m < methods.length; m++) {
    const { mean, error } = pairedDifference(losses[best]!, losses[m]!, units, unitCount);
    if (mean > error) best = m;
  }
  const mean = (values: Float64Array) => values.reduce((a, b) => a + b, 0) / labels.length;
  return {
    method: methods[best]!,
    candidates: methods.map((method, m) => ({ method, logLoss: mean(losses[m]!) })),
  };
}

/** Log loss of each sample by the fit on the folds that it is not in. */
function heldOutLosses(
  method: CalibrationMethod,
  { logits, labels, classes }: Fitted & Pick<Predictions, 'classes'>,
  units: Int32Array,
  unitCount: number,
): Float64Array {
  const k = classes.length;
  const out = new Float64Array(labels.length);
  const { fold, folds } = groupFolds(units, unitCount, labels, FOLDS);
  for (let f = 0; f < folds; f++) {
    const kept = indicesWhere(labels.length, (i) => fold[i] !== f);
    const held = indicesWhere(labels.length, (i) => fold[i] === f);
    const fit = fitCalibration(
      method,
      takeRows(logits, k, kept),
      kept.map((i) => labels[i]!),
      k,
    );
    const p = calibrate(takeRows(logits, k, held), k, fit);
    held.forEach((i, row) => {
      out[i] = surprise(p[row * k + labels[i]!]!);
    });
  }
  return out;
}

/** Mean of a - b over samples, and its standard error over groups. */
function pairedDifference(a: Float64Array, b: Float64Array, units: Int32Array, unitCount: number) {
  let sum = 0;
  for (let i = 0; i < a.length; i++) sum += a[i]! - b[i]!;
  const mean = sum / a.length;
  const byUnit = new Float64Array(unitCount);
  for (let i = 0; i < a.length; i++) byUnit[units[i]!]! += a[i]! - b[i]! - mean;
  const squares = byUnit.reduce((total, d) => total + d * d, 0);
  return { mean, error: Math.sqrt((squares * unitCount) / (unitCount - 1)) / a.length };
}
