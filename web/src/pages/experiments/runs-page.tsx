import './experiments.css';
import { Box, Button, Group, Select, Switch, Text } from '@mantine/core';
import { IconChartLine, IconPlus } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { asFault } from '../../api/fault.ts';
import { useMay } from '../../app/session.ts';
import { DataTable } from '../../components/data-table.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { FaultPanel } from '../../components/fault-panel.tsx';
import { done, failed } from '../../components/notify.tsx';
import { Page } from '../../components/page.tsx';
import { count, counted } from '../../say.ts';
import { type Change, changed } from './addresses.ts';
import { DEFAULT_COLUMNS, FIXED, orderOf, sortOf, tableColumns } from './columns.tsx';
import { FilterField } from './filter-field.tsx';
import { experimentsQuery, keysQuery } from './queries.ts';
import { RoomTabs } from './room-tabs.tsx';
import { Sparks } from './run-spark.tsx';
import { RunningNow } from './running-now.tsx';
import { ColumnsMenu, ViewsMenu } from './table-menus.tsx';
import { type RunRow, useRunRows } from './use-run-rows.ts';
import { useSparks } from './use-sparks.ts';

export const Route = createLazyRoute('/runs')({ component: Runs });

const keyOf = ({ run, index }: RunRow): string => run?.id ?? `#${index}`;

function Runs() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const may = useMay('write');
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  const columns = search.column ?? DEFAULT_COLUMNS;
  const cells = useMemo(() => columns.filter((column) => !(column in FIXED)), [columns]);
  const { experiment, filter, order, deleted } = search;
  const table = useRunRows({ experiment, filter, order, column: cells, deleted });
  const { rows, parts, total, onSight } = table;
  const experiments = useQuery(experimentsQuery());
  const keys = useQuery(keysQuery(experiment));
  const names = useMemo(() => new Map((experiments.data ?? []).map(({ id, name }) => [id, name])), [experiments.data]);
  const sparks = useSparks(parts, columns.includes('curve'));
  const shown = useMemo(() => tableColumns({ columns, experiments: names }), [columns, names]);
  const set = (change: Change<typeof search>) =>
    void navigate({ search: (before) => changed(before, { view: undefined, ...change }), replace: true });
  const searchable = useMemo(
    () => [
      ...(keys.data?.metrics ?? []).map((key) => `metrics.${key}`),
      ...(keys.data?.params ?? []).map((key) => `params.${key}`),
      ...(keys.data?.tags ?? []).map((key) => `tags.${key}`),
      ...['run_name', 'status', 'start_time', 'user_id'].map((key) => `attributes.${key}`),
    ],
    [keys.data],
  );
  const choose = (next: ReadonlySet<string>) => setSelected(new Set([...next].filter((key) => !key.startsWith('#'))));
  const everything = experiment === undefined && filter === undefined && deleted === undefined;
  const wrong = table.error !== null && asFault(table.error).status !== 400;

  return (
    <Page
      title="Experiments"
      about={table.loading || wrong ? undefined : `${counted(total, 'run')}${deleted ? ' that were deleted' : ''}`}
      actions={
        may && (
          <Button component={Link} to="/runs/new" leftSection={<IconPlus size={16} aria-hidden />}>
            Begin a training
          </Button>
        )
      }
      above={<RoomTabs here="runs" />}
    >
      <RunningNow />
      <Group gap="xs" mb="sm" align="flex-start">
        <FilterField
          filter={filter}
          names={searchable}
          error={table.error}
          onFilter={(next) => set({ filter: next })}
        />
        <Select
          aria-label="Experiment"
          placeholder="All experiments"
          clearable
          searchable
          w={200}
          data={(experiments.data ?? [])
            .filter((one) => !one.deleted)
            .map((one) => ({ value: String(one.id), label: one.name }))}
          value={experiment ?? null}
          onChange={(next) => set({ experiment: next ?? undefined })}
        />
        <ColumnsMenu
          columns={columns}
          keys={keys.data}
          onChange={(next) => set({ column: next === undefined ? undefined : [...next] })}
        />
        <ViewsMenu
          view={search.view}
          content={{ experiment, filter, order, column: search.column }}
          onOpen={(name, content) => void navigate({ search: { ...content, view: name } as never })}
        />
      </Group>
      <Group justify="space-between" mb="xs" mih={36}>
        <Selection selected={selected} deleted={deleted === true} may={may} onDone={() => setSelected(new Set())} />
        <Switch
          size="xs"
          label="Deleted runs"
          checked={deleted === true}
          onChange={(event) => {
            setSelected(new Set());
            set({ deleted: event.currentTarget.checked ? true : undefined });
          }}
        />
      </Group>
      {wrong ? (
        <FaultPanel error={table.error} title="The runs could not be read." onRetry={table.refetch} />
      ) : (
        <Box style={{ opacity: table.stale ? 0.55 : 1 }} aria-busy={table.loading || table.stale}>
          {table.loading ? null : (
            <Sparks value={sparks}>
              <DataTable
                label="Runs"
                rows={rows}
                columns={shown}
                keyOf={keyOf}
                nameOf={(row) => row.run?.name ?? `line ${row.index + 1}`}
                total={total}
                sort={sortOf(order, columns)}
                onSort={(sort) => set({ order: orderOf(sort) })}
                onOpen={(row) =>
                  row.run !== undefined && void navigate({ to: '/runs/$run', params: { run: row.run.id } })
                }
                selected={selected}
                onSelect={choose}
                onSight={onSight}
                empty={everything ? <NoRuns may={may} /> : <NothingFits deleted={deleted === true} />}
              />
            </Sparks>
          )}
        </Box>
      )}
    </Page>
  );
}

function NoRuns({ may }: { may: boolean }) {
  return (
    <EmptyState
      icon={<IconChartLine size={40} stroke={1.2} aria-hidden />}
      title="No runs yet"
      command="osler train demo dataset=NAME"
      actions={
        may && (
          <Button component={Link} to="/runs/new">
            Begin a training
          </Button>
        )
      }
    >
      A run is one training with everything that belongs to it: recipe, curves, checkpoints, evaluation. Runs of other
      programs come by MLflow's API, at this very address.
    </EmptyState>
  );
}

function NothingFits({ deleted }: { deleted: boolean }) {
  return (
    <EmptyState title={deleted ? 'No deleted runs' : 'No run fits'}>
      {deleted
        ? 'What is deleted stays here until the garbage is collected.'
        : 'Change the filter, or choose another experiment.'}
    </EmptyState>
  );
}

interface SelectionProps {
  selected: ReadonlySet<string>;
  deleted: boolean;
  may: boolean;
  onDone: () => void;
}

/** Runs that are compared at once: more lines than that nobody tells apart. */
const MOST = 100;

function Selection({ selected, deleted, may, onDone }: SelectionProps) {
  const client = useQueryClient();
  const ids = [...selected];
  const refresh = () => client.invalidateQueries({ queryKey: ['runs'] });
  const each = async (work: (run: string) => Promise<unknown>, runs: readonly string[]) => {
    try {
      for (const run of runs) await work(run);
    } finally {
      await refresh();
    }
  };
  const remove = (run: string) => ask(api.DELETE('/v1/runs/{run}', { params: { path: { run } } }));
  const restore = (run: string) => ask(api.POST('/v1/runs/{run}/restore', { params: { path: { run } } }));
  const act = useMutation({
    mutationFn: () => each(deleted ? restore : remove, ids),
    onSuccess: () => {
      const [word, back] = deleted ? (['restored', remove] as const) : (['deleted', restore] as const);
      done(`${counted(ids.length, 'run')} ${word}.`, () => each(back, ids));
      onDone();
    },
    onError: failed,
  });
  if (ids.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Tick runs to compare them.
      </Text>
    );
  return (
    <Group gap="xs">
      <Text size="sm">{count(ids.length)} selected</Text>
      {!deleted && (
        <Button
          size="xs"
          component={Link}
          to="/runs/compare"
          search={{ run: ids.slice(0, MOST) } as never}
          disabled={ids.length < 2}
        >
          {ids.length > MOST ? `Compare the first ${MOST}` : 'Compare'}
        </Button>
      )}
      {may && (
        <Button size="xs" variant="default" loading={act.isPending} onClick={() => act.mutate()}>
          {deleted ? 'Restore' : 'Delete'}
        </Button>
      )}
      <Button size="xs" variant="subtle" onClick={onDone}>
        Clear
      </Button>
    </Group>
  );
}
