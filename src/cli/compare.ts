import { join, relative } from 'node:path';
import { type Command, Option } from 'commander';
import { Split } from '../data/sample.ts';
import { thumbnail } from '../data/thumbnail.ts';
import { OslerError } from '../errors.ts';
import type { Side } from '../evaluation/comparison/compare.ts';
import type { Comparison } from '../evaluation/comparison/comparison.ts';
import { viewsNotes } from '../evaluation/comparison/views-notes.ts';
import { writeComparison } from '../evaluation/comparison/write.ts';
import { parseRule } from '../evaluation/decisions/rule.ts';
import { METRICS, type MetricName } from '../evaluation/evaluation.ts';
import { Measuring } from '../evaluation/measuring.ts';
import { type Evaluated, findEvaluated } from '../pipeline/evaluated/find.ts';
import { type Common, commonSamples } from '../pipeline/evaluated/samples.ts';
import { leakNotes, measureSide, pointNotes, positiveOf, splitNotes } from '../pipeline/evaluated/side.ts';
import { exportedViews, lastEvaluation } from '../pipeline/run-evaluation.ts';
import { outputFolder } from '../store/output.ts';
import type { RunRecord } from '../store/run.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import { comparisonLines } from './compare-output.ts';
import type { Context } from './context.ts';
import { wholeNumber } from './options.ts';

interface Options {
  split: Split;
  data?: string;
  dataset?: string;
  metric?: MetricName;
  margin?: number;
  pairs: 'all' | 'first';
  positive?: string;
  rule?: string;
  resamples: number;
  seed: number;
  out?: string;
}

export function register(program: Command, ctx: Context): void {
  program
    .command('compare')
    .description('Compare runs or bundles on the same samples: is one better, and how sure is that?')
    .argument(
      '<models...>',
      'two or more: runs (id, beginning of it, name, latest) or bundles (folder or name); the first is the reference',
    )
    .addOption(
      new Option('--split <name>', 'the part of their dataset to compare on').choices(Split.options).default('test'),
    )
    .option('--dataset <name>', "compare on this dataset (name or name@2) instead of the models' own")
    .option('--data <dir>', 'compare on a folder: images in sub-folders named as the classes')
    .addOption(
      new Option(
        '--metric <name>',
        'the metric that decides, chosen beforehand (default: auroc, or macroAuroc)',
      ).choices(METRICS),
    )
    .option(
      '--margin <m>',
      'how much worse is still good enough, in units of the metric: 0.02 asks whether a later model is less than 0.02 worse',
      margin,
    )
    .addOption(
      new Option('--pairs <which>', 'all pairs, or the first model against each other')
        .choices(['all', 'first'])
        .default('all'),
    )
    .option('--positive <a,b>', 'classes that count as positive; their probabilities are summed')
    .option('--rule <rule>', 'how each threshold is chosen on validation (as in osler evaluate)')
    .option('--resamples <n>', 'bootstrap resamples', wholeNumber(100, 1_000_000), 10_000)
    .option('--seed <n>', 'of the resamples', wholeNumber(0, 2 ** 31 - 1), 0)
    .option('--out <dir>', 'where the page goes (default: OSLER_HOME/comparisons)')
    .addHelpText(
      'after',
      `
AUROC is compared by DeLong's test, right answers by McNemar's exact one, everything else by a paired bootstrap; patients or lesions
count as one throughout. p-values are corrected for the number of pairs (Holm). Each model decides by its own operating point,
and a run looks at images in the views of its last evaluation, as its export would.
Writes comparison.html, comparison.json and answers.csv.

Examples:
  osler compare old new
  osler compare old new --margin 0.02 --metric sensitivity
  osler compare 3f2a9c 81bb20 .osler/bundles/lesions --pairs first --json
  osler compare old new --data photos/`,
    )
    .action((refs: string[], options: Options) => run(refs, options, ctx));
}

async function run(refs: string[], options: Options, ctx: Context): Promise<void> {
  const { out, home, databaseUrl, signal } = ctx;
  if (refs.length < 2) {
    throw new OslerError('USAGE', 'Two models are needed for a comparison.', {
      hint: 'Name another run or bundle: osler compare A B. `osler runs list` shows the runs.',
    });
  }
  if (options.data !== undefined && options.dataset !== undefined)
    throw new OslerError('USAGE', '--data and --dataset exclude each other.');
  if (options.rule !== undefined) parseRule(options.rule);
  const chosen = options.out === undefined ? undefined : await outputFolder(options.out, '--out');
  await using store = await openStore(home, databaseUrl);
  await using stack = new AsyncDisposableStack();
  const asEvaluated = async (run: RunRecord) => exportedViews(run, await lastEvaluation(home, run));
  const models: { name: string; evaluated: Evaluated }[] = [];
  for (const ref of refs) {
    const evaluated = stack.use(await findEvaluated(ref, store, ctx, asEvaluated));
    const twin = models.findIndex((model) => model.evaluated.subject.id === evaluated.subject.id);
    if (twin >= 0 && models[twin]!.evaluated.subject.kind === evaluated.subject.kind)
      throw new OslerError('USAGE', `${refs[twin]} and ${ref} are the same ${evaluated.subject.kind}.`);
    models.push({ name: evaluated.subject.name, evaluated });
  }
  nameApart(models);
  const positive = positiveOf(models, options.positive);
  const common = await commonSamples(models, options, ctx);
  const sides: Side[] = [];
  const measuring = stack.use(new Measuring(signal));
  for (const [m, { name, evaluated }] of models.entries()) {
    sides.push(await measureSide(name, evaluated, common.predictions[m]!, { ...options, positive }, measuring, ctx));
  }
  const comparison = await measuring.compare(
    sides,
    {
      on: common.on,
      split: options.data === undefined ? options.split : 'folder',
      leftOut: common.leftOut,
      createdAt: new Date().toISOString(),
      notes: [
        ...common.notes,
        ...splitNotes(options),
        ...leakNotes(sides, options),
        ...pointNotes(sides),
        ...viewsNotes(sides),
      ],
    },
    {
      ...(options.metric === undefined ? {} : { metric: options.metric }),
      ...(options.margin === undefined ? {} : { margin: options.margin }),
      pairs: options.pairs,
      resamples: options.resamples,
      seed: options.seed,
    },
  );
  const folder = chosen ?? join(home, 'comparisons', folderName(models, options));
  const pictures = await picturesOf(comparison, common);
  const paths = await writeComparison(folder, comparison, sides, pictures);
  for (const text of comparisonLines(comparison)) out.line(text);
  out.line(`\npage ${pc.cyan(relative(process.cwd(), paths.page) || paths.page)}`);
  const { partings: _, models: compared, ...rest } = comparison;
  out.json({ ...rest, models: compared.map(({ roc: __, ...model }) => model), page: paths.page });
}

/** Runs of one name are told apart by their ids. */
function nameApart(models: { name: string; evaluated: Evaluated }[]): void {
  const names = models.map(({ name }) => name);
  for (const model of models) {
    if (names.filter((name) => name === model.name).length < 2) continue;
    const { kind, id } = model.evaluated.subject;
    model.name = kind === 'run' ? `${model.name} ${id.slice(0, 8)}` : `${model.name} (bundle)`;
  }
}

async function picturesOf(comparison: Comparison, common: Common): Promise<Map<string, string>> {
  const ids = Object.values(comparison.partings).flatMap(({ first, second }) =>
    [...first, ...second].map(({ id }) => id),
  );
  const pictures = new Map<string, string>();
  for (const id of new Set(ids)) {
    const path = common.paths.get(id);
    const picture = path === undefined ? null : await thumbnail(path, 144);
    if (picture !== null) pictures.set(id, picture);
  }
  return pictures;
}

function folderName(models: readonly { evaluated: Evaluated }[], options: Options): string {
  const names = models.map(({ evaluated: { subject } }) =>
    `${subject.name}${subject.kind === 'run' ? `-${subject.id.slice(0, 6)}` : ''}`.replace(/[^A-Za-z0-9._-]+/g, '_'),
  );
  const which = names.length <= 3 ? names.join('-vs-') : `${names[0]}-vs-${names.length - 1}-others`;
  return `${which}-${options.data === undefined ? options.split : 'data'}`.slice(0, 180);
}

function margin(text: string): number {
  const value = Number(text);
  if (value > 0 && Number.isFinite(value)) return value;
  throw new OslerError('USAGE', `--margin "${text}" is no number above 0.`, {
    hint: 'Give how much worse is still good enough, in units of the metric: 0.02 for two points of AUROC.',
  });
}
