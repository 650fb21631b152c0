/** What goes over HTTP about decisions on models. Times are ISO 8601 in UTC. */
import { z } from 'zod';
import { ChampionComparison, Check } from '../../../registry/evidence.ts';
import { ModelPolicy } from '../../../registry/policy.ts';
import { VersionStatus } from '../../../store/registry/types.ts';
import { ErrorBody, Leaks } from '../../contract.ts';
import { Model, NoQuery, Paged, page, Version } from '../../reading/contract.ts';

const Time = z.iso.datetime();
const Reason = z.string().trim().min(1).max(2_000).describe('In words; kept in the audit trail.');
const Override = Reason.optional().describe('Why the policy is set aside where it is not met; shown for ever.');

export const failures = { 400: ErrorBody, 403: ErrorBody, 404: ErrorBody, 409: ErrorBody };
export const Name = z.object({ name: z.string().max(256) });
export const VersionParams = Name.extend({ version: z.coerce.number().int().positive() });
export const AliasParams = Name.extend({ alias: z.string().max(255) });

const Metric = z.object({
  name: z.string(),
  value: z.number(),
  low: z.number().nullable(),
  high: z.number().nullable(),
});
export const OverviewQuery = Paged.extend({
  filter: z.string().max(10_000).optional().describe("MLflow's grammar: name LIKE 'skin%' and tags.team = 'derm'."),
});
export const ModelSummary = Model.extend({
  versions: z.int(),
  newest: z.int().nullable(),
  pending: z.array(z.int()).describe('Versions that wait for a decision, newest first.'),
  deployments: z.array(z.string()).describe('That name one of its versions.'),
  champion: z
    .object({
      version: z.int(),
      status: VersionStatus,
      network: z.string().nullable(),
      dataset: z.string().nullable(),
      metric: Metric.nullable().describe('AUROC of the test split, or its mean over classes.'),
      stamps: z.array(z.string()),
      leaks: Leaks.nullable(),
      overridden: z.boolean().describe('A policy was set aside for it.'),
    })
    .nullable(),
});
export const Overview = page('models', ModelSummary);

export const PolicyInfo = z.object({
  written: z.boolean().describe('Whether registry/policy.yaml says it; else the built-in rules are in force.'),
  digest: z.string(),
  rules: ModelPolicy.describe('Of this model.'),
});

const Work = z
  .discriminatedUnion('state', [
    z.object({
      state: z.literal('running'),
      task: z.string().nullable(),
      done: z.number().nullable(),
      total: z.number().nullable(),
    }),
    z.object({ state: z.literal('done') }),
    z.object({ state: z.literal('failed'), error: ErrorBody.shape.error }),
  ])
  .nullable();

export const StandingInfo = z.object({
  model: z.string(),
  version: z.int(),
  status: VersionStatus,
  who: z.string().describe('For whom this was looked at: rules may ask for another person.'),
  mayDecide: z.boolean(),
  obstacle: z.string().nullable().describe('Why this person cannot approve it now, whatever the checks say.'),
  approvers: z.array(z.string()),
  needed: z.int(),
  policy: PolicyInfo,
  checks: z.array(Check).nullable().describe('Null once it is decided, and where its files are not here.'),
  comparison: z
    .object({
      champion: z.int(),
      work: Work.describe('Null: not begun. `POST .../comparison` begins it.'),
      result: ChampionComparison.nullable(),
    })
    .nullable()
    .describe('With the champion, where the policy asks for it.'),
});
export type StandingInfo = z.infer<typeof StandingInfo>;

export const ApproveBody = z.strictObject({ reason: Reason, override: Override });
export const ReasonBody = z.strictObject({ reason: Reason });
export const ApprovalInfo = z.object({
  version: Version,
  approvers: z.array(z.string()),
  needed: z.int(),
  override: z.string().nullable(),
  checks: z.array(Check),
});
export const AliasBody = z.strictObject({
  version: z.int().positive(),
  reason: Reason.optional(),
  override: Override,
});
export const RollbackBody = z.strictObject({
  reason: Reason,
  alias: z.string().max(255).optional().describe('`champion` where none is named.'),
  to: z.int().positive().optional().describe('This version instead of the one before.'),
});
export const MovedInfo = z.object({
  alias: z.string(),
  from: z.int().nullable(),
  override: z.string().nullable(),
  version: Version,
});
export const RollbackTarget = z.object({
  alias: z.string(),
  from: z.int().nullable(),
  to: z.int().nullable().describe('Null: there is nothing earlier that it can go back to.'),
});
export const TextsBody = z.strictObject({
  description: z.string().max(5_000).optional(),
  tags: z
    .record(z.string().min(1).max(250), z.string().max(5_000).nullable())
    .optional()
    .describe('Null takes one away; others stay.'),
});

export const LineageInfo = z.object({
  nodes: z.array(
    z.object({
      id: z.string(),
      kind: z.enum(['dataset', 'weights', 'run', 'version', 'deployment']),
      name: z.string(),
      state: z.string().nullable(),
      stamps: z.array(z.string()),
      leaks: Leaks.nullable(),
      here: z.boolean().describe('Whether it is at hand: a bundle travels without its run and its dataset.'),
      facts: z.array(z.object({ term: z.string(), text: z.string() })),
    }),
  ),
  edges: z.array(z.object({ from: z.string(), to: z.string(), words: z.string() })),
});

const Act = z.object({ who: z.string(), via: z.string(), at: Time, why: z.string().nullable(), seq: z.int() });
export const LiveQuery = z.strictObject({
  at: z.iso.datetime({ offset: true }).optional().describe('A moment with its zone; now where none is named.'),
  alias: z.string().max(255).optional().describe('What counts as live; `champion` where none is named.'),
});
export const LiveInfo = z.object({
  at: Time.nullable(),
  alias: z.string(),
  models: z.array(
    z.object({
      model: z.string(),
      version: z.int(),
      since: Act,
      rollback: z.boolean(),
      override: z.string().nullable(),
      status: VersionStatus.describe('As it was then.'),
      digest: z.string().nullable(),
      source: z.string(),
      registered: Act,
      approvals: z.array(Act.extend({ override: z.string().nullable(), failed: z.array(z.string()) })),
    }),
  ),
  deployments: z.array(
    z.object({
      name: z.string(),
      revision: z.object({ number: z.int(), at: Time, who: z.string(), what: z.string(), why: z.string().nullable() }),
      override: z.string().nullable(),
      members: z.array(
        z.object({
          name: z.string(),
          model: z.string(),
          version: z.int().nullable(),
          role: z.enum(['live', 'canary', 'shadow']),
          share: z.number(),
        }),
      ),
    }),
  ),
});

export const AliasMoveInfo = Act.extend({ version: z.int().nullable(), rollback: z.boolean() });

export const TrailQueryIn = z.strictObject({
  subject: z.string().max(500).optional().describe('Exactly this one: `skin@3`, `deployment derma`.'),
  model: z.string().max(256).optional().describe('A model with its versions and aliases.'),
  who: z.string().max(200).optional(),
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  before: z.coerce.number().int().positive().optional().describe('`next` of the page before.'),
});
export const EventInfo = z.object({
  seq: z.int(),
  at: Time,
  who: z.string(),
  via: z.string(),
  what: z.string(),
  subject: z.string(),
  why: z.string().nullable(),
  before: z.json().nullable(),
  after: z.json().nullable(),
  hash: z.string(),
  key: z.string().describe('Id of the key that signed it.'),
});
export const TrailInfo = z.object({ events: z.array(EventInfo), next: z.int().nullable() });
export const VerificationInfo = z.object({
  work: Work,
  at: Time.nullable().describe('When the last one ended.'),
  result: z
    .object({
      ok: z.boolean(),
      events: z.int(),
      versions: z.int(),
      bundles: z.int(),
      head: z.object({ seq: z.int(), hash: z.string(), at: Time }).nullable(),
      keys: z.array(z.object({ id: z.string(), events: z.int(), trusted: z.boolean() })),
      faults: z.array(z.object({ seq: z.int().nullable(), words: z.string() })),
    })
    .nullable(),
});

export const CardInfo = z.object({
  markdown: z.string().nullable().describe('The model card that was signed with the bundle.'),
  manifest: z.record(z.string(), z.json()).describe('bundle.json, as it was signed.'),
});
export const DiffQuery = z.strictObject({ against: z.string().max(600).describe('`skin@1`, `skin@champion`.') });
export const DiffInfo = z.object({
  first: z.string(),
  second: z.string(),
  differences: z.array(z.object({ key: z.string(), first: z.string().nullable(), second: z.string().nullable() })),
});
export { NoQuery };
