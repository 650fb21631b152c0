import { z } from 'zod';
import type { Actor } from '../registry/types.ts';

/** What a deployment is made of holds serving/; here it is JSON. */
export const SpecDocument = z.record(z.string(), z.json());
export type SpecDocument = z.infer<typeof SpecDocument>;

export interface Revision {
  /** 1, 2, 3... */
  number: number;
  /** Milliseconds since 1970. */
  at: number;
  who: string;
  /** As the trail calls it: `deployment.create`, `deployment.change`, `canary.step`... */
  what: string;
  why: string | null;
  spec: SpecDocument;
}

export interface DeploymentRow {
  id: number;
  name: string;
  salt: string;
  createdAt: number;
  /** The one in force. */
  revision: Revision;
}

export interface Change {
  what: string;
  why?: string | null;
  spec: SpecDocument;
  /** Throws CHANGED_MEANWHILE unless this revision is in force still. */
  expected?: number;
  /** What the trail should hold beside the revision. */
  facts?: Record<string, unknown>;
}

/** As the tables hold it, deleted or not. */
export interface KeptDeployment {
  name: string;
  createdAt: number;
  deletedAt: number | null;
  /** The salt's SHA-256, as the trail tells it. */
  salt: string;
  /** In force. */
  revision: number;
  /** The spec as its text is. */
  revisions: (Omit<Revision, 'spec'> & { spec: string })[];
}

export interface Deployments {
  /** All that ever were with all their revisions, in order of making. */
  kept(): Promise<KeptDeployment[]>;
  /** Null when there is none of that name. */
  get(name: string): Promise<DeploymentRow | null>;
  /** By name. */
  list(): Promise<DeploymentRow[]>;
  /** Newest first. */
  revisions(id: number): Promise<Revision[]>;
  /** Throws ALREADY_EXISTS. */
  create(actor: Actor, name: string, first: Omit<Change, 'expected'>): Promise<DeploymentRow>;
  /** Puts a new revision in force, and tells the trail. Throws NOT_FOUND, CHANGED_MEANWHILE. */
  change(actor: Actor, name: string, change: Change): Promise<DeploymentRow>;
  /** Its revisions and predictions stay. Throws NOT_FOUND. */
  delete(actor: Actor, name: string, why: string | null): Promise<void>;
}

export type Role = 'live' | 'canary' | 'shadow';

/** One variant's answer to one request. */
export interface PredictionEntry {
  id: string;
  variant: string;
  role: Role;
  deploymentId: number;
  revision: number;
  model: string;
  version: number;
  digest: string;
  at: number;
  key: string | null;
  image: string | null;
  outcome: string;
  /** What was answered, heat map left out. */
  answer: Record<string, unknown> | null;
  milliseconds: number;
}

/** How a variant did under one revision. */
export interface VariantOutcomes {
  variant: string;
  role: Role;
  /** Answers by outcome: `ok` or an error's code. */
  counts: Record<string, number>;
  /** Of the last good ones, newest first. */
  milliseconds: number[];
}

/** How many answers took about as long, in one minute or hour. */
export interface AnswerCount {
  /** Its first millisecond since 1970. */
  start: number;
  variant: string;
  role: Role;
  /** `ok` or an error's code. */
  outcome: string;
  /** Of the duration, as `durationOf` reads it; 0 for what was no answer. */
  bin: number;
  count: number;
}

export interface Feedback {
  prediction: string;
  at: number;
  who: string;
  label: string;
}

/** An answer with what turned out to be true, in the order in which that became known. */
export interface Labelled {
  prediction: PredictionEntry;
  label: string;
  at: number;
}

export interface Predictions {
  /** Repeated entries change nothing. */
  write(entries: readonly PredictionEntry[]): Promise<void>;
  /** All variants' answers to one request, the given one first. */
  get(id: string): Promise<PredictionEntry[]>;
  /** Newest first. */
  list(deploymentId: number, page: { limit: number; before?: number }): Promise<PredictionEntry[]>;
  /** What came of each variant's answers under a revision; the durations of its last `recent` good ones. */
  outcomes(deploymentId: number, revision: number, recent: number): Promise<VariantOutcomes[]>;
  /** Counts by minutes (those of the last two days are kept) or hours, in order of time; `to` excluded. */
  counts(deploymentId: number, stretch: { span: number; from: number; to: number }): Promise<AnswerCount[]>;
  /**
   * Removes the oldest entries with their feedback, as far as they are older than `before` and not among the newest `keep`. In pieces:
   * answers are written meanwhile. Returns how many they are; with `dryRun` only that.
   */
  prune(
    deploymentId: number,
    rule: { before: number } | { keep: number },
    options?: { dryRun?: boolean },
  ): Promise<number>;
  addFeedback(feedback: Feedback): Promise<void>;
  /** The last label of each prediction counts, at the moment of its first. */
  labelled(deploymentId: number, since?: number): Promise<Labelled[]>;
}
