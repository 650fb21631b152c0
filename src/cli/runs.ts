import { relative } from 'node:path';
import type { Command } from 'commander';
import { OslerError } from '../errors.ts';
import { stampWords } from '../store/leak-stamp.ts';
import { runDir } from '../store/paths.ts';
import { type RunRecord, RunStatus } from '../store/run.ts';
import { openStore, type Store } from '../store/store.ts';
import { settleKilledRuns } from '../training/settle.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import { wholeNumber } from './options.ts';
import { sparkline } from './sparkline.ts';
import { tableLines } from './table.ts';

export function register(program: Command, context: Context): void {
  const runs = program.command('runs').description('List and show runs.');
  runs
    .command('list')
    .description('All runs, newest first.')
    .option('--limit <n>', 'at most so many', wholeNumber(1, 1_000_000), 50)
    .option('--deleted', 'those that were deleted, until osler store gc')
    .option('--status <status>', `only ${RunStatus.options.join(', ')}`)
    .addHelpText('after', '\nExamples:\n  osler runs list\n  osler runs list --status finished --limit 5 --json')
    .action((options: ListOptions) => list(options, context));
  runs
    .command('show')
    .description('One run: its record, its metrics, its files.')
    .argument('<run>', 'an id, the beginning of one, a name, or latest')
    .addHelpText('after', '\nExamples:\n  osler runs show latest\n  osler runs show 3fa2c1 --json')
    .action((reference: string) => show(reference, context));
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

async function remove(references: string[], { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  await settleKilledRuns(store);
  const runs = await Promise.all(references.map((reference) => store.runs.get(reference)));
  for (const run of runs) {
    await store.runs.delete(run.id);
    out.line(`deleted ${run.id.slice(0, 12)} ${run.name}`);
  }
  out.line('Their files stay until osler store gc; osler runs restore brings them back.');
  out.json({ deleted: runs.map((run) => run.id) });
}

async function bringBack(references: string[], { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  const deleted = await store.runs.list({ deleted: true });
  const found = references.map((reference) => {
    const fitting = deleted.filter((run) => run.id.startsWith(reference) || run.name === reference);
    if (fitting.length === 1) return fitting[0]!;
    throw new OslerError(
      fitting.length === 0 ? 'NOT_FOUND' : 'USAGE',
      fitting.length === 0
        ? `No deleted run is called "${reference}".`
        : `${fitting.length} deleted runs are called "${reference}".`,
      {
        hint: 'osler runs list --deleted shows them; give more digits of the id.',
      },
    );
  });
  for (const run of found) {
    await store.runs.restore(run.id);
    out.line(`restored ${run.id.slice(0, 12)} ${run.name}`);
  }
  out.json({ restored: found.map((run) => run.id) });
}

interface ListOptions {
  limit: number;
  status?: string;
  deleted?: boolean;
}

async function list(options: ListOptions, { out, home, databaseUrl }: Context): Promise<void> {
  const status = options.status === undefined ? undefined : RunStatus.safeParse(options.status);
  if (status?.success === false) {
    throw new OslerError('USAGE', `--status ${options.status} is none of ${RunStatus.options.join(', ')}.`);
  }
  await using store = await openStore(home, databaseUrl);
  await settleKilledRuns(store);
  const records = await store.runs.list({
    limit: options.limit,
    deleted: options.deleted ?? false,
    ...(status === undefined ? {} : { status: status.data }),
  });
  const rows = await Promise.all(
    records.map(async (run) => ({ run, curve: sparkline(await curveOf(store, run), 16) })),
  );
  out.json(records.map(summary));
  if (rows.length === 0)
    return out.line(options.deleted ? 'No deleted runs.' : 'No runs yet. Train one: osler train --help');
  const lines = tableLines(rows, [
    { title: 'run', cell: ({ run }) => run.id.slice(0, 12) },
    { title: 'name', cell: ({ run }) => run.name, max: 24 },
    { title: 'status', cell: ({ run }) => run.status, paint: (text, { run }) => painted(run.status, text) },
    { title: 'started', cell: ({ run }) => run.createdAt.slice(0, 16).replace('T', ' ') },
    { title: 'model', cell: ({ run }) => run.model.name },
    { title: 'dataset', cell: ({ run }) => `${run.dataset.name}@${run.dataset.version}`, max: 24 },
    { title: 'best', cell: ({ run }) => bestText(run) },
    { title: 'curve', cell: ({ curve }) => curve },
    { title: 'time', cell: ({ run }) => `${Math.round(run.seconds)} s`, align: 'right' },
  ]);
  for (const line of lines) out.line(line);
}

async function show(reference: string, { out, home, databaseUrl }: Context): Promise<void> {
  await using store = await openStore(home, databaseUrl);
  await settleKilledRuns(store);
  const run = await store.runs.get(reference);
  const rows = await store.metrics.read(run.id);
  const artifacts = await store.artifacts.list(run.id);
  const series = Map.groupBy(rows, (row) => row.key);
  const metrics = [...series].map(([key, points]) => {
    const values = points.map((point) => point.value);
    const finite = values.filter(Number.isFinite);
    return {
      key,
      points: points.length,
      last: values.at(-1)!,
      min: finite.length > 0 ? finite.reduce((a, b) => Math.min(a, b)) : null,
      max: finite.length > 0 ? finite.reduce((a, b) => Math.max(a, b)) : null,
      values,
    };
  });
  out.json({ ...run, metrics: metrics.map(({ values: _, ...rest }) => rest), artifacts });

  out.line(`${pc.bold(run.name)}  ${painted(run.status, run.status)}  ${pc.dim(run.id)}`);
  const facts: [string, string][] = [
    [
      'model',
      `${run.model.name}, ${run.model.classes} classes, ${run.model.inputSize.join('x')}x${run.model.channels}`,
    ],
    ['dataset', `${run.dataset.name}@${run.dataset.version}  ${pc.dim(run.dataset.digest.slice(0, 12))}`],
    ['best', bestText(run)],
    ['time', `${run.seconds.toFixed(1)} s, ${run.imagesPerSecond.toFixed(1)} images/s`],
    ['seed', String(run.seed)],
    ...(run.group === null ? [] : ([['group', groupWords(run.group)]] as [string, string][])),
    [
      'engine',
      `LibTorch ${run.engine.libtorch}, ${run.engine.capability}, ${run.engine.threads} threads, ${run.engine.device}`,
    ],
    [
      'code',
      `Osler ${run.code.version}${run.code.commit === null ? '' : ` at ${run.code.commit.slice(0, 12)}${run.code.dirty ? ', changed' : ''}`}`,
    ],
    ['stamps', stampWords(run.stamps, run.leaks).join(', ') || 'none'],
    ['folder', relative(process.cwd(), runDir(home, run.id)) || '.'],
  ];
  for (const [name, text] of facts) out.line(`  ${name.padEnd(8)} ${text}`);
  if (metrics.length > 0) {
    out.line();
    const columns = tableLines(metrics, [
      { title: 'metric', cell: (m) => m.key },
      { title: 'points', cell: (m) => String(m.points), align: 'right' },
      { title: 'last', cell: (m) => number(m.last), align: 'right' },
      { title: 'lowest', cell: (m) => number(m.min), align: 'right' },
      { title: 'highest', cell: (m) => number(m.max), align: 'right' },
      { title: 'curve', cell: (m) => sparkline(m.values, 32) },
    ]);
    for (const line of columns) out.line(line);
  }
  if (artifacts.length > 0) {
    out.line();
    const columns = tableLines(artifacts, [
      { title: 'file', cell: (a) => a.path },
      { title: 'kind', cell: (a) => a.kind },
      { title: 'bytes', cell: (a) => String(a.bytes), align: 'right' },
      { title: 'sha256', cell: (a) => a.sha256.slice(0, 12) },
    ]);
    for (const line of columns) out.line(line);
  }
}

/** What `runs list --json` says of each run; `runs show` has the rest. */
function summary({
  id,
  name,
  status,
  createdAt,
  endedAt,
  model,
  dataset,
  best,
  seconds,
  imagesPerSecond,
  stamps,
  leaks,
  group,
}: RunRecord) {
  return {
    run: id,
    name,
    status,
    createdAt,
    endedAt,
    model: model.name,
    dataset,
    best,
    seconds,
    imagesPerSecond,
    stamps,
    leaks,
    group,
  };
}

/** The metric the run was chosen by; its training loss while there is none. */
async function curveOf(store: Store, run: RunRecord): Promise<number[]> {
  const chosen = run.best === null ? [] : [run.best.metric, `val.${run.best.metric}`];
  const rows = await store.metrics.read(run.id, [...chosen, 'epoch.loss']);
  const keys = [...new Set(rows.map((row) => row.key))];
  const key = keys.find((name) => chosen.includes(name)) ?? keys[0];
  return rows.filter((row) => row.key === key).map((row) => row.value);
}

/** "3f2a9c41d0e8, fold 2 of 5, counted from 0" */
function groupWords({ id, kind, index, of }: NonNullable<RunRecord['group']>): string {
  const which = kind === 'folds' ? `fold ${index} of ${of}, counted from 0` : `${index + 1} of ${of} seeds`;
  return `${id.slice(0, 12)}, ${which}`;
}

const bestText = ({ best }: RunRecord): string =>
  best === null ? '' : `${best.metric} ${best.value.toFixed(4)} (epoch ${best.epoch})`;

const number = (value: number | null): string => (value === null ? '' : String(Number(value.toPrecision(5))));

function painted(status: RunStatus, text: string): string {
  const colour = { running: pc.cyan, finished: pc.green, failed: pc.red, interrupted: pc.yellow }[status];
  return colour(text);
}
