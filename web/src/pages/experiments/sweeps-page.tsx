import { metricWords } from '../../metric-words.ts';
import './experiments.css';
import { Badge, Button } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import type { Got } from '../../api/answers.ts';
import { useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { type Column, DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { When } from '../../components/when.tsx';
import { counted, figures } from '../../say.ts';
import { sweepsQuery } from './queries.ts';
import { RoomTabs } from './room-tabs.tsx';
import { RunningNow } from './running-now.tsx';

export const Route = createLazyRoute('/runs/sweeps')({ component: Sweeps });

type Summary = Got<'/v1/sweeps'>['sweeps'][number];

const COLUMNS: Column<Summary>[] = [
  {
    ...{ id: 'name', header: 'Name', width: 160, grow: 2 },
    cell: ({ id, name }) => (
      <Link to="/runs/sweeps/$sweep" params={{ sweep: id }} className="run-link clip">
        {name}
      </Link>
    ),
  },
  { id: 'state', header: 'State', width: 110, cell: (sweep) => <Badge variant="light">{stateOf(sweep)}</Badge> },
  { id: 'method', header: 'Method', width: 100, cell: ({ method }) => method },
  { id: 'model', header: 'Network', width: 130, cell: ({ model }) => model },
  { id: 'dataset', header: 'Dataset', width: 130, cell: ({ dataset }) => dataset },
  {
    ...{ id: 'trials', header: 'Trials', width: 90, align: 'right' as const },
    cell: ({ counts, asked }) => `${Object.values(counts).reduce((sum, n) => sum + n, 0)}/${asked}`,
  },
  {
    ...{ id: 'best', header: 'Best', width: 210, about: 'On validation: it chose, so it flatters' },
    cell: ({ best, metric }) => (best === null ? '' : `${metricWords(`val.${metric}`)} ${figures(best.value, 4)}`),
  },
  { id: 'begun', header: 'Begun', width: 130, cell: ({ createdAt }) => <When at={createdAt} /> },
];

export function stateOf({ state, counts, asked }: Pick<Summary, 'state' | 'counts' | 'asked'>): string {
  const open = (counts.running ?? 0) + (counts.waiting ?? 0);
  const all = Object.values(counts).reduce((sum, n) => sum + n, 0);
  if (open === 0 && all >= asked) return 'done';
  if (state === 'stopped') return 'stopped';
  return (counts.running ?? 0) > 0 ? 'running' : 'open';
}

function Sweeps() {
  const navigate = Route.useNavigate();
  const may = useMay('write');
  const found = useQuery(sweepsQuery());
  const data = lastRead(found);
  if (data === undefined) return <Absent title="Sweeps" query={found} />;
  const begin = may && (
    <Button component={Link} to="/runs/new" search={{ sweep: 'sweeps/first-try' } as never}>
      Begin a sweep
    </Button>
  );
  return (
    <Page
      title="Sweeps"
      query={found}
      about={counted(data.sweeps.length, 'sweep')}
      actions={begin}
      above={<RoomTabs here="sweeps" />}
    >
      <RunningNow />
      <DataTable
        label="Sweeps"
        rows={data.sweeps}
        columns={COLUMNS}
        keyOf={({ id }) => id}
        nameOf={({ name }) => name}
        onOpen={({ id }) => void navigate({ to: '/runs/sweeps/$sweep', params: { sweep: id } })}
        empty={
          <EmptyState title="No sweeps yet" command="osler sweep sweeps/first-try dataset=NAME" actions={begin}>
            A sweep searches the settings of a recipe: many short trainings, the bad ones ended early, and at the end
            what mattered.
          </EmptyState>
        }
      />
    </Page>
  );
}
