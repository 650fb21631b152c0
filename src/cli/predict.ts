import { mkdir } from 'node:fs/promises';
import { basename, extname, join } from 'node:path';
import type { Command } from 'commander';
import { OslerError } from '../errors.ts';
import { openNamedBundle } from '../pipeline/find-bundle.ts';
import { mapInOrder } from '../serving/map-in-order.ts';
import { createPredictor } from '../serving/predictor.ts';
import { writeFileAtomic } from '../store/files.ts';
import { stampWords } from '../store/leak-stamp.ts';
import { outputFolder } from '../store/output.ts';
import type { Context } from './context.ts';
import { wholeNumber } from './options.ts';
import { type Input, listInputs } from './predict-inputs.ts';
import { csvHeader, csvRow, decisionNote, predictionTable, type Row, toErrorRow, toRow } from './predict-output.ts';

interface Options {
  json?: boolean;
  csv?: boolean;
  heatmap?: string;
  threads?: number;
}

/** Images under way: enough for decoding and computing to overlap, few enough for constant memory. */
const AHEAD = 32;

export function register(program: Command, ctx: Context): void {
  program
    .command('predict')
    .description(
      'Predict images with a bundle: label, probabilities, verdict, the classes that fit, and whether the image is unlike its own.',
    )
    .argument(
      '<bundle>',
      'a bundle folder, the name of one in OSLER_HOME/bundles, or a registered version: models:/skin@champion',
    )
    .argument('<images...>', 'image files, folders (all images below), or - for standard input')
    .option('--csv', 'print CSV: one line an image, one column a class')
    .option('--heatmap <dir>', 'write a PNG for each image: what speaks for its class')
    .option('--threads <n>', "threads of ONNX Runtime (default: the machine's processors)", wholeNumber(1, 1024))
    .addHelpText(
      'after',
      `
Standard input (-) is one image, or a list of paths, one a line; its first bytes tell.
"fits" are the classes that can't be ruled out; "unlike validation" says that the image is of another kind than the model was checked
on: its answer is then worth nothing.
An image that cannot be read gets an error in its row and does not end the rest; the exit code is then 1.

Examples:
  osler predict lesions photo.jpg
  osler predict .osler/bundles/lesions photos/ --heatmap heatmaps/
  find /scans -name '*.png' | osler predict lesions - --csv > answers.csv
  curl -s https://example.org/x.jpg | osler predict lesions - --json`,
    )
    .action((bundle: string, images: string[], options: Options) => predict(bundle, images, options, ctx));
}

async function predict(ref: string, images: string[], options: Options, ctx: Context): Promise<void> {
  const { out, signal } = ctx;
  if (options.json && options.csv) throw new OslerError('USAGE', 'Choose --json or --csv.');
  const folder = options.heatmap;
  if (folder !== undefined) await outputFolder(folder, '--heatmap');
  const bundle = await openNamedBundle(ref, ctx);
  const { manifest } = bundle;
  const { inputs, total } = await listInputs(images, process.stdin);
  if (folder !== undefined) await mkdir(folder, { recursive: true });
  for (const stamp of stampWords(manifest.stamps, manifest.leaks)) out.warn(`This bundle is stamped ${stamp}.`);
  const predictor = await createPredictor(bundle, options.threads === undefined ? {} : { threads: options.threads });
  const freshName = pictureNames();

  const one = async ({ file, source }: Input): Promise<Row> => {
    signal.throwIfAborted();
    const path = folder === undefined ? undefined : join(folder, freshName(file));
    const [answer] = await predictor.predict([source], { heatmap: path !== undefined });
    if (answer instanceof OslerError) return toErrorRow(file, answer);
    if (path !== undefined) await writeFileAtomic(path, answer!.heatmap!.png);
    return toRow(file, answer!, path);
  };

  try {
    const started = performance.now();
    const rows: Row[] = [];
    let done = 0;
    let failed = 0;
    if (options.csv) process.stdout.write(`${csvHeader(manifest)}\n`);
    // Lines of CSV on a terminal and a bar below them would fight for the cursor.
    const quiet = options.csv === true && process.stdout.isTTY;
    for await (const row of mapInOrder(inputs, AHEAD, one)) {
      done += 1;
      if (row.error !== undefined) failed += 1;
      if (options.csv) process.stdout.write(`${csvRow(row, manifest)}\n`);
      else rows.push(row);
      if (!quiet) out.progress({ task: 'predicting', done, ...(total === undefined ? {} : { total }) });
    }
    out.endBar();
    out.json(rows);
    if (!options.json && !options.csv) {
      for (const line of predictionTable(rows, manifest, process.stdout.columns ?? null)) out.line(line);
      const note = decisionNote(rows, manifest);
      if (note !== null) out.log(note);
    }
    const seconds = (performance.now() - started) / 1000;
    const rate = done > 1 ? `, ${(done / seconds).toFixed(0)} images/s` : '';
    out.log(`${done} ${done === 1 ? 'image' : 'images'}${failed > 0 ? `, ${failed} with an error` : ''}${rate}`);
    if (folder !== undefined) out.log(`heat maps in ${folder}`);
    if (failed > 0) process.exitCode = 1;
  } finally {
    await predictor.close();
  }
}

/** Names for pictures after the images' own, told apart where two are alike. */
function pictureNames(): (file: string) => string {
  const taken = new Set<string>();
  return (file) => {
    const base = file === '-' ? 'stdin' : basename(file, extname(file));
    let name = base;
    for (let i = 2; taken.has(name); i++) name = `${base}-${i}`;
    taken.add(name);
    return `${name}.png`;
  };
}
