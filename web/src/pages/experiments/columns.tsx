import { Link } from '@tanstack/react-router';
import type { Column, Sort } from '../../components/data-table.tsx';
import { RunStatus } from '../../components/run-status.tsx';
import { Stamps } from '../../components/stamp.tsx';
import { When } from '../../components/when.tsx';
import { metricName, metricWords, within } from '../../metric-words.ts';
import { duration, figures } from '../../say.ts';
import { nameInFilter } from './filter-words.ts';
import type { RunLine } from './queries.ts';
import { RunSpark } from './run-spark.tsx';
import type { RunRow } from './use-run-rows.ts';

/** Columns that every run has, by the id that stands in the address. */
export const FIXED = {
  name: 'Name',
  status: 'Status',
  started: 'Started',
  dataset: 'Dataset',
  model: 'Network',
  best: 'Best epoch',
  curve: 'Curve',
  seconds: 'Time',
  user: 'User',
  experiment: 'Experiment',
} as const;
type Fixed = keyof typeof FIXED;

export const DEFAULT_COLUMNS: readonly string[] = [
  'name',
  'status',
  'started',
  'dataset',
  'model',
  'best',
  'curve',
  'seconds',
];

/** Columns that can be ordered by, as the server's grammar names them. */
const ORDERS: Partial<Record<Fixed, string>> = {
  name: 'attributes.run_name',
  status: 'attributes.status',
  started: 'attributes.start_time',
  user: 'attributes.user_id',
};

export function orderOf({ id, descending }: Sort): string | undefined {
  const key = id in FIXED ? ORDERS[id as Fixed] : nameInFilter(id);
  return key === undefined ? undefined : `${key} ${descending ? 'DESC' : 'ASC'}`;
}

export function sortOf(order: string | undefined, columns: readonly string[]): Sort | null {
  if (order === undefined) return { id: 'started', descending: true };
  const id = columns.find((column) =>
    order.startsWith(`${column in FIXED ? ORDERS[column as Fixed] : nameInFilter(column)} `),
  );
  return id === undefined ? null : { id, descending: /\sDESC$/i.test(order) };
}

interface Shown {
  columns: readonly string[];
  experiments: ReadonlyMap<number, string>;
}

export function tableColumns({ columns, experiments }: Shown): Column<RunRow>[] {
  return columns.map((id): Column<RunRow> => {
    const column = id in FIXED ? fixedColumn(id as Fixed, experiments) : valueColumn(id);
    const { cell } = column;
    const first = id === columns[0];
    return {
      ...column,
      cell: (row) => {
        if (row.run === undefined) return first ? <span className="run-awaited" /> : null;
        return cell(row.run);
      },
    };
  });
}

type RunColumn = Omit<Column<RunRow>, 'cell'> & { cell: (run: RunLine) => ReturnType<Column<RunRow>['cell']> };

function fixedColumn(id: Fixed, experiments: Shown['experiments']): RunColumn {
  const header = FIXED[id];
  const sortable = id in ORDERS;
  switch (id) {
    case 'name':
      return {
        ...{ id, header, sortable, width: 230, grow: 2 },
        cell: (run) => (
          <span className="run-name">
            <Link to="/runs/$run" params={{ run: run.id }} className="clip run-link" title={run.name}>
              {run.name}
            </Link>
            {run.group !== null && (
              <small title={`${run.group.index + 1} of ${run.group.of} ${run.group.kind} of one recipe`}>
                {run.group.index + 1}/{run.group.of}
              </small>
            )}
            <Stamps of={run} />
          </span>
        ),
      };
    case 'status':
      return { ...{ id, header, sortable, width: 130 }, cell: (run) => <RunStatus status={run.status} /> };
    case 'started':
      return { ...{ id, header, sortable, width: 130 }, cell: (run) => <When at={run.startedAt} /> };
    case 'dataset':
      return { ...{ id, header, width: 120, grow: 1 }, cell: (run) => run.dataset ?? '' };
    case 'model':
      return { ...{ id, header, width: 140, grow: 1 }, cell: (run) => run.model ?? '' };
    case 'best':
      return {
        ...{ id, header, width: 215, about: 'The best epoch by the metric that the recipe chose, on validation' },
        cell: ({ best }) =>
          best === null ? '' : `${figures(best.value, 4)} in epoch ${best.epoch}, ${within(metricName(best.metric))}`,
      };
    case 'curve':
      return {
        ...{ id, header, width: 110, about: 'The metric of the best epoch, or the loss' },
        cell: (run) => <RunSpark run={run} />,
      };
    case 'seconds':
      return {
        ...{ id, header, width: 90, align: 'right' as const },
        cell: ({ seconds, status }) => (seconds === null || status === 'running' ? '' : duration(seconds)),
      };
    case 'user':
      return { ...{ id, header, sortable, width: 110 }, cell: (run) => run.user };
    case 'experiment':
      return { ...{ id, header, width: 130 }, cell: (run) => experiments.get(run.experiment) ?? '' };
  }
}

/** Pixels for words that may stand in two lines. */
const widthOf = (words: string): number =>
  Math.min(220, Math.max(120, 40 + words.length * (words.length > 22 ? 4.4 : 7.6)));

function valueColumn(id: string): RunColumn {
  const name = id.slice(id.indexOf('.') + 1);
  const metric = id.startsWith('metrics.');
  return {
    id,
    header: metric ? metricWords(name) : name,
    about: id,
    width: metric ? widthOf(metricWords(name)) : 140,
    sortable: true,
    ...(metric ? { align: 'right' as const } : {}),
    cell: ({ cells }) => {
      const value = cells[id];
      return value === undefined ? '' : metric ? figures(value, 4) : String(value);
    },
  };
}
