import type { MetricName } from './names.ts';

/** How metrics are named and grouped, in reports, on the terminal and on the page, which reads this file as it is: it imports types alone. */
export const METRIC_GROUPS: readonly {
  title: string;
  note: string;
  metrics: readonly (readonly [MetricName, string])[];
}[] = [
  {
    title: 'Ranking',
    note: 'does not depend on a threshold',
    metrics: [
      ['auroc', 'AUROC'],
      ['macroAuroc', 'AUROC, mean over classes'],
      ['averagePrecision', 'Average precision'],
      ['macroAveragePrecision', 'Average precision, mean over classes'],
      ['weightedAuroc', 'AUROC, weighted by class size'],
      ['weightedAveragePrecision', 'Average precision, weighted by class size'],
      ['partialAuroc', 'Partial AUROC (few false alarms)'],
      ['sensitivityAtSpecificity', 'Sensitivity at fixed specificity'],
      ['specificityAtSensitivity', 'Specificity at fixed sensitivity'],
    ],
  },
  {
    title: 'At the operating point',
    note: 'positive or not',
    metrics: [
      ['sensitivity', 'Sensitivity'],
      ['specificity', 'Specificity'],
      ['ppv', 'Positive predictive value'],
      ['npv', 'Negative predictive value'],
      ['operatingPointAccuracy', 'Accuracy of the verdict'],
      ['netBenefit', 'Net benefit'],
    ],
  },
  {
    title: 'Class decided for',
    note: 'one answer per sample',
    metrics: [
      ['accuracy', 'Accuracy'],
      ['balancedAccuracy', 'Balanced accuracy'],
      ['macroPrecision', 'Precision, mean over classes'],
      ['macroRecall', 'Recall, mean over classes'],
      ['macroF1', 'F1, mean over classes'],
      ['weightedPrecision', 'Precision, weighted by class size'],
      ['weightedRecall', 'Recall, weighted by class size'],
      ['weightedF1', 'F1, weighted by class size'],
      ['kappa', "Cohen's kappa"],
      ['quadraticKappa', "Cohen's kappa, quadratic weights"],
      ['mcc', 'Matthews correlation (MCC)'],
      ['topClassAccuracy', 'Accuracy of the likelier class'],
    ],
  },
  {
    title: 'Probabilities',
    note: 'lower is better',
    metrics: [
      ['brier', 'Brier score'],
      ['positiveBrier', 'Brier score, positive or not'],
      ['logLoss', 'Log loss'],
      ['ece', 'Calibration error (ECE)'],
      ['positiveEce', 'Calibration error, positive or not'],
      ['adaptiveEce', 'Calibration error, equal bins (adaptive)'],
      ['positiveAdaptiveEce', 'Calibration error, equal bins, positive or not'],
      ['brierReliability', "Brier's reliability"],
      ['brierResolution', "Brier's resolution"],
      ['brierUncertainty', "Brier's uncertainty"],
      ['calibrationSlope', 'Calibration slope (1 is right)'],
      ['calibrationIntercept', 'Calibration in the large (0 is right)'],
    ],
  },
];

const LABELS: ReadonlyMap<string, string> = new Map(METRIC_GROUPS.flatMap(({ metrics }) => metrics));

/** "Sensitivity" for `sensitivity`; a name that is none of Osler's metrics as it is. */
export const metricLabel = (name: string): string => LABELS.get(name) ?? name;

/** What only training measures, each epoch. */
const OF_AN_EPOCH: ReadonlyMap<string, string> = new Map([
  ['loss', 'Loss'],
  ['refinement', 'Loss at its best temperature (refinement)'],
]);

/** What evaluations measure of a model's own rules. */
const OF_ITS_RULES: ReadonlyMap<string, string> = new Map([
  ['conformalCoverage', 'Coverage of its sets of classes (conformal)'],
  ['outOfDistribution', 'Share of images that it calls unlike its own'],
]);

/** Of a metric as recipes, policies and evaluations name it: "AUROC" for `auroc`. */
export const metricName = (name: string): string =>
  OF_AN_EPOCH.get(name) ?? OF_ITS_RULES.get(name) ?? metricLabel(name);

/** Words that begin with a name or an abbreviation keep their capital wherever they stand. */
const KEEPS_ITS_CAPITAL = /^(Brier|Cohen|Matthews|[A-Z][A-Z0-9])/;

/** As it stands within a sentence: "validation AUROC", "Brier score". */
export const within = (words: string): string =>
  KEEPS_ITS_CAPITAL.test(words) ? words : words.charAt(0).toLowerCase() + words.slice(1);

/** Of what training measures on validation data each epoch, within a sentence: "validation AUROC" for `auroc`. */
export const onValidation = (name: string): string => `validation ${within(metricName(name))}`;
