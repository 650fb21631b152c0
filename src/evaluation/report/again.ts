import { DEFAULT_REFERENCES } from '../metrics/names.ts';
import { EvaluateOptions } from '../options.ts';
import type { Report } from './record.ts';
import { reference } from './sections/section.ts';

/** The command that measures the same again. What a bundle brings needs no word; what is fitted for a run is asked for as it was. */
export function againCommand(report: Report): string {
  const { file } = report;
  const { subject } = file;
  return [
    `osler evaluate ${word(reference(report))}`,
    subject.folder == null ? `--split ${file.split}` : '--data FOLDER',
    ...asked(report),
    ...(subject.kind === 'run' ? fitted(report) : broughtOrFitted(report)),
    ...readAt(report),
    ...columns(report),
    `--resamples ${file.intervals.resamples} --seed ${file.intervals.seed}`,
  ].join(' ');
}

/** The yes/no question and its threshold. A bundle's own operating point is kept by saying nothing of either. */
function asked({ file: { positive, operatingPoint, subject } }: Report): string[] {
  const named = operatingPoint?.from === 'given' && operatingPoint.rule.startsWith('threshold=');
  const chosen = operatingPoint?.from === 'validation' || named;
  if (positive === null || (subject.kind === 'bundle' && !chosen)) return [];
  return [`--positive ${word(positive.join(','))}`, ...(chosen ? [`--rule ${word(operatingPoint.rule)}`] : [])];
}

/** Of a bundle: what was fitted in the place of what it brings. */
function broughtOrFitted({ file }: Report): string[] {
  const { calibrator, classRule, conformal, outOfDistribution, class_names: classes } = file;
  const words: string[] = [];
  if (calibrator?.from === 'validation') words.push(`--calibration ${calibrator.applied.method}`);
  if (classRule?.from === 'validation') words.push('--decision balanced');
  else if (classRule === null && classes.length > 2) words.push('--decision likeliest');
  if (conformal?.from === 'validation') words.push(`--coverage ${conformal.applied.coverage}`);
  if (outOfDistribution?.from === 'validation')
    words.push(`--false-alarms ${outOfDistribution.applied.falseAlarmRate}`);
  return words;
}

/** Of a run: how each image is looked at, and what is fitted on validation. */
function fitted({ file }: Report): string[] {
  const { calibrator, classRule, conformal, outOfDistribution, class_names: classes, subject } = file;
  const defaults = EvaluateOptions.parse({});
  const words = [`--views ${subject.views ?? 'none'}`];
  if (calibrator?.from === 'validation') words.push(`--calibration ${calibrator.applied.method}`);
  else if (calibrator?.from === 'given') words.push('--calibration none');
  if (classes.length > 2) words.push(`--decision ${classRule === null ? 'likeliest' : 'balanced'}`);
  const coverage = conformal?.applied.coverage ?? defaults.coverage;
  if (coverage !== defaults.coverage) words.push(`--coverage ${coverage}`);
  const falseAlarms = outOfDistribution?.applied.falseAlarmRate ?? defaults.falseAlarmRate;
  if (falseAlarms !== defaults.falseAlarmRate) words.push(`--false-alarms ${falseAlarms}`);
  return words;
}

/** Where metrics are read off a curve, and how shares get their intervals, where that is not as usual. */
function readAt({ file: { references, metrics } }: Report): string[] {
  const { sensitivity, specificity } = references;
  return [
    ...(sensitivity === DEFAULT_REFERENCES.sensitivity ? [] : [`--at-sensitivity ${sensitivity}`]),
    ...(specificity === DEFAULT_REFERENCES.specificity ? [] : [`--at-specificity ${specificity}`]),
    ...(Object.values(metrics).some(({ method }) => method === 'clopperPearson')
      ? ['--proportions clopper-pearson']
      : []),
  ];
}

/** The columns that it was measured by: later ones of the dataset are not asked for. */
function columns({ file: { subgroups } }: Report): string[] {
  if (subgroups === null) return ['--subgroups none'];
  const measured = subgroups.columns.map(({ name }) => name);
  // Where none could be cut, those that were asked for: all the others would be taken otherwise.
  const names = measured.length > 0 ? measured : subgroups.skipped.map(({ name }) => name);
  // The option's own words can't name such columns.
  return names.length === 0 || names.some((name) => name.includes(',')) ? [] : [`--subgroups ${word(names.join(','))}`];
}

/** As a POSIX shell takes it for one word: names of classes have spaces. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
