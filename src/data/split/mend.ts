import { z } from 'zod';
import { Split } from '../sample.ts';

/** Why a sample is excluded: something it belongs with is in val or test, where there is more of it. */
export const LEAK = 'leak';

/** What becomes of a unit on both sides of the split: all of it goes to one side, or what is not in `keep` is left out. */
export type Mend = { all: 'train' | 'val' } | { keep: Split };

/** One sample that a mended split moved. */
export const Move = z.object({
  id: z.string(),
  label: z.string(),
  from: Split,
  to: z.union([Split, z.literal('left out')]),
});
export type Move = z.infer<typeof Move>;

/**
 * The least that makes a unit stand on one side, in samples touched. Test never receives anything, since a model may have been
 * trained or chosen on it: test and val members go to train, or all to val, or the members outside of the latest split are left
 * out. Where equally many are touched, moving is better than losing, and train the better place.
 */
export function leastMend({ train, val, test }: Record<Split, number>, options: { toVal: boolean }): Mend {
  const keep: Split = test > 0 ? 'test' : 'val';
  const choices: [number, Mend][] = [
    [val + test, { all: 'train' }],
    ...(options.toVal ? ([[train + test, { all: 'val' }]] as [number, Mend][]) : []),
    [train + (keep === 'test' ? val : 0), { keep }],
  ];
  return choices.reduce((best, next) => (next[0] < best[0] ? next : best))[1];
}

interface Place {
  split: Split;
  excluded: string | undefined;
  mended: boolean;
}

/** Notes in `moves` which samples are elsewhere than they were given, because their unit was mended. */
export function noteMoves<M extends { id: string; label: string; given?: Split }, P extends Place>(
  place: (member: M) => P,
  moves: Move[],
): (member: M) => P {
  return (member) => {
    const placed = place(member);
    const { id, label, given: from = 'train' } = member;
    const to = placed.excluded === LEAK ? 'left out' : placed.split;
    if (placed.mended && to !== from) moves.push({ id, label, from, to });
    return placed;
  };
}
