/**
 * Values nearer to each other than this are equal: what parts them is the order in which numbers were added, or the rounding of two
 * engines that compute the same network in f32.
 */
export const NOISE = 1e-6;

/** a - b, and 0 where only rounding parts them. */
export function subtract(a: number, b: number): number {
  const difference = a - b;
  return Math.abs(difference) <= NOISE * Math.max(1, Math.abs(b)) ? 0 : difference;
}
