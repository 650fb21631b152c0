import { z } from 'zod';
import { LeakStamp } from '../leak-stamp.ts';
import type { Numbers } from './numbers.ts';

/**
 * `pending` until it is decided; `approved` once enough people have; `rejected` and `retired` for ever.
 */
export const VersionStatus = z.enum(['pending', 'approved', 'rejected', 'retired']);
export type VersionStatus = z.infer<typeof VersionStatus>;

/** Stages, as MLflow's older clients know them. */
export const STAGES = ['None', 'Staging', 'Production', 'Archived'] as const;
export type Stage = (typeof STAGES)[number];

const Interval = z.object({ value: z.number(), low: z.number().nullable(), high: z.number().nullable() });

/** What of a version is written once, at registration, and signed. */
export const VersionRecord = z.object({
  format: z.literal('osler-version/1'),
  /** `bundle`: a signed bundle of Osler's. `external`: registered by an MLflow client, content unknown. */
  kind: z.enum(['bundle', 'external']),
  registeredBy: z.string(),
  /** Where MLflow's clients find it: `mlflow-artifacts:/...`, `runs:/...`, `s3://...`. */
  source: z.string(),
  /** Where its bytes lie, when that is not the source: a `models:/...` source points on to them. */
  location: z.string().nullable(),
  runId: z.string().nullable(),
  runLink: z.string().nullable(),
  /** Of MLflow's logged model. */
  modelId: z.string().nullable(),
  bundle: z
    .object({
      /** sha256 of bundle.json. */
      digest: z.string(),
      /** sha256 of the graph and of all that turns its output into an answer: equal for two exports of one run. */
      answers: z.string(),
      /** Key id of its signature. */
      signer: z.string(),
      run: z.string(),
      createdAt: z.string(),
      network: z.string(),
      labels: z.array(z.string()),
      /** The classes that its operating point counts as positive; null without one; absent in older registrations. */
      positive: z.array(z.string()).nullable().optional(),
      /** Of the test split, with 95% intervals. */
      metrics: z.record(z.string(), Interval),
      stamps: z.array(z.string()),
      leaks: LeakStamp.nullable(),
    })
    .nullable(),
  lineage: z.object({
    /** Who started the training; null where no record says. */
    trainer: z.string().nullable(),
    dataset: z.object({ name: z.string(), version: z.int(), digest: z.string() }).nullable(),
    code: z.string().nullable(),
    oslerVersion: z.string().nullable(),
    engine: z.string().nullable(),
    seed: z.int().nullable(),
    /** sha256 of the resolved recipe as canonical JSON. */
    config: z.string().nullable(),
    /** Weights that the training began from, as the recipe names them. */
    pretrained: z.string().nullable(),
    /** The registered version that it was made from. */
    parent: z.object({ model: z.string(), version: z.int() }).nullable(),
  }),
});
export type VersionRecord = z.infer<typeof VersionRecord>;

export interface ModelRow {
  id: number;
  name: string;
  description: string | null;
  /** Milliseconds since 1970. */
  createdAt: number;
  updatedAt: number;
  tags: Record<string, string>;
  /** Version by alias. */
  aliases: Record<string, number>;
}

export interface VersionRow {
  modelId: number;
  /** The model's name. */
  model: string;
  version: number;
  createdAt: number;
  updatedAt: number;
  status: VersionStatus;
  stage: Stage;
  description: string | null;
  record: VersionRecord;
  /** The record's seal: base64 of the public key and of the ed25519 signature over sealedHash. */
  key: string;
  signature: string;
  tags: Record<string, string>;
  aliases: string[];
}

export interface Decision {
  id: string;
  at: number;
  who: string;
  /** `promote`: evidence for a move of `champion` after the approval. */
  decision: 'approve' | 'reject' | 'retire' | 'promote';
  reason: string;
  override: string | null;
  policy: unknown;
  evidence: unknown;
}

/** One page of a search. */
export interface Page {
  filter?: string;
  orderBy?: readonly string[];
  limit: number;
  offset: number;
}

export interface RegistryReader {
  /** By its present name. Null when there is none. */
  model(name: string): Promise<ModelRow | null>;
  /** In MLflow's grammar: filter by name and tags; by name unless told otherwise. */
  models(page: Page): Promise<ModelRow[]>;
  /** Null when the model or the version is not there, or it was deleted. */
  version(model: string, version: number): Promise<VersionRow | null>;
  /** All of one model, newest first. */
  versions(model: string): Promise<VersionRow[]>;
  /** In MLflow's grammar: filter by name, run, source, version and tags. */
  searchVersions(page: Page): Promise<VersionRow[]>;
  /** Oldest first. */
  decisions(modelId: number, version: number): Promise<Decision[]>;
}

/** Changes inside one transaction, which holds the audit trail's end: each tells the trail through `event`. */
export interface RegistryWriter extends RegistryReader {
  /** The moment of this transaction, milliseconds since 1970. */
  readonly now: number;
  event(event: {
    what: string;
    subject: string;
    why?: string | null;
    before?: unknown;
    after?: unknown;
  }): Promise<void>;
  /** Events of one kind, newest first. */
  lastEvent(what: string): Promise<{ before: unknown; after: unknown } | null>;
  /** Throws ALREADY_EXISTS. */
  addModel(name: string, description: string | null): Promise<ModelRow>;
  /**
   * Throws ALREADY_EXISTS for a name that is taken, or under which another model used the same numbers. A new name is told as
   * `model.rename` with the model's id and `numbers`: under the old name they are used up.
   */
  changeModel(id: number, patch: { name?: string; description?: string | null; deleted?: true }): Promise<void>;
  /** From the first version to the last, deleted ones too; null where there was none. */
  numbers(modelId: number): Promise<Numbers | null>;
  /** Writes the next version, signed. Its number is above all that were ever used under the model's name. */
  addVersion(modelId: number, record: VersionRecord, description: string | null): Promise<number>;
  changeVersion(
    modelId: number,
    version: number,
    patch: { status?: VersionStatus; stage?: Stage; description?: string | null; deleted?: true },
  ): Promise<void>;
  /** Null removes it. */
  setAlias(modelId: number, alias: string, version: number | null): Promise<void>;
  setModelTag(modelId: number, key: string, value: string | null): Promise<void>;
  setVersionTag(modelId: number, version: number, key: string, value: string | null): Promise<void>;
  addDecision(
    modelId: number,
    version: number,
    decision: Omit<Decision, 'id' | 'at' | 'who'>,
  ): Promise<{ decision: string; digest: string }>;
}

/** Who acts, and by what way. */
export interface Actor {
  who: string;
  via: string;
}

/** A registration as its row holds it, of deleted versions too. */
export interface SealedVersion {
  modelId: number;
  model: string;
  version: number;
  createdAt: number;
  digest: string | null;
  source: string;
  runId: string | null;
  /** Canonical JSON. */
  record: string;
  key: string;
  signature: string;
  deleted: boolean;
}

export interface RegistryStore extends RegistryReader {
  /** Every registration ever made, in order of model and version. */
  sealed(): Promise<SealedVersion[]>;
  /** Every decision ever made, with the sha256 of its row as it is now. */
  decisionDigests(): Promise<{ id: string; who: string; decision: string; digest: string }[]>;
  /**
   * Runs `work` in one transaction that holds the trail's end from its beginning: of two that come at once the second sees what the
   * first did. Done again when the database was away; what was acknowledged or not, it happens once.
   */
  change<T>(actor: Actor, work: (registry: RegistryWriter) => Promise<T>): Promise<T>;
}
