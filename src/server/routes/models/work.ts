import type { State } from './ongoing.ts';

/** How far it is, for a page that draws it. */
export function workOut<T>(state: State<T> | null) {
  if (state === null) return null;
  if (state.state === 'done') return { state: 'done' as const };
  if (state.state === 'failed') return state;
  const { task = null, done = null, total = null } = state.progress ?? {};
  return { state: 'running' as const, task, done, total };
}
