import type { Estimate } from '../../estimate.ts';
import { viewsWords } from '../../views.ts';
import { count, decimal, either, percent, plural } from '../html.ts';
import { limitsOf } from '../limits.ts';
import { NO_PARTS } from '../parts.ts';
import { type Report, recipe, trainingFacts } from '../record.ts';
import { samplesWords } from '../words.ts';

/** A sentence or two from the record; null where it does not say. */
export type Fact = (report: Report) => string | null;

/** The row of the training table that has this name. */
const training =
  (name: string): Fact =>
  (report) =>
    trainingFacts(report).find(([term]) => term === name)?.[1] ?? null;

const flowOf = ({ file }: Report) => file.subject.dataset?.flow;

export const technology: Fact = ({ file }) =>
  `Deep learning: ${file.subject.model}, a convolutional network that tells ${either(file.class_names)} apart.`;

export const source: Fact = ({ file }) => {
  const { dataset } = file.subject;
  if (dataset === null) return null;
  const how =
    dataset.flow === undefined ? '' : `, imported on ${dataset.flow.createdAt.slice(0, 10)} (${dataset.flow.format})`;
  return `Dataset ${dataset.name} version ${dataset.version}, sha256 ${dataset.digest.slice(0, 12)}${how}.`;
};

export const excluded: Fact = (report) => {
  const flow = flowOf(report);
  const dataset = report.file.subject.dataset;
  if (flow === undefined || dataset === null) return null;
  const out = [
    ...(dataset.unreadable > 0 ? [`${count(dataset.unreadable)} unreadable`] : []),
    ...Object.entries(flow.excluded).map(([why, n]) => `${count(n)} ${reasonWords(why)}`),
    ...flow.leftOut.map(({ reason, count: n }) => `${count(n)}: ${reason}`),
  ];
  return `${plural(flow.samples, 'image')} used${flow.groups > 0 ? `, with ${count(flow.groups)} patients or lesions named` : ''}; left out: ${out.join('; ') || 'none'}.`;
};

/** labelConflict -> "with conflicting labels" */
export function reasonWords(reason: string): string {
  return reason === 'labelConflict' ? 'with conflicting labels' : reason;
}

export const preprocessing: Fact = ({ file }) => {
  const input = file.subject.facts.find(([term]) => term === 'Input')?.[1];
  return input === undefined
    ? null
    : `Decoded by content, turned by EXIF, resized to ${input}, scaled by mean and spread; the same code in training, evaluation and serving.`;
};

export const missing: Fact = (report) => {
  const flow = flowOf(report);
  if (flow === undefined) return null;
  const gaps = flow.characteristics
    .map(({ column, splits }) => [column, Object.values(splits).reduce((sum, { missing: n }) => sum + n, 0)] as const)
    .filter(([, n]) => n > 0);
  const words = gaps.map(([column, n]) => `${column} in ${count(n)}`).join(', ');
  return `Images without a label are no samples. ${words === '' ? 'No column of the metadata has gaps.' : `Not known: ${words}; they count in all but that column’s subgroups.`}`;
};

const RULES = {
  given: 'The source gives the split.',
  carved: 'The source gives a part of the split; the rest was cut out of its training part.',
  made: 'Dealt by patients or lesions and copies together, stratified by class (Sechidis 2011).',
  fold: 'One fold validates, the others train.',
};

export const partitions: Fact = (report) => {
  const flow = flowOf(report);
  const dataset = report.file.subject.dataset;
  if (flow === undefined || dataset === null) return null;
  const sizes = Object.entries(dataset.splits)
    .map(([split, classes]) => `${split} ${count(Object.values(classes).reduce((sum, n) => sum + n, 0))}`)
    .join(', ');
  const seed = flow.rule.kind === 'given' ? '' : ` Seed ${flow.rule.seed}.`;
  return `${RULES[flow.rule.kind]} ${sizes}.${seed}`;
};

export const level: Fact = (report) => {
  const flow = flowOf(report);
  if (flow === undefined) return null;
  const stamped = report.file.subject.stamps.includes('leaky');
  if (stamped || flow.leaks !== null) {
    const leaks = flow.leaks;
    return leaks === null
      ? 'Not disjoint: the dataset is stamped leaky.'
      : `Not disjoint: ${plural(leaks.groups, 'group')}, ${plural(leaks.exact, 'set')} of exact and ${count(leaks.near)} of near copies cross; ${plural(leaks.exposed.test, 'test sample')} ${leaks.exposed.test === 1 ? 'has' : 'have'} a counterpart in training.`;
  }
  return flow.groups > 0
    ? 'Patient or lesion: no group, no copy of an image is in two parts.'
    : 'Image: no copy is in two parts; patients are not named, so they may be.';
};

export const model: Fact = (report) => {
  const { subject, class_names } = report.file;
  const parameters = training('Parameters')(report);
  return `${subject.model}${parameters === null ? '' : `, ${parameters} parameters`}; in: ${subject.facts.find(([term]) => term === 'Input')?.[1] ?? 'an image'}; out: a probability for each of ${class_names.length} classes.`;
};

export const software: Fact = ({ file }) => {
  const words = file.subject.facts.filter(([term]) => term === 'Code' || term === 'Engine').map(([, text]) => text);
  return words.length === 0 ? null : `${words.join('; ')}.`;
};

export const start: Fact = training('Weights at the start');

export const approach: Fact = (report) => {
  const rows = trainingFacts(report).filter(
    ([term]) => !['Parameters', 'Weights at the start', 'Checkpoint chosen'].includes(term),
  );
  return rows.length === 0 ? null : `${rows.map(([term, text]) => `${term}: ${text}`).join('. ')}.`;
};

export const chosen: Fact = training('Checkpoint chosen');

export const single: Fact = ({ file }) => `None: one network, ${viewsWords(file.subject.views) ?? 'one pass'}.`;

export const metrics: Fact = (report) =>
  `${measures(report)}; ROC, precision-recall and calibration curves.${report.file.operatingPoint === null ? '' : ' The threshold is fixed before the measured split is looked at.'}`;

function measures({ file }: Report): string {
  const names = Object.entries(file.metrics).filter(([, { value }]) => value !== null);
  return `${names.length} measures of ranking, decision and probability`;
}

export const uncertainty: Fact = ({ file }) =>
  `95% intervals of every measure: ${file.intervals.method}, ${samplesWords(file)}.`;

export const robustness: Fact = ({ parts }) =>
  parts.stress === null
    ? null
    : `Measured under ${parts.stress.curves.map(({ kind }) => kind).join(', ')}, each at ${parts.stress.curves[0]?.levels.length ?? 0} strengths.`;

export const explainability: Fact = ({ parts }) =>
  parts.explanations === null
    ? null
    : `${parts.explanations.methods.map(({ method }) => (method === 'cam' ? 'Class activation maps' : 'occlusion')).join(' and ')} of ${plural(parts.explanations.images, 'image')}, checked against ${parts.explanations.masks === null ? 'randomised weights' : 'masks and randomised weights'}: ${parts.explanations.methods.map(({ verdict }) => verdict.words[0] ?? '').join(' ')}`;

export const internal: Fact = ({ file }) =>
  file.subject.folder == null ? `${samplesWords(file)} of the ${file.split} split.` : null;

export const external: Fact = ({ file }) =>
  file.subject.folder == null
    ? null
    : `${samplesWords(file)} of ${file.subject.folder.name}, a folder that is no part of the training data.`;

export const characteristics: Fact = (report) => {
  const columns = flowOf(report)?.characteristics.map(({ column }) => column) ?? [];
  return columns.length === 0 ? null : `By part, in the section on data of report.html: ${columns.join(', ')}.`;
};

const shown = ({ value, low, high }: Estimate): string =>
  value === null
    ? 'not estimable'
    : `${decimal(value)}${low === null || high === null ? '' : ` (${decimal(low)} to ${decimal(high)})`}`;

export const performance: Fact = ({ file }) => {
  const name = file.positive === null ? 'macroAuroc' : 'auroc';
  return `AUROC ${shown(file.metrics[name])}; balanced accuracy ${shown(file.metrics.balancedAccuracy)}.`;
};

export const diagnostic: Fact = ({ file }) => {
  if (file.operatingPoint === null) return performance({ file, parts: NO_PARTS });
  const { sensitivity, specificity, ppv, npv } = file.metrics;
  return `At the operating point: sensitivity ${shown(sensitivity)}, specificity ${shown(specificity)}, PPV ${shown(ppv)}, NPV ${shown(npv)}.`;
};

export const failures: Fact = ({ parts }) =>
  parts.errors === null
    ? null
    : `${plural(parts.errors.wrong, 'error')} in ${count(parts.errors.samples)} (${percent(parts.errors.samples === 0 ? 0 : parts.errors.wrong / parts.errors.samples)}); the surest errors and the closest calls are shown.`;

export const subgroups: Fact = ({ file }) =>
  file.subgroups === null
    ? null
    : `Measured by ${file.subgroups.columns.map(({ name }) => name).join(', ')}, and crossed; gaps tested with Holm’s correction.`;

export const imbalance: Fact = (report) => {
  const dataset = report.file.subject.dataset;
  if (dataset === null || recipe(report, 'loss') === undefined) return null;
  const train = Object.values(dataset.splits.train ?? {}).filter((n) => n > 0);
  const ratio = train.length < 2 ? null : Math.max(...train) / Math.min(...train);
  const words = [training('Sampling')(report), training('Loss')(report)].filter(Boolean).join('; ');
  return `${ratio === null ? '' : `Commonest to rarest class ${ratio.toFixed(1)} to 1 in training. `}Sampling and loss: ${words}. Probabilities are calibrated on validation as it is.`;
};

export const output: Fact = ({ file }) => {
  const point = file.operatingPoint;
  return `Calibrated probabilities of ${either(file.class_names)}${point === null ? '' : `; positive (${either(point.positive)}) from ${decimal(point.threshold)}, ${point.rule}, threshold from ${point.from}`}.`;
};

export const specification: Fact = ({ file }) =>
  file.subject.kind === 'bundle'
    ? 'The bundle holds graph, weights, preprocessing, labels, calibration and threshold, signed.'
    : 'The run keeps recipe, weights and data version; osler export makes a signed bundle of all that predicting needs.';

export const units: Fact = (report) => {
  const { dataset } = report.file.subject;
  if (dataset === null) return null;
  return Object.entries(dataset.splits)
    .map(
      ([split, classes]) =>
        `${split}: ${Object.entries(classes)
          .map(([name, n]) => `${name} ${count(n)}`)
          .join(', ')}`,
    )
    .join('; ');
};

export const poorInput: Fact = ({ file }) =>
  file.outOfDistribution == null
    ? 'Damaged and unreadable files are refused by name.'
    : `Damaged and unreadable files are refused by name; images unlike those of validation are marked (${shown(file.outOfDistribution.flagged)} of this split).`;

export const limits: Fact = (report) => limitsOf(report).join(' ') || null;

export const pixels: Fact = () => 'All pixels of the image, and nothing else; no person judges them first.';
