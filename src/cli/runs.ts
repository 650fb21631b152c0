import type { Command } from 'commander';
import { processEnvironment } from '../config/environment.ts';
import { RunStatus } from '../store/run.ts';
import { openStore, type Store } from '../store/store.ts';
import type { RunInfo } from '../store/tracked-run.ts';
import { stopRun } from '../training/background/stop.ts';
import { settleKilledRuns } from '../training/settle.ts';
import type { Context } from './context.ts';
import { wholeNumber } from './options.ts';
import { COLUMN_HELP } from './runs-columns.ts';
import { type CompareOptions, compare } from './runs-compare.ts';
import { download } from './runs-download.ts';
import { type ListOptions, list } from './runs-list.ts';
import { show } from './runs-show.ts';
import { type TailOptions, tail } from './runs-tail.ts';

const RUN = 'an id, the beginning of one, a name, or latest';
const collect = (value: string, before: string[] = []): string[] => [...before, value];

export function register(program: Command, context: Context): void {
  const runs = program
    .command('runs')
    .description('Find, show, compare and follow runs: trainings of Osler, and what other programs logged.')
    .addHelpText('after', '\nExamples:\n  osler runs list\n  osler runs show latest\n  osler runs tail latest');
  runs
    .command('list')
    .description('Runs, newest first unless ordered otherwise.')
    .option('--filter <text>', "MLflow's grammar: metrics.loss < 0.1 and params.lr = '0.01' and tags.team = 'derm'")
    .option('--order <key>', 'metrics.NAME, params.NAME or attributes.NAME, then asc or desc; may be repeated', collect)
    .option('--columns <names>', `separated by commas: ${COLUMN_HELP}`)
    .option('--experiment <name>', 'only of this one, by name or id; may be repeated', collect)
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1_000_000), 50)
    .option('--deleted', 'those that were deleted, until osler store gc')
    .option('--status <status>', `only ${RunStatus.options.join(', ')}`)
    .option('--csv', 'comma-separated, for spreadsheets')
    .addHelpText(
      'after',
      `
Names with other signs than letters, digits, _ and . stand in quotes: metrics."val/auroc"
A filter's status is MLflow's word: RUNNING, FINISHED, FAILED, or KILLED for interrupted.
With --columns, --json and --csv have those columns; without, --json has a summary of each run.

Examples:
  osler runs list
  osler runs list --status finished --limit 5 --json
  osler runs list --filter "metrics.val.auroc > 0.9" --order "metrics.val.auroc desc"
  osler runs list --columns run,name,metrics.val.auroc,curve.epoch.loss,tags.team --csv`,
    )
    .action((options: ListOptions) => list(options, context));
  runs
    .command('show')
    .description('One run: its record, its parameters, its metrics, its files.')
    .argument('<run>', RUN)
    .option('--csv', 'parameters, tags, latest values and files, comma-separated')
    .addHelpText('after', '\nExamples:\n  osler runs show latest\n  osler runs show 3fa2c1 --json')
    .action((reference: string, options: { csv?: boolean }) => show(reference, options, context));
  runs
    .command('compare')
    .description('Runs side by side: the settings that differ, the latest value and the curve of each metric.')
    .argument('<runs...>', 'two or more ids, beginnings of ids, or names')
    .option('--all', 'settings that are the same in all runs, too')
    .option('--metrics <names>', 'only these, separated by commas')
    .option('--csv', 'comma-separated, for spreadsheets')
    .addHelpText(
      'after',
      '\nWhat a difference is worth is what osler compare tells: on the same samples, with tests and a verdict.\n\nExamples:\n  osler runs compare 3fa2c1 9b00de\n  osler runs compare small large --metrics val.auroc,epoch.loss --csv',
    )
    .action((references: string[], options: CompareOptions) => compare(references, options, context));
  runs
    .command('tail')
    .description('The last values of a run, then new ones as they are logged, until it ends.')
    .argument('<run>', RUN)
    .option('--lines <n>', 'values to begin with', wholeNumber(0, 100_000), 10)
    .option('--metrics <names>', 'only these, separated by commas')
    .option('--no-follow', 'end after the values that are there')
    .option('--csv', 'comma-separated, for spreadsheets')
    .addHelpText(
      'after',
      '\nWith --json it does not follow.\n\nExamples:\n  osler runs tail latest\n  osler runs tail 3fa2c1 --metrics epoch.loss,val.auroc\n  osler runs tail latest --lines 100 --no-follow --csv',
    )
    .action((reference: string, options: TailOptions) => tail(reference, options, context));
  runs
    .command('stop')
    .description(
      'Ask whoever trains runs to stop at the next step, with a checkpoint: another terminal, the page, another machine.',
    )
    .argument('<runs...>', RUN)
    .addHelpText(
      'after',
      '\nExamples:\n  osler runs stop latest\n  osler runs stop 3fa2c1 && osler train --resume 3fa2c1',
    )
    .action((references: string[]) => stop(references, context));
  runs
    .command('download')
    .description('Artifacts of a run, from wherever they are kept, checked against their sha256.')
    .argument('<run>', RUN)
    .argument('[paths...]', 'files or folders, as osler runs show lists them; all when none is named')
    .requiredOption('--to <folder>', 'where to; made when absent')
    .addHelpText(
      'after',
      '\nA file that is there already is written anew.\n\nExamples:\n  osler runs download latest --to best checkpoints/best\n  osler runs download 3fa2c1 --to run-3fa2c1 --json',
    )
    .action((reference: string, paths: string[], options: { to: string }) =>
      download(reference, paths, options.to, context),
    );
  runs
    .command('delete')
    .description('Hide runs; osler store gc frees their space, until then osler runs restore brings them back.')
    .argument('<runs...>', 'ids, beginnings of ids, or names')
    .addHelpText('after', '\nExamples:\n  osler runs delete 3fa2c1\n  osler runs delete 3fa2c1 9b00de --json')
    .action((references: string[]) => remove(references, context));
  runs
    .command('restore')
    .description('Bring deleted runs back.')
    .argument('<runs...>', 'ids or unique beginnings of ids, as osler runs list --deleted shows them')
    .addHelpText('after', '\nExamples:\n  osler runs list --deleted\n  osler runs restore 3fa2c1')
    .action((references: string[]) => bringBack(references, context));
}

/** Each once, however often it is named. */
async function named(store: Store, references: readonly string[], among?: { deleted: boolean }): Promise<RunInfo[]> {
  const runs = new Map<string, RunInfo>();
  for (const reference of references) {
    const run = await store.tracked.find(reference, among);
    runs.set(run.id, run);
  }
  return [...runs.values()];
}

async function stop(references: string[], { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  await settleKilledRuns(store);
  const runs = await named(store, references);
  for (const run of runs) {
    await stopRun(store, run, processEnvironment().user);
    out.line(`stopping ${run.id.slice(0, 12)} ${run.name}`);
  }
  out.line('They go on with: osler train --resume RUN');
  out.json({ stopping: runs.map((run) => run.id) });
}

async function remove(references: string[], { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  await settleKilledRuns(store);
  const runs = await named(store, references);
  for (const run of runs) {
    await store.runs.delete(run.id);
    out.line(`deleted ${run.id.slice(0, 12)} ${run.name}`);
  }
  out.line('Their files stay until osler store gc; osler runs restore brings them back.');
  out.json({ deleted: runs.map((run) => run.id) });
}

async function bringBack(references: string[], { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const runs = await named(store, references, { deleted: true });
  for (const run of runs) {
    await store.runs.restore(run.id);
    out.line(`restored ${run.id.slice(0, 12)} ${run.name}`);
  }
  out.json({ restored: runs.map((run) => run.id) });
}
