import type { Line } from '../../charts/index.ts';
import type { Sweep } from './queries.ts';

type Trial = Sweep['trials'][number];

/** A trial's setting as it is drawn: a number of a range, a word of a choice; null where its condition does not hold. */
export function settingValue(params: Trial['params'], name: string, kind: 'choice' | 'range'): number | string | null {
  const value = params?.[name];
  if (value === undefined || value === null) return null;
  if (kind === 'range') return typeof value === 'number' ? value : null;
  return typeof value === 'string' ? value : JSON.stringify(value);
}

/** The best of those that have a figure. */
export function best(trials: readonly Trial[], direction: 'min' | 'max'): Trial | undefined {
  const sign = direction === 'min' ? 1 : -1;
  return trials
    .filter(({ state, value }) => state === 'finished' && value !== null)
    .toSorted((a, b) => sign * (a.value! - b.value!) || a.number - b.number)[0];
}

/** Each trial's figure, and the best so far; trials that were ended early count by what they reached, but never as the best. */
export function historyOf(trials: readonly Trial[], direction: 'min' | 'max'): Line[] {
  const valued = trials.filter(({ value }) => value !== null);
  if (valued.length === 0) return [];
  let top: number | null = null;
  const so = valued.map(({ state, value }) => {
    const better = top === null || (direction === 'min' ? value! < top : value! > top);
    if (state === 'finished' && better) top = value;
    return top;
  });
  const x = valued.map(({ number }) => number);
  return [
    { id: 'trials', name: 'trial', place: 0, x, y: valued.map(({ value }) => value), dots: 'only' },
    { id: 'best', name: 'best so far', place: 1, x, y: so },
  ];
}
