import { type ErrorCode, OslerError } from '../../errors.ts';
import { binomialCdf } from '../../evaluation/statistics/distributions.ts';
import { confidenceSequence } from '../../evaluation/statistics/sequential.ts';
import type { DeploymentRow, SpecDocument, VariantOutcomes } from '../../store/deployments/types.ts';
import type { Store } from '../../store/store.ts';
import { promoted, stepped, withoutCanary } from './change.ts';
import { compareVariants } from './compare.ts';
import { type CanaryPlan, type DeploymentSpec, specDocument } from './spec.ts';

export interface CanaryMove {
  what: 'canary.step' | 'canary.promote' | 'canary.rollback';
  why: string;
  spec: SpecDocument;
}

export interface CanaryView {
  /** Of the step under way. */
  outcomes: readonly VariantOutcomes[];
  /** Since the step began. */
  seconds: number;
  /** In words, where feedback shows that the canary is worse. */
  worse: string | null;
}

/** Answers of each variant whose durations are looked at. */
const RECENT = 500;
/** Answers of either side: fewer tell nothing of a 95th percentile. */
const FOR_LATENCY = 40;
/** Of a version's answers, which take no longer than what is called its latency. */
const SHARE = 0.95;
/** Per cent that leave the live ones nothing to answer. */
const ALL = 100;

/** How the canary did at the step under way. */
export interface CanaryRecord {
  /** Its requests, and those of them that failed by the engine's fault. */
  answers: number;
  failures: number;
  /** Of failures: a 95% interval that may be looked at at any time; null before the first answer. */
  failing: { low: number; high: number } | null;
  /** 95th percentiles in milliseconds, and what its own is at least; null while there are too few answers of either. */
  latency: { own: number; live: number; atLeast: number } | null;
  /** Answers of either that were timed. */
  timed: { own: number; live: number };
}

/** How the canary's latency stands. `waiting`: too few answers for it; `unasked`: not compared at this step. */
export interface LatencyStanding {
  state: 'met' | 'waiting' | 'broken' | 'unasked';
  words: string;
}

/** What the canary's record asks for now; null: to wait. @param quality whether feedback is looked at this time. */
export async function canaryMove(
  store: Store,
  row: DeploymentRow,
  spec: DeploymentSpec,
  quality: boolean,
): Promise<CanaryMove | null> {
  if (spec.canary === null) return null;
  const move = decide(spec, await canaryView(store, row, spec, quality));
  if (move === null || move.what === 'canary.rollback' || quality) return move;
  // None gets more without a look at what turned out to be true.
  return decide(spec, await canaryView(store, row, spec, true));
}

/** What is known of a canary that is under way. */
export async function canaryView(
  store: Store,
  row: DeploymentRow,
  spec: DeploymentSpec,
  quality: boolean,
): Promise<CanaryView> {
  const canary = spec.canary!;
  const outcomes = await store.predictions.outcomes(row.id, row.revision.number, RECENT);
  const seconds = (Date.now() - row.revision.at) / 1_000;
  const worse =
    quality && canary.plan.quality ? worseOf(await store.predictions.labelled(row.id, canary.since), spec) : null;
  return { outcomes, seconds, worse };
}

/**
 * Takes the canary back where its share of failures lies above the limit for certain (the lower end of a 95% interval that may be looked
 * at at any time), its latency is over the limit for certain (the lower end of a 95% interval of it), or feedback shows it to be worse;
 * lets it have more where it has kept the limits for as long as the plan asks, and for as many answers as a comparison of latencies takes. Null: to wait.
 */
export function decide(spec: DeploymentSpec, { outcomes, seconds, worse }: CanaryView): CanaryMove | null {
  const canary = spec.canary!;
  const { plan, name, step } = canary;
  const back = (why: string): CanaryMove => ({
    what: 'canary.rollback',
    why: `${name}: ${why}`,
    spec: specDocument(withoutCanary(spec)),
  });
  const record = recordOf(outcomes, name);
  const { answers: n, failures, failing } = record;
  const latency = latencyStanding(record, plan, step);
  if (failing !== null && failing.low > plan.maxErrorRate) {
    return back(`${failures} of ${n} requests failed, more than the ${percent(plan.maxErrorRate)} that may`);
  }
  if (worse !== null) return back(worse);
  if (latency.state === 'broken') return back(latency.words);
  if (n < plan.minRequests || seconds < plan.minSeconds || failures > plan.maxErrorRate * n) return null;
  if (latency.state === 'waiting') return null;
  const kept = `${n} answers, ${failures} failed, ${latency.words}`;
  const next = stepped(spec);
  if (next === null) {
    return {
      what: 'canary.promote',
      why: `${name} at ${plan.steps[step]}%: ${kept}`,
      spec: specDocument(promoted(spec)),
    };
  }
  const to = next.canary!.plan.steps[next.canary!.step];
  return {
    what: 'canary.step',
    why: `${name} from ${plan.steps[step]}% to ${to}%: ${kept}`,
    spec: specDocument(next),
  };
}

/** Counts a canary's requests at the step under way. */
export function recordOf(outcomes: readonly VariantOutcomes[], name: string): CanaryRecord {
  const counts = Object.entries(outcomes.find(({ variant }) => variant === name)?.counts ?? {});
  const answers = counts.reduce((sum, [, count]) => sum + count, 0);
  const failures = counts.reduce((sum, [outcome, count]) => sum + (isFailure(outcome) ? count : 0), 0);
  return {
    answers,
    failures,
    failing: answers === 0 ? null : confidenceSequence(failures, answers),
    ...timesOf(outcomes, name),
  };
}

/** Whether the canary is as fast as the plan asks at a step: no step is taken on fewer answers than say so. */
export function latencyStanding(
  { latency, timed }: CanaryRecord,
  { maxLatencyRatio, steps }: CanaryPlan,
  step: number,
): LatencyStanding {
  if (maxLatencyRatio === null) return { state: 'unasked', words: 'latency not compared: the plan leaves it out' };
  if (latency !== null) {
    const { own, live, atLeast } = latency;
    const within = `95% within ${own.toFixed(1)} ms (live ${live.toFixed(1)} ms)`;
    const most = maxLatencyRatio * live;
    if (own <= most) return { state: 'met', words: within };
    const longer = `${within}, more than ${maxLatencyRatio} times as long`;
    return atLeast > most
      ? { state: 'broken', words: longer }
      : {
          state: 'waiting',
          words: `${longer}, but not for certain: a few slow answers can be chance (${atLeast.toFixed(1)} ms at least)`,
        };
  }
  if (steps[step]! >= ALL)
    return { state: 'unasked', words: 'latency not compared: the live ones answer nothing at this step' };
  const found = `${timed.own} of its own, ${timed.live} of the live ones`;
  return { state: 'waiting', words: `compared from ${FOR_LATENCY} answers of both on: ${found} so far` };
}

function worseOf(labelled: Parameters<typeof compareVariants>[0], { canary, live }: DeploymentSpec): string | null {
  const against = live.reduce((a, b) => (b.weight > a.weight ? b : a)).name;
  const { tests } = compareVariants(labelled, { against, variants: [against, canary!.name] });
  const test = tests.find(({ variant }) => variant === canary!.name);
  return test?.verdict === 'worse' ? test.words : null;
}

/** Answers that were given and timed; their 95th percentiles where there are enough of both. */
function timesOf(outcomes: readonly VariantOutcomes[], canary: string): Pick<CanaryRecord, 'latency' | 'timed'> {
  const durations = (of: (one: VariantOutcomes) => boolean): number[] =>
    outcomes.filter(of).flatMap(({ milliseconds }) => milliseconds);
  const own = durations(({ variant }) => variant === canary);
  const live = durations(({ role }) => role === 'live');
  const timed = { own: own.length, live: live.length };
  if (own.length < FOR_LATENCY || live.length < FOR_LATENCY) return { latency: null, timed };
  const [canaries, lives] = [Float64Array.from(own).sort(), Float64Array.from(live).sort()];
  const atLeast = canaries[Math.max(0, surelyBelow(canaries.length) - 1)]!;
  return { latency: { own: percentile(canaries), live: percentile(lives), atLeast }, timed };
}

const percentile = (sorted: Float64Array): number => sorted[percentileRank(sorted.length) - 1]!;

/**
 * The rank of the duration that the true 95th percentile is not below, with 97.5% confidence, whatever durations look like: of order
 * statistics (Conover, Practical Nonparametric Statistics, 3rd ed., 1999, section 3.2).
 */
function surelyBelow(n: number): number {
  let rank = percentileRank(n);
  while (rank > 0 && binomialCdf(rank - 1, n, SHARE) > 0.025) rank -= 1;
  return rank;
}

const percentileRank = (n: number): number => Math.min(n, Math.floor(SHARE * n) + 1);

/** Whether the engine failed, and not the image. */
export const isFailure = (outcome: string): boolean =>
  outcome !== 'ok' && new OslerError(outcome as ErrorCode, '').httpStatus >= 500;

const percent = (share: number): string => `${Number((share * 100).toFixed(2))}%`;
