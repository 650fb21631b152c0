import { type CanaryRecord, type CanaryView, latencyStanding, recordOf } from './canary.ts';
import type { CanaryPlan, DeploymentSpec } from './spec.ts';

/** One condition of the next step, or of staying. */
export interface CanaryCondition {
  what: 'requests' | 'seconds' | 'failures' | 'latency' | 'quality';
  /** `met` and `waiting` for the next step; `broken` takes the canary back. `unasked`: not looked at, at this step or at all. */
  state: 'met' | 'waiting' | 'broken' | 'unasked';
  words: string;
}

/** How far a canary is, and what its next step waits for. */
export interface CanaryProgress {
  /** From 0. */
  step: number;
  steps: readonly number[];
  /** Per cent of the traffic that the next step gives; null after the last one, which makes it live. */
  next: number | null;
  /** Since the step began. */
  seconds: number;
  /** Since the canary began, milliseconds since 1970. */
  since: number;
  record: CanaryRecord;
  conditions: CanaryCondition[];
}

/** What `decide` of canary.ts goes by, told for people. */
export function canaryProgress(spec: DeploymentSpec, { outcomes, seconds, worse }: CanaryView): CanaryProgress {
  const { plan, name, step, since } = spec.canary!;
  const record = recordOf(outcomes, name);
  return {
    step,
    steps: plan.steps,
    next: plan.steps[step + 1] ?? null,
    seconds,
    since,
    record,
    conditions: [
      {
        what: 'requests',
        state: record.answers >= plan.minRequests ? 'met' : 'waiting',
        words: `${record.answers} of ${plan.minRequests} answers`,
      },
      {
        what: 'seconds',
        state: seconds >= plan.minSeconds ? 'met' : 'waiting',
        words: `${Math.floor(seconds)} of ${plan.minSeconds} s at this step`,
      },
      failures(record, plan),
      latency(record, plan, step),
      quality(worse, plan),
    ],
  };
}

function failures({ answers, failures: failed, failing }: CanaryRecord, { maxErrorRate }: CanaryPlan): CanaryCondition {
  const limit = percent(maxErrorRate);
  if (failing === null) return { what: 'failures', state: 'waiting', words: `no answer yet; ${limit} may fail` };
  const interval = `95% interval ${percent(failing.low)} to ${percent(failing.high)}`;
  const state = failing.low > maxErrorRate ? 'broken' : failed > maxErrorRate * answers ? 'waiting' : 'met';
  return { what: 'failures', state, words: `${failed} of ${answers} failed (${interval}); ${limit} may` };
}

function latency(record: CanaryRecord, plan: CanaryPlan, step: number): CanaryCondition {
  const { state, words } = latencyStanding(record, plan, step);
  return {
    what: 'latency',
    state,
    words: state === 'met' ? `${words}; ${plan.maxLatencyRatio} times as long may be` : words,
  };
}

function quality(worse: string | null, { quality: asked }: CanaryPlan): CanaryCondition {
  if (!asked) return { what: 'quality', state: 'unasked', words: 'feedback is not looked at' };
  if (worse !== null) return { what: 'quality', state: 'broken', words: worse };
  return { what: 'quality', state: 'met', words: 'feedback does not show it to be worse' };
}

const percent = (share: number): string => `${Number((share * 100).toFixed(2))}%`;
