import { z } from 'zod';
import { AugmentSpec } from '../data/augment/spec.ts';
import { SamplingSpec } from '../data/loader-spec.ts';
import type { Size } from '../data/preprocess-spec.ts';
import { CLASS_DECISIONS } from '../evaluation/decisions/spec.ts';
import { Views } from '../evaluation/views.ts';
import { TrackingConfig } from '../tracking/config.ts';
import { EarlyStoppingConfig } from './callbacks/early-stopping.ts';
import { EmaConfig } from './callbacks/ema.ts';
import { LossConfig } from './losses.ts';
import { OptimiserConfig } from './optimiser.ts';
import { ProgressiveConfig, progressiveFault } from './progressive.ts';
import { type Direction, ScheduleConfig } from './schedules.ts';

const Side = z.int().min(8).max(2048);

const ModelSection = z.strictObject({
  /** As `osler models architectures` lists them. */
  name: z.string(),
  /** Default: as published for the architecture. */
  dropout: z.number().min(0).max(0.95).nullable().default(null),
  stochasticDepth: z.number().min(0).max(0.95).nullable().default(null),
  /**
   * How a fresh head starts. `zeros`: every class equally likely. `published`: as the architecture's authors did for a thousand
   * classes, which gives few classes logits so large that a short training spends itself on unlearning them.
   */
  headInit: z.enum(['zeros', 'published']).default('zeros'),
  /** `imagenet`, a file or an https URL of weights (.safetensors, .pth); null starts from nothing. */
  pretrained: z.string().nullable().default(null),
  /** Train the head alone. */
  freeze: z.enum(['none', 'backbone']).default('none'),
  /** Train the head alone for so many epochs, then everything; the backbone at optimiser.backboneRate. */
  freezeEpochs: z.int().min(0).default(0),
});

/** One of k folds of the dataset's train and val is val, the others are train; test stays. */
const FoldSection = z
  .strictObject({ of: z.int().min(2).max(100), index: z.int().min(0), seed: z.int().min(0).default(0) })
  .refine(({ of, index }) => index < of, {
    error: 'folds are counted from 0: index must be below of',
    path: ['index'],
  });

const DataSection = z.strictObject({
  /** Pixels of the network's input: one number for a square, or [height, width]. */
  size: z.union([Side, z.tuple([Side, Side])]),
  fit: z.enum(['stretch', 'crop', 'pad']).default('stretch'),
  /** Share of width and height cut off each side of every image first: frames, letters at the edge, black corners. */
  trim: z.number().min(0).max(0.4).default(0),
  channels: z.union([z.literal(1), z.literal(3)]).default(3),
  /** Null: what the pretrained weights want, else 0.5 and 0.5. Per channel, of values in 0..1. */
  normalisation: z
    .strictObject({ mean: z.array(z.number()).min(1).max(3), std: z.array(z.number().positive()).min(1).max(3) })
    .nullable()
    .default(null),
  /** As `osler train --folds` sets it; null takes the dataset's own split. */
  fold: FoldSection.nullable().default(null),
  sampling: SamplingSpec,
  /** Train on this share of each class's training samples, the same ones in each epoch. */
  subsample: z.number().positive().max(1).default(1),
  /** Bound of the decoded images' cache on disk; 0 switches it off. */
  cacheGigabytes: z.number().min(0).default(20),
  /** Threads that decode and augment; null: by the machine. */
  workers: z.int().min(1).max(64).nullable().default(null),
});

/** Metrics of the validation split that are computed after each epoch. */
export const ValidationMetric = z.enum([
  'loss',
  // The loss after its best temperature: for a network whose probabilities are calibrated afterwards, as evaluation does.
  'refinement',
  'accuracy',
  'balancedAccuracy',
  'macroF1',
  'auroc',
  'macroAuroc',
  'brier',
  'ece',
]);
export type ValidationMetric = z.infer<typeof ValidationMetric>;

const LOWER_IS_BETTER: ReadonlySet<ValidationMetric> = new Set(['loss', 'refinement', 'brier', 'ece']);

/** Which way a metric gets better. */
export function directionOf(metric: ValidationMetric): Direction {
  return LOWER_IS_BETTER.has(metric) ? 'min' : 'max';
}

const TrainingSection = z.strictObject({
  epochs: z.int().positive(),
  batchSize: z.int().positive().default(32),
  /** Of validation. Null: the training's, whose memory the engine has at hand: other sizes would be mapped anew. */
  evaluationBatchSize: z.int().positive().nullable().default(null),
  /** Batches whose gradients are added up to one optimiser step. */
  accumulate: z.int().positive().default(1),
  /** Highest norm of the whole gradient; null does not clip. */
  clipNorm: z.number().positive().nullable().default(null),
  /** Smaller images in the first epochs; null: all epochs at data.size. */
  progressive: ProgressiveConfig.nullable().default(null),
  /** Average of the weights over steps, which is what is evaluated and served; null keeps the plain weights. */
  ema: EmaConfig.nullable().default(null),
  /** bf16: convolutions and matrix products in bfloat16, weights and sums in f32. */
  precision: z.enum(['f32', 'bf16']).default('f32'),
  /** Recompute blocks in the backward pass instead of keeping them: less memory, more time. */
  gradientCheckpointing: z.boolean().default(false),
  /** Of the validation split; decides which epoch is best. */
  metric: ValidationMetric.default('auroc'),
  earlyStopping: EarlyStoppingConfig.nullable().default(null),
  checkpointSeconds: z.number().min(0).default(60),
  checkpointSteps: z.int().min(0).default(0),
  device: z.enum(['auto', 'cpu', 'cuda']).default('auto'),
  /** Null: one for each core. Another number gives other weights in the last bits. */
  threads: z.int().positive().max(512).nullable().default(null),
  /** Only so many batches an epoch, of training and of validation. */
  limitBatches: z.int().positive().nullable().default(null),
  /** Train and validate on the same few batches, unaugmented: a sound network learns them by heart. */
  overfitBatches: z.int().positive().nullable().default(null),
  /** One batch of everything: does it run at all? */
  fastDevRun: z.boolean().default(false),
});

const EvaluationSection = z.strictObject({
  /** Classes whose probabilities are summed for AUROC and operating point. Null: the second of two, else none. */
  positive: z.array(z.string()).min(1).nullable().default(null),
  /** Of more than two classes: the most probable, or one that rare classes have a fair chance to be. Fitted on validation. */
  decision: z.enum(CLASS_DECISIONS).default('likeliest'),
  /** `mirrors`: the mean over four mirrored views of each image, at four passes an image, wherever the trained network answers. */
  views: Views.default('none'),
});

/** As a run's recipe says it; recipes of before there was a choice, and those of other tools, say nothing. */
const Answering = z.object({
  evaluation: EvaluationSection.pick({ decision: true, views: true }).loose().prefault({}),
});
export const decisionOf = ({ config }: { config: unknown }) => Answering.parse(config).evaluation.decision;
export const viewsOf = ({ config }: { config: unknown }) => Answering.parse(config).evaluation.views;

/** What speaks against views of a network that was trained so; null where nothing does. */
export function viewsFault(views: Views, { augment }: { augment: AugmentSpec }): string | null {
  const never = [
    ...(augment.flipHorizontal > 0 ? [] : ['flipHorizontal']),
    ...(augment.flipVertical > 0 ? [] : ['flipVertical']),
  ].map((flip) => `augment.${flip}`);
  if (views === 'none' || never.length === 0) return null;
  return `views mirrors asks about mirrored images, which the network has not learnt from (${never.join(' and ')} 0)`;
}

/** A recipe: all that decides a training, together with the dataset's version. Unknown keys are errors. */
export const TrainConfig = z
  .strictObject({
    /** Of the run, for people. Null: the recipe's. */
    name: z.string().min(1).nullable().default(null),
    /** Runs of one experiment stand together. Null: the dataset's name. */
    experiment: z.string().min(1).max(500).nullable().default(null),
    /** `name` or `name@version`. */
    dataset: z.string().min(1),
    seed: z
      .int()
      .min(0)
      .max(2 ** 31 - 1)
      .default(1),
    model: ModelSection,
    data: DataSection,
    augment: AugmentSpec.prefault({}),
    loss: LossConfig.prefault({ kind: 'crossEntropy' }),
    optimiser: OptimiserConfig,
    schedule: ScheduleConfig.prefault({ kind: 'constant' }),
    training: TrainingSection,
    evaluation: EvaluationSection.prefault({}),
    /** Where the run is written down beside the store: `local`, `mlflow`, `wandb`, or maps with their settings. */
    tracking: TrackingConfig,
  })
  .superRefine((config, ctx) => {
    const fault = viewsFault(config.evaluation.views, config);
    if (fault !== null) ctx.addIssue({ code: 'custom', path: ['evaluation', 'views'], message: fault });
    const { progressive } = config.training;
    const flat = progressive === null ? null : progressiveFault(progressive, sizeOf(config.data));
    if (flat !== null) ctx.addIssue({ code: 'custom', path: ['training', 'progressive', 'from'], message: flat });
  });
export type TrainConfig = z.infer<typeof TrainConfig>;

/** Of a recipe's images, in pixels. */
export function sizeOf({ size }: Pick<TrainConfig['data'], 'size'>): Size {
  const [height, width] = typeof size === 'number' ? [size, size] : size;
  return { height, width };
}

/** The recipe as it runs: short cuts for trying things out are spelt out. */
export function effectiveConfig(config: TrainConfig): TrainConfig {
  const { training } = config;
  if (training.fastDevRun)
    return { ...config, training: { ...training, epochs: 1, limitBatches: 1, earlyStopping: null, progressive: null } };
  return config;
}
