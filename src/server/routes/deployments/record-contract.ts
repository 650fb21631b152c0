/** What goes over HTTP about how deployments do. Times are ISO 8601 in UTC, durations milliseconds. */
import { z } from 'zod';

const Time = z.iso.datetime();
const Share = z.number().min(0).max(1);
const Rolled = z.enum(['live', 'canary', 'shadow']);

export const TrafficQuery = z.strictObject({
  hours: z.coerce
    .number()
    .min(0.1)
    .max(24 * 400)
    .default(24)
    .describe('Until `to`.'),
  to: z.iso.datetime({ offset: true }).optional().describe('Now where none is named.'),
});
const Tally = z.object({
  answers: z.int(),
  failures: z.int().describe("By the engine's fault, not by the image's."),
  failing: z.object({ value: Share, low: Share, high: Share }).nullable().describe("With Wilson's 95% interval."),
  latency: z.object({ p50: z.number(), p95: z.number(), p99: z.number() }).nullable().describe('Within 5%.'),
  outcomes: z.record(z.string(), z.int()).describe("`ok` and errors' codes."),
});
export const TrafficInfo = z.object({
  from: Time,
  to: Time,
  step: z.int().describe('Milliseconds of one stretch.'),
  variants: z.array(
    z.object({
      variant: z.string(),
      role: Rolled,
      total: Tally,
      stretches: z.array(Tally).describe('From `from` on.'),
    }),
  ),
});

export const CanaryInfo = z.object({
  step: z.int().describe('From 0.'),
  steps: z.array(z.number()).describe('Per cent of the traffic.'),
  next: z.number().nullable().describe('Per cent of the next step; null: it becomes live.'),
  seconds: z.number().describe('At this step.'),
  since: Time,
  record: z.object({
    answers: z.int(),
    failures: z.int(),
    failing: z.object({ low: Share, high: Share }).nullable().describe('95% interval that holds at every look.'),
    latency: z.object({ own: z.number(), live: z.number() }).nullable().describe('95th percentiles.'),
  }),
  conditions: z.array(
    z.object({
      what: z.enum(['requests', 'seconds', 'failures', 'latency', 'quality']),
      state: z.enum(['met', 'waiting', 'broken', 'unasked']),
      words: z.string(),
    }),
  ),
});

export const RecentQuery = z.strictObject({
  limit: z.coerce.number().int().min(1).max(200).default(50),
  before: z.iso.datetime({ offset: true }).optional(),
});
export const RecentInfo = z.object({
  predictions: z.array(
    z.object({
      id: z.string(),
      at: Time,
      variant: z.string(),
      role: Rolled,
      revision: z.int(),
      model: z.string(),
      version: z.int(),
      outcome: z.string(),
      milliseconds: z.number(),
      label: z.string().nullable(),
      positive: z.object({ probability: Share, threshold: Share, verdict: z.boolean() }).nullable(),
    }),
  ),
});
