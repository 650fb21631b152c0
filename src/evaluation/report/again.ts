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
    ...(file.positive === null ? [] : [`--positive ${word(file.positive.join(','))}`]),
    ...(subject.kind === 'run' ? fitted(report) : []),
    ...readAt(report),
    ...columns(report),
    `--resamples ${file.intervals.resamples} --seed ${file.intervals.seed}`,
  ].join(' ');
}

/** How each image is looked at, and what is fitted on validation. */
function fitted({ file }: Report): string[] {
  const { operatingPoint, calibrator, classRule, conformal, outOfDistribution, class_names: classes, subject } = file;
  const defaults = EvaluateOptions.parse({});
  const words = [`--views ${subject.views ?? 'none'}`];
  if (operatingPoint?.from === 'validation') words.push(`--rule ${word(operatingPoint.rule)}`);
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
  const names = subgroups.columns.map(({ name }) => name);
  // The option's own words can't name such columns.
  return names.length === 0 || names.some((name) => name.includes(',')) ? [] : [`--subgroups ${word(names.join(','))}`];
}

/** As a POSIX shell takes it for one word: names of classes have spaces. */
function word(text: string): string {
  return /^[\w@%+=:,./-]+$/.test(text) ? text : `'${text.replaceAll("'", "'\\''")}'`;
}
