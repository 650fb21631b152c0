/** Metrics of which less is better. */
const LOWER = /^(brier|positiveBrier|logLoss|brierReliability)$|ece$/i;
/** Metrics that are best at a value in between, or say something of the data: a difference of them is neither gain nor loss. */
const NEITHER = /^(calibrationSlope|calibrationIntercept|brierUncertainty)$/;

/** 1 when more is better, -1 when less is, 0 when neither. */
export function direction(metric: string): 1 | -1 | 0 {
  if (NEITHER.test(metric)) return 0;
  return LOWER.test(metric) ? -1 : 1;
}
