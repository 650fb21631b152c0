import { normalCdf, normalQuantile } from '../../evaluation/statistics/distributions.ts';
import { logErfcx } from './erfcx.ts';

/** log(P(Z <= x)), with its digits far into the lower tail. */
export function logNormalCdf(x: number): number {
  if (x > 5) return -Math.exp(logNormalCdf(-x));
  if (x > -5) return Math.log(normalCdf(x));
  return logErfcx(-x / Math.SQRT2) - (x * x) / 2 - Math.LN2;
}

/** log(P(a < Z < b)) for a < b. */
export function logMass(a: number, b: number): number {
  // In the upper tail the two would round to 1: its mirror image keeps the difference.
  if (a > 0) return logMass(-b, -a);
  const upper = logNormalCdf(b);
  return upper + Math.log(-Math.expm1(logNormalCdf(a) - upper));
}

/** A standard normal between a <= 0 and b >= 0 from a uniform number. */
export function truncatedNormal(a: number, b: number, uniform: number): number {
  const low = normalCdf(a);
  const value = normalQuantile(low + uniform * (normalCdf(b) - low));
  return Math.min(b, Math.max(a, value));
}
