import { delong } from '../statistics/delong.ts';
import { normalCdf, normalTwoSided, Z95 } from '../statistics/distributions.ts';
import { subtract } from '../statistics/rounding.ts';
import { bounded, FEWEST, unmoved, withGroups } from './few.ts';
import { exactMcNemar } from './mcnemar.ts';
import { score, tangoInterval } from './tango.ts';

/** A difference as its method gives it, before the correction for many pairs. */
export interface Tested {
  first: number | null;
  second: number | null;
  difference: number | null;
  low: number | null;
  high: number | null;
  p: number | null;
  method: string | null;
  reason?: string;
  /** Standard errors of the difference: were there none, and as it is. For the power; null where not known. */
  errors: { null: number; alternative: number } | null;
  /** One-sided p of a true difference of `x` or less; null where not known. */
  atMost(x: number): number | null;
}

/** Nothing to compare: one of the values is missing. */
export function notEstimable(first: number | null, second: number | null, reason: string): Tested {
  return {
    first,
    second,
    difference: null,
    low: null,
    high: null,
    p: null,
    method: null,
    reason,
    errors: null,
    atMost: () => null,
  };
}

/**
 * Difference of two AUROCs on the same samples by DeLong's covariance (1988); where samples share units by Obuchowski's for clusters
 * (1997). Interval and tests are normal. Of equal rankings that covariance is zero; then disjoint pairs bound the difference.
 */
export function aurocDifference(
  truth: Uint8Array,
  first: Float64Array,
  second: Float64Array,
  units: Int32Array,
  grouped: boolean,
): Tested {
  const both = delong(truth, [first, second], grouped ? units : undefined);
  if (both === null) return notEstimable(null, null, 'not estimable: all samples are on one side');
  const [a, b] = both.aucs as [number, number];
  const [[va, c], [, vb]] = both.covariance as [[number, number], [number, number]];
  const difference = subtract(b, a);
  const variance = va + vb - 2 * c;
  // Rounding leaves some 1e-18 of two equal rankings.
  const error = Math.sqrt(variance > 1e-15 ? variance : 0);
  const base = { first: a, second: b, difference, method: grouped ? 'DeLong for groups (Obuchowski)' : 'DeLong' };
  const unknown = (reason: string): Tested => ({
    ...base,
    low: null,
    high: null,
    p: null,
    method: null,
    reason,
    errors: null,
    atMost: () => null,
  });
  if (Number.isNaN(variance)) return unknown('no interval: fewer than two groups on one side');
  if (error === 0) {
    if (difference !== 0) return unknown('no interval: the sides are separated without an error');
    return { ...base, ...unmoved(both.pairs), p: 1, errors: null, method: 'exact, of disjoint pairs' };
  }
  const tested = {
    ...base,
    low: Math.max(-1, difference - Z95 * error),
    high: Math.min(1, difference + Z95 * error),
    p: normalTwoSided(difference / error),
    errors: { null: error, alternative: error },
    atMost: (x: number) => normalCdf((x - difference) / error),
  };
  const side = (positive: number) => new Set(units.filter((_, i) => truth[i] === positive)).size;
  return withGroups(tested, Math.min(side(1), side(0)));
}

/**
 * Difference of two shares of right answers on the same samples. p is McNemar's exact one, by units where they hold several samples.
 * The interval is Tango's where samples are independent; else `interval` gives it (by resampling groups), but where fewer than
 * `FEWEST` groups speak for either model, each of them counts as one sample in Tango's. Where none does, it is an exact bound.
 *
 * @param counted which samples count: the positives for a sensitivity
 */
export function proportionDifference(
  first: Uint8Array,
  second: Uint8Array,
  counted: (i: number) => boolean,
  units: Int32Array,
  unitCount: number,
  grouped: boolean,
  interval: () => { low: number; high: number; atMost(x: number): number } | null,
): Tested {
  const balance = new Float64Array(unitCount);
  const size = new Float64Array(unitCount);
  let onlyFirst = 0;
  let onlySecond = 0;
  let n = 0;
  let right = 0;
  for (let i = 0; i < first.length; i++) {
    if (!counted(i)) continue;
    n += 1;
    right += first[i]!;
    size[units[i]!]! += 1;
    balance[units[i]!]! += second[i]! - first[i]!;
    if (first[i]! > second[i]!) onlyFirst += 1;
    if (first[i]! < second[i]!) onlySecond += 1;
  }
  if (n === 0) return notEstimable(null, null, 'not estimable: no sample of this side');
  const difference = (onlySecond - onlyFirst) / n;
  let none = 0;
  let seen = 0;
  let groups = 0;
  const forOne = { first: 0, second: 0 };
  for (let u = 0; u < unitCount; u++) {
    none += balance[u]! ** 2;
    seen += (balance[u]! - difference * size[u]!) ** 2;
    if (size[u]! > 0) groups += 1;
    if (balance[u]! < 0) forOne.first += 1;
    if (balance[u]! > 0) forOne.second += 1;
  }
  const tango = (a: number, b: number, of: number) => {
    const { low, high } = tangoInterval(a, b, of, Z95);
    const atMost = (x: number) => 1 - normalCdf(score(a, b, of, x));
    return { low: Math.min(low, difference), high: Math.max(high, difference), atMost };
  };
  const parted = forOne.first + forOne.second;
  const bounds =
    onlyFirst + onlySecond === 0
      ? unmoved(groups)
      : !grouped
        ? tango(onlyFirst, onlySecond, n)
        : parted < FEWEST
          ? tango(forOne.first, forOne.second, groups)
          : interval();
  return {
    first: right / n,
    second: right / n + difference,
    difference,
    low: bounds?.low ?? null,
    high: bounds?.high ?? null,
    p: exactMcNemar(balance),
    method: grouped ? 'exact McNemar by group' : 'exact McNemar',
    ...(bounds === null ? { reason: 'no interval: most resamples lack an answer' } : {}),
    errors: none === 0 || groups < FEWEST ? null : { null: Math.sqrt(none) / n, alternative: Math.sqrt(seen) / n },
    atMost: (x) => (bounds === null ? null : bounded(bounds.atMost(x), groups)),
  };
}
