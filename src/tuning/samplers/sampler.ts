import type { Trial, TrialParams } from '../../store/sweep.ts';

/** A trial as a sampler sees it. Of all figures, lower is better. */
export interface Past {
  number: number;
  params: TrialParams;
  state: 'finished' | 'pruned' | 'diverged' | 'running';
  /** Of one that finished; else Infinity. */
  value: number;
  /** Of one that was pruned: the figure of its last epoch, and how many it had. */
  last: number;
  epochs: number;
}

/** Chooses the settings of trial `number`. A function of the space, the seed, the number and the past alone. */
export interface Sampler {
  suggest(number: number, past: readonly Past[]): TrialParams;
}

/** What is known of the trials. Those that failed say nothing; those that wait or run are known by their settings. */
export function pastOf(trials: readonly Trial[], direction: 'min' | 'max'): Past[] {
  const sign = direction === 'min' ? 1 : -1;
  return trials.flatMap(({ number, params, state, value, epochs }) => {
    if (params === null || state === 'failed') return [];
    const last = epochs.at(-1) ?? null;
    return [
      {
        number,
        params,
        state: state === 'waiting' ? 'running' : state,
        value: state === 'finished' && value !== null ? sign * value : Number.POSITIVE_INFINITY,
        last: last === null ? Number.POSITIVE_INFINITY : sign * last,
        epochs: epochs.length,
      },
    ];
  });
}
