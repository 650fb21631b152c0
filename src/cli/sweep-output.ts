import { relative } from 'node:path';
import { onValidation } from '../evaluation/metrics/words.ts';
import type { Store } from '../store/store.ts';
import type { SweepRecord, Trial, TrialParams } from '../store/sweep.ts';
import { objectiveOf, SweepPlan, wordsOf } from '../tuning/plan.ts';
import { ranked, tally } from '../tuning/ranking.ts';
import { writeSweepPage } from '../tuning/report/write.ts';
import type { WorkDeps } from '../tuning/work.ts';
import pc from './colours.ts';
import type { Context } from './context.ts';
import type { Output } from './output.ts';
import { type Column, tableLines } from './table.ts';

/** Tells how a sweep goes. With several trainings at a time only their ends are told: bars would write over each other. */
export function watcher(
  sweep: SweepRecord,
  workers: number,
  out: Output,
): Pick<WorkDeps, 'onBegin' | 'onEnd' | 'onProgress' | 'onLine' | 'onWarning'> {
  const { metric, direction } = objectiveOf(SweepPlan.parse(sweep.config));
  let best: number | null = null;
  return {
    ...(workers > 1 ? {} : { onProgress: out.progress, onLine: (text: string) => out.log(text) }),
    onWarning: (text) => out.warn(text),
    onBegin: (trial) => {
      const again = trial.failures > 0 ? ', once more' : trial.runs.length > 0 ? ', going on' : '';
      out.log(`${pc.bold(`trial ${trial.number}`)} of ${sweep.trials}${again}  ${wordsOf(trial.params)}`);
    },
    onEnd: ({ number, value, error, epochs }, outcome) => {
      const better =
        outcome === 'finished' &&
        value !== null &&
        (best === null || (direction === 'max' ? value > best : value < best));
      if (better) best = value;
      const figure = value === null ? '' : `  ${metric} ${value.toFixed(4)}`;
      const words = {
        finished: figure,
        pruned: `${figure}  after ${epochs.length} ${epochs.length === 1 ? 'epoch' : 'epochs'}`,
        diverged: `  ${error}`,
        failed: `  ${error}`,
        refused: `  ${error}`,
        again: `  ${error}; it is tried again`,
        lost: '  another worker goes on with it',
        busy: '  another process still has its run; it is taken up later',
      }[outcome];
      out.log(
        `trial ${number} ${outcome === 'again' || outcome === 'busy' ? 'put back' : outcome}${words}${better ? pc.green('  best so far') : ''}`,
      );
    },
  };
}

export async function listSweeps(store: Store, { out }: Context): Promise<void> {
  const rows = await Promise.all(
    (await store.sweeps.list()).map(async (sweep) => {
      const trials = await store.sweeps.trials(sweep.id);
      return {
        sweep,
        plan: SweepPlan.parse(sweep.config),
        counts: tally(trials),
        best: ranked(trials, sweep.direction)[0],
      };
    }),
  );
  out.json({
    sweeps: rows.map(({ sweep: { config: _, ...sweep }, plan, counts, best }) => ({
      ...sweep,
      method: plan.method.kind,
      metric: objectiveOf(plan).metric,
      counts,
      best: best === undefined ? null : { trial: best.number, value: best.value, params: best.params },
    })),
  });
  if (rows.length === 0) return out.line('No sweep yet: osler sweep --help');
  const columns: Column<(typeof rows)[number]>[] = [
    { title: 'sweep', cell: ({ sweep }) => sweep.id.slice(0, 12) },
    { title: 'name', cell: ({ sweep }) => sweep.name, max: 28 },
    { title: 'method', cell: ({ plan }) => plan.method.kind },
    { title: 'trials', cell: ({ sweep, counts }) => `${sum(counts)}/${sweep.trials}`, align: 'right' },
    { title: 'best', cell: ({ best }) => best?.value?.toFixed(4) ?? '', align: 'right' },
    { title: 'metric', cell: ({ plan }) => objectiveOf(plan).metric },
    { title: 'state', cell: ({ sweep, counts }) => stateWords(sweep, counts) },
    { title: 'begun', cell: ({ sweep }) => sweep.createdAt.slice(0, 16).replace('T', ' ') },
  ];
  for (const line of tableLines(rows, columns)) out.line(line);
}

const sum = (counts: Partial<Record<string, number>>): number =>
  Object.values(counts).reduce<number>((total, n) => total + (n ?? 0), 0);

function stateWords({ state, trials }: SweepRecord, counts: Partial<Record<Trial['state'], number>>): string {
  const open = (counts.running ?? 0) + (counts.waiting ?? 0);
  if (open === 0 && sum(counts) >= trials) return 'done';
  if (state === 'stopped') return 'stopped';
  return (counts.running ?? 0) > 0 ? 'running' : 'open';
}

/** The best trials, the tally and where to go from here. */
export async function reportSweep(store: Store, sweep: SweepRecord, { out }: Context, limit: number): Promise<void> {
  const plan = SweepPlan.parse(sweep.config);
  const { metric, direction } = objectiveOf(plan);
  const trials = await store.sweeps.trials(sweep.id);
  const best = ranked(trials, direction);
  const { page, importances } = await writeSweepPage(store, sweep);
  const others = trials.filter(({ state }) => state !== 'finished').sort((a, b) => a.number - b.number);
  const shown = [...best, ...others].slice(0, limit);
  out.json({
    sweep: sweep.id,
    name: sweep.name,
    metric,
    direction,
    asked: sweep.trials,
    counts: tally(trials),
    failures: trials.reduce((total, { failures }) => total + failures, 0),
    best:
      best[0] === undefined
        ? null
        : { trial: best[0].number, value: best[0].value, params: best[0].params, run: best[0].runs.at(-1) },
    importance: importances,
    trials: trials.map(({ worker: _, ...trial }) => trial),
    page,
  });
  for (const line of tableLines(shown, columnsOf(shown, metric))) out.line(line);
  const counts = tally(trials);
  out.line();
  out.line(
    `trials     ${Object.entries(counts)
      .map(([state, n]) => `${n} ${state}`)
      .join(', ')}; ${sweep.trials} were asked for`,
  );
  if (importances !== null) {
    const shares = importances.single.slice(0, 4).map(({ names, share }) => `${names[0]} ${(100 * share).toFixed(0)}%`);
    out.line(`mattered   ${shares.join(', ')} of the variance`);
  }
  out.line(`page       ${relative(process.cwd(), page)}`);
  const [first] = best;
  if (first === undefined) return;
  out.line(`best       trial ${first.number}, ${onValidation(metric)} ${first.value!.toFixed(4)}`);
  out.line(`evaluate   osler evaluate ${first.runs.at(-1)!.slice(0, 12)}`);
}

function columnsOf(trials: readonly Trial[], metric: string): Column<Trial>[] {
  const names = [...new Set(trials.flatMap(({ params }) => Object.keys(params ?? {})))];
  // The last part of a key says enough, unless two end alike.
  const short = (name: string) => {
    const last = name.split('.').at(-1)!;
    return names.filter((other) => other.split('.').at(-1) === last).length > 1 ? name : last;
  };
  const cell = (params: TrialParams | null, name: string) => {
    const value = params?.[name];
    if (value === undefined) return '';
    return typeof value === 'number'
      ? String(Number(value.toPrecision(4)))
      : typeof value === 'string'
        ? value
        : JSON.stringify(value);
  };
  return [
    { title: 'trial', cell: ({ number }) => String(number), align: 'right' },
    { title: metric, cell: ({ value }) => value?.toFixed(4) ?? '', align: 'right' },
    ...names.map(
      (name): Column<Trial> => ({
        title: short(name),
        cell: ({ params }) => cell(params, name),
        align: 'right',
        max: 24,
      }),
    ),
    { title: 'epochs', cell: ({ epochs }) => String(epochs.length), align: 'right' },
    { title: 'state', cell: ({ state, failures }) => (failures > 0 ? `${state}, failed ${failures}x` : state) },
    { title: 'run', cell: ({ runs }) => runs.at(-1)?.slice(0, 12) ?? '' },
  ];
}
