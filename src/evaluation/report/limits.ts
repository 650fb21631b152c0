import { count, decimal, plural } from './html.ts';
import type { Report } from './record.ts';

/** Below so many samples of a class its figures move by several hundredths with one sample. */
const FEW = 30;

/** What the record itself says against taking the numbers at their word; the evaluation's own notes first. */
export function limitsOf(report: Report): string[] {
  const { file } = report;
  return [...file.notes, ...dataLimits(report), ...sampleLimits(report), ...unmeasured(report)];
}

function dataLimits({ file }: Report): string[] {
  const { dataset, stamps } = file.subject;
  const flow = dataset?.flow;
  const said: string[] = [];
  if (stamps.some((stamp) => stamp.startsWith('leaky'))) {
    said.push('Patients or copies of images are on both sides of the split, so these numbers may be too good.');
  }
  if (dataset === null) said.push('The dataset is not here: what it holds and how it was split is not known.');
  if (flow !== undefined && flow.groups === 0) {
    said.push(
      'The source names no patients: several images of one may be in training and in test, and intervals take every image for independent.',
    );
  }
  if (file.subject.folder == null) {
    said.push(
      'Measured on a part of the same source as the training data; nothing here says how it does at another site.',
    );
  }
  return said;
}

function sampleLimits({ file }: Report): string[] {
  const few = Object.entries(file.per_class_metrics)
    .filter(([, { support }]) => support > 0 && support < FEW)
    .map(([name, { support }]) => `${name} (${count(support)})`);
  const said = few.length === 0 ? [] : [`Few samples of ${few.join(', ')}: their figures are uncertain.`];
  const { ece } = file.metrics;
  if (ece.low !== null && ece.low > 0.05) {
    said.push(
      `Probabilities are off by ${decimal(ece.value!)} on average (calibration error), beyond chance: they do not mean what they say.`,
    );
  }
  if (file.groups < 20) said.push(`${plural(file.groups, 'independent unit')} only: every figure is a rough one.`);
  return said;
}

function unmeasured({ file, parts }: Report): string[] {
  const left = [
    ...(file.subgroups === null ? ['subgroups (osler evaluate --subgroups)'] : []),
    ...(parts.stress === null ? ['worse images (osler stress)'] : []),
    ...(parts.explanations === null ? ['what the heat maps are worth (osler explain)'] : []),
  ];
  return left.length === 0 ? [] : [`Not measured: ${left.join(', ')}.`];
}
