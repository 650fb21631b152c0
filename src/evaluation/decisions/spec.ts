import { z } from 'zod';
import { Estimate } from '../estimate.ts';

/**
 * How logits become probabilities, fitted on validation:
 * - temperature: softmax(logits / temperature)
 * - vector: softmax(scale * logits + shift), class by class
 * - isotonic: a rising curve for each class, from its log-odds against the others to its probability; then rows are made to sum to 1
 */
export const Calibration = z.discriminatedUnion('method', [
  z.object({ method: z.literal('temperature'), temperature: z.number().positive() }),
  z.object({ method: z.literal('vector'), scale: z.array(z.number()), shift: z.array(z.number()) }),
  z.object({
    method: z.literal('isotonic'),
    /** Points of each class' curve; both rise. Straight between them, flat beyond. */
    curves: z.array(z.object({ logOdds: z.array(z.number()).min(1), probability: z.array(z.number()).min(1) })),
  }),
]);
export type Calibration = z.infer<typeof Calibration>;
export const CALIBRATION_METHODS = ['temperature', 'vector', 'isotonic'] as const;
export type CalibrationMethod = (typeof CALIBRATION_METHODS)[number];

/** How one of several classes is decided for: the most probable one, or one that rare classes have a fair chance to be. */
export const CLASS_DECISIONS = ['likeliest', 'balanced'] as const;
export type ClassDecision = (typeof CLASS_DECISIONS)[number];

/**
 * Which class is decided for, of more than two: the one of largest probability / share^tau (logit adjustment, Menon et al. 2021). tau 0
 * is the most probable class; tau 1 decides as if all classes were equally common. Probabilities stay what they are.
 */
export const ClassRule = z.object({
  method: z.literal('balanced'),
  tau: z.number().min(0).max(1),
  /** Of each class in validation, by class index; what a class of very few counts as. */
  shares: z.array(z.number().positive().max(1)),
});
export type ClassRule = z.infer<typeof ClassRule>;

/** Section `classRule` of an evaluation. */
export const ClassRuleSection = z.object({
  from: z.enum(['validation', 'given']),
  applied: ClassRule,
  /** What tau was chosen by; null where it was given. */
  fit: z
    .object({
      samples: z.int(),
      groups: z.int(),
      /** Classes of too few validation groups to have a say. */
      without: z.array(z.string()),
      /** Cross-validated within validation, whole groups held out: means over the repeats. */
      candidates: z.array(z.object({ tau: z.number(), balancedAccuracy: z.number(), accuracy: z.number() })),
    })
    .nullable(),
});
export type ClassRuleSection = z.infer<typeof ClassRuleSection>;

/** Class-conditional conformal sets: a class is in the set when its surprise, -log softmax(logits), is at most its limit. */
export const Conformal = z.object({
  /** Share of a class' samples whose set holds the truth, promised for each class. */
  coverage: z.number().gt(0).lt(1),
  classes: z.array(
    z.object({
      name: z.string(),
      /** In nats. Null: validation had too few, so the class is in every set. */
      limit: z.number().nullable(),
      /** What it was fitted on. */
      samples: z.int(),
      groups: z.int(),
    }),
  ),
});
export type Conformal = z.infer<typeof Conformal>;

/** f32, little endian, in base64. */
const Floats = z.base64();

/** A Gaussian for each class with one covariance for all: some axes of large variance, and the same `noise` along all others. */
export const EmbeddingModel = z.object({
  features: z.int().positive(),
  /** [K, F]; classes without validation samples are left out. */
  means: Floats,
  /** [R, F], orthonormal. */
  axes: Floats,
  /** Along each axis. */
  variances: z.array(z.number().positive()),
  noise: z.number().positive(),
});
export type EmbeddingModel = z.infer<typeof EmbeddingModel>;

/** Limits above which an image is called unlike those of validation. */
export const OutOfDistribution = z.object({
  /** Share of validation images, groups counting alike, that the limits call unlike. */
  falseAlarmRate: z.number().gt(0).lt(1),
  /** Of -log sum exp(logits). Null, here and below: validation is too small to spare false alarms for this score. */
  energy: z.number().nullable(),
  /** Of the embedding's distance to the nearest class, in standard deviations; null where embeddings were not at hand. */
  mahalanobis: z.object({ limit: z.number().nullable(), model: EmbeddingModel }).nullable(),
  /** Of the distance of what the image looks like (data/appearance.ts), each number divided by its scale first. */
  appearance: z
    .object({ limit: z.number().nullable(), scales: z.array(z.number().positive()), model: EmbeddingModel })
    .nullable()
    .default(null),
  samples: z.int(),
  groups: z.int(),
});
export type OutOfDistribution = z.infer<typeof OutOfDistribution>;

/** Section `calibrator` of an evaluation. */
export const CalibratorSection = z.object({
  from: z.enum(['validation', 'given', 'default']),
  applied: Calibration,
  /** Log loss on validation, each sample by a fit that has not seen its group; empty where there was nothing to choose. */
  candidates: z.array(z.object({ method: z.enum(CALIBRATION_METHODS), logLoss: z.number() })),
});
export type CalibratorSection = z.infer<typeof CalibratorSection>;

/** Section `conformal` of an evaluation: what the sets did on the measured split. */
export const ConformalSection = z.object({
  from: z.enum(['validation', 'given']),
  applied: Conformal,
  /** Share of sets that hold the truth. */
  covered: Estimate,
  /** By class; `chance` is where 95 of 100 such test sets fall if the promise is kept to the letter. */
  classes: z.array(
    z.object({
      name: z.string(),
      samples: z.int(),
      covered: Estimate,
      chance: z.object({ low: z.number(), high: z.number() }).nullable(),
    }),
  ),
  /** How many sets hold 0, 1, ... K classes. */
  sizes: z.array(z.int()),
  meanSize: z.number(),
  /** Of the sets with one class: is it the true one? */
  singleCorrect: Estimate,
});
export type ConformalSection = z.infer<typeof ConformalSection>;

/** Section `outOfDistribution` of an evaluation. */
export const OutOfDistributionSection = z.object({
  from: z.enum(['validation', 'given']),
  applied: OutOfDistribution,
  /** Share of the measured split's images that are called unlike those of validation. */
  flagged: Estimate,
  /** By each score alone. */
  byEnergy: z.int(),
  byMahalanobis: z.int().nullable(),
  byAppearance: z.int().nullable().default(null),
  /** Accuracy of the class decided for, of images that are flagged and of the others. */
  accuracy: z.object({ flagged: Estimate, others: Estimate }),
});
export type OutOfDistributionSection = z.infer<typeof OutOfDistributionSection>;
