export {
  accuracy,
  balancedAccuracy,
  type ClassCounts,
  classCounts,
  confusionMatrix,
  type MatrixMetrics,
  macroF1,
  matrixMetrics,
  type Verdicts,
  verdictsAt,
} from './confusion.ts';
export { type QuickMetrics, quickMetrics } from './epoch.ts';
export {
  brier,
  type CalibrationBin,
  ece,
  expectedCalibrationError,
  logLoss,
  reliability,
  topClass,
} from './probability.ts';
export { auroc, averagePrecision, classAurocs, macroAuroc, Ranking } from './ranking.ts';
export { argmax, decide, softmax, sumClasses } from './softmax.ts';
