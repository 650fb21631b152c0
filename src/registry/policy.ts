import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { z } from 'zod';
import { loadConfig } from '../config/load.ts';
import { METRICS } from '../evaluation/metrics/names.ts';
import { canonicalJson } from '../store/canonical.ts';
import { policyFile } from '../store/paths.ts';

const GATE = /^\s*([A-Za-z][A-Za-z0-9]*)\.(low|value|high)\s*(>=|<=)\s*(-?[0-9]*\.?[0-9]+(?:[eE][+-]?[0-9]+)?)\s*$/;

/** One bound on the 95% interval of a metric of the test split: `auroc.low >= 0.85`. */
export interface Gate {
  metric: string;
  bound: 'low' | 'value' | 'high';
  atLeast: boolean;
  limit: number;
}

/** Also metrics that a bundle has beside those of an evaluation. */
const KNOWN = new Set<string>([...METRICS, 'conformalCoverage', 'outOfDistribution']);

/** Null when the text is none. */
export function parseGate(text: string): Gate | null {
  const [, metric, bound, sign, limit] = GATE.exec(text) ?? [];
  if (metric === undefined || !KNOWN.has(metric)) return null;
  return { metric, bound: bound as Gate['bound'], atLeast: sign === '>=', limit: Number(limit) };
}

const fields = {
  /** Bounds that the bundle's test metrics keep. */
  gates: z.array(
    z.string().refine((text) => parseGate(text) !== null, {
      error: ({ input }) =>
        `${JSON.stringify(input)} is no gate; one looks like "auroc.low >= 0.85" (low, value or high of a metric's interval)`,
    }),
  ),
  /** What the stamp `leaky` means: `refuse` an approval, or `allow` it. */
  leaky: z.enum(['refuse', 'allow']),
  /** Not worse than the champion by `margin` or more, shown on the same samples (osler compare); null: not asked. */
  champion: z.strictObject({ margin: z.number().positive(), metric: z.enum(METRICS).optional() }).nullable(),
  /** People who must approve. */
  approvers: z.int().min(1).max(20),
  /** Whether who trained (where no record says: who registered) may be one of them. */
  trainerMayApprove: z.boolean(),
  /** Aliases and stages that only an approved version may have. */
  protected: z.array(z.string()),
  /** Of versions that are no bundles of Osler's, which nothing can be checked of: `free`, or after `approval` like others. */
  external: z.enum(['free', 'approval']),
};

export const ModelPolicy = z.strictObject(fields);
export type ModelPolicy = z.infer<typeof ModelPolicy>;

/** What `registry/policy.yaml` holds: rules for all models, and what differs for some. */
export const RegistryPolicy = z.strictObject({
  default: ModelPolicy.partial().prefault({}),
  models: z.record(z.string(), ModelPolicy.partial()).default({}),
});
export type RegistryPolicy = z.infer<typeof RegistryPolicy>;

/** Where no file says otherwise. */
export const BUILT_IN: ModelPolicy = {
  gates: [],
  leaky: 'refuse',
  champion: null,
  approvers: 1,
  trainerMayApprove: false,
  protected: ['champion', 'Production'],
  external: 'free',
};

export interface Policy {
  /** The file; null for the built-in rules. */
  file: string | null;
  /** As it is in force, defaults written out. */
  document: { default: ModelPolicy; models: RegistryPolicy['models'] };
  /** sha256 of the document as canonical JSON. */
  digest: string;
  of(model: string): ModelPolicy;
}

const HINT = 'docs/registry.md has an example of all keys.';

/** Reads `registry/policy.yaml` of the home. Throws CONFIG_INVALID naming file, line and key. */
export function loadPolicy(home: string): Policy {
  const file = policyFile(home);
  return existsSync(file)
    ? policyOf(loadConfig(RegistryPolicy, { recipe: file, hint: HINT }).value, file)
    : policyOf({});
}

/** Fills in what is not said. */
export function policyOf(asked: z.input<typeof RegistryPolicy>, file: string | null = null): Policy {
  const { default: common, models } = RegistryPolicy.parse(asked);
  const over = (under: ModelPolicy, rules: Partial<Record<keyof ModelPolicy, unknown>>): ModelPolicy =>
    ModelPolicy.parse({ ...under, ...rules });
  const document = { default: over(BUILT_IN, common), models };
  return {
    file,
    document,
    digest: createHash('sha256').update(canonicalJson(document)).digest('hex'),
    of: (model) => over(document.default, (Object.hasOwn(models, model) ? models[model] : undefined) ?? {}),
  };
}
