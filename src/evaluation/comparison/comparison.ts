import { z } from 'zod';
import { LeakStamp } from '../../store/leak-stamp.ts';
import { Estimate } from '../estimate.ts';

/** One metric of two models on the same samples, and the difference: the second's value less the first's. */
export const Difference = z.object({
  first: z.number().nullable(),
  second: z.number().nullable(),
  difference: z.number().nullable(),
  /** 95% interval of the difference, of this pair alone. */
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Two-sided: of a difference as large as this, were there none. */
  p: z.number().nullable(),
  /** Corrected for the pairs that were compared (Holm). */
  adjusted: z.number().nullable(),
  /** Where interval and p come from: "DeLong", "exact McNemar"... */
  method: z.string().nullable(),
  /** Why something of it is null. */
  reason: z.string().optional(),
});
export type Difference = z.infer<typeof Difference>;

/** Samples by who has them right: decided for the true class. */
const Agreement = z.object({
  both: z.int(),
  /** Only the first model, only the second. */
  first: z.int(),
  second: z.int(),
  neither: z.int(),
  /** Samples for which both decide for the same class, right or wrong. */
  same: z.int(),
});

const Verdict = z.object({
  /**
   * Of the second model against the first. `better`, `worse`: shown. `notWorse`: shown not to be worse by more than the margin.
   * `equivalent`: neither better nor worse by more than the margin. `worseByMore`: worse by more than the margin, shown.
   * `undecided`: these samples can't tell. `identical`: both give the same answers. `notEstimable`: the metric can't be measured.
   */
  kind: z.enum(['better', 'worse', 'equivalent', 'notWorse', 'worseByMore', 'undecided', 'identical', 'notEstimable']),
  words: z.string(),
  /** p of the second being worse by the margin or more; null without a margin. */
  margin: z.object({ p: z.number().nullable(), adjusted: z.number().nullable() }).nullable(),
});

const Power = z.object({
  /** Chance of showing what is there that the numbers below are for. */
  power: z.number(),
  /** Level of the test after correction for the number of pairs (Bonferroni, the first step of Holm's). */
  alpha: z.number(),
  /** The smallest true difference that as many samples show with that chance. */
  detectable: z.number(),
  /** Samples (and groups, of as many samples each) needed to show the difference seen, were it the true one; null for none. */
  needed: z.object({ samples: z.int(), groups: z.int() }).nullable(),
  /** Needed to show that the second is not worse by the margin, were both alike; null without a margin. */
  neededForMargin: z.object({ samples: z.int(), groups: z.int() }).nullable(),
  words: z.string(),
});

export const Pair = z.object({
  /** Letters of the models. */
  first: z.string(),
  second: z.string(),
  verdict: Verdict,
  /** Null where the standard error is not known. */
  power: Power.nullable(),
  agreement: Agreement,
  /** Of the positive samples and of the negative ones, by who gives the right verdict; null without positive classes. */
  verdicts: z.object({ positives: Agreement, negatives: Agreement }).nullable(),
  differences: z.record(z.string(), Difference),
  /** Each class against the rest: AUROC and recall. Holm's correction counts classes and pairs. */
  classes: z.record(z.string(), z.object({ auroc: Difference, recall: Difference })),
});
export type Pair = z.infer<typeof Pair>;

const Contestant = z.object({
  letter: z.string(),
  kind: z.enum(['run', 'bundle']),
  id: z.string(),
  name: z.string(),
  model: z.string(),
  /** name@version of the dataset that it was trained on; null where the record does not say. */
  dataset: z.string().nullable(),
  stamps: z.array(z.string()),
  /** What the stamp `leaky` stands for. */
  leaks: LeakStamp.nullable(),
  operatingPoint: z.object({ threshold: z.number(), rule: z.string() }).nullable(),
  metrics: z.record(z.string(), Estimate),
  roc: z.object({ fpr: z.array(z.number()), tpr: z.array(z.number()) }).nullable(),
});
export type Contestant = z.infer<typeof Contestant>;

/** A sample on which two models part: one decides rightly, and the more surely so, the higher it stands. */
export const Parting = z.object({
  id: z.string(),
  group: z.string(),
  label: z.string(),
  /** Class decided for and its probability, by letter. */
  answers: z.record(z.string(), z.object({ label: z.string(), probability: z.number() })),
});
export type Parting = z.infer<typeof Parting>;

/** What `comparison.json` holds. */
export const Comparison = z.object({
  format: z.literal('osler-comparison/1'),
  createdAt: z.string(),
  /** What was measured on, in words: "test of isic@2", "folder ward". */
  on: z.string(),
  split: z.string(),
  samples: z.int(),
  groups: z.int(),
  class_names: z.array(z.string()),
  positive: z.array(z.string()).nullable(),
  /** The metric that decides, named before the comparison. */
  metric: z.string(),
  /** In units of the metric; null when none was given. */
  margin: z.number().nullable(),
  /** Two-sided level of the verdict over all pairs. */
  alpha: z.number(),
  /** Samples that could not be compared. */
  leftOut: z.array(z.object({ reason: z.string(), count: z.int(), examples: z.array(z.string()) })),
  models: z.array(Contestant),
  pairs: z.array(Pair),
  /** For each pair (by "A B") the samples that only one has right. */
  partings: z.record(z.string(), z.object({ first: z.array(Parting), second: z.array(Parting) })),
  /** The whole in a sentence or two. */
  verdict: z.string(),
  intervals: z.object({ level: z.literal(0.95), resamples: z.int(), seed: z.int() }),
  notes: z.array(z.string()),
});
export type Comparison = z.infer<typeof Comparison>;
