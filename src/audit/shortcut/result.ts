import { z } from 'zod';

/** Kinds of what is not anatomy; each has a remedy of its own (`remedies.ts`). */
export const FAMILIES = [
  'dimensions',
  'file',
  'colour mode',
  'compression',
  'borders',
  'brightness',
  'sharpness',
  'marks',
  'columns',
] as const;
export const Family = z.enum(FAMILIES);
export type Family = z.infer<typeof Family>;

/** AUROC of a cross-validated guess, one class against the rest, mean over classes; with its 95% interval. */
const Guess = z.object({
  auroc: z.number().nullable(),
  low: z.number().nullable(),
  high: z.number().nullable(),
  /** Why there is no number: "not estimable: ...". */
  reason: z.string().optional(),
});
export type Guess = z.infer<typeof Guess>;

/** One thing measured of each image, and how well it alone predicts the label. */
export const ShortcutFeature = Guess.extend({
  /** Stable key: `width`, `jpegQuality`, `column:site`. */
  name: z.string(),
  /** For people: "width in pixels". */
  title: z.string(),
  family: Family,
  /** The class that it tells best from the rest; with two classes the AUROC says it all, and this is null. */
  tells: Guess.extend({ label: z.string() }).nullable(),
  /** Typical of each class, in words: "640 (512 to 800)", "L 96%, RGB 4%". */
  byClass: z.record(z.string(), z.string()),
  /** What training does about it by default, and which switch changes that. */
  remedy: z.string(),
});
export type ShortcutFeature = z.infer<typeof ShortcutFeature>;

/** An image that gives its class away: what the guess says without seeing anatomy, and by which features. */
export const ShortcutExample = z.object({
  id: z.string(),
  label: z.string(),
  /** Of its own class, by a classifier that never saw this group. */
  probability: z.number(),
  marks: z.array(z.object({ feature: z.string(), title: z.string(), value: z.string() })),
});
export type ShortcutExample = z.infer<typeof ShortcutExample>;

/**
 * How well the label can be predicted from what is not anatomy, in all. `found` takes the interval and a permutation test at 2%:
 * of what anatomy has no part in (`firm`) above 0.55, or of all features above 0.6. `low` is above 0.5 exactly when the verdict is
 * `found`: what is left in a quiet set may be the little of the anatomy that noise and light hold.
 */
export const ShortcutResult = Guess.extend({
  verdict: z.enum(['found', 'quiet', 'notEstimable']),
  /** One sentence for a terminal. */
  summary: z.string(),
  /** Those that carry it, strongest first (by the class that each tells best), at most three of a kind; empty unless found. */
  features: z.array(ShortcutFeature),
  /** By dimensions, headers, borders and columns alone, in which anatomy has no part at all. */
  firm: Guess,
  /** All kinds that were measured, each alone, strongest first. */
  families: z.array(Guess.extend({ family: Family, features: z.int() })),
  /** Each class against the rest, by all features. */
  classes: z.array(Guess.extend({ label: z.string(), samples: z.int() })),
  /** Up to three images a class that give it away; empty unless found. */
  examples: z.array(ShortcutExample),
  /**
   * Brightness, contrast, sharpness, colour and file size of the picture as a whole. These may be the disease itself, so they
   * are no part of the verdict.
   */
  appearance: Guess,
  /** Age, sex, body site...: the patient, not the picture; no part of the verdict. Null when the source has no such column. */
  patient: Guess.extend({ columns: z.array(z.string()) }).nullable(),
  /** Columns of the source: counted, and left out with the reason. */
  columns: z.object({
    used: z.array(z.string()),
    left: z.array(z.object({ name: z.string(), reason: z.string() })),
  }),
  /** Images that were measured, of how many; and their groups (patients, lesions), which never stand on both sides of a fold. */
  samples: z.int(),
  of: z.int(),
  groups: z.int(),
  unreadable: z.array(z.string()),
  test: z.object({
    folds: z.int(),
    permutations: z.int(),
    /** Permuted labels that were predicted as well as the real ones. */
    exceeded: z.int(),
    pValue: z.number().nullable(),
    seed: z.int(),
  }),
});
export type ShortcutResult = z.infer<typeof ShortcutResult>;
