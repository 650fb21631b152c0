/** What goes over HTTP, as the server describes it at /docs/json. Times are ISO 8601 in UTC. */

/** JSON has neither NaN nor infinities. */
export type Num = number | 'NaN' | 'Infinity' | '-Infinity';
type Json = string | number | boolean | null | Json[] | { [key: string]: Json };

/** What `leaky` among stamps is for: what crosses the split, and samples of val and test with a counterpart in train. */
export interface Leaks {
  groups: number;
  /** Sets of exact and of near copies. */
  exact: number;
  near: number;
  exposed: { val: number; test: number };
}

export interface Score {
  score: number;
  /** Above it an image is unlike; null where validation was too small for one. */
  limit: number | null;
}

/** What a model says of an image, with all that it rests on. */
export interface Answer {
  /** Names the answer, for feedback and replay. */
  requestId: string;
  /** The class decided for: with two classes the verdict at the operating point, else the most probable one, or the one by the model's `classRule`. */
  label: string;
  /** By class; they sum to 1. */
  probabilities: Record<string, number>;
  /** The verdict: the summed probability of the positive classes against the operating point. */
  positive?: { labels: string[]; probability: number; threshold: number; verdict: boolean } | undefined;
  /** The classes that can't be ruled out; may be several, or none. */
  set?: { labels: string[]; coverage: number } | undefined;
  /** Whether the image is unlike those that the model was checked on: look at it first. */
  outOfDistribution?:
    | {
        verdict: boolean;
        energy: Score;
        mahalanobis: Score | null;
        appearance: Score | null;
        falseAlarmRate: number;
      }
    | undefined;
  /** Why a person should decide; null where nothing speaks against the model. */
  abstention: { reason: 'unlike' | 'several' | 'none'; words: string } | null;
  /** Warnings that the data or the run behind the model carries, such as `leaky`. */
  stamps: string[];
  leaks?: Leaks | undefined;
  model: { name: string; version: number; digest: string; network: string; run: string };
  routing: {
    deployment: string;
    revision: number;
    variant: string;
    role: 'live' | 'canary';
    by: 'patient' | 'session' | 'request' | 'version';
    insteadOf?: string | undefined;
  };
  /** PNG as a data URL, and the class it speaks for; on request. */
  heatmap?: { explained: string; blank: boolean; grid: number[]; image: string } | undefined;
}

export interface Refused {
  error: { code: string; message: string; hint?: string | undefined };
}

export interface BatchAnswer {
  /** In the images' order; an error stands in its image's place. */
  answers: (Answer | Refused)[];
  answered: number;
}

export interface FeedbackAnswer {
  prediction: string;
  label: string;
  variants: { variant: string; label: string; correct: boolean }[];
}

export interface LoggedPrediction {
  id: string;
  variants: {
    variant: string;
    role: string;
    revision: number;
    model: string;
    version: number;
    digest: string;
    at: string;
    image: string | null;
    outcome: string;
    milliseconds: number;
    answer: Record<string, Json> | null;
  }[];
}

export interface Replay {
  id: string;
  variants: { variant: string; model: string; same: boolean; maxDifference: number }[];
}

export interface Run {
  id: string;
  name: string;
  status: 'running' | 'finished' | 'failed' | 'interrupted' | 'scheduled';
  experiment: number;
  user: string;
  startedAt: string;
  endedAt: string | null;
  deleted: boolean;
  /** Trained by Osler, or logged by another program. */
  origin: 'osler' | 'other';
  model: string | null;
  /** NAME@VERSION. */
  dataset: string | null;
  best: { epoch: number; metric: string; value: Num } | null;
  stamps: string[];
  leaks: Leaks | null;
  params: Record<string, string>;
  tags: Record<string, string>;
  /** Latest values. */
  metrics: Record<string, Num>;
}

export interface MetricValue {
  step: number;
  value: Num;
  at: string;
  epoch: number;
}

export interface Model {
  name: string;
  description: string | null;
  createdAt: string;
  updatedAt: string;
  tags: Record<string, string>;
  /** Version by alias. */
  aliases: Record<string, number>;
}

export interface ModelVersion {
  model: string;
  version: number;
  status: 'pending' | 'approved' | 'rejected' | 'retired';
  stage: string;
  description: string | null;
  createdAt: string;
  updatedAt: string;
  tags: Record<string, string>;
  aliases: string[];
}

export interface DeploymentMember {
  name: string;
  model: string;
  version?: number | undefined;
  alias?: string | undefined;
  digest?: string | undefined;
  role: 'live' | 'canary' | 'shadow';
  /** Of the traffic, 0 to 1; 0 for shadows. */
  share: number;
}

export interface Deployment {
  name: string;
  createdAt: string;
  revision: { number: number; at: string; who: string; what: string; why: string | null };
  members: DeploymentMember[];
  /** By this server; null where it does not serve it. */
  served: {
    revision: number;
    members: { name: string; version: number; digest: string }[];
    active: number;
    waiting: number;
    leftOut: { name: string; role: 'live' | 'canary' | 'shadow'; why: string }[];
    fault: string | null;
  } | null;
  /** What keeps the server from answering for it, wholly or in part. */
  fault: string | null;
}

export interface Job {
  id: string;
  name: string;
  state: 'receiving' | 'waiting' | 'running' | 'finished' | 'failed' | 'cancelled';
  /** Running by its state, though nobody works on it: who did was stopped, or has vanished. */
  idle: boolean;
  /** The deployment, or the version, that answers. */
  model: string;
  who: string;
  /** `upload`: its images were sent to the server. Others are the work of `osler score`, where their images are. */
  source: 'upload' | 'folder' | 'archive';
  createdAt: string;
  startedAt: string | null;
  endedAt: string | null;
  total: number;
  /** Images with an answer or an error of their own. */
  done: number;
  /** Of `done`, those with an error. */
  failed: number;
  error: string | null;
}

/** A job whose images have arrived. */
export interface SentJob extends Job {
  /** Entries of archives that were left out: no images by their names, or hidden. */
  skipped: number;
}

/** One image of a job: its answer, or its error. */
export interface JobLine extends Partial<Omit<Answer, 'model'>> {
  file: string;
  /** `ok` or the error's code. */
  outcome: string;
  /** sha256 of its bytes. */
  image: string | null;
  model?: { name: string; version?: number; digest: string; network: string; run: string };
  error?: Refused['error'];
}
