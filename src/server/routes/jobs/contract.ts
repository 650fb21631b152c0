/** What goes over HTTP about scoring jobs. */
import { z } from 'zod';
import { JobState } from '../../../store/jobs/types.ts';

const Moment = z.iso.datetime();

export const JobInfo = z.object({
  id: z.string(),
  name: z.string(),
  state: JobState.describe('`receiving` until all its images have arrived.'),
  idle: z.boolean().describe('Running by its state, though nobody works on it: who did was stopped, or has vanished.'),
  model: z.string().describe('The deployment, or the version, that answers.'),
  who: z.string(),
  source: z
    .enum(['upload', 'folder', 'archive'])
    .describe('`upload`: its images were sent here. Others are the work of `osler score`, where their images are.'),
  createdAt: Moment,
  startedAt: Moment.nullable(),
  endedAt: Moment.nullable(),
  total: z.int(),
  done: z.int().describe('Images with an answer or an error of their own.'),
  failed: z.int().describe('Of `done`, those with an error.'),
  error: z.string().nullable(),
});
export type JobInfo = z.infer<typeof JobInfo>;

export const JobId = z.object({ id: z.string().regex(/^[0-9a-f]{4,32}$/, 'is the id of a job, or its beginning') });
export const JobsQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(1_000).default(100),
  cursor: z
    .string()
    .regex(/^\d+\.[0-9a-f]{32}$/)
    .optional()
    .describe('`next` of the page before.'),
});
export const JobsPage = z.object({ jobs: z.array(JobInfo), next: z.string().nullable() });
export const JobItemInfo = z.object({
  number: z.int().describe('From 0, in the order of the images.'),
  file: z.string(),
  outcome: z.string().nullable().describe("`ok`, or the error's code; null while it is open."),
  label: z.string().nullable(),
  probability: z.number().nullable().describe('Of the label.'),
  positive: z.object({ probability: z.number(), threshold: z.number(), verdict: z.boolean() }).nullable(),
  abstention: z
    .string()
    .nullable()
    .describe('Why a person should decide; null where nothing speaks against the answer.'),
  model: z.string().nullable().describe('Who answered.'),
  prediction: z.string().nullable().describe("The answer's id in the deployment's log."),
  error: z.string().nullable(),
});
export type JobItemInfo = z.infer<typeof JobItemInfo>;
export const ItemsQuery = z.strictObject({
  which: z.enum(['all', 'failed']).default('all').describe('`failed`: those with an error.'),
  offset: z.coerce.number().int().min(0).max(1_000_000).default(0),
  limit: z.coerce.number().int().min(1).max(500).default(100),
});
export const JobItems = z.object({ items: z.array(JobItemInfo) });

export const NewJob = JobInfo.extend({
  skipped: z.int().describe('Entries of archives that were left out: no images by their names, or hidden.'),
});

export type NewJob = z.infer<typeof NewJob>;

/** Names of people and images stand in no address. */
export const NewJobQuery = z.strictObject({
  deployment: z.string().max(200).optional(),
  model: z.string().max(200).optional().describe('A registered version instead: models:/skin@champion, skin@3.'),
});
export const ResultQuery = z.strictObject({ format: z.enum(['jsonl', 'csv']).default('jsonl') });
