import { z } from 'zod';

/** `receiving`: its images are still being listed or sent. */
export const JobState = z.enum(['receiving', 'waiting', 'running', 'finished', 'failed', 'cancelled']);
export type JobState = z.infer<typeof JobState>;

/** What pipeline/ knows of, and the store keeps. */
const Document = z.record(z.string(), z.json());

export const JobRecord = z.object({
  /** 32 hex. */
  id: z.string(),
  name: z.string(),
  state: JobState,
  fingerprint: z.string(),
  who: z.string(),
  /** Milliseconds since 1970, as the others. */
  createdAt: z.int(),
  startedAt: z.int().nullable(),
  endedAt: z.int().nullable(),
  source: Document,
  target: Document,
  total: z.int(),
  done: z.int(),
  failed: z.int(),
  failures: z.int(),
  error: z.string().nullable(),
});
export type JobRecord = z.infer<typeof JobRecord>;

/** Items of one part: done by one worker at a time, and written together. */
export const PART = 32;

export interface JobItem {
  number: number;
  name: string;
  content: string | null;
}

export interface ItemResult {
  number: number;
  /** `ok` or the error's code. */
  outcome: string;
  /** sha256 of its bytes; null where they could not be had. */
  image: string | null;
  /** What was said of it, or the error. */
  answer: Record<string, unknown>;
  milliseconds: number;
}

export interface JobResult extends JobItem, Omit<ItemResult, 'outcome' | 'answer' | 'milliseconds'> {
  /** Null while it is open; so are the rest. */
  outcome: string | null;
  answer: Record<string, unknown> | null;
  milliseconds: number | null;
}

export type NewJob = Pick<JobRecord, 'id' | 'name' | 'fingerprint' | 'who' | 'source' | 'target'>;

export interface Jobs {
  /** In the state `receiving`. Throws ALREADY_EXISTS. */
  create(job: NewJob): Promise<JobRecord>;
  /** Appends images to a job that is receiving. Throws NOT_FOUND. */
  add(id: string, items: readonly Omit<JobItem, 'number'>[]): Promise<void>;
  /** All images are there: it may be worked on. Throws NOT_FOUND. */
  open(id: string): Promise<JobRecord>;
  /** By id, the unique beginning of one (4 digits or more), or `latest`. Throws NOT_FOUND, USAGE. */
  get(reference: string): Promise<JobRecord>;
  /** Newest first. */
  list(page?: {
    limit?: number;
    before?: { createdAt: number; id: string };
    states?: readonly JobState[];
  }): Promise<JobRecord[]>;
  /** The newest unfinished one that asks for the same; null where there is none. */
  same(fingerprint: string): Promise<JobRecord | null>;
  /** From `waiting` to `running`. */
  begin(id: string): Promise<void>;
  /** Numbers of the parts that have open items. */
  openParts(id: string): Promise<number[]>;
  /** Open items of a part. */
  openItems(id: string, part: number): Promise<JobItem[]>;
  /**
   * Writes what was said, once for each item: what is there already stays. The job is finished with its last item.
   * Says how the job stands.
   */
  write(id: string, results: readonly ItemResult[]): Promise<JobRecord>;
  /** A part broke off. The job fails when that has happened `most` times. */
  brokeOff(id: string, error: string, most: number): Promise<JobRecord>;
  /** Ends it; its results stay. Nothing happens to one that has ended. */
  end(id: string, state: 'failed' | 'cancelled', error: string | null): Promise<JobRecord>;
  /** Goes on with one that failed, was cancelled, or lost its worker. */
  reopen(id: string): Promise<JobRecord>;
  /** In order of number, after `after`. */
  results(id: string, page: { after?: number; limit: number }): Promise<JobResult[]>;
  /** Those with an error, in order of number, without the first `offset`. */
  failures(id: string, page: { offset: number; limit: number }): Promise<JobResult[]>;
  /** Forgets it with its results. */
  delete(id: string): Promise<void>;
  /** Who may do which part. Made when it is first asked for. */
  readonly queue: PartQueue;
}

/** A part that somebody works on. */
export interface TakenPart {
  job: string;
  number: number;
  token: string;
}

/** Hands out parts, each to one worker at a time. One whose worker vanished is handed out again. */
export interface PartQueue {
  readonly kind: 'table' | 'pg-boss';
  /** These are to be done, and nothing else of the job: what was handed out before may be done twice. */
  fill(job: string, parts: readonly number[]): Promise<void>;
  /** Null where none is to be had now. */
  take(job: string): Promise<TakenPart | null>;
  /** Still at it: to be said every few seconds. False where somebody else may have it by now. */
  keep(part: TakenPart): Promise<boolean>;
  /** How many are queued or in somebody's hands. */
  size(job: string): Promise<number>;
  /** How many are in the hands of workers that give signs of life. */
  inHands(job: string): Promise<number>;
  done(part: TakenPart): Promise<void>;
  /** Lets go of it: another may have it at once. */
  giveBack(part: TakenPart): Promise<void>;
  /** Forgets all of a job. */
  drop(job: string): Promise<void>;
  close(): Promise<void>;
}
