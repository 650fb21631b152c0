import { Badge } from '@mantine/core';
import { Link, useNavigate } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { figure } from '../../charts/numbers.ts';
import { type Column, DataTable, type Sort } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { metricWords } from '../../metric-words.ts';
import { figures } from '../../say.ts';
import type { Sweep } from './queries.ts';
import { settingValue } from './sweep-values.ts';

type Trial = Sweep['trials'][number];

const COLOURS = {
  finished: 'teal',
  pruned: 'gray',
  running: 'teal',
  waiting: 'gray',
  failed: 'red',
  diverged: 'orange',
} as const;

/** Every trial with its settings; best first. */
export function SweepTrials({ sweep }: { sweep: Sweep }) {
  const navigate = useNavigate();
  const [sort, setSort] = useState<Sort>({ id: 'value', descending: sweep.direction === 'max' });
  const columns = useMemo((): Column<Trial>[] => {
    const settings = sweep.space.map(
      ({ name, kind }): Column<Trial> => ({
        id: name,
        header: name.split('.').at(-1)!,
        about: name,
        width: 140,
        align: kind === 'range' ? 'right' : 'left',
        sortable: true,
        cell: ({ params }) => {
          const value = settingValue(params, name, kind);
          return value === null ? '' : typeof value === 'number' ? figure(value) : value;
        },
      }),
    );
    return [
      {
        ...{ id: 'number', header: 'Trial', width: 90, sortable: true },
        cell: ({ number, run }) =>
          run === null ? (
            String(number)
          ) : (
            <Link to="/runs/$run" params={{ run }} className="run-link">
              Trial {number}
            </Link>
          ),
      },
      {
        ...{
          id: 'value',
          header: metricWords(`val.${sweep.metric}`),
          width: 170,
          align: 'right' as const,
          sortable: true,
        },
        cell: ({ value }) => (value === null ? '' : figures(value, 4)),
      },
      ...settings,
      {
        ...{ id: 'epochs', header: 'Epochs', width: 80, align: 'right' as const },
        cell: ({ epochs }) => String(epochs.length),
      },
      {
        ...{ id: 'state', header: 'State', width: 130, grow: 1 },
        cell: ({ state, error, failures }) => (
          <Badge variant="light" color={COLOURS[state]} title={error ?? undefined}>
            {failures > 0 ? `${state}, failed ${failures}×` : state}
          </Badge>
        ),
      },
    ];
  }, [sweep.space, sweep.metric]);
  const rows = useMemo(() => sorted(sweep, sort), [sweep, sort]);
  return (
    <DataTable
      label="Trials"
      rows={rows}
      columns={columns}
      keyOf={({ number }) => String(number)}
      nameOf={({ number }) => `trial ${number}`}
      sort={sort}
      onSort={setSort}
      onOpen={({ run }) => run !== null && void navigate({ to: '/runs/$run', params: { run } })}
      {...(rows.length > 12 ? { height: 460 } : {})}
      empty={<EmptyState title="No trial has begun">A worker takes the first one in a moment.</EmptyState>}
    />
  );
}

/** Those without the value come last, whichever the direction. */
function sorted({ trials, space }: Sweep, { id, descending }: Sort): Trial[] {
  const kind = space.find(({ name }) => name === id)?.kind ?? 'range';
  const of = (trial: Trial) =>
    id === 'number' ? trial.number : id === 'value' ? trial.value : settingValue(trial.params, id, kind);
  const sign = descending ? -1 : 1;
  return trials.toSorted((a, b) => {
    const [x, y] = [of(a), of(b)];
    if (x === null || y === null) return x === y ? a.number - b.number : x === null ? 1 : -1;
    return sign * (x < y ? -1 : x > y ? 1 : 0) || a.number - b.number;
  });
}
