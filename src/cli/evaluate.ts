import { basename, join, relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { Split } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { parseRule } from '../evaluation/decisions/rule.ts';
import { errorCases } from '../evaluation/error-cases.ts';
import { evaluate } from '../evaluation/evaluate.ts';
import type { EvaluateOptions } from '../evaluation/options.ts';
import { writeReport } from '../evaluation/report/write.ts';
import { withPictures } from '../pipeline/pictures.ts';
import { findGroup } from '../store/groups.ts';
import { stampWords } from '../store/leak-stamp.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { readAbout } from './evaluate-about.ts';
import { choose } from './evaluate-choice.ts';
import { evaluateGroup } from './evaluate-group.ts';
import { measure } from './evaluate-measure.ts';
import { evaluationLines } from './evaluate-output.ts';
import { findEvaluated } from './evaluate-subject.ts';
import { exposureLines } from './exposure-output.ts';

interface Options {
  json?: boolean;
  split: Split;
  data?: string;
  positive?: string;
  rule?: string;
  resamples: string;
  seed: string;
  out?: string;
  about?: string;
}

export function register(program: Command, ctx: Context): void {
  program
    .command('evaluate')
    .description(
      'Measure a run or a bundle on samples with known labels: every metric with its 95% interval, and a report.',
    )
    .argument(
      '<run|bundle|group>',
      "a run (id, beginning of it, name, latest), a bundle's folder or name, or a group of runs (latest-group)",
    )
    .addOption(
      new Option('--split <name>', 'the part of its dataset to measure on').choices(Split.options).default('test'),
    )
    .option('--data <dir>', 'measure on a folder instead: images in sub-folders named as the classes')
    .option('--positive <a,b>', 'classes that count as positive; their probabilities are summed')
    .option(
      '--rule <rule>',
      'how the threshold is chosen on validation: youden, sensitivity=0.95, specificity=0.9, threshold=0.5',
    )
    .option('--resamples <n>', 'bootstrap resamples for intervals without a formula', '10000')
    .option('--seed <n>', 'of the resamples', '0')
    .option('--out <dir>', 'where the report goes (default: with the run, or OSLER_HOME/evaluations)')
    .option('--about <file>', 'what no record can know, for checklists and model card: YAML, intendedUse: "..."')
    .addHelpText(
      'after',
      `
Temperature and operating point are fitted on the validation split and applied to the measured one; a bundle brings its own.
Writes evaluation.json, predictions.csv, model-card.md and report.html, a page of its own that any browser opens. The page holds
the CLAIM and TRIPOD+AI checklists, filled from the record, and names the keys that --about FILE is to answer.

Examples:
  osler evaluate latest
  osler evaluate 3f2a9c --positive mel,bcc,akiec --rule sensitivity=0.95
  osler evaluate .osler/bundles/lesions --data photos/ --json`,
    )
    .action((ref: string, options: Options) => run(ref, options, ctx));
}

async function run(ref: string, options: Options, ctx: Context): Promise<void> {
  const { out, home } = ctx;
  const settings = readSettings(options);
  const about = options.about === undefined ? undefined : await readAbout(options.about);
  await using store = await openStore(home);
  const group = await findGroup(home, ref);
  if (group !== null) {
    const { split, data } = options;
    return await evaluateGroup(group, { ...settings, split, ...(data === undefined ? {} : { data }) }, ctx);
  }
  await using evaluated = await findEvaluated(ref, store, ctx);
  const label = options.data === undefined ? options.split : basename(resolve(options.data));
  const asked = { ...settings, positive: settings.positive ?? evaluated.positive, split: label };
  const choice = await choose(evaluated, options, asked, ctx);
  const measured = await measure(evaluated, options, choice.validation, ctx);
  const { test, folder: elsewhere } = measured;
  const evaluation = evaluate({ validation: choice.validation, test, options: { ...asked, ...choice.given } });
  const folder = resolve(options.out ?? join(evaluated.reports, options.data === undefined ? label : `data-${label}`));
  const subject = { ...evaluated.subject, folder: elsewhere, ...(about && { about }) };
  const errors = await withPictures(errorCases(evaluation, test, subject.id), measured.path);
  const paths = await writeReport(folder, { evaluation, predictions: test, subject, errors });
  await evaluated.record(Object.values(paths));
  const { stamps, leaks } = evaluated.subject;
  for (const stamp of stampWords(stamps, leaks)) out.warn(`Stamped ${stamp}.`);
  for (const text of [...evaluationLines(evaluation), ...exposureLines(evaluation)]) out.line(text);
  out.line(`\nreport ${pc.cyan(relative(process.cwd(), paths.page) || paths.page)}`);
  out.json({
    split: evaluation.split,
    samples: evaluation.samples,
    metrics: evaluation.metrics,
    operatingPoint: evaluation.operatingPoint,
    temperature: evaluation.temperature.value,
    stamps,
    leaks: leaks ?? null,
    exposure: evaluation.exposure,
    notes: evaluation.notes,
    report: paths.page,
    card: paths.card,
  });
}

function readSettings(options: Options): EvaluateOptions {
  const whole = (name: 'resamples' | 'seed'): number => {
    const value = Number(options[name]);
    if (Number.isInteger(value) && value >= 0) return value;
    throw new OslerError('USAGE', `--${name} ${options[name]} is not a whole number, 0 or more.`);
  };
  if (options.rule !== undefined) parseRule(options.rule);
  const positive = options.positive?.split(',').map((name) => name.trim());
  if (positive?.some((name) => name === ''))
    throw new OslerError('USAGE', `--positive ${options.positive} has an empty name.`);
  return {
    resamples: whole('resamples'),
    seed: whole('seed'),
    ...(options.rule === undefined ? {} : { rule: options.rule }),
    ...(positive === undefined ? {} : { positive }),
  };
}
