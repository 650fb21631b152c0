import type { Trial } from '../store/sweep.ts';

/** The trials that finished, the best first; of equals the earlier. */
export function ranked(trials: readonly Trial[], direction: 'min' | 'max'): Trial[] {
  const sign = direction === 'min' ? 1 : -1;
  return trials
    .filter(({ state, value }) => state === 'finished' && value !== null)
    .sort((a, b) => sign * (a.value! - b.value!) || a.number - b.number);
}

/** How many trials there are of each state; states without any are left out. */
export function tally(trials: readonly Trial[]): Partial<Record<Trial['state'], number>> {
  const counts: Partial<Record<Trial['state'], number>> = {};
  for (const { state } of trials) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}
