import type { Predictions } from '../predictions.ts';
import { FEW_GROUPS, FEWEST_GROUPS, tooFewGroups } from '../reasons.ts';
import type { Tested } from './differences.ts';

/** Of equally good models each group might as well speak for the other one: of five all speak for the same one in 2 of 32 cases. */
export const FEWEST = FEWEST_GROUPS;

/** The smallest one-sided p that so many groups can show: that all of them speak for one side by chance. */
function least(groups: number): number {
  return 2 ** -groups;
}

/** A one-sided p that claims no more than so many groups can show, in either direction. */
export function bounded(p: number, groups: number): number {
  return Math.min(1 - least(groups), Math.max(least(groups), p));
}

/**
 * What a normal formula or resamples say, held against the number of groups it rests on: p-values no smaller than so many can show,
 * and no interval where they are fewer than `FEWEST`, of which neither formula nor resamples know how far they may be from the truth.
 */
export function withGroups(tested: Tested, groups: number): Tested {
  const p = tested.p === null ? null : Math.min(1, Math.max(2 * least(groups), tested.p));
  const atMost = (x: number) => {
    const claimed = tested.atMost(x);
    return claimed === null ? null : bounded(claimed, groups);
  };
  if (groups >= FEWEST || tested.low === null) return { ...tested, p, atMost };
  return { ...tested, p, low: null, high: null, errors: null, atMost: () => null, reason: tooFewGroups(groups) };
}

/**
 * Bounds of a difference where no group (or no pair) of so many speaks for either model: one that differs with a chance of d is then
 * seen with the chance (1 - d)^groups (Clopper and Pearson 1934). No width would claim that models are equal of which little was seen.
 */
export function unmoved(groups: number): { low: number; high: number; atMost(x: number): number } {
  const reach = 1 - 0.025 ** (1 / groups);
  return {
    low: -reach,
    high: reach,
    atMost: (x) => (x < 0 ? Math.max(0, 1 + x) ** groups : 1 - Math.max(0, 1 - x) ** groups),
  };
}

/** What a reader must know where few groups are compared. */
export function fewNotes({ classes, labels, groups }: Predictions): string[] {
  const count = (some: readonly string[]) => new Set(some).size;
  const all = count(groups);
  const notes: string[] = [];
  if (all < FEWEST) {
    const seen = all === 1 ? 'One group' : `${all} groups`;
    notes.push(`${seen} cannot show a difference, whatever it is: ${FEWEST} are the fewest that can.`);
  } else if (all < FEW_GROUPS) {
    notes.push(
      `Only ${all} groups: intervals by resampling tend to be too narrow. Exact ones are as wide as they must be.`,
    );
  }
  const rare = classes.flatMap((name, k) => {
    const own = count(groups.filter((_, i) => labels[i] === k));
    return own > 0 && own < FEWEST && all >= FEWEST ? [`${name} (${own})`] : [];
  });
  if (rare.length > 0) {
    notes.push(
      `Fewer than ${FEWEST} groups of ${rare.join(', ')}: an average over classes weighs them like the others, and its interval knows little of them.`,
    );
  }
  return notes;
}
