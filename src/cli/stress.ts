import { basename, join, relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import {
  AMOUNTS,
  CORRUPTIONS,
  type Corruption,
  type CorruptionKind,
  kindsFor,
  STRENGTHS,
} from '../data/corrupt/spec.ts';
import { type Dataset, type Sample, Split } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { positiveClasses } from '../evaluation/check.ts';
import { direction } from '../evaluation/comparison/direction.ts';
import { calibrate } from '../evaluation/decisions/calibration/apply.ts';
import { type Evaluation, METRICS, type MetricName } from '../evaluation/evaluation.ts';
import type { Decided } from '../evaluation/measure.ts';
import { Measuring } from '../evaluation/measuring.ts';
import { renewReport } from '../evaluation/report/write.ts';
import { robustness } from '../evaluation/robustness/robustness.ts';
import { writeRobustness } from '../evaluation/robustness/write.ts';
import { choose } from '../pipeline/evaluated/choice.ts';
import { type Evaluated, findEvaluated } from '../pipeline/evaluated/find.ts';
import { withFolderDataset } from '../pipeline/evaluated/folder.ts';
import { viewsIn } from '../pipeline/run-evaluation.ts';
import { predictCorrupted } from '../serving/predict-corrupted.ts';
import { predictSamples } from '../serving/predict-samples.ts';
import { stampWords } from '../store/leak-stamp.ts';
import { outputFolder } from '../store/output.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { wholeNumber } from './options.ts';
import { stressLines } from './stress-output.ts';

interface Options {
  split: Split;
  data?: string;
  kinds?: string;
  gate: string[];
  limit?: number;
  positive?: string;
  rule?: string;
  resamples: number;
  seed: number;
  out?: string;
}

export function register(program: Command, ctx: Context): void {
  program
    .command('stress')
    .description('Measure how a model holds when images get worse: eight kinds of damage at five strengths.')
    .argument('<run|bundle>', "a run (id, beginning of it, name, latest), or a bundle's folder or name")
    .addOption(
      new Option('--split <name>', 'the part of its dataset to measure on').choices(Split.options).default('test'),
    )
    .option('--data <dir>', 'measure on a folder instead: images in sub-folders named as the classes')
    .option('--kinds <a,b>', `only these of ${CORRUPTIONS.join(', ')}`)
    .option(
      '--gate <metric=limit>',
      'say where the metric gets worse than this; may be given more than once',
      collect,
      [],
    )
    .option('--limit <n>', 'only so many images, spread over the split', wholeNumber(2, 10_000_000))
    .option('--positive <a,b>', 'classes that count as positive; their probabilities are summed')
    .option('--rule <rule>', 'how the threshold is chosen on validation, as in osler evaluate')
    .option('--resamples <n>', 'for the intervals', wholeNumber(0, 1_000_000), 1000)
    .option('--seed <n>', 'of the resamples', wholeNumber(0, 2 ** 31 - 1), 0)
    .option('--out <dir>', "where stress.json and stress.svg go (default: the evaluation's folder)")
    .addHelpText(
      'after',
      `
The damage is done to the pixels that the network sees:
${kindsHelp()}
Calibration and operating point stay those of the undamaged validation images, as they would in use. The network runs in
ONNX Runtime, a run's in the views of the evaluation that this stands beside. The same damage is done each time: what chance decides follows from the image's name.

Examples:
  osler stress latest
  osler stress latest --gate auroc=0.8 --gate sensitivity=0.9
  osler stress .osler/bundles/lesions --data photos/ --kinds blur,jpeg --json`,
    )
    .action((ref: string, options: Options) => run(ref, options, ctx));
}

async function run(ref: string, options: Options, ctx: Context): Promise<void> {
  const { out, home, databaseUrl, signal } = ctx;
  const gates = options.gate.flatMap((text) => text.split(',')).map(readGate);
  const asked = readKinds(options.kinds);
  const chosen = options.out === undefined ? undefined : await outputFolder(options.out, '--out');
  await using store = await openStore(home, databaseUrl);
  const label = options.data === undefined ? options.split : basename(resolve(options.data));
  const folderIn = (reports: string) => chosen ?? join(reports, options.data === undefined ? label : `data-${label}`);
  await using evaluated = await findEvaluated(ref, store, ctx, (run, reports) => viewsIn(folderIn(reports), run));
  const { subject } = evaluated;
  const predictor = await evaluated.predictor();
  const kinds = kindsFor(predictor.manifest.preprocess.channels).filter((kind) => asked.includes(kind));
  if (kinds.length === 0) {
    throw new OslerError('USAGE', 'The network sees grey images, which have no colour to shift.', {
      hint: `Choose other kinds: ${kindsFor(1).join(', ')}.`,
    });
  }
  const corruptions = kinds.flatMap((kind): Corruption[] => STRENGTHS.map((strength) => ({ kind, strength })));
  const progress = { onProgress: out.progress, signal };
  const settings = { ...settingsOf(options, evaluated), split: label };
  const inRuntime: Evaluated = {
    ...evaluated,
    predictSplit: (split) => predictSamples(predictor, ownDataset(evaluated), split, progress),
  };
  const { validation, given } = await choose(inRuntime, options, settings, ctx);
  const answers = (dataset: Dataset, split: Split) => {
    const samples = spread(samplesOf(dataset, split), options.limit);
    return predictCorrupted(predictor, dataset, samples, [null, ...corruptions], progress);
  };
  const predictions =
    options.data === undefined
      ? await answers(ownDataset(evaluated), options.split)
      : await withFolderDataset(options.data, evaluated.labels, ctx, (data) => answers(data.dataset, 'test'));
  await using measuring = new Measuring(signal);
  const clean = await measuring.evaluate({ validation, test: predictions[0]!, options: { ...settings, ...given } });
  const decided = decisionsOf(clean);
  const damaged: Evaluation['metrics'][] = [];
  for (const test of predictions.slice(1)) {
    damaged.push((await measuring.measure(test, decided(test.logits), settings)).metrics);
    out.progress({ task: 'measuring', done: damaged.length, total: corruptions.length });
  }
  const levels = corruptions.map(({ kind, strength }, i) => {
    const { unit, amounts } = AMOUNTS[kind];
    return { kind, unit, strength, amount: amounts[strength - 1]!, metrics: damaged[i]! };
  });
  const result = robustness(clean, levels, gates);
  const folder = folderIn(evaluated.reports);
  const paths = await writeRobustness(folder, { robustness: result, subject });
  // Where the evaluation was made before, its report now shows this too.
  const report = await renewReport(folder);
  await evaluated.record(Object.values(paths));
  for (const stamp of stampWords(subject.stamps, subject.leaks)) out.warn(`Stamped ${stamp}.`);
  for (const line of stressLines(result)) out.line(line);
  out.line(`\ncurves ${pc.cyan(relative(process.cwd(), paths.svg) || paths.svg)}`);
  if (report !== null) out.line(`report ${pc.cyan(relative(process.cwd(), report.page) || report.page)}`);
  out.json({
    ...result,
    stamps: subject.stamps,
    leaks: subject.leaks ?? null,
    files: paths,
    report: report?.page ?? null,
  });
}

/** What was decided for the undamaged images, for others: calibration, the threshold of the yes/no question, the rule for several classes. */
function decisionsOf({ class_names, calibrator, temperature, operatingPoint: point, classRule }: Evaluation) {
  const calibration = calibrator?.applied ?? { method: 'temperature' as const, temperature: temperature.value };
  const question = point && { members: positiveClasses(class_names, point.positive)!, threshold: point.threshold };
  return (logits: Float32Array): Decided => ({
    probabilities: calibrate(logits, class_names.length, calibration),
    question,
    rule: classRule?.applied ?? null,
  });
}

function settingsOf({ positive, rule, resamples, seed }: Options, evaluated: Evaluated) {
  const named = positive?.split(',').map((name) => name.trim());
  const { positive: own, decision } = evaluated;
  return { positive: named ?? own, decision, resamples, seed, ...(rule === undefined ? {} : { rule }) };
}

/** Throws NOT_FOUND where the dataset that it was trained on is not in this OSLER_HOME. */
function ownDataset({ dataset, subject }: Evaluated): Dataset {
  if (dataset !== null) return dataset;
  throw new OslerError('NOT_FOUND', `The dataset that ${subject.name} was trained on is not here.`, {
    hint: 'Import it again under its name (osler data import --help), or measure on a folder: --data DIR',
  });
}

function samplesOf(dataset: Dataset, split: Split): Sample[] {
  const samples = dataset.samples(split);
  if (samples.length > 0) return samples;
  const { name, version } = dataset.record;
  throw new OslerError('DATA_INVALID', `${name}@${version} has no ${split} samples.`, {
    hint: 'Name a split that has some with --split.',
  });
}

/** So many, at even distances: classes keep their shares, as samples stand in the order of their folders. */
function spread(samples: Sample[], limit = samples.length): Sample[] {
  const count = Math.min(limit, samples.length);
  return Array.from({ length: count }, (_, i) => samples[Math.floor((i * samples.length) / count)]!);
}

function readKinds(text: string | undefined): readonly CorruptionKind[] {
  if (text === undefined) return CORRUPTIONS;
  return text.split(',').map((name) => {
    const kind = CORRUPTIONS.find((each) => each === name.trim());
    if (kind !== undefined) return kind;
    throw new OslerError('USAGE', `--kinds ${name}: there is no such kind of damage.`, {
      hint: `There are ${CORRUPTIONS.join(', ')}.`,
    });
  });
}

function readGate(text: string): { metric: MetricName; limit: number } {
  const [name = '', value = ''] = text.split('=');
  const metric = METRICS.find((each) => each === name.trim());
  const limit = Number(value);
  if (metric === undefined) {
    throw new OslerError('USAGE', `--gate ${text}: "${name}" is no metric.`, {
      hint: `There are ${METRICS.join(', ')}.`,
    });
  }
  if (direction(metric) === 0) {
    throw new OslerError('USAGE', `--gate ${text}: neither more nor less of ${name} is better.`, {
      hint: 'Take another metric, for example ece.',
    });
  }
  if (value.trim() === '' || !Number.isFinite(limit)) {
    throw new OslerError('USAGE', `--gate ${text}: "${value}" is no number.`, {
      hint: 'For example: --gate auroc=0.8',
    });
  }
  return { metric, limit };
}

function collect(value: string, before: string[]): string[] {
  return [...before, value];
}

function kindsHelp(): string {
  return CORRUPTIONS.map(
    (kind) => `  ${kind.padEnd(11)} ${AMOUNTS[kind].amounts.join(', ')} ${AMOUNTS[kind].unit}`,
  ).join('\n');
}
