import './experiments.css';
import { Anchor, Button, CloseButton, Group, Tabs, Text, useComputedColorScheme } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { useMemo, useState } from 'react';
import { Swatch } from '../../charts/index.ts';
import { Absent } from '../../components/absent.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { counted } from '../../say.ts';
import { type Change, changed } from './addresses.ts';
import { type ComparedRun, comparedQuery } from './compare-data.ts';
import { CompareFigures } from './compare-figures.tsx';
import { CompareImages } from './compare-images.tsx';
import { CompareParallel } from './compare-parallel.tsx';
import { CompareScatter } from './compare-scatter.tsx';
import { CompareSettings } from './compare-settings.tsx';
import { CurvesPanel } from './curves-panel.tsx';
import { PART_WORDS, PARTS, type Part } from './words.ts';

export const Route = createLazyRoute('/runs/compare')({ component: Compare });

const NO_RUNS: readonly string[] = [];
const notMachine = (key: string): boolean => !key.startsWith('system/');

function Compare() {
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const ids = search.run ?? NO_RUNS;
  const compared = useQuery(comparedQuery(ids));
  const runs = lastRead(compared);
  const [hidden, setHidden] = useState<ReadonlySet<string>>(new Set());
  const found = useMemo(() => runs?.map(({ id }) => id) ?? NO_RUNS, [runs]);
  const set = (change: Change<typeof search>) =>
    void navigate({ search: (before) => changed(before, change), replace: true });
  if (ids.length > 0 && runs === undefined) return <Absent title="Compare runs" query={compared} />;
  if (runs === undefined || runs.length === 0)
    return (
      <Page title="Compare runs">
        <EmptyState
          title={ids.length === 0 ? 'No runs to compare' : 'None of these runs is here'}
          actions={
            <Button component={Link} to="/runs">
              Choose runs
            </Button>
          }
        >
          Tick two runs or more in the table, then press Compare.
        </EmptyState>
      </Page>
    );
  const missing = ids.length - runs.length;
  const seen = runs.filter(({ id }) => !hidden.has(id));
  const toggle = (id: string) => {
    const next = new Set(hidden);
    if (!next.delete(id)) next.add(id);
    setHidden(next);
  };
  const part = search.part ?? 'curves';
  return (
    <Page
      title="Compare runs"
      about={`${counted(runs.length, 'run')}${missing > 0 ? `; ${missing} are not there any more` : ''}`}
      above={
        <Text size="sm" mb={4}>
          <Anchor component={Link} to="/runs">
            Experiments
          </Anchor>
        </Text>
      }
    >
      <Chips
        runs={runs}
        hidden={hidden}
        onToggle={toggle}
        onRemove={(id) => set({ run: ids.filter((one) => one !== id) })}
      />
      <Tabs
        value={part}
        onChange={(next) => set({ part: next === 'curves' ? undefined : (next as Part) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {PARTS.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {PART_WORDS[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="curves">
          <CurvesPanel
            runs={seen}
            live={runs.some(({ status }) => status === 'running')}
            how={search}
            onHow={set}
            shows={notMachine}
            empty="None of these runs has logged a metric yet."
          />
        </Tabs.Panel>
        <Tabs.Panel value="figures">
          <CompareFigures runs={runs} ids={found} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <CompareSettings
            runs={runs}
            ids={found}
            all={search.all === true}
            onAll={(all) => set({ all: all || undefined })}
          />
        </Tabs.Panel>
        <Tabs.Panel value="parallel">
          <CompareParallel runs={runs} ids={found} axes={search.axis} onAxes={(axis) => set({ axis })} />
        </Tabs.Panel>
        <Tabs.Panel value="scatter">
          <CompareScatter runs={runs} ids={found} chosen={search} onChoose={set} />
        </Tabs.Panel>
        <Tabs.Panel value="images">
          <CompareImages runs={runs} ids={found} chosen={search} onChoose={set} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

interface ChipsProps {
  runs: readonly ComparedRun[];
  /** Not drawn among the curves. */
  hidden: ReadonlySet<string>;
  onToggle: (id: string) => void;
  onRemove: (id: string) => void;
}

function Chips({ runs, hidden, onToggle, onRemove }: ChipsProps) {
  const scheme = useComputedColorScheme('light');
  return (
    <Group gap={6} mb="md" role="list" aria-label="Runs that are compared">
      {runs.slice(0, 40).map(({ id, name, place }) => (
        <Group
          key={id}
          gap={6}
          wrap="nowrap"
          role="listitem"
          className="run-chip"
          data-hidden={hidden.has(id) || undefined}
        >
          <button
            type="button"
            className="run-swatch"
            aria-pressed={!hidden.has(id)}
            aria-label={`Curves of ${name}`}
            title={hidden.has(id) ? 'Show its curves' : 'Hide its curves'}
            onClick={() => onToggle(id)}
          >
            <Swatch place={place} scheme={scheme} />
          </button>
          <Link to="/runs/$run" params={{ run: id }} className="run-link clip" style={{ maxWidth: 220 }}>
            {name}
          </Link>
          <CloseButton size="xs" aria-label={`Leave ${name} out`} onClick={() => onRemove(id)} />
        </Group>
      ))}
      {runs.length > 40 && <Text size="sm">and {runs.length - 40} others</Text>}
    </Group>
  );
}
