import type { Generated } from 'kysely';

/** The tables of deployments and of what they answered. Times in milliseconds since 1970. */
export interface DeploymentTables {
  deployments: {
    id: Generated<number>;
    name: string;
    /** 32 hex: makes its routing its own, and its hashes of keys. */
    salt: string;
    created_at: number;
    /** The number of the revision in force. */
    revision: number;
    deleted_at: number | null;
  };
  /** Written once. */
  deployment_revisions: {
    deployment_id: number;
    /** 1, 2, 3... */
    number: number;
    at: number;
    who: string;
    /** What was done, as the trail calls it. */
    what: string;
    why: string | null;
    /** Canonical JSON, of serving/. */
    spec: string;
  };
  /** One for each variant that computed an answer: shadows have their own beside the one that was given. */
  predictions: {
    /** The request's. */
    id: string;
    variant: string;
    /** `live`, `canary` or `shadow`. */
    role: string;
    deployment_id: number;
    revision: number;
    model: string;
    version: number;
    /** sha256 of the bundle's manifest. */
    digest: string;
    at: number;
    /** Salted hash of the sticky key; null where there was none. */
    key: string | null;
    /** sha256 of the image's bytes; null where it never arrived whole. */
    image: string | null;
    /** `ok` or the error's code. */
    outcome: string;
    /** JSON; null without one. */
    answer: string | null;
    /** From the request's admission to its answer. */
    milliseconds: number;
  };
  /** Answers by minute and by hour; kept when the answers themselves are not. */
  answer_counts: {
    deployment_id: number;
    /** Milliseconds that the row counts: 60,000 or 3,600,000. */
    span: number;
    /** Its first millisecond since 1970. */
    start: number;
    variant: string;
    role: string;
    outcome: string;
    /** Eighths of octaves of the duration, milliseconds; 0 for what was no answer. */
    bin: number;
    count: number;
  };
  /** What turned out to be true. Of several about one prediction the last one counts. */
  feedback: { id: Generated<number>; prediction_id: string; at: number; who: string; label: string };
}
