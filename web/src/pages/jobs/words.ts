import { apart, counted, duration, percent } from '../../say.ts';
import type { Job, JobItem } from './queries.ts';

export const STATES = {
  receiving: 'arriving',
  waiting: 'waiting',
  running: 'running',
  finished: 'finished',
  failed: 'failed',
  cancelled: 'cancelled',
  stopped: 'stopped',
} as const satisfies Record<Job['state'] | 'stopped', string>;

/** A job that nobody works on, though it has not ended, has stopped. */
export const stateOf = ({ state, idle }: Pick<Job, 'state' | 'idle'>): keyof typeof STATES =>
  idle ? 'stopped' : state;

/** "1,280 of 1,501 images, 1 with an error, about 3 min left" */
export function progressWords(job: Job, now = Date.now()): string {
  const { state, idle, total, done, failed, startedAt } = job;
  if (state === 'receiving') return `${counted(total, 'image')} arrived so far`;
  const parts = [`${done.toLocaleString('en')} of ${counted(total, 'image')}`];
  if (failed > 0) parts.push(`${failed.toLocaleString('en')} with an error`);
  if (state === 'waiting') parts.push('waits for its turn');
  if (idle) parts.push('nobody works on it now');
  if (state === 'running' && !idle && startedAt !== null && done > 0 && done < total) {
    const left = ((now - Date.parse(startedAt)) / 1_000 / done) * (total - done);
    parts.push(left < 60 ? 'less than a minute left' : `about ${duration(left)} left`);
  }
  return parts.join(', ');
}

/** What the answer means for the decision, before its number. */
export function verdictWords({ outcome, error, positive, label }: JobItem, open: boolean): string {
  if (outcome === null) return open ? 'not answered yet' : 'not answered';
  if (outcome !== 'ok') return error ?? outcome;
  if (positive !== null) return positive.verdict ? 'flagged' : 'not flagged';
  return label === null ? '' : 'no verdict';
}

/** "62.1%, threshold 42.2%": the probability that was held against the threshold. */
export function heldAgainst({ positive }: JobItem): string {
  if (positive === null) return '';
  const [p, threshold] = apart(positive.probability, positive.threshold);
  return `${p}, threshold ${threshold}`;
}

/** "melanoma 86.1%" */
export function classWords({ label, probability }: JobItem): string {
  if (label === null) return '';
  return probability === null ? label : `${label} ${percent(probability)}`;
}
