import { wilson } from '../../evaluation/statistics/proportion.ts';
import { isFailure } from '../../serving/deployments/canary.ts';
import { durationOf, HOUR, MINUTE, MINUTES_KEPT } from '../../store/deployments/answer-counts.ts';
import type { AnswerCount, Role } from '../../store/deployments/types.ts';
import type { Store } from '../../store/store.ts';
import { findDeployment } from './manage.ts';

/** Of one variant in one role: how much it answered, how often it failed, how long it took. Arrays by stretch of time. */
export interface VariantTraffic {
  variant: string;
  role: Role;
  total: Tally;
  stretches: Tally[];
}

export interface Tally {
  answers: number;
  /** By the engine's fault, not by the image's. */
  failures: number;
  /** Share of failures with Wilson's 95% interval; null without answers. */
  failing: { value: number; low: number; high: number } | null;
  /** Milliseconds of good answers, within 5%; null without any. */
  latency: { p50: number; p95: number; p99: number } | null;
  /** Answers by outcome, `ok` and errors' codes. */
  outcomes: Record<string, number>;
}

export interface Traffic {
  /** Milliseconds since 1970; `to` excluded. */
  from: number;
  to: number;
  /** Of one stretch, milliseconds. */
  step: number;
  variants: VariantTraffic[];
}

/** Of a stretch, in minutes; a day's share of them, so that stretches begin on the hour. */
const STEPS = [1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1_440, 2_880, 10_080].map((minutes) => minutes * MINUTE);
const MOST_STRETCHES = 120;

/**
 * What a deployment's variants answered between two moments, in at most 120 stretches of equal length. Beyond two days ago it is known by
 * the hour. Throws NOT_FOUND.
 */
export async function deploymentTraffic(
  store: Store,
  name: string,
  { from, to = Date.now() }: { from: number; to?: number },
): Promise<Traffic> {
  const { id } = await findDeployment(store, name);
  const byMinute = from >= Date.now() - MINUTES_KEPT + HOUR;
  const wanted = Math.max((to - from) / MOST_STRETCHES, byMinute ? MINUTE : HOUR);
  const step = STEPS.find((one) => one >= wanted) ?? Math.ceil(wanted / HOUR) * HOUR;
  const first = from - (from % step);
  const last = Math.max(first + step, Math.ceil(to / step) * step);
  const span = byMinute && step < HOUR ? MINUTE : HOUR;
  const counts = await store.predictions.counts(id, { span, from: first, to: last });
  return { from: first, to: last, step, variants: trafficOf(counts, { from: first, to: last, step }) };
}

/** Pure; for tests. */
export function trafficOf(
  counts: readonly AnswerCount[],
  { from, to, step }: { from: number; to: number; step: number },
): VariantTraffic[] {
  const length = Math.ceil((to - from) / step);
  const members = Map.groupBy(counts, ({ variant, role }) => JSON.stringify([variant, role]));
  return [...members.values()]
    .map((all) => {
      const { variant, role } = all[0]!;
      const places = Map.groupBy(all, ({ start }) => Math.floor((start - from) / step));
      const stretches = Array.from({ length }, (_, i) => tally(places.get(i) ?? []));
      return { variant, role, total: tally(all), stretches };
    })
    .sort((a, b) => order(a) - order(b) || (a.variant < b.variant ? -1 : 1));
}

const order = ({ role }: VariantTraffic): number => ['live', 'canary', 'shadow'].indexOf(role);

function tally(counts: readonly AnswerCount[]): Tally {
  const outcomes: Record<string, number> = {};
  const bins = new Map<number, number>();
  for (const { outcome, bin, count } of counts) {
    outcomes[outcome] = (outcomes[outcome] ?? 0) + count;
    if (outcome === 'ok') bins.set(bin, (bins.get(bin) ?? 0) + count);
  }
  const answers = Object.values(outcomes).reduce((sum, n) => sum + n, 0);
  const failures = Object.entries(outcomes).reduce((sum, [outcome, n]) => sum + (isFailure(outcome) ? n : 0), 0);
  return {
    answers,
    failures,
    failing: answers === 0 ? null : { value: failures / answers, ...wilson(failures, answers) },
    latency: bins.size === 0 ? null : percentiles([...bins].sort(([a], [b]) => a - b)),
    outcomes,
  };
}

/** @param bins in order of duration. */
function percentiles(bins: readonly [bin: number, count: number][]): NonNullable<Tally['latency']> {
  const n = bins.reduce((sum, [, count]) => sum + count, 0);
  const at = (share: number): number => {
    let seen = 0;
    for (const [bin, count] of bins) {
      seen += count;
      if (seen >= share * n) return durationOf(bin);
    }
    return durationOf(bins.at(-1)![0]);
  };
  return { p50: at(0.5), p95: at(0.95), p99: at(0.99) };
}
