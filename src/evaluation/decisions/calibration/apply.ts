import { softmax } from '../../metrics/softmax.ts';
import type { Calibration } from '../spec.ts';
import { readCurve } from './isotonic.ts';

/** Probabilities [samples, classes] of logits [samples, classes], both row-major; every row sums to 1. */
export function calibrate(logits: ArrayLike<number>, classes: number, calibration: Calibration): Float64Array {
  switch (calibration.method) {
    case 'temperature':
      return softmax(logits, classes, calibration.temperature);
    case 'vector':
      return softmax(scaled(logits, classes, calibration), classes);
    case 'isotonic':
      return isotonic(logits, classes, calibration.curves);
  }
}

function scaled(
  logits: ArrayLike<number>,
  classes: number,
  { scale, shift }: Extract<Calibration, { method: 'vector' }>,
): Float64Array {
  return Float64Array.from(logits, (z, i) => z * scale[i % classes]! + shift[i % classes]!);
}

/**
 * Each class by its own curve against the rest, rows then divided by their sum (Zadrozny & Elkan 2002, "Transforming classifier
 * scores into accurate multiclass probability estimates").
 */
function isotonic(
  logits: ArrayLike<number>,
  classes: number,
  curves: Extract<Calibration, { method: 'isotonic' }>['curves'],
): Float64Array {
  const out = logOdds(logits, classes);
  for (let row = 0; row < out.length; row += classes) {
    let sum = 0;
    for (let k = 0; k < classes; k++) {
      const p = readCurve(curves[k]!, out[row + k]!);
      out[row + k] = p;
      sum += p;
    }
    for (let k = 0; k < classes; k++) out[row + k]! /= sum;
  }
  return out;
}

/** log(p / (1 - p)) of each class of softmax(logits): its logit over what the others come to. */
export function logOdds(logits: ArrayLike<number>, classes: number): Float64Array {
  const out = new Float64Array(logits.length);
  for (let row = 0; row < logits.length; row += classes) {
    for (let k = 0; k < classes; k++) {
      let top = -Infinity;
      for (let j = 0; j < classes; j++) if (j !== k && logits[row + j]! > top) top = logits[row + j]!;
      let sum = 0;
      for (let j = 0; j < classes; j++) if (j !== k) sum += Math.exp(logits[row + j]! - top);
      out[row + k] = logits[row + k]! - top - Math.log(sum);
    }
  }
  return out;
}
