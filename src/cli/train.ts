import { basename, join, relative } from 'node:path';
import type { Command } from 'commander';
import { processEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import { openDataset } from '../data/dataset.ts';
import { foldView } from '../data/split/fold-view.ts';
import { OslerError } from '../errors.ts';
import { onValidation } from '../evaluation/metrics/words.ts';
import { pushInBackground } from '../store/artifacts/background.ts';
import { findGroup } from '../store/groups.ts';
import { makeHome } from '../store/home-folder.ts';
import { runDir } from '../store/paths.ts';
import type { RunRecord } from '../store/run.ts';
import { openStore } from '../store/store.ts';
import { duration } from '../training/callbacks/progress.ts';
import { TrainConfig } from '../training/config.ts';
import { findLearningRate } from '../training/find-lr.ts';
import { resume, type TrainDeps, train } from '../training/train.ts';
import { acceptance } from './acceptance.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { wholeNumber } from './options.ts';
import { readPlan, runGroup, startGroup } from './train-group.ts';

interface Options {
  config?: string;
  resume?: string;
  findLr?: boolean;
  acceptLeaks?: string;
  seeds?: number;
  folds?: number;
}

export function register(program: Command, context: Context): void {
  program
    .command('train')
    .description('Train a network on a dataset as a recipe says, and record the run.')
    .argument('[recipe]', 'a recipe of configs/ by name, or a file; then key=value settings that stand above it')
    .argument('[settings...]', 'dataset=NAME, training.epochs=20, optimiser.lr=0.001...')
    .option('--config <file>', 'the recipe, when no name is given')
    .option('--resume <run|group>', 'go on with a run or a group that was interrupted, from its last checkpoint')
    .option('--seeds <n>', 'train n times, seed after seed: mean, spread and pooled intervals', wholeNumber(2, 100))
    .option(
      '--folds <k>',
      'train on k folds: every sample answered by a network that did not see it',
      wholeNumber(2, 100),
    )
    .option(
      '--accept-leaks <reason>',
      'train on a dataset whose split leaks, and stamp the run; the reason is recorded',
    )
    .option('--find-lr', 'only look for a good learning rate, and draw the plot')
    .addHelpText(
      'after',
      `
Examples:
  osler train pneumoniamnist dataset=pneumoniamnist
  osler train skin-lesion dataset=ham10000 model.pretrained=imagenet training.epochs=20
  osler train skin-lesion dataset=ham10000 training.fastDevRun=true   does it run at all?
  osler train skin-lesion dataset=ham10000 --find-lr                   a learning rate, with its plot
  osler train skin-lesion dataset=ham10000 --seeds 5                   how much does the result depend on chance?
  osler train skin-lesion dataset=ham10000 --folds 5                   cross-validation, grouped and stratified
  osler train --resume latest                                          go on after Ctrl-C or a crash

osler config show RECIPE prints every setting and where it comes from.
Ctrl-C stops at the next step and keeps the run; a second one ends at once.
Exit codes: 0 trained, 1 failed, 2 wrong usage or input, 130 interrupted.`,
    )
    .action((recipe: string | undefined, settings: string[], options: Options) =>
      main(recipe, settings, options, context),
    );
}

async function main(recipe: string | undefined, settings: string[], options: Options, context: Context): Promise<void> {
  const env = processEnvironment();
  // `osler train --config FILE key=value`: the first word is a setting too.
  const words = recipe === undefined ? [] : [recipe, ...settings];
  const file = options.config ?? (words[0]?.includes('=') === false ? words.shift() : undefined);
  makeHome(context.home);
  await using store = await openStore(context.home, context.databaseUrl, context.artifacts);
  const { artifacts, out, signal } = context;
  // Disposed before the store is: after the training, however it ended.
  await using _pushing = {
    [Symbol.asyncDispose]:
      artifacts === undefined
        ? async () => {}
        : pushInBackground(store.artifacts, { signal, onWarning: (text) => out.warn(text) }),
  };
  const deps: TrainDeps = {
    store,
    version: env.version,
    ...(file === undefined ? {} : { name: basename(file).replace(/\.ya?ml$/, '') }),
    ...(options.acceptLeaks === undefined ? {} : { acceptLeaks: acceptance(options.acceptLeaks) }),
    onProgress: context.out.progress,
    onLine: (text) => context.out.log(text),
    onWarning: (text) => context.out.warn(text),
    onStart: (run) =>
      context.out.log(
        `run ${pc.bold(run.id)}  ${run.model.name} on ${run.dataset.name}@${run.dataset.version}, ${run.engine.threads} threads ${run.engine.capability}`,
      ),
    signal: context.signal,
  };
  if (options.resume !== undefined) {
    if (words.length > 0 || file !== undefined || options.seeds !== undefined || options.folds !== undefined) {
      throw new OslerError(
        'USAGE',
        '--resume goes on with the recipe, the seeds and the folds that were begun; it takes no others.',
        {
          hint: 'Leave the recipe and the settings away, or start a new run without --resume.',
        },
      );
    }
    const group = await findGroup(context.home, options.resume);
    if (group !== null) return await runGroup(group, deps, context);
    return report(await resume(await store.runs.get(options.resume), deps), context);
  }
  if (file === undefined && words.length === 0) {
    throw new OslerError('USAGE', 'Which recipe?', {
      hint: 'For example: osler train skin-lesion dataset=NAME; see osler train --help',
    });
  }
  const { value: config } = loadConfig(TrainConfig, {
    ...(file === undefined ? {} : { recipe: file }),
    overrides: words,
    env: env.overrides,
  });
  const dataset = await openDataset(context.home, config.dataset);
  if (options.findLr) return findRate(dataset, config, context);
  if (options.seeds !== undefined || options.folds !== undefined) {
    return await startGroup(dataset, config, readPlan(options), deps, context);
  }
  report(await train(foldView(dataset, config.data.fold), config, deps), context);
}

function report(run: RunRecord, context: Context): void {
  const { id, best, seconds, imagesPerSecond } = run;
  context.out.json({ run: id, best, seconds, imagesPerSecond });
  const { line } = { line: (text: string) => context.out.line(text) };
  line(`run        ${pc.bold(id)}`);
  if (best !== null) line(`best       epoch ${best.epoch}, ${onValidation(best.metric)} ${best.value.toFixed(4)}`);
  line(`time       ${duration(seconds)} (${Math.round(imagesPerSecond)} img/s)`);
  line(`folder     ${relative(process.cwd(), runDir(context.home, id))}`);
  line(`evaluate   osler evaluate ${id.slice(0, 12)}`);
}

async function findRate(
  dataset: Awaited<ReturnType<typeof openDataset>>,
  config: TrainConfig,
  context: Context,
): Promise<void> {
  const plot = join(context.home, 'lr-finder.svg');
  const finding = await findLearningRate(context.home, dataset, config, plot, {
    onProgress: context.out.progress,
    onLine: (text) => context.out.log(text),
    signal: context.signal,
  });
  context.out.json({ suggestion: finding.suggestion, diverged: finding.diverged, plot, points: finding.points });
  context.out.line(
    finding.suggestion === null
      ? 'The loss fell nowhere: no suggestion.'
      : `optimiser.lr=${finding.suggestion.toPrecision(2)}`,
  );
  context.out.line(`plot ${relative(process.cwd(), plot)}`);
}
