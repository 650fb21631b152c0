import './experiments.css';
import { ActionIcon, Alert, Anchor, Group, Tabs, Text, TextInput } from '@mantine/core';
import { IconPencil } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { type FormEvent, useMemo, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { Copyable } from '../../components/copyable.tsx';
import { failed } from '../../components/notify.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { RunStatus } from '../../components/run-status.tsx';
import { Stamps } from '../../components/stamp.tsx';
import { When } from '../../components/when.tsx';
import { type Change, changed } from './addresses.ts';
import { CurvesPanel } from './curves-panel.tsx';
import { isOpen, type RunDetail, runQuery, trainingsQuery } from './queries.ts';
import { RunActions } from './run-actions.tsx';
import { RunEvaluation } from './run-evaluation.tsx';
import { RunFiles } from './run-files.tsx';
import { RunLog } from './run-log.tsx';
import { RunOverview } from './run-overview.tsx';
import { RunSettings } from './run-settings.tsx';
import { TrainingProgress } from './running-now.tsx';
import { RUN_PART_WORDS, RUN_PARTS, type RunPart } from './words.ts';

export const Route = createLazyRoute('/runs/$run')({ component: RunPage });

const isMachine = (key: string): boolean => key.startsWith('system/');
const notMachine = (key: string): boolean => !isMachine(key);
/** What was measured of a run of Osler is one figure each, not a curve; it stands under Evaluation. */
const isCurve = (key: string): boolean => notMachine(key) && !/^(test|data-[^/]*)\./.test(key);

function RunPage() {
  const { run: reference } = Route.useParams();
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const found = useQuery(runQuery(reference));
  const run = lastRead(found);
  const trainings = useQuery(trainingsQuery());
  const drawn = useMemo(
    () => (run === undefined ? [] : [{ id: run.id, name: run.name, startedAt: Date.parse(run.startedAt), place: 0 }]),
    [run],
  );
  if (run === undefined) return <Absent title="Run" query={found} />;
  const set = (change: Change<typeof search>) =>
    void navigate({ search: (before) => changed(before, change), replace: true });
  const part = search.part ?? 'overview';
  const parts = RUN_PARTS.filter((one) => run.origin === 'osler' || (one !== 'evaluation' && one !== 'log'));
  const training = trainings.data?.trainings.find(
    (one) => one.run === run.id && isOpen(one) && (one.kind === 'train' || one.kind === 'resume'),
  );
  const live = run.status === 'running';
  return (
    <Page
      title={run.name}
      query={found}
      heading={<RunName run={run} />}
      above={
        <Text size="sm" mb={4}>
          <Anchor component={Link} to="/runs">
            Experiments
          </Anchor>
        </Text>
      }
      about={
        <Group gap="sm" component="span">
          <RunStatus status={run.status} />
          <Stamps of={run} />
          <Copyable text={run.id} shown={run.id.slice(0, 12)} what="the run's id" />
          <span>
            {[run.model, run.dataset].filter(Boolean).join(' on ')} <When at={run.startedAt} />
            {run.user !== '' && ` by ${run.user}`}
          </span>
        </Group>
      }
      actions={<RunActions run={run} />}
    >
      {run.deleted && (
        <Alert color="orange" title="This run is deleted" mb="md">
          It is hidden from lists, and gone for good when the garbage is collected. Restore it to keep it.
        </Alert>
      )}
      {training !== undefined && (
        <div className="chart-card" style={{ marginBottom: 16 }}>
          <TrainingProgress training={training} steered />
        </div>
      )}
      <Tabs
        value={part}
        onChange={(next) => set({ part: next === 'overview' ? undefined : (next as RunPart) })}
        keepMounted={false}
      >
        <Tabs.List mb="md">
          {parts.map((one) => (
            <Tabs.Tab key={one} value={one}>
              {RUN_PART_WORDS[one]}
            </Tabs.Tab>
          ))}
        </Tabs.List>
        <Tabs.Panel value="overview">
          <RunOverview run={run} drawn={drawn} live={live} />
        </Tabs.Panel>
        <Tabs.Panel value="curves">
          <CurvesPanel
            runs={drawn}
            live={live}
            how={search}
            onHow={set}
            shows={run.origin === 'osler' ? isCurve : notMachine}
            empty={live ? 'The first values come with the first step.' : 'This run has logged no metric.'}
          />
        </Tabs.Panel>
        <Tabs.Panel value="evaluation">
          <RunEvaluation run={run} split={search.split} onSplit={(split) => set({ split })} />
        </Tabs.Panel>
        <Tabs.Panel value="settings">
          <RunSettings run={run} />
        </Tabs.Panel>
        <Tabs.Panel value="machine">
          <CurvesPanel
            runs={drawn}
            live={live}
            how={search}
            onHow={set}
            shows={isMachine}
            empty="Nothing was logged of the machine: the first figures come after ten seconds."
          />
        </Tabs.Panel>
        <Tabs.Panel value="files">
          <RunFiles run={run} file={search.file} onFile={(file) => set({ file })} />
        </Tabs.Panel>
        <Tabs.Panel value="log">
          <RunLog run={run} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

/** The name, to be changed where it stands. */
function RunName({ run }: { run: RunDetail }) {
  const client = useQueryClient();
  const may = useMay('write');
  const [name, setName] = useState<string | null>(null);
  const rename = useMutation({
    mutationFn: (next: string) =>
      ask(api.PATCH('/v1/runs/{run}', { params: { path: { run: run.id } }, body: { name: next } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['run'] });
      setName(null);
      void client.invalidateQueries({ queryKey: ['runs'] });
    },
    onError: failed,
  });
  if (name === null)
    return (
      <>
        {run.name}{' '}
        {may && (
          <ActionIcon
            variant="subtle"
            color="gray"
            size="sm"
            aria-label="Change the name"
            onClick={() => setName(run.name)}
          >
            <IconPencil size={16} aria-hidden />
          </ActionIcon>
        )}
      </>
    );
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const next = name.trim();
    if (next === '' || next === run.name) setName(null);
    else rename.mutate(next);
  };
  return (
    <form onSubmit={submit}>
      <TextInput
        aria-label="Name of the run"
        value={name}
        maxLength={250}
        disabled={rename.isPending}
        data-autofocus
        autoFocus
        onChange={(event) => setName(event.currentTarget.value)}
        onKeyDown={(event) => event.key === 'Escape' && setName(null)}
        description="Enter keeps it, Escape leaves it as it was."
      />
    </form>
  );
}
