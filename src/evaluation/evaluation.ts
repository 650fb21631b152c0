import { z } from 'zod';
import { CalibratorSection, ClassRuleSection, ConformalSection, OutOfDistributionSection } from './decisions/spec.ts';
import { Estimate } from './estimate.ts';
import { Exposure } from './exposure/result.ts';
import { CLASS_METRICS, type ClassMetricName, DEFAULT_REFERENCES, METRICS, type MetricName } from './metrics/names.ts';
import { Subgroups } from './subgroups/subgroups.ts';
import { Subject } from './subject.ts';

export { CLASS_METRICS, type ClassMetricName, Estimate, METRICS, type MetricName, Subject };

/** In a file from before a metric was measured. */
const NOT_MEASURED: Estimate = { value: null, low: null, high: null, reason: 'not measured when this was written' };

const Metrics = z.object(
  Object.fromEntries(METRICS.map((name) => [name, Estimate.default(NOT_MEASURED)])) as Record<
    MetricName,
    z.ZodDefault<typeof Estimate>
  >,
);

const ClassReport = z.object({
  support: z.int(),
  precision: Estimate,
  recall: Estimate,
  specificity: Estimate,
  f1: Estimate,
  auroc: Estimate,
  averagePrecision: Estimate,
});

export const OperatingPoint = z.object({
  positive: z.array(z.string()).min(1),
  /** Positive when the summed probability of `positive` reaches it. */
  threshold: z.number().min(0).max(1),
  /** youden, sensitivity=0.95, specificity=0.9, cost=10:1@0.02, threshold=0.5 */
  rule: z.string(),
});
export type OperatingPoint = z.infer<typeof OperatingPoint>;

const CalibrationBin = z.object({
  predicted: z.number(),
  observed: z.number(),
  low: z.number(),
  high: z.number(),
  count: z.int(),
});

/** A curve of one yes/no question; the first threshold, above every score, is null. Thinned to a few hundred points. */
const Roc = z.object({
  name: z.string(),
  fpr: z.array(z.number()),
  tpr: z.array(z.number()),
  threshold: z.array(z.number().nullable()),
});
const PrecisionRecall = z.object({
  name: z.string(),
  recall: z.array(z.number()),
  precision: z.array(z.number()),
  threshold: z.array(z.number().nullable()),
});

/**
 * Net benefit (Vickers and Elkin 2006) by threshold probability: true positives a sample, less false ones weighed by the odds of the
 * threshold. Calling all positive is `all`, calling none is 0.
 */
const DecisionCurve = z.object({
  threshold: z.array(z.number()),
  model: z.array(z.number()),
  all: z.array(z.number()),
});

/** What `evaluation.json` holds beside its subject. Keys in snake_case are those that other tools' readers expect. */
export const Evaluation = z.object({
  format: z.literal('osler-evaluation/1'),
  split: z.string(),
  samples: z.int(),
  /** Patients or lesions: the units that are resampled. */
  groups: z.int(),
  class_names: z.array(z.string()),
  metrics: Metrics,
  per_class_metrics: z.record(z.string(), ClassReport),
  /** Row = truth, column = class decided for. */
  confusion_matrix: z.array(z.array(z.int())),
  /** What the binary metrics ask for; null when there are more than two classes and none was named. */
  positive: z.array(z.string()).nullable(),
  operatingPoint: OperatingPoint.extend({
    /** Where the threshold comes from. `default`: nothing to fit it on, so 0.5. */
    from: z.enum(['validation', 'given', 'default']),
    /** At the threshold, on the samples it was fitted on. */
    fit: z
      .object({ samples: z.int(), sensitivity: z.number().nullable(), specificity: z.number().nullable() })
      .nullable(),
    /** At the threshold, on this split. */
    verdicts: z.object({ tp: z.int(), fp: z.int(), tn: z.int(), fn: z.int() }),
  }).nullable(),
  temperature: z.object({
    /** softmax(logits / value) are the probabilities, unless `calibrator` says otherwise. */
    value: z.number().positive(),
    from: z.enum(['validation', 'given', 'default']),
    /** Log loss on this split without it. */
    uncalibratedLogLoss: z.number().nullable(),
  }),
  /** Null in evaluations from before there was a choice: the temperature was applied. */
  calibrator: CalibratorSection.nullable().default(null),
  /** Which of several classes is decided for; null: the most probable, and with two classes the operating point's verdict. */
  classRule: ClassRuleSection.nullable().default(null),
  /** Conformal sets; null where there was nothing to fit them on. */
  conformal: ConformalSection.nullable().default(null),
  /** Images unlike those of validation; null where there was nothing to fit it on. */
  outOfDistribution: OutOfDistributionSection.nullable().default(null),
  curves: z.object({
    roc: z.array(Roc),
    precisionRecall: z.array(PrecisionRecall),
    /** Of the yes/no question; null without one, and in files from before it was drawn. */
    decision: DecisionCurve.nullable().default(null),
  }),
  calibration: z.object({
    /** Of the most likely class' probability: is it right as often as it says? */
    confidence: z.array(CalibrationBin),
    /** Of the summed probability of the positive classes. */
    positive: z.array(CalibrationBin).nullable(),
  }),
  intervals: z.object({
    /** All in use, in words; each estimate names its own. */
    method: z.string(),
    level: z.literal(0.95),
    resamples: z.int(),
    seed: z.int(),
  }),
  /** Null when none were asked for, or the samples have no columns. */
  subgroups: Subgroups.nullable().default(null),
  /** Null where no sample is known to train. */
  exposure: Exposure.nullable().default(null),
  /** Where the metrics that are read off a curve were read. */
  references: z
    .object({ sensitivity: z.number(), specificity: z.number(), falsePositiveRate: z.number() })
    .default(DEFAULT_REFERENCES),
  /** What a reader must know to read the numbers rightly. */
  notes: z.array(z.string()),
});
export type Evaluation = z.infer<typeof Evaluation>;

/** The file `evaluation.json`. */
export const EvaluationFile = Evaluation.extend({ subject: Subject });
export type EvaluationFile = z.infer<typeof EvaluationFile>;
