import { z } from 'zod';

const Value = z.number().nullable();

/** One optimiser step, as it stands in a run's `log.jsonl`. */
export const StepRecord = z.object({
  type: z.literal('step'),
  /** Optimiser steps done, this one included. */
  step: z.int(),
  /** From 1. */
  epoch: z.int(),
  /** Mean training loss of the step's samples, augmented as they were. */
  loss: Value,
  /** Learning rate of the head's parameters. */
  lr: Value,
  /** Norm of the whole gradient before clipping; only where clipping is on. */
  gradNorm: Value.optional(),
  /** Since the previous step; waiting for data included. Not reproducible, and not compared. */
  imagesPerSecond: Value,
  /** Milliseconds since 1970. Not compared. */
  time: z.number(),
});
export type StepRecord = z.infer<typeof StepRecord>;

/** One epoch: what it ended with on training and validation data. */
export const EpochRecord = z.object({
  type: z.literal('epoch'),
  epoch: z.int(),
  step: z.int(),
  /** Mean training loss over the epoch. */
  loss: Value,
  /** Validation metrics by name: loss, auroc, accuracy... */
  val: z.record(z.string(), Value),
  /** The best epoch so far by the chosen metric. */
  best: z.boolean(),
  /** Training and validation together, since the run began. Not compared. */
  seconds: z.number(),
  time: z.number(),
});
export type EpochRecord = z.infer<typeof EpochRecord>;

export const LogLine = z.discriminatedUnion('type', [StepRecord, EpochRecord]);
export type LogLine = z.infer<typeof LogLine>;

/** Fields that differ between two runs of the same training. */
const NOT_COMPARED = new Set(['time', 'seconds', 'imagesPerSecond']);

/** The lines of a `log.jsonl`; a last line that was cut off by a kill is left out. */
export function parseLog(text: string): LogLine[] {
  const lines = text.split('\n');
  lines.pop();
  return lines.map((line) => LogLine.parse(JSON.parse(line)));
}

/** The first difference between two logs, in words; null when they are equal in everything that can be reproduced. */
export function firstDifference(expected: readonly LogLine[], actual: readonly LogLine[]): string | null {
  for (let i = 0; i < Math.max(expected.length, actual.length); i++) {
    const a = expected[i];
    const b = actual[i];
    if (a === undefined || b === undefined) {
      const at = (a ?? b) as LogLine;
      return `${at.type} ${at.type === 'step' ? at.step : at.epoch} is only in the ${a === undefined ? 'new' : 'recorded'} run`;
    }
    const left = flatten(a);
    const right = flatten(b);
    for (const key of new Set([...left.keys(), ...right.keys()])) {
      if (NOT_COMPARED.has(key) || Object.is(left.get(key), right.get(key))) continue;
      const at = a.type === 'step' ? `step ${a.step}` : `epoch ${a.epoch}`;
      return `${at}: ${key} was ${left.get(key)}, now ${right.get(key)}`;
    }
  }
  return null;
}

function flatten(line: LogLine): Map<string, unknown> {
  const out = new Map<string, unknown>();
  for (const [key, value] of Object.entries(line)) {
    if (typeof value === 'object' && value !== null)
      for (const [k, v] of Object.entries(value)) out.set(`${key}.${k}`, v);
    else out.set(key, value);
  }
  return out;
}

/** One metric at one step, as the store takes it. */
export interface MetricRow {
  key: string;
  step: number;
  epoch: number;
  value: number;
  time: number;
}

/** A log line as rows for the store: `train.loss`, `train.lr`, `val.auroc`... Values that are not numbers are left out. */
export function metricRows(line: LogLine): MetricRow[] {
  const values: Record<string, number | null | undefined> =
    line.type === 'step'
      ? {
          'train.loss': line.loss,
          'train.lr': line.lr,
          'train.gradNorm': line.gradNorm,
          'train.imagesPerSecond': line.imagesPerSecond,
        }
      : { 'epoch.loss': line.loss, ...Object.fromEntries(Object.entries(line.val).map(([k, v]) => [`val.${k}`, v])) };
  return Object.entries(values).flatMap(([key, value]) =>
    typeof value === 'number' ? [{ key, step: line.step, epoch: line.epoch, value, time: line.time }] : [],
  );
}

/** JSON has no NaN and no infinity: they are written as null. */
export function finite(value: number): number | null {
  return Number.isFinite(value) ? value : null;
}
