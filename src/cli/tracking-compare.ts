import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { type Command, Option } from 'commander';
import { processEnvironment, trackingEnvironment } from '../config/environment.ts';
import { loadConfig } from '../config/load.ts';
import { openDataset } from '../data/dataset.ts';
import { foldView } from '../data/split/fold-view.ts';
import { OslerError } from '../errors.ts';
import { compareTrackers, type TrackerComparison } from '../pipeline/compare-trackers.ts';
import { buildHouse } from '../server/house.ts';
import { makeHome } from '../store/home-folder.ts';
import { openStore } from '../store/store.ts';
import { RemoteError } from '../tracking/http.ts';
import { TrainConfig } from '../training/config.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { tableLines } from './table.ts';

interface Options {
  grid: string[];
  mlflow?: string;
  wandb: 'offline' | 'online' | 'none';
}

/** Trainings that nobody meant to start. */
const MOST = 200;

export function registerCompare(tracking: Command, context: Context): void {
  tracking
    .command('compare')
    .description('Train a grid once, log it to the store, MLflow and W&B at once, and say what each costs and lacks.')
    .argument('<recipe>', 'a recipe by name, or a file')
    .argument('[settings...]', 'key=value settings that stand above it')
    .option(
      '--grid <key=values>',
      'one axis: optimiser.lr=0.001,0.01 (again for another)',
      (text, list: string[]) => [...list, text],
      [],
    )
    .option(
      '--mlflow <uri>',
      "an MLflow server; default MLFLOW_TRACKING_URI, else Osler's own for as long as this takes",
    )
    .addOption(
      new Option('--wandb <mode>', "W&B's files, its server, or neither")
        .choices(['offline', 'online', 'none'])
        .default('offline'),
    )
    .addHelpText(
      'after',
      `
The runs are ordinary ones: osler runs list shows them. "In training" is what the training waited for; "behind it" is time spent
waiting for the server meanwhile. Then every run is read back and compared with the store, value by value; and a run with one of
everything (NaN, long texts, several values at one step...) is written and read back to see what a tracker can't hold.

Examples:
  osler tracking compare skin-lesion dataset=ham10000 training.epochs=2 --grid optimiser.lr=0.001,0.01 --mlflow http://localhost:5000
  osler tracking compare pneumoniamnist --grid training.batchSize=16,32 --grid seed=1,2,3 --json`,
    )
    .action((recipe: string, settings: string[], options: Options) => compare(recipe, settings, options, context));
}

async function compare(recipe: string, settings: string[], options: Options, context: Context): Promise<void> {
  const env = processEnvironment();
  makeHome(context.home);
  const grid = cross(options.grid.map(axis));
  const points = await Promise.all(
    grid.map(async (chosen) => {
      const overrides = [...settings, ...chosen];
      const { value: config } = loadConfig(TrainConfig, { recipe, overrides, env: env.overrides });
      const dataset = foldView(await openDataset(context.home, config.dataset), config.data.fold);
      return { settings: chosen, config, dataset };
    }),
  );
  await using store = await openStore(context.home, context.databaseUrl, context.artifacts);
  const { out } = context;
  const given = options.mlflow ?? trackingEnvironment().mlflow.uri;
  await using own = given === undefined ? await ownServer(env.version) : null;
  if (own !== null) out.log(`no MLflow server is named: Osler's own takes its place, at ${own.uri}`);
  const mlflow = (given ?? own!.uri).replace(/\/+$/, '');
  const result = await compareTrackers(
    points,
    {
      mlflow,
      wandb: options.wandb === 'none' ? null : options.wandb,
    },
    {
      store,
      version: env.version,
      name: basename(recipe).replace(/\.ya?ml$/, ''),
      onProgress: out.progress,
      onLine: (text) => out.log(text),
      onWarning: (text) => out.warn(text),
      signal: context.signal,
    },
  ).catch((error: unknown) => {
    if (!(error instanceof RemoteError)) throw error;
    throw new OslerError('REMOTE_FAILED', error.message.endsWith('.') ? error.message : `${error.message}.`, {
      hint: `See that an MLflow server runs at ${mlflow}; without --mlflow and MLFLOW_TRACKING_URI Osler's own takes its place.`,
      cause: error,
    });
  });
  out.json(result);
  tell(result, out);
}

/** Osler's server over a store of its own, which goes with it. */
async function ownServer(version: string): Promise<{ uri: string; [Symbol.asyncDispose](): Promise<void> }> {
  const home = await mkdtemp(join(tmpdir(), 'osler-server-'));
  const store = await openStore(home);
  const app = await buildHouse({ store, version });
  const uri = await app.listen({ host: '127.0.0.1', port: 0 });
  return {
    uri,
    async [Symbol.asyncDispose]() {
      await app.close();
      await store.close();
      await rm(home, { recursive: true, force: true });
    },
  };
}

function axis(text: string): string[] {
  const equals = text.indexOf('=');
  const values = text
    .slice(equals + 1)
    .split(',')
    .filter((value) => value !== '');
  if (equals <= 0 || values.length === 0) {
    throw new OslerError('USAGE', `--grid ${text} is not key=value,value.`, {
      hint: 'For example: --grid optimiser.lr=0.001,0.01',
    });
  }
  return values.map((value) => `${text.slice(0, equals)}=${value}`);
}

function cross(axes: string[][]): string[][] {
  const all = axes.reduce<string[][]>(
    (sofar, values) => sofar.flatMap((point) => values.map((value) => [...point, value])),
    [[]],
  );
  if (all.length <= MOST) return all;
  throw new OslerError('USAGE', `The grid has ${all.length} points; ${MOST} are the most here.`, {
    hint: 'Use fewer values.',
  });
}

function tell({ runs, trainingSeconds, costs, lacking }: TrackerComparison, out: Context['out']): void {
  out.line(`${runs.length} runs, ${trainingSeconds.toFixed(1)} s of training`);
  out.line();
  const table = tableLines(costs, [
    { title: 'tracker', cell: ({ tracker }) => tracker },
    { title: 'values', cell: ({ values }) => String(values), align: 'right' },
    { title: 'files', cell: ({ files }) => String(files), align: 'right' },
    { title: 'in training', cell: ({ milliseconds }) => `${(milliseconds / 1000).toFixed(3)} s`, align: 'right' },
    {
      title: 'share',
      cell: ({ milliseconds }) => `${(milliseconds / trainingSeconds / 10).toFixed(2)}%`,
      align: 'right',
    },
    {
      title: 'behind it',
      cell: ({ waitedMilliseconds, requests }) => (requests === 0 ? '' : `${(waitedMilliseconds / 1000).toFixed(2)} s`),
      align: 'right',
    },
    {
      title: 'at the end',
      cell: ({ closingMilliseconds }) => `${(closingMilliseconds / 1000).toFixed(2)} s`,
      align: 'right',
    },
    { title: 'requests', cell: ({ requests }) => (requests === 0 ? '' : String(requests)), align: 'right' },
    { title: 'sent', cell: ({ sentBytes }) => (sentBytes === 0 ? '' : size(sentBytes)), align: 'right' },
    { title: 'on disk', cell: ({ diskBytes }) => (diskBytes === 0 ? '' : size(diskBytes)), align: 'right' },
    { title: 'unsent', cell: ({ unsent }) => (unsent === 0 ? '0' : size(unsent)), align: 'right' },
  ]);
  for (const line of table) out.line(line);
  for (const { tracker, differing } of costs) {
    if (tracker === 'local') continue;
    out.line();
    out.line(pc.bold(`${tracker}: read back and compared with the store`));
    if (differing === null) out.line('  not read back: its server is asked for nothing');
    else if (differing.length === 0) out.line('  everything is there, to the last bit');
    else for (const line of gathered(differing)) out.line(`  ${line}`);
  }
  for (const { tracker, lacks } of lacking) {
    out.line();
    out.line(pc.bold(`${tracker}: what it can't hold of a run with one of everything`));
    if (lacks.length === 0) out.line('  nothing is missing');
    for (const { what, detail } of lacks) out.line(`  ${what.padEnd(10)} ${detail}`);
  }
}

/** The same difference in many runs or metrics is one line. */
function gathered(differing: { what: string; detail: string }[]): string[] {
  return [...Map.groupBy(differing, ({ what }) => what)].map(
    ([what, list]) => `${what.padEnd(10)} ${list.length} differ${list.length === 1 ? 's' : ''}: ${list[0]!.detail}`,
  );
}

function size(bytes: number): string {
  return bytes < 1e6 ? `${(bytes / 1000).toFixed(1)} kB` : `${(bytes / 1e6).toFixed(1)} MB`;
}
