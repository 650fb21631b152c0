import { resolve } from 'node:path';
import { type Command, Option } from 'commander';
import { trackingEnvironment } from '../config/environment.ts';
import { OslerError } from '../errors.ts';
import { openStore, type Store } from '../store/store.ts';
import { type ExchangeOptions, KINDS, type Kind, kindOf, openSink, openSource } from '../tracking/exchange/open.ts';
import type { ExchangeModel, Moved, MovedModel, Sink, Source } from '../tracking/exchange/run.ts';
import { storeSink, storeSource } from '../tracking/exchange/store.ts';
import { RemoteError } from '../tracking/http.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { type Column, tableLines } from './table.ts';

interface Options extends ExchangeOptions {
  from?: Kind;
  to?: Kind;
}

const place = (text: string): string => (/^https?:/.test(text) ? text : resolve(text));

export function registerExchange(tracking: Command, context: Context): void {
  tracking
    .command('import')
    .description("Bring runs of MLflow, W&B, TensorBoard or CSV into Osler's store.")
    .argument('<source>', 'address of an MLflow server, or a folder or file')
    .addOption(new Option('--from <kind>', 'what it is, where it is not told by its looks').choices(KINDS))
    .option(
      '--experiment <name>',
      'only runs of this experiment (W&B: project); of TensorBoard and CSV: the one they go to',
    )
    .addHelpText(
      'after',
      `
Parameters, tags, every metric value with step and time, datasets, files and MLflow 3's logged models come over; what Osler has no place for is
named.
A run keeps its id where it has 32 hex digits. The same source again brings what is new and changes nothing else.

Examples:
  osler tracking import http://localhost:5000
  osler tracking import ./mlruns --experiment skin
  osler tracking import ./wandb
  osler tracking import ./lightning_logs
  osler tracking import history.csv --experiment keras`,
    )
    .action((source: string, options: Options) => bring(place(source), options, context));
  tracking
    .command('export')
    .description("Take runs of Osler's store to MLflow, W&B's files, TensorBoard's or CSV.")
    .argument('<target>', 'address of an MLflow server, or a folder')
    .argument('[runs...]', 'ids, beginnings of ids, or names; all when none is named')
    .addOption(new Option('--to <kind>', 'how it is written').choices(KINDS))
    .option('--experiment <name>', 'put them into this experiment (W&B: project); default: each into its own')
    .addHelpText(
      'after',
      `
mlflow writes to a server or, where the target is a folder, as mlruns; wandb as offline runs for wandb sync.

Examples:
  osler tracking export http://localhost:5000 3fa2c1
  osler tracking export ./mlruns --to mlflow
  osler tracking export ./wandb --to wandb && wandb sync ./wandb/offline-run-*
  osler tracking export ./logs --to tensorboard && tensorboard --logdir ./logs
  osler tracking export ./tables --to csv latest`,
    )
    .action((target: string, runs: string[], options: Options) => take(place(target), runs, options, context));
}

/** Throws NOT_FOUND where there is nothing. */
async function bring(source: string, options: Options, context: Context): Promise<void> {
  const kind = options.from ?? (await kindOf(source));
  await using store = await openStore(context.home, context.databaseUrl, context.artifacts);
  const runs = openSource(kind, source, only(options), trackingEnvironment());
  const place = kind === 'tensorboard' || kind === 'csv' ? only(options) : {};
  const count = await move(runs, storeSink(store, place), `from ${kind}`, context);
  if (count > 0) return;
  const { experiment } = options;
  const which = experiment === undefined || kind === 'tensorboard' || kind === 'csv' ? '' : ` of "${experiment}"`;
  throw new OslerError('NOT_FOUND', `No run${which} was found in ${source}.`, {
    hint: 'A run that is deleted, or that was never wholly written, is none.',
  });
}

async function take(target: string, references: string[], options: Options, context: Context): Promise<void> {
  const kind = options.to ?? (/^https?:/.test(target) ? 'mlflow' : undefined);
  if (kind === undefined) {
    throw new OslerError('USAGE', 'How is it to be written?', { hint: `Add --to ${KINDS.join(', --to ')}.` });
  }
  await using store = await openStore(context.home, context.databaseUrl, context.artifacts);
  const ids = await chosen(store, references);
  const source = storeSource(store, ids, { all: references.length === 0 });
  const sink = openSink(kind, target, only(options), trackingEnvironment());
  if ((await move(source, sink, `to ${kind}`, context)) > 0) return;
  throw new OslerError('NOT_FOUND', 'The store has no run to be taken along.', {
    hint: 'osler train makes one; osler tracking import brings some.',
  });
}

function brokenOff(error: RemoteError): OslerError {
  return new OslerError('REMOTE_FAILED', `${error.message}.`, {
    hint: 'Run the command again: what has been moved stays.',
    cause: error,
  });
}

function only({ experiment }: Options): ExchangeOptions {
  return experiment === undefined ? {} : { experiment };
}

const counts: Column<Omit<MovedModel, 'model'>>[] = [
  { title: 'values', cell: ({ metrics }) => String(metrics), align: 'right' },
  { title: 'params', cell: ({ params }) => String(params), align: 'right' },
  { title: 'tags', cell: ({ tags }) => String(tags), align: 'right' },
  { title: 'files', cell: ({ artifacts }) => String(artifacts), align: 'right' },
  {
    title: 'left out',
    cell: ({ leftOut }) => (leftOut.length === 0 ? '' : String(leftOut.length)),
    align: 'right',
  },
];

/** Of a logged model, where the format has no place for one. */
function leftBehind({ id, name }: ExchangeModel): MovedModel {
  return {
    model: id,
    name,
    metrics: 0,
    params: 0,
    tags: 0,
    artifacts: 0,
    leftOut: ['the model: this format has no place for one'],
  };
}

/** Returns how many runs and models there were; of none it says nothing. */
async function move(source: Source, sink: Sink, words: string, { out, signal }: Context): Promise<number> {
  const moved: Moved[] = [];
  const models: MovedModel[] = [];
  const failed: { run?: string; model?: string; problem: string }[] = [];
  /** One that can't be written does not keep the others back; a server or a disk that fails does. */
  const attempt = async <T>(into: T[], which: { run: string } | { model: string }, write: () => Promise<T>) => {
    signal.throwIfAborted();
    try {
      into.push(await write());
    } catch (thrown) {
      const error = thrown instanceof RemoteError ? brokenOff(thrown) : thrown;
      if (!(error instanceof OslerError) || !['ALREADY_EXISTS', 'DATA_INVALID', 'USAGE'].includes(error.code))
        throw error;
      failed.push({ ...which, problem: error.message });
    }
    out.progress({ task: `runs ${words}`, done: moved.length + models.length + failed.length });
  };
  for await (const run of source) await attempt(moved, { run: run.id }, () => sink.write(run));
  for await (const model of source.models?.() ?? [])
    await attempt(models, { model: model.id }, async () => sink.writeModel?.(model) ?? leftBehind(model));
  out.endBar();
  const count = moved.length + models.length + failed.length;
  if (count === 0) return 0;
  out.json({ moved, models, failed });
  if (moved.length > 0) {
    const table = tableLines<Moved>(moved, [
      { title: 'run', cell: ({ run }) => run.slice(0, 12) },
      { title: 'name', cell: ({ name }) => name, max: 32 },
      ...counts,
    ]);
    for (const line of table) out.line(line);
  }
  if (models.length > 0) {
    if (moved.length > 0) out.line();
    const table = tableLines<MovedModel>(models, [
      { title: 'model', cell: ({ model }) => model.slice(0, 14) },
      { title: 'name', cell: ({ name }) => name, max: 32 },
      ...counts,
    ]);
    for (const line of table) out.line(line);
  }
  for (const { id, leftOut } of [
    ...moved.map(({ run, leftOut }) => ({ id: run.slice(0, 12), leftOut })),
    ...models.map(({ model, leftOut }) => ({ id: model.slice(0, 14), leftOut })),
  ]) {
    for (const what of leftOut.slice(0, 8)) out.line(pc.dim(`${id} left out: ${what}`));
    if (leftOut.length > 8) out.line(pc.dim(`${id} and ${leftOut.length - 8} more; --json names them all`));
  }
  for (const { run, renamed = {} } of moved) {
    const [first] = Object.entries(renamed);
    const count = Object.keys(renamed).length;
    if (first !== undefined)
      out.line(pc.dim(`${run.slice(0, 12)} ${count} under another name there, such as ${first[1]} as ${first[0]}`));
  }
  for (const { run, model, problem } of failed)
    out.line(`${pc.yellow('not moved')} ${(run ?? model)!.slice(0, 14)}: ${problem}`);
  if (moved.length > 0 || (models.length > 0 && sink.writeModel !== undefined)) return count;
  // The one document has said it.
  if (out.asJson) process.exitCode = 2;
  else throw new OslerError('ALREADY_EXISTS', `Nothing was moved: ${failed[0]!.problem}`);
  return count;
}

async function chosen(store: Store, references: string[]): Promise<string[]> {
  const ids: string[] = [];
  for (const reference of references) ids.push((await store.tracked.find(reference)).id);
  if (references.length > 0) return [...new Set(ids)];
  const experimentIds = (await store.experiments.list()).map(({ id }) => id);
  for (let pageToken: string | undefined; ; ) {
    const page = await store.search.runs({
      experimentIds,
      maxResults: 1_000,
      ...(pageToken === undefined ? {} : { pageToken }),
    });
    ids.push(...page.runs.map(({ info }) => info.id));
    if (page.nextPageToken === null) return ids;
    pageToken = page.nextPageToken;
  }
}
