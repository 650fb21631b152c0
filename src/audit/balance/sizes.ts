import { Z95 as Z } from '../../evaluation/statistics/distributions.ts';
import { wilson } from '../../evaluation/statistics/proportion.ts';

/**
 * Whole width of Wilson's 95% interval of a proportion that comes out as `expected` in `n` independent samples.
 * @param n above 0
 */
export function wilsonWidth(n: number, expected: number): number {
  const { low, high } = wilson(n * expected, n);
  return high - low;
}

/** The fewest independent samples whose Wilson interval is at most `width` wide. */
export function samplesForProportion(width: number, expected: number): number {
  return fewest((n) => wilsonWidth(n, expected) <= width)!;
}

/**
 * Standard error of an AUROC of size `expected` between `positives` and `negatives` independent samples (Hanley and McNeil 1982,
 * with their exponential approximation of Q1 and Q2).
 */
export function aurocError(expected: number, positives: number, negatives: number): number {
  const a = expected;
  const q1 = a / (2 - a) - a * a;
  const q2 = (2 * a * a) / (1 + a) - a * a;
  return Math.sqrt((a * (1 - a) + (positives - 1) * q1 + (negatives - 1) * q2) / (positives * negatives));
}

/**
 * The fewest positives beside so many negatives with which the 95% interval of an AUROC is at most `width` wide; null when no
 * number of them would do, the negatives being too few.
 */
export function positivesForAuroc(width: number, expected: number, negatives: number): number | null {
  if (negatives < 1) return null;
  return fewest((n) => 2 * Z * aurocError(expected, n, negatives) <= width);
}

/** The smallest n with `enough(n)`, which must hold for all larger ones too; null beyond ten million. */
function fewest(enough: (n: number) => boolean): number | null {
  let high = 1;
  while (!enough(high)) {
    high *= 2;
    if (high > 1e7) return null;
  }
  let low = Math.floor(high / 2);
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (enough(middle)) high = middle;
    else low = middle;
  }
  return high;
}
