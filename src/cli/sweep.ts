import type { Command } from 'commander';
import { processEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import { pushInBackground } from '../store/artifacts/background.ts';
import { makeHome } from '../store/home-folder.ts';
import { openStore, type Store } from '../store/store.ts';
import type { SweepRecord } from '../store/sweep.ts';
import { reopenSweep } from '../tuning/begin.ts';
import { beginFromFile } from '../tuning/begin-from-file.ts';
import { workOn } from '../tuning/work.ts';
import { acceptance } from './acceptance.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { wholeNumber } from './options.ts';
import { listSweeps, reportSweep, watcher } from './sweep-output.ts';

interface Options {
  resume?: string;
  trials?: number;
  workers: number;
  name?: string;
  acceptLeaks?: string;
  begin?: boolean;
}

export function register(program: Command, context: Context): void {
  const sweep = program
    .command('sweep')
    .description('Search the settings of a recipe: grid, random, Sobol, TPE, Gaussian process; with pruning.')
    .argument('[sweep]', "a sweep's file, or its name in configs/; then key=value settings of the recipe")
    .argument('[settings...]', 'dataset=NAME, training.epochs=9... for all trials alike')
    .option('--resume <sweep>', 'go on with a sweep, or join it from another process or machine')
    .option(
      '--trials <n>',
      'how many, instead of what the file says; with --resume, how many in all',
      wholeNumber(1, 1e6),
    )
    .option('--workers <n>', 'trainings at a time', wholeNumber(1, 256), 1)
    .option('--name <name>', 'of the sweep, instead of what the file says')
    .option('--no-begin', 'only record the sweep: workers join it with --resume')
    .option(
      '--accept-leaks <reason>',
      'search on a dataset whose split leaks, and stamp every run; the reason is recorded',
    )
    .option('--json', 'print one JSON document on stdout; progress goes to stderr')
    .addHelpText(
      'after',
      `
Examples:
  osler sweep sweeps/first-try dataset=pneumoniamnist               20 trials by TPE
  osler sweep sweeps/first-try dataset=pneumoniamnist --workers 4   four trainings at a time
  osler sweep --resume latest                                       go on after Ctrl-C or a crash, or help another process
  osler sweep --resume latest --trials 40                           twenty more
  osler sweep list
  osler sweep show latest                                           the trials, what mattered, and the page with its plots

Several machines work on one sweep when OSLER_DATABASE_URL names one PostgreSQL: osler sweep --resume SWEEP on each.
Ctrl-C stops at the next step of each training; nothing that was trained is lost.
Exit codes: 0 done, 1 failed, 2 wrong usage or input, 130 interrupted.`,
    )
    .action((file: string | undefined, settings: string[], options: Options) => main(file, settings, options, context));
  sweep
    .command('list')
    .description('All sweeps, newest first.')
    .addHelpText('after', '\nExamples:\n  osler sweep list --json')
    .action(() => withStore(context, (store) => listSweeps(store, context)));
  sweep
    .command('show')
    .description('One sweep: its trials, its best settings, what mattered, and its page.')
    .argument('<sweep>', 'an id, the beginning of one, a name, or latest')
    .option('--limit <n>', 'rows of the table', wholeNumber(1, 1e6), 10)
    .addHelpText('after', '\nExamples:\n  osler sweep show latest\n  osler sweep show 3fa2c1 --limit 50 --json')
    .action((reference: string, { limit }: { limit: number }) =>
      withStore(context, async (store) => reportSweep(store, await store.sweeps.get(reference), context, limit)),
    );
  sweep
    .command('stop')
    .description('Begin no further trial; those that run go to their end. --resume opens it again.')
    .argument('<sweep>', 'an id, the beginning of one, a name, or latest')
    .addHelpText('after', '\nExamples:\n  osler sweep stop latest')
    .action((reference: string) =>
      withStore(context, async (store) => {
        const { id, name } = await store.sweeps.get(reference);
        await store.sweeps.update(id, { state: 'stopped' });
        context.out.json({ sweep: id, state: 'stopped' });
        context.out.line(`stopped ${id.slice(0, 12)} ${name}`);
      }),
    );
}

async function withStore(context: Context, work: (store: Store) => Promise<void>): Promise<void> {
  makeHome(context.home);
  await using store = await openStore(context.home, context.databaseUrl, context.artifacts);
  await work(store);
}

async function main(file: string | undefined, settings: string[], options: Options, context: Context): Promise<void> {
  await withStore(context, async (store) => {
    const sweep =
      options.resume === undefined
        ? await begin(store, file, settings, options, context)
        : await takeUp(store, options.resume, file, options);
    context.out.log(`sweep ${pc.bold(sweep.id)}  ${sweep.name}, ${sweep.trials} trials`);
    if (options.begin === false) {
      context.out.json({ sweep: sweep.id, trials: sweep.trials });
      context.out.line(`work on it with: osler sweep --resume ${sweep.id.slice(0, 12)}`);
      return;
    }
    const { out, signal, artifacts } = context;
    const { workers } = options;
    // Other machines' workers and pages read what this one trains.
    const push =
      artifacts === undefined
        ? async () => {}
        : pushInBackground(store.artifacts, { signal, onWarning: (text) => out.warn(text) });
    try {
      await workOn(sweep, {
        store,
        signal,
        workers,
        version: processEnvironment().version,
        ...watcher(sweep, workers, out),
      });
    } catch (error) {
      if (!signal.aborted) throw error;
      throw new OslerError('INTERRUPTED', 'The sweep was stopped; what was trained is kept.', {
        hint: `Go on with: osler sweep --resume ${sweep.id.slice(0, 12)}`,
        cause: error,
      });
    } finally {
      await push();
    }
    context.out.line();
    await reportSweep(store, await store.sweeps.get(sweep.id), context, 5);
  });
}

async function begin(
  store: Store,
  file: string | undefined,
  settings: string[],
  options: Options,
  { out }: Context,
): Promise<SweepRecord> {
  if (file === undefined) {
    throw new OslerError('USAGE', 'Which sweep?', {
      hint: 'For example: osler sweep sweeps/first-try dataset=NAME; see osler sweep --help',
    });
  }
  const { trials, name, workers } = options;
  const accepted = options.acceptLeaks === undefined ? null : acceptance(options.acceptLeaks);
  const sweep = await beginFromFile(store, { file, settings, trials, name, workers, accepted });
  if (options.trials !== undefined && sweep.trials < options.trials)
    out.warn(`the grid has ${sweep.trials} combinations: no more are trained`);
  return sweep;
}

/** A sweep that was begun. More trials than before open it again; fewer than were begun are refused. */
async function takeUp(
  store: Store,
  reference: string,
  file: string | undefined,
  { trials, name, acceptLeaks }: Options,
): Promise<SweepRecord> {
  if (file !== undefined || name !== undefined || acceptLeaks !== undefined) {
    throw new OslerError(
      'USAGE',
      '--resume goes on with the sweep as it was begun; of its settings, only --trials can be changed.',
      {
        hint: 'Leave the file and the settings away, or begin a new sweep without --resume.',
      },
    );
  }
  return reopenSweep(store, await store.sweeps.get(reference), trials);
}
