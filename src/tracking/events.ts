import { z } from 'zod';

/** JSON has no NaN and no infinity: they stand as words. */
const Value = z.union([z.number(), z.enum(['NaN', 'Infinity', '-Infinity']).transform(Number)]);
const Words = z.record(z.string(), z.string());

/** One thing a tracker was told: a line of a spool. Metrics are lists in place of objects, as they are most of the bytes. */
export const TrackEvent = z.discriminatedUnion('type', [
  z.object({
    type: z.literal('start'),
    run: z.object({
      id: z.string(),
      name: z.string(),
      experiment: z.string(),
      startTime: z.number(),
      user: z.string(),
      group: z.string().nullable(),
    }),
  }),
  z.object({ type: z.literal('params'), params: Words }),
  z.object({ type: z.literal('tags'), tags: Words }),
  z.object({
    type: z.literal('dataset'),
    dataset: z.object({
      name: z.string(),
      digest: z.string(),
      source: z.string(),
      context: z.string(),
      profile: z.string(),
    }),
  }),
  /** key, value, step, time. */
  z.object({ type: z.literal('metrics'), rows: z.array(z.tuple([z.string(), Value, z.number(), z.number()])) }),
  z.object({ type: z.literal('artifact'), file: z.string(), path: z.string(), kind: z.string() }),
  z.object({ type: z.literal('end'), status: z.enum(['finished', 'failed', 'interrupted']), time: z.number() }),
]);
export type TrackEvent = z.infer<typeof TrackEvent>;
export type MetricEventRow = Extract<TrackEvent, { type: 'metrics' }>['rows'][number];

/** With its line feed. */
export function eventLine(event: TrackEvent): string {
  if (event.type !== 'metrics') return `${JSON.stringify(event)}\n`;
  const rows = event.rows.map(([key, value, step, time]) => [key, jsonNumber(value), step, time]);
  return `${JSON.stringify({ type: 'metrics', rows })}\n`;
}

export function parseEvent(line: string): TrackEvent {
  return TrackEvent.parse(JSON.parse(line));
}

/** A number, or the word for one that JSON has not. */
export function jsonNumber(value: number): number | string {
  return Number.isFinite(value) ? value : String(value);
}
