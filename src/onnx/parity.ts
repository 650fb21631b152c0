import { OslerError } from '../errors.ts';

/** How far the exported graph's probabilities may lie from the engine's, on real samples. */
export const PARITY_TOLERANCE = 1e-4;

export interface Parity {
  samples: number;
  /** Largest difference of any probability of any sample. */
  maxDifference: number;
}

/**
 * Compares two engines' probabilities for the same samples, row-major [samples, classes].
 * Throws EXPORT_MISMATCH, naming the worst sample, when they differ by more than PARITY_TOLERANCE or one is not a number.
 */
export function checkParity(ids: readonly string[], engine: ArrayLike<number>, exported: ArrayLike<number>): Parity {
  if (engine.length !== exported.length || ids.length === 0 || engine.length % ids.length !== 0) {
    throw new OslerError('EXPORT_MISMATCH', 'The engine and ONNX Runtime did not answer for the same samples.');
  }
  const classes = engine.length / ids.length;
  let maxDifference = 0;
  let worst = 0;
  for (let i = 0; i < engine.length; i++) {
    const difference = Math.abs(engine[i]! - exported[i]!);
    // NaN is larger than nothing, so it is asked for by name.
    if (difference > maxDifference || Number.isNaN(difference)) {
      maxDifference = Number.isNaN(difference) ? Number.POSITIVE_INFINITY : difference;
      worst = Math.floor(i / classes);
    }
  }
  if (maxDifference > PARITY_TOLERANCE) {
    throw new OslerError(
      'EXPORT_MISMATCH',
      `The exported graph disagrees with the engine: sample ${ids[worst]} by ${maxDifference.toExponential(1)}, at most ${PARITY_TOLERANCE} is allowed.`,
      {
        hint: 'Nothing was written. This is a fault in Osler, not in your data: please report the architecture and the figures.',
      },
    );
  }
  return { samples: ids.length, maxDifference };
}
