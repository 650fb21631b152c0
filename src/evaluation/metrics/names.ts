/**
 * Metrics of the whole split, in the order in which they are reported. With two classes the operating point decides the class (as
 * in `predicted` of predictions.csv and in the confusion matrix), with more the largest probability; topClassAccuracy always goes
 * by the largest, operatingPointAccuracy always by the verdict. Those of a yes/no question (from sensitivity on, and all that are
 * named positive...) need positive classes.
 */
export const METRICS = [
  'accuracy',
  'topClassAccuracy',
  'balancedAccuracy',
  'macroPrecision',
  'macroRecall',
  'macroF1',
  'weightedPrecision',
  'weightedRecall',
  'weightedF1',
  'kappa',
  'quadraticKappa',
  'mcc',
  'auroc',
  'macroAuroc',
  'weightedAuroc',
  'partialAuroc',
  'averagePrecision',
  'macroAveragePrecision',
  'weightedAveragePrecision',
  'sensitivityAtSpecificity',
  'specificityAtSensitivity',
  'sensitivity',
  'specificity',
  'ppv',
  'npv',
  'operatingPointAccuracy',
  'netBenefit',
  'brier',
  'logLoss',
  'ece',
  'adaptiveEce',
  'positiveBrier',
  'brierReliability',
  'brierResolution',
  'brierUncertainty',
  'positiveEce',
  'positiveAdaptiveEce',
  'calibrationSlope',
  'calibrationIntercept',
] as const;
export type MetricName = (typeof METRICS)[number];

/** Metrics of one class against the rest; precision, recall, specificity and F1 of the class decided for. */
export const CLASS_METRICS = ['precision', 'recall', 'specificity', 'f1', 'auroc', 'averagePrecision'] as const;
export type ClassMetricName = (typeof CLASS_METRICS)[number];

/** Place of each metric in a scorer's answer: METRICS, then CLASS_METRICS of class 0, of class 1... */
export const AT = Object.fromEntries(METRICS.map((name, i) => [name, i])) as Record<MetricName, number>;
export const CLASS_AT = Object.fromEntries(CLASS_METRICS.map((name, i) => [name, i])) as Record<
  ClassMetricName,
  number
>;

/** Where a class' metrics begin in the scorer's answer. */
export function classOffset(k: number): number {
  return METRICS.length + k * CLASS_METRICS.length;
}

/**
 * Errors of calibration: never below 0, so that chance alone makes them larger, in the sample and again in its resamples. After the
 * classes the scorer's answer has for each what chance alone would make it.
 */
export const CALIBRATION_ERRORS = [
  'ece',
  'adaptiveEce',
  'brierReliability',
  'positiveEce',
  'positiveAdaptiveEce',
] as const;

/** Where the scorer's answer says what chance alone makes of a calibration error. */
export function chanceOffset(classes: number, name: (typeof CALIBRATION_ERRORS)[number]): number {
  return classOffset(classes) + CALIBRATION_ERRORS.indexOf(name);
}

/** Where some metrics are read off. */
export interface References {
  /** specificityAtSensitivity is at this sensitivity. */
  sensitivity: number;
  /** sensitivityAtSpecificity is at this specificity. */
  specificity: number;
  /** partialAuroc is of false positive rates up to this one. */
  falsePositiveRate: number;
}
export const DEFAULT_REFERENCES: References = { sensitivity: 0.9, specificity: 0.9, falsePositiveRate: 0.1 };
