import { createHash } from 'node:crypto';
import { readFile } from 'node:fs/promises';
import { basename, join, relative, resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { openImage } from '../data/decode.ts';
import { type FindMask, findMasks } from '../data/find-masks.ts';
import { keptMasks } from '../data/masks.ts';
import { Split } from '../data/sample.ts';
import { OslerError } from '../errors.ts';
import { EvaluationFile } from '../evaluation/evaluation.ts';
import { Explanations } from '../evaluation/explanations.ts';
import { readPart } from '../evaluation/report/parts.ts';
import { REPORT_FILES, renewReport } from '../evaluation/report/write.ts';
import { type Mask, readMask } from '../explain/mask.ts';
import { type Evaluated, findEvaluated } from '../pipeline/evaluated/find.ts';
import { type Explained, explain } from '../pipeline/explain.ts';
import { openAs } from '../pipeline/mapper.ts';
import { viewsIn } from '../pipeline/run-evaluation.ts';
import { answersIn } from '../pipeline/runs/kept-answers.ts';
import { writeFileAtomic } from '../store/files.ts';
import { openStore } from '../store/store.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { explainLines } from './explain-output.ts';
import { wholeNumber } from './options.ts';

interface Options {
  split: Split;
  data?: string;
  masks?: string;
  images: number;
  occlusion: number;
  sanity: boolean;
  out?: string;
}

export function register(program: Command, ctx: Context): void {
  program
    .command('explain')
    .description(
      'Check what the heat maps are worth: against masks, against chance, against a network that learnt nothing.',
    )
    .argument('<run|bundle>', "a run (id, beginning of it, name, latest), or a bundle's folder or name")
    .addOption(new Option('--split <name>', 'the evaluated part of its dataset').choices(Split.options).default('test'))
    .option('--data <dir>', 'the evaluated folder instead')
    .option(
      '--masks <dir>',
      "masks of what the maps are to find, named as the images (ID.png, ID_mask.png), of the images' size (default: those the import kept)",
    )
    .option(
      '--images <n>',
      'activation maps of so many images at most, spread over the split',
      wholeNumber(2, 1_000_000),
      400,
    )
    .option(
      '--occlusion <n>',
      'occlusion maps of so many of them (about a hundred passes each)',
      wholeNumber(0, 100_000),
      48,
    )
    .option('--no-sanity', 'leave out the networks with randomised weights')
    .option('--out <dir>', "the evaluation's folder, where it was given one")
    .addHelpText(
      'after',
      `
Reads the evaluation (make it first: osler evaluate), writes explanations.json beside it and shows the result in its report.
Scores: the pointing game and the share of the map inside the mask, each next to a flat map, the image's centre, other images'
maps and the same network with its weights shuffled. Maps that are no better than that are called so.

Examples:
  osler explain latest --masks phantoms/masks
  osler explain .osler/bundles/lesions --images 100 --occlusion 20`,
    )
    .action((ref: string, options: Options) => run(ref, options, ctx));
}

async function run(ref: string, options: Options, ctx: Context): Promise<void> {
  const { out, home, databaseUrl, signal } = ctx;
  const named = options.masks === undefined ? null : await findMasks(resolve(options.masks));
  await using store = await openStore(home, databaseUrl);
  const label = options.data === undefined ? options.split : basename(resolve(options.data));
  const folderIn = (reports: string) =>
    resolve(options.out ?? join(reports, options.data === undefined ? label : `data-${label}`));
  await using evaluated = await findEvaluated(ref, store, ctx, (run, reports) => viewsIn(folderIn(reports), run));
  const { subject } = evaluated;
  const folder = folderIn(evaluated.reports);
  const kept =
    evaluated.dataset === null || options.data !== undefined ? null : await keptMasks(home, evaluated.dataset);
  const find = named ?? kept;
  await checkViews(folder, evaluated, ref);
  const chosen = spread(await readAnswers(folder, ref, options), options.images);
  const { images, masks } = await withMasks(chosen, filesOf(evaluated, options), find, named !== null);
  const { model, spec } = await evaluated.graph();
  const checked = await explain({
    model,
    spec,
    labels: evaluated.labels,
    images,
    masks,
    occlusion: options.occlusion,
    sanity: options.sanity ? 48 : 0,
    onProgress: out.progress,
    signal,
  });
  const file = Explanations.parse({
    format: 'osler-explanations/1',
    subject: subject.id,
    sha256: createHash('sha256').update(model).digest('hex'),
    epoch: subject.training?.best?.epoch ?? null,
    views: subject.views,
    split: label,
    createdAt: new Date().toISOString(),
    ...checked,
  });
  const path = join(folder, REPORT_FILES.explanations);
  await writeFileAtomic(path, `${JSON.stringify(file, null, 1)}\n`);
  const report = await renewReport(folder);
  await evaluated.record([path]);
  for (const line of explainLines(file)) out.line(line);
  if (report !== null) out.line(`\nreport ${pc.cyan(relative(process.cwd(), report.page) || report.page)}`);
  const { examples: _, ...numbers } = file;
  out.json({ ...numbers, report: report?.page ?? null, file: path });
}

type File = Pick<Explained, 'path' | 'sha256'>;
type Answered = Omit<Explained, keyof File | 'mask'>;

/** A bundle may have been exported anew since, with other views in its graph. Throws DATA_INVALID: its maps are not of those answers. */
async function checkViews(folder: string, { subject }: Evaluated, ref: string): Promise<void> {
  const made = await readPart(join(folder, REPORT_FILES.json), EvaluationFile);
  const { views = 'none' } = made?.subject ?? subject;
  if (views === (subject.views ?? 'none')) return;
  throw new OslerError(
    'DATA_INVALID',
    `The evaluation in ${folder} was made in other views (${views}) than ${ref} has.`,
    {
      hint: 'Evaluate again.',
    },
  );
}

/** What the evaluation said of each sample. Throws NOT_FOUND where there is none. */
async function readAnswers(folder: string, ref: string, options: Options): Promise<Answered[]> {
  const text = await readFile(join(folder, REPORT_FILES.csv), 'utf8').catch((cause: NodeJS.ErrnoException) => {
    if (cause.code !== 'ENOENT' && cause.code !== 'ENOTDIR') throw cause;
    const what = options.data === undefined ? `--split ${options.split}` : `--data ${options.data}`;
    throw new OslerError('NOT_FOUND', `There is no evaluation to explain in ${folder}.`, {
      hint: `Make it first: osler evaluate ${ref} ${what}`,
      cause,
    });
  });
  const { classes, rows } = answersIn(text);
  return rows.map(({ id, group, label, predicted, probabilities }) => ({
    ...{ id, group, label, decided: predicted },
    probability: probabilities[classes.indexOf(predicted)]!,
  }));
}

function filesOf({ dataset, subject }: Evaluated, { data, split }: Options): (id: string) => File {
  if (data !== undefined) return (id) => ({ path: join(resolve(data), id), sha256: null });
  if (dataset === null) {
    throw new OslerError('NOT_FOUND', `The dataset that ${subject.name} was trained on is not here.`, {
      hint: 'Import it again under its name (osler data import --help), or name a folder with --data DIR.',
    });
  }
  const samples = new Map(dataset.samples(split).map((sample) => [sample.id, sample]));
  return (id) => {
    const sample = samples.get(id);
    if (sample !== undefined) return { path: dataset.path(sample), sha256: sample.sha256 };
    throw new OslerError('DATA_INVALID', `${id} of the evaluation is no ${split} sample of the dataset any more.`, {
      hint: 'Evaluate again.',
    });
  };
}

async function withMasks(
  answers: readonly Answered[],
  files: (id: string) => File,
  find: FindMask | null,
  asked: boolean,
): Promise<{ images: Explained[]; masks: { missing: number; empty: number } | null }> {
  let missing = 0;
  let empty = 0;
  const images: Explained[] = [];
  for (const answer of answers) {
    const file = files(answer.id);
    const at = find?.(answer.id);
    let mask: Mask | null = null;
    if (at !== undefined) {
      const { height, width } = await openImage(file.path, openAs({ ...file, id: answer.id }));
      mask = await readMask(at, { id: answer.id, height, width });
      if (mask === null) empty += 1;
    } else missing += 1;
    images.push({ ...answer, ...file, mask });
  }
  if (find === null) return { images, masks: null };
  if (missing === images.length) {
    if (!asked) return { images, masks: null };
    throw new OslerError(
      'DATA_INVALID',
      `None of the masks has the name of an image, for example of ${answers[0]?.id}.`,
      {
        hint: 'A mask is called as its image: ID.png, ID_mask.png or ID_segmentation.png.',
      },
    );
  }
  return { images, masks: { missing, empty } };
}

/** So many, at even distances. */
function spread<T>(list: readonly T[], limit: number): T[] {
  const count = Math.min(limit, list.length);
  return Array.from({ length: count }, (_, i) => list[Math.floor((i * list.length) / count)]!);
}
