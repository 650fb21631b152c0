import type { Estimate } from '../estimate.ts';
import { FEWEST_GROUPS } from '../reasons.ts';
import { clopperPearson, wilson } from '../statistics/proportion.ts';

/**
 * Share of samples for which something holds, with its 95% interval: Clopper and Pearson's where every sample is its own group, else
 * Wilson's with as many samples as the groups are worth (Rao & Scott 1992, "A simple method for the analysis of clustered binary data").
 *
 * @param units group of each sample
 * @param why reason given where there are no samples
 */
export function share(hits: ArrayLike<number>, units: ArrayLike<number>, why: string): Estimate {
  const n = hits.length;
  if (n === 0) return { value: null, low: null, high: null, reason: `not estimable: ${why}` };
  const byGroup = new Map<number, { hits: number; samples: number }>();
  let all = 0;
  for (let i = 0; i < n; i++) {
    const group = byGroup.get(units[i]!) ?? { hits: 0, samples: 0 };
    group.hits += hits[i]!;
    group.samples += 1;
    all += hits[i]!;
    byGroup.set(units[i]!, group);
  }
  const value = all / n;
  if (byGroup.size === n) return { value, ...clopperPearson(all, n), method: 'clopperPearson' };
  if (byGroup.size === 1) return { value, low: null, high: null, reason: 'no interval: one group only' };
  let squares = 0;
  for (const { hits, samples } of byGroup.values()) squares += (hits - value * samples) ** 2;
  const variance = (squares * byGroup.size) / (byGroup.size - 1) / n ** 2;
  // How alike few groups are is chance: each then counts as one sample at most.
  const most = byGroup.size < FEWEST_GROUPS ? byGroup.size : n;
  const worth = variance > 0 ? Math.min(most, (value * (1 - value)) / variance) : byGroup.size;
  return { value, ...wilson(value * worth, worth), method: 'wilsonGroups' };
}

/**
 * Where the share of `n` new samples lies that a limit covers, in 95 of 100 cases, when it was put at the r-th of `calibration` ordered scores,
 * r = ceil((calibration + 1) coverage): beta-binomial (Vovk 2012), as both the limit and the new samples are drawn. Null where
 * no score is high enough.
 */
export function chanceRange(calibration: number, coverage: number, n: number): { low: number; high: number } | null {
  const a = Math.ceil((calibration + 1) * coverage - 1e-9);
  const b = calibration + 1 - a;
  if (b < 1 || n < 1) return null;
  let log = 0;
  for (let i = 0; i < n; i++) log += Math.log((b + i) / (a + b + i));
  let sum = 0;
  let low: number | undefined;
  for (let x = 0; x < n; x++) {
    sum += Math.exp(log);
    if (low === undefined && sum > 0.025) low = x;
    if (sum >= 0.975) return { low: low! / n, high: x / n };
    log += Math.log(((n - x) * (a + x)) / ((x + 1) * (b + n - x - 1)));
  }
  return { low: (low ?? n) / n, high: 1 };
}
