import type { Tested } from './differences.ts';
import { direction } from './direction.ts';

/** p-values of the margin's three questions; null where there is no margin or no answer. */
export interface MarginTests {
  /** Of the second being worse by the margin or more: small, and it is shown not to be. */
  worse: number | null;
  /** Of the second being better by the margin or more. */
  better: number | null;
  /** Of the second being worse by less than the margin, or not at all. */
  within: number | null;
}

export function marginTests(tested: Tested, metric: string, margin: number | null): MarginTests {
  if (margin === null) return { worse: null, better: null, within: null };
  const flip = (p: number | null): number | null => (p === null ? null : 1 - p);
  const low = tested.atMost(-margin);
  const high = tested.atMost(margin);
  return direction(metric) < 0
    ? { worse: flip(high), better: low, within: high }
    : { worse: low, better: flip(high), within: flip(low) };
}
