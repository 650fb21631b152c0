import { OslerError } from '../errors.ts';
import { RunStatus } from '../store/run.ts';
import { openStore, type Store } from '../store/store.ts';
import { settleKilledRuns } from '../training/settle.ts';
import type { Context } from './context.ts';
import { csvLine } from './csv.ts';
import { columnOf, curvesOf, DEFAULT_COLUMNS, finite, isLogged, type ListedRun, nearestOf } from './runs-columns.ts';
import { tableLines } from './table.ts';

export interface ListOptions {
  limit: number;
  status?: string;
  deleted?: boolean;
  experiment?: string[];
  filter?: string;
  order?: string[];
  columns?: string;
  csv?: boolean;
}

/** Stretches of a curve: a sparkline's characters. */
const STRETCHES = 16;

export async function list(options: ListOptions, { out, home, databaseUrl }: Context): Promise<void> {
  if (options.csv === true && out.asJson) throw new OslerError('USAGE', '--csv and --json exclude one another.');
  const names = options.columns?.split(',').map((name) => name.trim()) ?? DEFAULT_COLUMNS;
  const columns = names.map(columnOf);
  const filter = withStatus(options);
  await using store = await openStore(home, databaseUrl);
  await settleKilledRuns(store);
  const experiments = await experimentsOf(store, options.experiment);
  const { runs: found } = await store.search.runs({
    experimentIds: [...experiments.keys()],
    ...(filter === undefined ? {} : { filter }),
    orderBy: options.order ?? [],
    viewType: options.deleted === true ? 'deleted' : 'active',
    maxResults: options.limit,
  });
  const records = await store.tracked.records(found.map(({ info }) => info.id));
  const runs: ListedRun[] = found.map((run) => ({
    ...run,
    record: records.get(run.info.id) ?? null,
    experiment: experiments.get(run.info.experimentId) ?? '',
    curves: new Map(),
  }));
  if (options.columns !== undefined || !out.asJson) await addCurves(store, runs, names);
  for (const [i, name] of names.entries())
    if (isLogged(name) && runs.length > 0 && runs.every((run) => (columns[i]!.value(run) ?? '') === ''))
      out.warn(`No run that is listed has ${name}.${nearestOf(name, runs)}`);
  if (options.csv === true) {
    out.line(csvLine(names));
    for (const run of runs) out.line(csvLine(columns.map(({ value }) => value(run))));
    return;
  }
  out.json(
    options.columns === undefined
      ? runs.map(summary)
      : runs.map((run) => Object.fromEntries(columns.map(({ value }, i) => [names[i]!, value(run)]))),
  );
  if (runs.length === 0) return out.line(nothing(options));
  for (const line of tableLines(runs, columns)) out.line(line);
}

function nothing({ deleted, filter, status, experiment }: ListOptions): string {
  if (deleted === true) return 'No deleted runs.';
  return filter === undefined && status === undefined && experiment === undefined
    ? 'No runs yet. Train one: osler train --help'
    : 'No run fits.';
}

/** `--status` is a comparison like any other; the grammar knows MLflow's words for it. */
function withStatus({ filter, status }: ListOptions): string | undefined {
  if (status === undefined) return filter;
  const known = RunStatus.safeParse(status);
  if (!known.success) throw new OslerError('USAGE', `--status ${status} is none of ${RunStatus.options.join(', ')}.`);
  const word = known.data === 'interrupted' ? 'KILLED' : known.data.toUpperCase();
  return `${filter === undefined || filter.trim() === '' ? '' : `${filter} and `}attributes.status = '${word}'`;
}

/** Names by id: those that were named, by name or id, or all. Throws NOT_FOUND. */
async function experimentsOf(store: Store, named: string[] | undefined): Promise<Map<number, string>> {
  const all = new Map((await store.experiments.list()).map(({ id, name }) => [id, name]));
  if (named === undefined) return all;
  return new Map(
    named.map((reference): [number, string] => {
      const found = [...all].find(([id, name]) => name === reference || String(id) === reference);
      if (found !== undefined) return found;
      throw new OslerError('NOT_FOUND', `There is no experiment "${reference}".`, {
        hint: `There are: ${[...all.values()].slice(0, 8).join(', ')}${all.size > 8 ? '...' : ''}`,
      });
    }),
  );
}

async function addCurves(store: Store, runs: ListedRun[], columns: readonly string[]): Promise<void> {
  const wanted = new Map(runs.map((run) => [run.info.id, new Set(curvesOf(columns, run))]));
  const keys = [...new Set([...wanted.values()].flatMap((of) => [...of]))];
  if (keys.length === 0) return;
  const byId = new Map(runs.map((run) => [run.info.id, run]));
  for (const { run, key, mean } of await store.curves.sample({ runs: [...byId.keys()], keys, points: STRETCHES }))
    if (wanted.get(run)!.has(key)) byId.get(run)!.curves.set(key, mean);
}

/** What `--json` says of each run unless columns are chosen; `runs show` has the rest. */
function summary({ info, record, experiment, metrics }: ListedRun) {
  return {
    run: info.id,
    name: info.name,
    status: info.status,
    experiment,
    user: info.user,
    createdAt: new Date(info.startedAt).toISOString(),
    endedAt: info.endedAt === null ? null : new Date(info.endedAt).toISOString(),
    model: info.model,
    dataset: record?.dataset ?? null,
    best: record?.best ?? null,
    seconds: record?.seconds ?? null,
    imagesPerSecond: record?.imagesPerSecond ?? null,
    stamps: record?.stamps ?? [],
    leaks: record?.leaks ?? null,
    group: record?.group ?? null,
    metrics: Object.fromEntries(metrics.map(({ key, value }) => [key, finite(value)])),
  };
}
