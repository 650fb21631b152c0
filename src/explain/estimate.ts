import type { Estimate } from '../evaluation/estimate.ts';
import { generator } from '../evaluation/random.ts';
import { FEWEST_GROUPS, tooFewGroups } from '../evaluation/reasons.ts';
import { percentileInterval } from '../evaluation/statistics/bca.ts';
import { clopperPearson } from '../evaluation/statistics/proportion.ts';

const RESAMPLES = 2000;

/**
 * Mean of one value an image, from -1 to 1, with its 95% interval: percentiles of resampled groups, an exact bound where all groups say the
 * same. Images without a value are left out.
 * @param units the group of each image.
 */
export function meanOf(values: readonly (number | null)[], units: readonly string[], seed = 0): Estimate {
  const sums = new Map<string, { sum: number; count: number }>();
  values.forEach((value, i) => {
    if (value === null) return;
    const own = sums.get(units[i]!) ?? { sum: 0, count: 0 };
    sums.set(units[i]!, { sum: own.sum + value, count: own.count + 1 });
  });
  const groups = [...sums.values()];
  if (groups.length === 0) return { value: null, low: null, high: null, reason: 'not estimable: no image has a value' };
  const value = mean(groups);
  const without = (reason: string): Estimate => ({ value, low: null, high: null, reason });
  if (groups.length < FEWEST_GROUPS) return without(tooFewGroups(groups.length));
  const next = generator(seed);
  const draws = Float64Array.from({ length: RESAMPLES }, () =>
    mean(Array.from({ length: groups.length }, () => groups[Math.floor(next() * groups.length)]!)),
  );
  const interval = percentileInterval(draws, 0.95);
  if (interval === null) return without('no interval: the resamples do not tell');
  if (interval.high - interval.low <= 1e-9) {
    // What no group shows may still be so in this share of all, and then lie anywhere.
    const { high: hidden } = clopperPearson(0, groups.length);
    const low = Math.max(-1, (1 - hidden) * value - hidden);
    const high = Math.min(1, (1 - hidden) * value + hidden);
    return { value, low, high, method: 'clopperPearsonGroups' };
  }
  return { value, ...interval, method: 'percentile' };
}

function mean(groups: readonly { sum: number; count: number }[]): number {
  let sum = 0;
  let count = 0;
  for (const group of groups) {
    sum += group.sum;
    count += group.count;
  }
  return sum / count;
}
