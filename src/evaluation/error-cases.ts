import { z } from 'zod';
import { answersOf, type Decided } from './answers.ts';
import { weighed } from './metrics/softmax.ts';
import type { Predictions } from './predictions.ts';

const ErrorCase = z.object({
  id: z.string(),
  group: z.string(),
  label: z.string(),
  /** Class decided for. */
  decided: z.string(),
  /** Of the class decided for, and of the true one. */
  probability: z.number(),
  truth: z.number(),
  /** A small picture as a data URL; null where it cannot be had. */
  image: z.string().nullable().default(null),
});
export type ErrorCase = z.infer<typeof ErrorCase>;

/** `errors.json`: the samples that a reviewer wants to see. */
export const ErrorCases = z.object({
  format: z.literal('osler-errors/1'),
  /** Id of the run or bundle, and how many samples it was measured on. */
  subject: z.string(),
  samples: z.int(),
  wrong: z.int(),
  /** Wrong, the surest first. */
  confident: z.array(ErrorCase),
  /** Right or wrong, the closest calls first. */
  uncertain: z.array(ErrorCase),
});
export type ErrorCases = z.infer<typeof ErrorCases>;

/** Pictures in each of the two grids, at most. */
const SHOWN = 12;

/**
 * The surest errors and the closest calls. How sure: with two classes the way from the threshold to certainty that the probability
 * went; with more, the lead of the class decided for over the next, by what the decision goes by.
 */
export function errorCases(evaluation: Decided, predictions: Predictions, subject: string): ErrorCases {
  const { classes, ids, labels, groups } = predictions;
  const k = classes.length;
  const { probabilities: p, scores, decided } = answersOf(evaluation, predictions);
  const rule = evaluation.classRule?.applied;
  const led = rule === undefined ? p : weighed(p, k, rule);
  const sure = Float64Array.from(ids, (_, i) =>
    k !== 2 || scores === null
      ? lead(led.subarray(i * k, i * k + k))
      : beyond(scores[i]!, evaluation.operatingPoint!.threshold),
  );
  const order = ids.map((_, i) => i).sort((a, b) => sure[a]! - sure[b]! || a - b);
  const wrong = order.filter((i) => decided[i] !== labels[i]);
  const show = (i: number): ErrorCase => ({
    id: ids[i]!,
    group: groups[i]!,
    label: classes[labels[i]!]!,
    decided: classes[decided[i]!]!,
    probability: p[i * k + decided[i]!]!,
    truth: p[i * k + labels[i]!]!,
    image: null,
  });
  return {
    format: 'osler-errors/1',
    subject,
    samples: ids.length,
    wrong: wrong.length,
    confident: wrong.toReversed().slice(0, SHOWN).map(show),
    uncertain: order.slice(0, SHOWN).map(show),
  };
}

function lead(row: Float64Array): number {
  const [first = 0, second = 0] = row.toSorted().toReversed();
  return first - second;
}

/** 0 at the threshold, 1 where the probability is 0 or 1. */
function beyond(score: number, threshold: number): number {
  const room = score >= threshold ? 1 - threshold : threshold;
  return room === 0 ? 0 : Math.abs(score - threshold) / room;
}
