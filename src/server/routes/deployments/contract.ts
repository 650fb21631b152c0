/** What goes over HTTP about deployments: the schemas that check it and describe it in OpenAPI. */
import { z } from 'zod';
import { PRIORITIES } from '../../../serving/priority.ts';
import { ErrorBody, HeatmapText, HeatmapWish, PredictAnswer } from '../../contract.ts';

const Share = z.number().min(0).max(1);
const Moment = z.iso.datetime();

/** Said of a request beside its image; in JSON by these names, in a form as fields, with raw bytes as headers `x-osler-...`. */
export const Aside = z.object({
  deployment: z.string().min(1).optional().describe('Which one answers; the first that is served where none is named.'),
  key: z
    .string()
    .min(1)
    .max(1_000)
    .optional()
    .describe('Of the patient or session: the same key is answered by the same variant. Only its salted hash is kept.'),
  priority: z.enum(PRIORITIES).optional(),
  deadlineMs: z.coerce
    .number()
    .int()
    .min(1)
    .max(600_000)
    .optional()
    .describe('Refused where it would wait longer than this.'),
  version: z
    .string()
    .min(1)
    .max(300)
    .optional()
    .describe(
      'As in `3` or `skin@3`: answered by this version alone, one of those that answer, whatever the shares say.',
    ),
  heatmap: HeatmapWish.optional(),
});
export type Aside = z.infer<typeof Aside>;

export const Item = z.strictObject({ image: z.string().min(1), key: Aside.shape.key });
export const V1Json = z.strictObject({ ...Aside.shape, image: z.string().min(1).describe('Base64.') });
export const V1BatchJson = z.strictObject({ ...Aside.omit({ key: true }).shape, items: z.array(Item).min(1).max(256) });
export const V1Query = z.strictObject({
  deployment: z.string().optional(),
  heatmap: HeatmapText.optional(),
});

export const V1Answer = PredictAnswer.extend({
  requestId: z.string().describe('Names the answer for feedback and replay.'),
  model: z.object({
    name: z.string().describe('Of the registered model.'),
    version: z.int(),
    digest: z.string().describe("sha256 of the bundle's manifest."),
    network: z.string(),
    run: z.string(),
  }),
  abstention: z
    .object({ reason: z.enum(['unlike', 'several', 'none']), words: z.string() })
    .nullable()
    .describe('Why a person should decide; null where nothing speaks against the model.'),
  routing: z
    .object({
      deployment: z.string(),
      revision: z.int(),
      variant: z.string(),
      role: z.enum(['live', 'canary']),
      by: z.enum(['patient', 'session', 'request', 'version']),
      insteadOf: z.string().optional().describe('The variant that the key belongs to, where that one failed.'),
    })
    .describe('Which variant answered, and by what it was chosen.'),
});
export type V1Answer = z.infer<typeof V1Answer>;

export const V1BatchAnswer = z.object({
  answers: z
    .array(z.union([V1Answer, ErrorBody]))
    .describe("In the images' order; an error stands in its image's place."),
  answered: z.int(),
});

export const Feedback = z.strictObject({
  prediction: z.string().min(1).max(100).describe("The answer's requestId."),
  label: z.string().min(1).describe('The class that turned out to be true.'),
  who: z.string().max(200).optional().describe('Who says so, where nobody is asked who they are.'),
});
export const FeedbackAnswer = z.object({
  prediction: z.string(),
  label: z.string(),
  variants: z.array(z.object({ variant: z.string(), label: z.string(), correct: z.boolean() })),
});

const Ref = z.object({
  name: z.string(),
  model: z.string(),
  version: z.int().optional(),
  alias: z.string().optional(),
  digest: z.string().optional().describe('Of the bundle that the numbered version was when it was named.'),
});
const Limits = z.object({
  maxBatch: z.int(),
  maxDelayMs: z.number(),
  concurrency: z.int(),
  queue: z.int(),
  deadlineMs: z.int(),
});
const Keep = z
  .object({ days: z.number().positive().nullable(), answers: z.int().min(0).nullable() })
  .describe('How much of the log of answers is kept; null: all of it.');
export const Plan = z.object({
  steps: z.array(z.number()),
  minRequests: z.int(),
  minSeconds: z.number(),
  maxErrorRate: z.number(),
  maxLatencyRatio: z
    .number()
    .nullable()
    .describe("Of its 95th percentile to the live ones', from 40 answers of either on; null: not compared."),
  quality: z.boolean(),
});
const Spec = z.object({
  live: z.array(Ref.extend({ weight: z.number() })),
  canary: Ref.extend({ step: z.int(), since: z.int(), plan: Plan }).nullable(),
  shadows: z.array(Ref),
  sticky: z.enum(['patient', 'session', 'request']),
  limits: Limits,
  keep: Keep,
  override: z.string().nullable(),
});
export const RevisionInfo = z.object({
  number: z.int(),
  at: Moment,
  who: z.string(),
  what: z.string(),
  why: z.string().nullable(),
  spec: Spec,
});
export const DeploymentInfo = z.object({
  name: z.string(),
  createdAt: Moment,
  revision: RevisionInfo,
  members: z.array(Ref.extend({ role: z.enum(['live', 'canary', 'shadow']), share: Share })),
  served: z
    .object({
      revision: z.int(),
      members: z.array(z.object({ name: z.string(), version: z.int(), digest: z.string() })),
      active: z.int(),
      waiting: z.int(),
      leftOut: z
        .array(z.object({ name: z.string(), role: z.enum(['live', 'canary', 'shadow']), why: z.string() }))
        .describe('Members that can not answer; the others have their share.'),
      fault: z.string().nullable().describe('What keeps it, or some of its members, from the revision in force.'),
    })
    .nullable()
    .describe('By this server; null where it does not serve it.'),
  fault: z.string().nullable().describe('What keeps this server from answering for it, wholly or in part.'),
});
export type DeploymentInfo = z.infer<typeof DeploymentInfo>;

const Why = {
  why: z.string().trim().min(1).max(2_000).optional().describe('In words; kept in the audit trail.'),
  who: z.string().max(200).optional().describe('A name for the trail, where nobody is asked who they are.'),
  revision: z
    .int()
    .positive()
    .optional()
    .describe('Refused with 409 where another one is in force: for who decides by what was shown.'),
};
const Variant = z.strictObject({ model: z.string(), weight: z.number().positive().default(1) });
export const SpecBody = z.strictObject({
  live: z.array(Variant).min(1).optional(),
  shadows: z.array(z.string()).optional(),
  sticky: z.enum(['patient', 'session', 'request']).optional(),
  limits: Limits.partial().strict().optional(),
  keep: Keep.partial().strict().optional(),
  override: z.string().min(1).nullable().optional(),
  ...Why,
});
export const CreateBody = SpecBody.extend({ name: z.string(), live: z.array(Variant).min(1) });
export const CanaryBody = z.strictObject({ model: z.string(), plan: Plan.partial().strict().optional(), ...Why });
export const ReasonBody = z.strictObject(Why);
export const RollbackBody = z.strictObject({ to: z.int().positive().optional(), ...Why });

const Counted = z
  .object({ hits: z.int(), n: z.int(), value: Share, low: Share, high: Share })
  .nullable()
  .describe('With a 95% interval that holds however often it is looked at.');
export const ComparisonInfo = z.object({
  against: z.string().nullable(),
  variants: z.array(
    z.object({
      variant: z.string(),
      role: z.string(),
      version: z
        .string()
        .nullable()
        .describe('A variant that follows an alias has one entry for each version that it was, the last one first.'),
      labelled: z.int(),
      units: z.int(),
      accuracy: Counted,
      sensitivity: Counted,
      specificity: Counted,
      auroc: z.object({ value: Share, low: z.number().nullable(), high: z.number().nullable() }).nullable(),
    }),
  ),
  tests: z.array(
    z.object({
      variant: z.string(),
      against: z.string(),
      design: z.enum(['independent', 'paired']),
      questions: z.array(
        z.object({
          question: z.string(),
          evidence: z.number().describe('An e-value: against there being no difference.'),
          difference: z.number().nullable(),
          n: z.int(),
        }),
      ),
      needed: z.number(),
      verdict: z.enum(['better', 'worse', 'mixed', 'undecided']),
      words: z.string(),
    }),
  ),
});

export const PredictionInfo = z.object({
  id: z.string(),
  variants: z.array(
    z.object({
      variant: z.string(),
      role: z.string(),
      revision: z.int(),
      model: z.string(),
      version: z.int(),
      digest: z.string(),
      at: Moment,
      image: z.string().nullable(),
      outcome: z.string(),
      milliseconds: z.number(),
      answer: z.record(z.string(), z.json()).nullable(),
    }),
  ),
});
export const ReplayInfo = z.object({
  id: z.string(),
  variants: z.array(z.object({ variant: z.string(), model: z.string(), same: z.boolean(), maxDifference: z.number() })),
});
