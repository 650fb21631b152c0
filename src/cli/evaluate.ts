import { relative } from 'node:path';
import { type Command, Option } from 'commander';
import { Split } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { parseRule, RULE_EXAMPLES } from '../evaluation/decisions/rule.ts';
import type { EvaluateOptions } from '../evaluation/options.ts';
import { VIEWS, type Views, viewsWords } from '../evaluation/views.ts';
import { evaluateOne } from '../pipeline/evaluated/evaluate.ts';
import { findEvaluated } from '../pipeline/evaluated/find.ts';
import { findGroup } from '../store/groups.ts';
import { outputFolder } from '../store/output.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { readAbout } from './evaluate-about.ts';
import { addDecisionOptions, type DecisionOptions, decisionSettings, decisionsAnswer } from './evaluate-decisions.ts';
import { evaluateGroup } from './evaluate-group.ts';
import { addIntervalOptions, type IntervalOptions, intervalSettings } from './evaluate-intervals.ts';
import { evaluationLines } from './evaluate-output.ts';
import { exposureLines } from './exposure-output.ts';
import { subgroupLines } from './subgroups-output.ts';

interface Options extends DecisionOptions, IntervalOptions {
  json?: boolean;
  split: Split;
  data?: string;
  positive?: string;
  rule?: string;
  out?: string;
  about?: string;
  subgroups?: string;
  views?: Views;
}

export function register(program: Command, ctx: Context): void {
  const command = program
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
    .option('--rule <rule>', `how the threshold is chosen on validation: ${RULE_EXAMPLES}`);
  addIntervalOptions(addDecisionOptions(command))
    .addOption(
      new Option(
        '--views <views>',
        "in which views each image is looked at: mirrors is the mean of four, at four times the work (default: the recipe's)",
      ).choices(VIEWS),
    )
    .option(
      '--subgroups <columns>',
      'columns of the samples to measure by, and crossed pairwise: sex,age; default all, none for none',
    )
    .option(
      '--out <dir>',
      'where the report goes (default: with the run, whose metrics are then the measured ones, or OSLER_HOME/evaluations)',
    )
    .option('--about <file>', 'what no record can know, for checklists and model card: YAML, intendedUse: "..."')
    .addHelpText(
      'after',
      `
Calibration, operating point, conformal sets and the limits for unlike images are fitted on the validation split and applied to
the measured one; a bundle brings its own. cost=10:1@0.02 says that a missed positive is ten times as bad as a false alarm, where 2
in 100 are positive.
Writes evaluation.json, predictions.csv, model-card.md and report.html, a page of its own that any browser opens. The page holds
the CLAIM and TRIPOD+AI checklists, filled from the record, and names the keys that --about FILE is to answer.

Examples:
  osler evaluate latest
  osler evaluate 3f2a9c --positive mel,bcc,akiec --rule sensitivity=0.95
  osler evaluate latest --subgroups sex,age,localization
  osler evaluate .osler/bundles/lesions --data photos/ --json`,
    )
    .action((ref: string, options: Options) => run(ref, options, ctx));
}

async function run(ref: string, options: Options, ctx: Context): Promise<void> {
  const { out, home, databaseUrl } = ctx;
  const settings = readSettings(options);
  const chosen = options.out === undefined ? undefined : await outputFolder(options.out, '--out');
  const about = options.about === undefined ? undefined : await readAbout(options.about);
  await using store = await openStore(home, databaseUrl);
  const group = await findGroup(home, ref);
  if (group !== null) {
    refuseOfGroup(options);
    const { split, data } = options;
    const subgroups = readColumns(options.subgroups);
    return await evaluateGroup(
      group,
      { ...settings, split, subgroups, views: options.views, ...(data === undefined ? {} : { data }) },
      ctx,
    );
  }
  await using evaluated = await findEvaluated(ref, store, ctx, options.views);
  const { stamps, leaks, views } = evaluated.subject;
  const { evaluation, paths } = await evaluateOne(
    evaluated,
    { ...options, about, folder: chosen, settings: { ...settings, subgroups: readColumns(options.subgroups) } },
    ctx,
  );
  for (const text of [...evaluationLines(evaluation), ...subgroupLines(evaluation), ...exposureLines(evaluation)])
    out.line(text);
  const words = viewsWords(views);
  if (words !== null) out.line(`\nviews ${words}`);
  out.line(`\nreport ${pc.cyan(relative(process.cwd(), paths.page) || paths.page)}`);
  out.json({
    split: evaluation.split,
    samples: evaluation.samples,
    metrics: evaluation.metrics,
    references: evaluation.references,
    operatingPoint: evaluation.operatingPoint,
    temperature: evaluation.temperature.value,
    views: views ?? 'none',
    ...decisionsAnswer(evaluation),
    stamps,
    leaks: leaks ?? null,
    exposure: evaluation.exposure,
    subgroups: evaluation.subgroups,
    notes: evaluation.notes,
    report: paths.page,
    card: paths.card,
  });
}

/** Options that a group of runs has no use for. Throws USAGE: what is asked for is not to be passed over in silence. */
export function refuseOfGroup(options: Partial<Options>): void {
  const { out, about, calibration, coverage, falseAlarms } = options;
  const single = {
    '--out': out,
    '--about': about,
    '--calibration': calibration,
    '--coverage': coverage,
    '--false-alarms': falseAlarms,
  };
  const [given] = Object.entries(single).find(([, value]) => value !== undefined) ?? [];
  if (given === undefined) return;
  throw new OslerError('USAGE', `${given} is for a single run or bundle, not for a group of runs.`, {
    hint: 'Leave it out, or name one of its runs: osler runs list',
  });
}

function readSettings(options: Options): EvaluateOptions {
  if (options.rule !== undefined) parseRule(options.rule);
  const positive = options.positive?.split(',').map((name) => name.trim());
  if (positive?.some((name) => name === ''))
    throw new OslerError('USAGE', `--positive ${options.positive} has an empty name.`);
  return {
    ...intervalSettings(options),
    ...decisionSettings(options),
    ...(options.rule === undefined ? {} : { rule: options.rule }),
    ...(positive === undefined ? {} : { positive }),
  };
}

function readColumns(text = 'all'): string[] | 'all' | null {
  if (text === 'none') return null;
  if (text === 'all') return 'all';
  const names = text.split(',').map((name) => name.trim());
  if (!names.includes('')) return names;
  throw new OslerError('USAGE', `--subgroups ${text} has an empty name.`);
}
