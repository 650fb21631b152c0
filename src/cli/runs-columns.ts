import { distance } from 'fastest-levenshtein';
import { OslerError } from '../errors.ts';
import type { RunRecord } from '../store/run.ts';
import type { FoundRun } from '../store/search/search.ts';
import pc from './colours.ts';
import { sparkline } from './sparkline.ts';
import type { Column } from './table.ts';

/** A run with all that a column may show of it. */
export interface ListedRun extends FoundRun {
  /** Of a training of Osler; null for what another program logged. */
  record: RunRecord | null;
  experiment: string;
  /** Means of a few stretches, by metric; of those that are drawn. */
  curves: Map<string, number[]>;
}

type Value = string | number | null;

interface ListColumn extends Column<ListedRun> {
  /** For scripts. */
  value(run: ListedRun): Value;
}

const time = (ms: number | null): string =>
  ms === null ? '' : new Date(ms).toISOString().slice(0, 16).replace('T', ' ');
const iso = (ms: number | null): string | null => (ms === null ? null : new Date(ms).toISOString());
const seconds = ({ info, record }: ListedRun): number | null =>
  record !== null ? record.seconds : info.endedAt === null ? null : (info.endedAt - info.startedAt) / 1000;
export const shortNumber = (value: number): string => String(Number(value.toPrecision(5)));

const FIXED: Record<string, ListColumn> = {
  run: { title: 'run', cell: ({ info }) => info.id.slice(0, 12), value: ({ info }) => info.id },
  name: { title: 'name', cell: ({ info }) => info.name, max: 24, value: ({ info }) => info.name },
  status: {
    title: 'status',
    cell: ({ info }) => info.status,
    paint: (text, { info }) => painted(info.status, text),
    value: ({ info }) => info.status,
  },
  started: { title: 'started', cell: ({ info }) => time(info.startedAt), value: ({ info }) => iso(info.startedAt) },
  ended: { title: 'ended', cell: ({ info }) => time(info.endedAt), value: ({ info }) => iso(info.endedAt) },
  experiment: {
    title: 'experiment',
    cell: ({ experiment }) => experiment,
    max: 24,
    value: ({ experiment }) => experiment,
  },
  user: { title: 'user', cell: ({ info }) => info.user, value: ({ info }) => info.user },
  model: { title: 'model', cell: ({ info }) => info.model ?? '', value: ({ info }) => info.model },
  dataset: { title: 'dataset', cell: ({ info }) => info.dataset ?? '', max: 24, value: ({ info }) => info.dataset },
  best: {
    title: 'best',
    cell: ({ record }) => bestText(record),
    value: ({ record }) => record?.best?.value ?? null,
  },
  curve: {
    title: 'curve',
    cell: (run) => sparkline(run.curves.get(curveKey(run) ?? '') ?? [], 16),
    value: (run) => curveKey(run) ?? null,
  },
  seconds: {
    title: 'time',
    cell: (run) => (seconds(run) === null ? '' : `${Math.round(seconds(run)!)} s`),
    align: 'right',
    value: seconds,
  },
};

export const DEFAULT_COLUMNS = ['run', 'name', 'status', 'started', 'model', 'dataset', 'best', 'curve', 'seconds'];
export const COLUMN_HELP = `${Object.keys(FIXED).join(', ')}; metrics.NAME, params.NAME, tags.NAME, curve.METRIC`;

/** Throws USAGE for a column that there is none of. */
export function columnOf(name: string): ListColumn {
  const fixed = Object.hasOwn(FIXED, name) ? FIXED[name] : undefined;
  if (fixed !== undefined) return fixed;
  const [, kind, key] = /^(metrics?|params?|tags?|curve)\.(.+)$/s.exec(name) ?? [];
  if (kind === undefined || key === undefined)
    throw new OslerError('USAGE', `There is no column "${name}".`, { hint: `There are ${COLUMN_HELP}.` });
  if (kind === 'curve') {
    const means = (run: ListedRun) => run.curves.get(key) ?? [];
    return {
      title: key,
      cell: (run) => sparkline(means(run), 16),
      value: (run) => means(run).map(shortNumber).join(' '),
    };
  }
  if (kind.startsWith('metric')) {
    const value = ({ metrics }: ListedRun) => metrics.find((metric) => metric.key === key)?.value;
    return {
      title: key,
      cell: (run) => (value(run) === undefined ? '' : shortNumber(value(run)!)),
      align: 'right',
      value: (run) => finite(value(run) ?? null),
    };
  }
  const value = ({ params, tags }: ListedRun) =>
    (kind.startsWith('param') ? params : tags).find((pair) => pair.key === key)?.value;
  return { title: key, cell: (run) => value(run) ?? '', max: 32, value: (run) => value(run) ?? null };
}

const nearest = (name: string, known: readonly string[]): string[] =>
  known.toSorted((a, b) => distance(a, name) - distance(b, name));

/** Whether a column shows what runs logged under a name of their own. */
export const isLogged = (column: string): boolean => !Object.hasOwn(FIXED, column);

/** " The nearest are metrics.loss, metrics.val.loss." of a column that no run has; nothing where none has any of its kind. */
export function nearestOf(column: string, runs: readonly ListedRun[]): string {
  const [kind, name] = [column.slice(0, column.indexOf('.')), column.slice(column.indexOf('.') + 1)];
  const pairs = ({ metrics, params, tags }: ListedRun): readonly { key: string }[] =>
    kind.startsWith('param') ? params : kind.startsWith('tag') ? tags : metrics;
  const near = nearest(name, [...new Set(runs.flatMap((run) => pairs(run).map(({ key }) => key)))]).slice(0, 3);
  return near.length === 0 ? '' : ` The nearest are ${near.map((key) => `${kind}.${key}`).join(', ')}.`;
}

/** @param whose `None of these runs has`. */
export function noMetric(whose: string, name: string, known: readonly string[]): OslerError {
  const near = nearest(name, known).slice(0, 6);
  const hint = near.length === 0 ? 'No metric is logged.' : `The nearest that are logged: ${near.join(', ')}.`;
  return new OslerError('USAGE', `${whose} a metric "${name}".`, { hint });
}

/** JSON has neither NaN nor infinities: they are written as words. */
export function finite(value: number | null): Value {
  return value === null || Number.isFinite(value) ? value : String(value);
}

/** For people: what the machine did comes after what the network did. */
export function machineLast<Metric extends { key: string }>(metrics: readonly Metric[]): Metric[] {
  const ofMachine = ({ key }: Metric): boolean => key.startsWith('system/');
  return [...metrics.filter((metric) => !ofMachine(metric)), ...metrics.filter(ofMachine)];
}

/** For people: the ends of an interval stand in the report, where its value is. */
export function withoutEnds<Metric extends { key: string }>(metrics: readonly Metric[]): Metric[] {
  const keys = new Set(metrics.map(({ key }) => key));
  return metrics.filter(({ key }) => !/\.(low|high)$/.test(key) || !keys.has(key.replace(/\.(low|high)$/, '')));
}

/** Metrics whose curves a column draws, for a run. */
export function curvesOf(columns: readonly string[], run: FoundRun & { record: RunRecord | null }): string[] {
  return columns.flatMap((name) => {
    if (name === 'curve') return curveKey(run) ?? [];
    return name.startsWith('curve.') ? name.slice('curve.'.length) : [];
  });
}

/** The metric a training was chosen by, its loss while there is none; of another program's run what looks most like one of those. */
function curveKey({ record, metrics }: Pick<ListedRun, 'record' | 'metrics'>): string | undefined {
  const keys = metrics.map(({ key }) => key);
  const best = record?.best == null ? [] : [record.best.metric, `val.${record.best.metric}`];
  const wanted = [...best, 'epoch.loss', 'val_loss', 'loss', 'train_loss'];
  return wanted.find((key) => keys.includes(key)) ?? keys.find((key) => /loss/i.test(key)) ?? keys[0];
}

export function bestText(record: RunRecord | null): string {
  const best = record?.best;
  return best == null ? '' : `${best.metric} ${best.value.toFixed(4)} (epoch ${best.epoch})`;
}

export function painted(status: FoundRun['info']['status'], text: string): string {
  const colour = { running: pc.cyan, finished: pc.green, failed: pc.red, interrupted: pc.yellow, scheduled: pc.dim }[
    status
  ];
  return colour(text);
}
