import { decimal, plural } from '../report/html.ts';
import { normalQuantile } from '../statistics/distributions.ts';
import type { Pair } from './comparison.ts';
import type { Tested } from './differences.ts';

type Power = NonNullable<Pair['power']>;

/** Chance of showing a difference that is there; what studies are usually planned for. */
export const POWER = 0.8;
const FEWEST = 30;

/**
 * How many times as many samples a two-sided test at `alpha` needs, to show a true difference of `difference` with a chance of
 * `power`: the usual normal formula (z_alpha × null + z_power × alternative)² / difference². With the standard errors of McNemar's
 * test it is Connor's (1987).
 *
 * @param errors standard error of the difference with the samples at hand, were there none and were it as large as seen
 */
export function timesNeeded(
  errors: { null: number; alternative: number },
  difference: number,
  alpha: number,
  power: number = POWER,
): number {
  const reach = normalQuantile(1 - alpha / 2) * errors.null + normalQuantile(power) * errors.alternative;
  return (reach / difference) ** 2;
}

/** The smallest true difference that the samples at hand show with a chance of `power`. */
export function detectable(error: number, alpha: number, power: number = POWER): number {
  return (normalQuantile(1 - alpha / 2) + normalQuantile(power)) * error;
}

/**
 * How many times as many samples are needed to show, with a chance of `power`, that one model is not worse than the other by
 * `margin`, were both equally good; one-sided at alpha / 2, as the interval's lower end decides.
 */
export function timesForMargin(error: number, margin: number, alpha: number, power: number = POWER): number {
  return timesNeeded({ null: error, alternative: error }, margin, alpha, power);
}

/** How far these samples reach, and how many would reach further. Null where the standard error is not known. */
export function powerOf(
  { errors, difference }: Tested,
  size: { samples: number; groups: number },
  options: { alpha: number; pairs: number; margin: number | null },
): Power | null {
  if (errors === null || difference === null) return null;
  const alpha = options.alpha / options.pairs;
  // With fewer groups than this the normal formula does not hold.
  const times = (factor: number) => {
    const groups = Math.max(FEWEST, Math.ceil(size.groups * factor));
    return { samples: Math.ceil((size.samples * groups) / size.groups), groups };
  };
  const needed = difference === 0 ? null : times(timesNeeded(errors, difference, alpha));
  const neededForMargin = options.margin === null ? null : times(timesForMargin(errors.null, options.margin, alpha));
  const reach = detectable(errors.null, alpha);
  const share = `${100 * POWER}%`;
  const many = ({ samples, groups }: { samples: number; groups: number }) =>
    size.groups === size.samples
      ? plural(samples, 'sample')
      : `${plural(samples, 'sample')} (${plural(groups, 'group')})`;
  const words = [
    `With ${many(size)} a true difference of ${decimal(reach)} is shown with a chance of ${share}.`,
    ...(needed === null
      ? []
      : [
          `Were the difference seen the true one, ${many(needed)} ${needed.groups > size.groups ? 'would be needed to show it' : 'would be enough to show it'} with that chance.`,
        ]),
    ...(neededForMargin === null
      ? []
      : [
          `Were both equally good, ${many(neededForMargin)} would show with that chance that the second is not worse by ${decimal(options.margin!)}.`,
        ]),
  ];
  return { power: POWER, alpha, detectable: reach, needed, neededForMargin, words: words.join(' ') };
}
