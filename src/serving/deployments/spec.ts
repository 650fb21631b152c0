import { z } from 'zod';
import { OslerError } from '../../errors.ts';
import type { SpecDocument } from '../../store/deployments/types.ts';

const Name = z.string().min(1).max(300);

/** One registered version that takes part: `skin@3` for ever, `skin@champion` whichever has the alias at the moment. */
const Ref = z.strictObject({
  /** As people name it, and as answers and the log do. */
  name: Name,
  model: Name,
  version: z.int().positive().optional(),
  alias: z.string().optional(),
  /** Of a numbered version's bundle, as it was when it was named: another one under its number never answers in its place. */
  digest: z.string().optional(),
});
export type Ref = z.infer<typeof Ref>;

const Live = Ref.extend({ weight: z.number().positive().max(1e6) });

/** When a canary gets more, and when it goes. */
export const CanaryPlan = z.strictObject({
  /** Per cent of the traffic, in their order; after the last it takes the place of the live ones. */
  steps: z.array(z.number().positive().max(100)).min(1).max(20).default([5, 25, 50]),
  /** At each step: so many answers of the canary, and so many seconds. */
  minRequests: z.int().positive().default(200),
  minSeconds: z.number().min(0).default(60),
  /** Share of the canary's requests that may fail by the engine's fault. */
  maxErrorRate: z.number().min(0).max(1).default(0.01),
  /** The canary's 95th percentile of latency as a multiple of the live ones'; null: it is not compared. */
  maxLatencyRatio: z.number().positive().nullable().default(2),
  /** Whether feedback that shows it to be worse takes it back. */
  quality: z.boolean().default(true),
});
export type CanaryPlan = z.infer<typeof CanaryPlan>;

const Canary = Ref.extend({
  step: z.int().min(0),
  plan: CanaryPlan,
  /** When it began, milliseconds since 1970: feedback on answers since then tells how good it is. */
  since: z.int(),
});

/** How requests become batches, and how many may wait. */
export const Limits = z.strictObject({
  /** Images computed together at most. */
  maxBatch: z.int().min(1).max(64).default(4),
  /** Milliseconds that the first image of a batch may wait for others. */
  maxDelayMs: z.number().min(0).max(1_000).default(0),
  /** Requests computed at once; more wait in the queue. */
  concurrency: z.int().min(1).max(1_024).default(16),
  /** Requests that may wait; more are refused with 429. */
  queue: z.int().min(0).max(100_000).default(64),
  /** A request that would wait longer is refused. */
  deadlineMs: z.int().min(1).max(600_000).default(10_000),
});
export type Limits = z.infer<typeof Limits>;

/** How much of the log of answers is kept; null: all of it. */
export const Keep = z.strictObject({
  /** Answers that are older go, with their feedback. */
  days: z.number().positive().max(36_500).nullable().default(null),
  /** So many of the newest stay. */
  answers: z.int().min(0).nullable().default(null),
});
export type Keep = z.infer<typeof Keep>;

export const DeploymentSpec = z
  .strictObject({
    live: z.array(Live).min(1).max(20),
    canary: Canary.nullable().default(null),
    shadows: z.array(Ref).max(5).default([]),
    /** What the key means by which a request stays with its variant; without a key the request's own id decides. */
    sticky: z.enum(['patient', 'session', 'request']).default('patient'),
    limits: Limits.prefault({}),
    keep: Keep.prefault({}),
    /** Why versions that are not approved, or not of the same classes, may answer all the same. */
    override: z.string().nullable().default(null),
  })
  .superRefine(({ live, canary, shadows }, context) => {
    const all = [
      ...live.map(({ name }) => ({ name, role: 'live' })),
      ...(canary === null ? [] : [{ name: canary.name, role: 'the canary' }]),
      ...shadows.map(({ name }) => ({ name, role: 'a shadow' })),
    ];
    const twice = all.find(({ name }, i) => all.findIndex((one) => one.name === name) < i);
    if (twice !== undefined) {
      const { role } = all.find(({ name }) => name === twice.name)!;
      const end = {
        'the canary': '; promote the canary, or roll it back',
        'a shadow': '; end its shadow first (--no-shadows)',
      };
      const words =
        role === twice.role ? `${twice.name} occurs twice` : `${twice.name} is ${role} and ${twice.role} at once`;
      context.addIssue({
        code: 'custom',
        message: `${words}${role === twice.role ? '' : end[twice.role as keyof typeof end]}`,
      });
    }
    if (canary !== null && canary.plan.steps[canary.step] === undefined)
      context.addIssue({ code: 'custom', message: `the canary has no step ${canary.step}` });
    if (canary?.plan.steps.some((percent, i, all) => i > 0 && percent <= all[i - 1]!))
      context.addIssue({ code: 'custom', message: "the canary's steps do not rise" });
  });
export type DeploymentSpec = z.infer<typeof DeploymentSpec>;

/** Throws CONFIG_INVALID naming what is wrong. */
export function parseSpec(document: unknown): DeploymentSpec {
  const parsed = DeploymentSpec.safeParse(document);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  const at = issue!.path.length === 0 ? '' : `${issue!.path.join('.')}: `;
  throw new OslerError('CONFIG_INVALID', `The deployment is not valid: ${at}${issue!.message}.`);
}

export const specDocument = (spec: DeploymentSpec): SpecDocument => JSON.parse(JSON.stringify(spec)) as SpecDocument;

/** Throws USAGE for a name that can't stand in an address. */
export function checkDeploymentName(name: string): void {
  // Studio's page for a new one stands at /deployments/new.
  if (name === 'new') throw new OslerError('USAGE', 'A deployment cannot be called "new": Studio has its form there.');
  if (/^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$/.test(name)) return;
  throw new OslerError('USAGE', `"${name.slice(0, 100)}" cannot be the name of a deployment.`, {
    hint: 'Letters, digits, dots, dashes and underscores, at most 100.',
  });
}

export interface Member extends Ref {
  role: 'live' | 'canary' | 'shadow';
  /** Of the traffic, 0 to 1; 0 for shadows. */
  share: number;
}

/** All that take part, with the share of the traffic that each gets. */
export function membersOf({ live, canary, shadows }: DeploymentSpec): Member[] {
  const percent = canary === null ? 0 : canary.plan.steps[canary.step]!;
  const total = live.reduce((sum, { weight }) => sum + weight, 0);
  return [
    ...live.map(({ weight, ...ref }) => ({
      ...ref,
      role: 'live' as const,
      share: (weight / total) * (1 - percent / 100),
    })),
    ...(canary === null ? [] : [{ ...refOf(canary), role: 'canary' as const, share: percent / 100 }]),
    ...shadows.map((ref) => ({ ...ref, role: 'shadow' as const, share: 0 })),
  ];
}

export function refOf({ name, model, version, alias, digest }: Ref): Ref {
  return {
    name,
    model,
    ...(version === undefined ? {} : { version }),
    ...(alias === undefined ? {} : { alias }),
    ...(digest === undefined ? {} : { digest }),
  };
}
