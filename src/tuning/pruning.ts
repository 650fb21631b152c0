import { z } from 'zod';
import type { Trial } from '../store/sweep.ts';

const rungs = {
  /** Epochs before a trial is judged first. */
  minEpochs: z.int().min(1).default(1),
  /** One of so many goes on from rung to rung; rungs lie at minEpochs, minEpochs x factor, minEpochs x factor^2... */
  factor: z.int().min(2).max(100).default(3),
};

/** When a trial is ended before its last epoch, by its own validation metric after each epoch. */
export const PruningConfig = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('none') }),
  /** Worse, at its best, than the median of the trials that finished had been by that epoch at their best (Golovin et al. 2017). */
  z.strictObject({
    kind: z.literal('median'),
    /** Trials that must have finished before any is pruned. */
    startup: z.int().min(1).default(5),
    /** Epochs in which none is. */
    warmupEpochs: z.int().min(0).default(0),
    everyEpochs: z.int().min(1).default(1),
  }),
  /** Successive halving without waiting for all of a rung (Li et al. 2020, ASHA). */
  z.strictObject({ kind: z.literal('halving'), ...rungs }),
  /** Successive halvings of several severities beside each other (Li et al. 2018). */
  z.strictObject({ kind: z.literal('hyperband'), ...rungs }),
]);
export type PruningConfig = z.infer<typeof PruningConfig>;

export interface PruningRule {
  config: PruningConfig;
  direction: 'min' | 'max';
  /** Of a training that is not pruned. */
  epochs: number;
}

/** Whether the trial is to end after its last epoch so far. `all` holds the trial itself, as it now stands. */
export function shouldPrune({ config, direction, epochs }: PruningRule, trial: Trial, all: readonly Trial[]): boolean {
  const done = trial.epochs.length;
  // After its last epoch there is nothing left to save.
  if (done >= epochs) return false;
  const sign = direction === 'min' ? 1 : -1;
  const figure = (value: number | null | undefined) => (value == null ? Number.POSITIVE_INFINITY : sign * value);
  switch (config.kind) {
    case 'none':
      return false;
    case 'median': {
      if (done <= config.warmupEpochs || (done - config.warmupEpochs - 1) % config.everyEpochs !== 0) return false;
      const finished = all.filter(({ state }) => state === 'finished');
      if (finished.length < config.startup) return false;
      const best = (one: Trial) => Math.min(...one.epochs.slice(0, done).map(figure));
      const others = finished.filter((one) => one.epochs.length > 0).map(best);
      return others.length > 0 && best(trial) > median(others);
    }
    case 'halving':
      return fallsBehind(config.minEpochs, config.factor, 0, all);
    case 'hyperband': {
      const brackets = bracketsOf(config, epochs);
      const own = bracketOf(trial.number, brackets);
      return fallsBehind(
        config.minEpochs,
        config.factor,
        own,
        all.filter(({ number }) => bracketOf(number, brackets) === own),
      );
    }
  }

  /** Whether the trial stands on a rung and is not among the best of those that came to it. */
  function fallsBehind(minEpochs: number, factor: number, severity: number, rivals: readonly Trial[]): boolean {
    let rung = minEpochs * factor ** severity;
    while (rung < done) rung *= factor;
    if (rung !== done) return false;
    const own = figure(trial.epochs[done - 1]);
    if (own === Number.POSITIVE_INFINITY) return true;
    const there = rivals.filter((one) => one.epochs.length >= done).map((one) => figure(one.epochs[done - 1]));
    // The first few can't be compared with enough others: the best so far goes on.
    const places = Math.max(1, Math.floor(there.length / factor));
    return own > there.sort((a, b) => a - b)[places - 1]!;
  }
}

/**
 * How many trials of a round go to each bracket: bracket s first judges after minEpochs x factor^s epochs, and as many trials begin in it as
 * cost about the same as those of any other (Li et al. 2018, algorithm 1).
 */
export function bracketsOf({ minEpochs, factor }: { minEpochs: number; factor: number }, epochs: number): number[] {
  const most = Math.max(0, Math.floor(Math.log(epochs / minEpochs) / Math.log(factor) + 1e-9));
  return Array.from({ length: most + 1 }, (_, bracket) => {
    const s = most - bracket;
    return Math.ceil(((most + 1) * factor ** s) / (s + 1));
  });
}

/** Brackets take turns in proportion to their sizes, so that any beginning of a sweep holds its share of each. */
export function bracketOf(number: number, brackets: readonly number[]): number {
  const round = brackets.reduce((a, b) => a + b, 0);
  const given = brackets.map(() => 0);
  let last = 0;
  for (let i = 0; i <= number % round; i++) {
    let most = Number.NEGATIVE_INFINITY;
    for (const [b, size] of brackets.entries()) {
      const due = ((i + 1) * size) / round - given[b]!;
      if (due > most) [most, last] = [due, b];
    }
    given[last]! += 1;
  }
  return last;
}

function median(values: number[]): number {
  const sorted = values.sort((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle]! : (sorted[middle - 1]! + sorted[middle]!) / 2;
}
