/** Words of this room, and what its addresses may hold. */

export const X_AXES = ['step', 'time', 'epoch'] as const;
export type XAxis = (typeof X_AXES)[number];
export const X_WORDS: Record<XAxis, string> = { step: 'step', time: 'time since the start', epoch: 'epoch' };

/** Parts of a comparison. */
export const PARTS = ['curves', 'figures', 'settings', 'parallel', 'scatter', 'images'] as const;
export type Part = (typeof PARTS)[number];
export const PART_WORDS: Record<Part, string> = {
  curves: 'Curves',
  figures: 'Figures',
  settings: 'Settings',
  parallel: 'Parallel coordinates',
  scatter: 'Scatter',
  images: 'Image errors',
};

/** Parts of a run's page. */
export const RUN_PARTS = ['overview', 'curves', 'evaluation', 'settings', 'machine', 'files', 'log'] as const;
export type RunPart = (typeof RUN_PARTS)[number];
export const RUN_PART_WORDS: Record<RunPart, string> = {
  overview: 'Overview',
  curves: 'Curves',
  evaluation: 'Evaluation',
  settings: 'Settings',
  machine: 'Machine',
  files: 'Files',
  log: 'Log',
};

/** Metrics by what people call them; others are called what they were logged as. */
const METRICS: Record<string, string> = {
  'train.loss': 'Training loss, each step',
  'train.lr': 'Learning rate',
  'train.gradNorm': 'Norm of the gradient',
  'train.imagesPerSecond': 'Images per second',
  'epoch.loss': 'Training loss, each epoch',
};
const SPLITS: Record<string, string> = { val: 'Validation', test: 'Test' };
/** What is measured on a split. */
const MEASURED: Record<string, string> = {
  loss: 'loss',
  logLoss: 'log loss',
  accuracy: 'accuracy',
  balancedAccuracy: 'balanced accuracy',
  macroF1: 'F1, mean over classes',
  macroPrecision: 'precision, mean over classes',
  macroRecall: 'recall, mean over classes',
  auroc: 'AUROC',
  macroAuroc: 'AUROC, mean over classes',
  averagePrecision: 'average precision',
  sensitivity: 'sensitivity',
  specificity: 'specificity',
  ppv: 'positive predictive value',
  npv: 'negative predictive value',
  kappa: "Cohen's kappa",
  mcc: 'Matthews correlation (MCC)',
  brier: 'Brier score',
  ece: 'calibration error (ECE)',
  adaptiveEce: 'calibration error, adaptive bins',
  macroAveragePrecision: 'average precision, mean over classes',
  quadraticKappa: "Cohen's kappa, quadratic weights",
  topClassAccuracy: 'accuracy of the likelier class',
  weightedAuroc: 'AUROC, weighted by class size',
  weightedAveragePrecision: 'average precision, weighted by class size',
  weightedF1: 'F1, weighted by class size',
  weightedPrecision: 'precision, weighted by class size',
  weightedRecall: 'recall, weighted by class size',
};

export function metricWords(key: string): string {
  const known = METRICS[key];
  if (known !== undefined) return known;
  const [split = '', name = ''] = key.split('.');
  if (key === `${split}.${name}` && split in SPLITS && name in MEASURED) return `${SPLITS[split]} ${MEASURED[name]}`;
  const [, metric, label] = /^val\.(recall|precision|f1|auroc)\/(.+)$/s.exec(key) ?? [];
  if (metric !== undefined)
    return `Validation ${metric === 'auroc' ? 'AUROC' : metric === 'f1' ? 'F1' : metric}: ${label}`;
  return key;
}

/** Units of metrics that have one, by MLflow's names for what a machine does and Osler's own. */
export function unitOf(key: string): string | undefined {
  if (/percentage|percent/.test(key)) return '%';
  if (/megabytes/.test(key)) return 'MB';
  if (key === 'train.imagesPerSecond') return 'images/s';
  if (/watts/.test(key)) return 'W';
  return undefined;
}

/** Whether of two values of a metric the higher is the better; null where nobody can tell. */
export function higherIsBetter(key: string): boolean | null {
  if (/loss|brier|ece|error|rmse|mae/i.test(key)) return false;
  if (/auroc|auc|accuracy|f1|recall|precision|sensitivity|specificity|kappa|mcc/i.test(key)) return true;
  return null;
}

const SHARES =
  /accuracy|auroc|f1|precision|recall|sensitivity|specificity|(^|[^a-z])(auc|ppv|npv|ece)($|[^a-z])|adaptiveEce|positive(Ece|Brier)/i;

/** What a metric can't lie beyond, where its name says what it is. */
export function boundsOf(key: string): readonly [number, number] | undefined {
  if (unitOf(key) === '%') return [0, 100];
  if (/kappa|mcc/i.test(key)) return [-1, 1];
  return SHARES.test(key) ? [0, 1] : undefined;
}
