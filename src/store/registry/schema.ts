import type { Generated } from 'kysely';

/** The tables of the registry and of the audit trail, as Kysely sees them. Times of rows in milliseconds since 1970. */
export interface RegistryTables {
  /** The audit trail. Written once: the engine refuses to change or remove rows. */
  events: {
    /** 1, 2, 3... without a gap. */
    seq: number;
    id: string;
    /** ISO 8601 in UTC, never before the event before. */
    at: string;
    who: string;
    via: string;
    what: string;
    subject: string;
    why: string | null;
    /** Canonical JSON. */
    before: string | null;
    after: string | null;
    /** Hash of the event before. */
    previous: string;
    hash: string;
    /** SubjectPublicKeyInfo, DER, base64. */
    key: string;
    signature: string;
  };
  registered_models: {
    id: Generated<number>;
    name: string;
    description: string | null;
    created_at: number;
    updated_at: number;
    deleted_at: number | null;
  };
  /** Written once, like events. What of a version may change stands in version_states. */
  model_versions: {
    model_id: number;
    version: number;
    created_at: number;
    run_id: string | null;
    source: string;
    /** sha256 of the bundle's manifest, which holds those of its files; null for what is no bundle. */
    digest: string | null;
    /** VersionRecord as canonical JSON. */
    record: string;
    key: string;
    signature: string;
  };
  version_states: {
    model_id: number;
    version: number;
    status: string;
    stage: string;
    description: string | null;
    updated_at: number;
    deleted_at: number | null;
  };
  version_tags: { model_id: number; version: number; key: string; value: string };
  model_tags: { model_id: number; key: string; value: string };
  model_aliases: { model_id: number; alias: string; version: number };
  /** Who approved, rejected or retired what on what evidence. Written once, like events. */
  decisions: {
    id: string;
    model_id: number;
    version: number;
    at: number;
    who: string;
    decision: string;
    reason: string;
    /** Why a policy was set aside. */
    override: string | null;
    /** Canonical JSON. */
    policy: string | null;
    evidence: string | null;
  };
}
