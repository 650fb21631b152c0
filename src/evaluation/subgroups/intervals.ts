import type { Estimate } from '../estimate.ts';
import { aurocMethod } from '../exact.ts';
import { aurocInterval, type DeLong } from '../statistics/delong.ts';
import { Z95 } from '../statistics/distributions.ts';
import { wilson } from '../statistics/proportion.ts';
import { type Influence, variance } from './influence.ts';

/**
 * Wilson's interval of a share. Where groups hold several samples, of as many independent samples as would vary alike (Kish's
 * effective sample size, Rao & Scott 1992); where groups do not differ, as many as there are groups.
 */
export function shareEstimate(share: Influence & { hits: number; of: number }): Estimate {
  const { value, hits, of, units } = share;
  const grouped = units.length < of;
  if (!grouped) return { value, ...wilson(hits, of), method: 'wilson' };
  if (units.length < 2) return { value, low: null, high: null, reason: 'no interval: one group only' };
  const spread = variance(share);
  const effective = spread > 0 ? Math.min(of, (value * (1 - value)) / spread) : units.length;
  return { value, ...wilson(value * effective, effective), method: 'wilsonGroups' };
}

/** DeLong's interval, in its form for groups where they hold several samples. */
export function aurocEstimate(fit: DeLong, grouped: boolean): Estimate {
  const value = fit.aucs[0]!;
  const interval = aurocInterval(fit);
  if (interval === null) return { value, low: null, high: null, reason: 'no interval: too few groups on one side' };
  return { value, low: interval.low, high: interval.high, method: aurocMethod(interval, grouped) };
}

/** Of an average over classes: normal on the log-odds (delta method), so that it stays within 0 and 1. */
export function meanEstimate(mean: Influence): Estimate {
  const { value } = mean;
  const error = Math.sqrt(variance(mean));
  if (!(error > 0) || value <= 0 || value >= 1)
    return { value, low: null, high: null, reason: 'no interval: these samples show no variation' };
  const odds = Math.log(value / (1 - value));
  const half = (Z95 * error) / (value * (1 - value));
  const back = (x: number) => 1 / (1 + Math.exp(-x));
  return { value, low: back(odds - half), high: back(odds + half), method: 'delta' };
}
