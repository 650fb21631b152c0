import { z } from 'zod';
import { Split } from '../../data/sample.ts';

/** Judged images of a class from which on a label may be taken for it. */
export const LEAST_OF_CLASS = 5;

const Suspect = z.object({
  id: z.string(),
  split: Split,
  /** As the dataset has it. */
  label: z.string(),
  /** What the networks take it for. */
  suggested: z.string(),
  /** Of the label, and of the suggested class. */
  probability: z.number(),
  suggestedProbability: z.number(),
  /** probability less that of the most probable other class; -1 is the surest suspect. The list is sorted by it. */
  margin: z.number(),
});
export type Suspect = z.infer<typeof Suspect>;

/** `suspects.json`: samples whose label is likely wrong. Ids are paths relative to the imported source. */
export const Suspects = z.object({
  format: z.literal('osler-suspects/1'),
  dataset: z.object({ name: z.string(), version: z.int(), digest: z.string() }),
  source: z.object({ kind: z.enum(['run', 'seeds', 'folds']), id: z.string(), name: z.string() }),
  createdAt: z.string(),
  /** Samples whose label was judged, by split: all those that the networks were not trained on. */
  judged: z.record(z.string(), z.int()),
  /** Samples that were not, as the network learned from them. */
  notJudged: z.int(),
  classes: z.array(z.string()),
  /** Mean probability of a class over the samples that carry its label: from there on a network counts as sure. Null: too few of them to say. */
  thresholds: z.array(z.number().nullable()),
  /** Row = label, column = what the network is sure it is: the confident joint, in samples. */
  joint: z.array(z.array(z.int())),
  /** Labels that are wrong, estimated from the joint: the list may hold more or fewer. */
  estimated: z.object({ errors: z.number(), share: z.number() }),
  suspects: z.array(Suspect),
  /** What a reader must know to read the list rightly. */
  notes: z.array(z.string()),
});
export type Suspects = z.infer<typeof Suspects>;
