import { metricWords } from '../../metric-words.ts';
import './experiments.css';
import { Alert, Anchor, Button, Group, Popover, SimpleGrid, Stack, Text } from '@mantine/core';
import { IconPlayerPlay, IconPlayerStop } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { done, failed } from '../../components/notify.tsx';
import { NumberField } from '../../components/number-field.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { When } from '../../components/when.tsx';
import { figures } from '../../say.ts';
import { changed } from './addresses.ts';
import { type Sweep, sweepQuery, trainingsQuery } from './queries.ts';
import { TrainingFailed, TrainingProgress } from './running-now.tsx';
import { SweepCharts } from './sweep-charts.tsx';
import { SweepTrials } from './sweep-trials.tsx';
import { stateOf } from './sweeps-page.tsx';

export const Route = createLazyRoute('/runs/sweeps/$sweep')({ component: SweepPage });

function SweepPage() {
  const { sweep: reference } = Route.useParams();
  const search = Route.useSearch();
  const navigate = Route.useNavigate();
  const found = useQuery(sweepQuery(reference));
  const sweep = lastRead(found);
  // The newest comes first: an earlier attempt's failure is over.
  const work = useQuery(trainingsQuery()).data?.trainings.find(
    (one) => one.kind === 'sweep' && one.sweep === sweep?.id,
  );
  if (sweep === undefined) return <Absent title="Sweep" query={found} />;
  const { finished = 0, pruned = 0, failed: broken = 0, diverged = 0 } = sweep.counts;
  return (
    <Page
      title={sweep.name}
      query={found}
      above={
        <Text size="sm" mb={4}>
          <Anchor component={Link} to="/runs/sweeps">
            Sweeps
          </Anchor>
        </Text>
      }
      about={
        <>
          {sweep.model} on {sweep.dataset}, {sweep.method}
          {sweep.pruning === 'none' ? '' : ` with ${sweep.pruning} pruning`}, {stateOf(sweep)}, begun{' '}
          <When at={sweep.createdAt} />
        </>
      }
      actions={<Actions sweep={sweep} />}
    >
      <Stack gap="lg">
        {work?.state === 'failed' && <TrainingFailed training={work} />}
        {sweep.work !== null && (
          <div className="chart-card">
            <TrainingProgress training={sweep.work} />
          </div>
        )}
        <SimpleGrid cols={{ base: 2, sm: 4 }}>
          <Stat
            name={`Best: ${metricWords(`val.${sweep.metric}`)}`}
            value={sweep.best === null ? 'none yet' : figures(sweep.best.value, 4)}
          >
            {sweep.best !== null && sweep.best.run !== null && (
              <Anchor size="sm" component={Link} to="/runs/$run" params={{ run: sweep.best.run } as never}>
                trial {sweep.best.trial}
              </Anchor>
            )}
          </Stat>
          <Stat name="Trials" value={`${sweep.trials.length} of ${sweep.asked}`}>
            {finished} finished
          </Stat>
          <Stat name="Ended early" value={String(pruned)}>
            {sweep.trials.reduce((sum, { epochs }) => sum + epochs.length, 0)} epochs in all
          </Stat>
          <Stat name="Failed" value={String(broken)}>
            {diverged} diverged
          </Stat>
        </SimpleGrid>
        <Alert color="teal" variant="light" className="calm">
          These figures are those of the validation split: it chose, so it flatters. What the best settings are worth is
          measured on the test split, once: evaluate the best run.
        </Alert>
        <SweepCharts
          sweep={sweep}
          chosen={search}
          onChoose={(change) => void navigate({ search: (before) => changed(before, change), replace: true })}
        />
        <SweepTrials sweep={sweep} />
      </Stack>
    </Page>
  );
}

function Stat({ name, value, children }: { name: string; value: string; children?: ReactNode }) {
  return (
    <div className="chart-card">
      <Text size="sm" c="dimmed">
        {name}
      </Text>
      <Text size="xl" fw={600}>
        {value}
      </Text>
      <Text size="sm" c="dimmed" component="div">
        {children}
      </Text>
    </div>
  );
}

function Actions({ sweep }: { sweep: Sweep }) {
  const client = useQueryClient();
  const may = useMay('write');
  const [trials, setTrials] = useState<number>(sweep.asked);
  const [workers, setWorkers] = useState(1);
  const [opened, setOpened] = useState(false);
  const path = { params: { path: { sweep: sweep.id } } };
  const refresh = async () => {
    await Promise.all(['running', 'runs'].map((key) => client.invalidateQueries({ queryKey: [key] })));
  };
  const stop = useMutation({
    mutationFn: () => ask(api.POST('/v1/sweeps/{sweep}/stop', { ...path, body: { now: true } })),
    onSuccess: async () => {
      await refresh();
      done('No further trial begins. What was begun can go on later.');
    },
    onError: failed,
  });
  const resume = useMutation({
    mutationFn: () =>
      ask(
        api.POST('/v1/sweeps/{sweep}/resume', {
          ...path,
          body: { workers, ...(trials > sweep.asked ? { trials } : {}) },
        }),
      ),
    onSuccess: async () => {
      await refresh();
      setOpened(false);
      done('The sweep goes on.');
    },
    onError: failed,
  });
  const state = stateOf(sweep);
  return (
    <>
      {(sweep.work !== null || state === 'running' || state === 'open') && (
        <Button
          variant="default"
          leftSection={<IconPlayerStop size={16} aria-hidden />}
          disabled={!may || sweep.state === 'stopped'}
          loading={stop.isPending}
          onClick={() => stop.mutate()}
        >
          Stop
        </Button>
      )}
      {sweep.work === null && (
        <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" trapFocus>
          <Popover.Target>
            <Button
              leftSection={<IconPlayerPlay size={16} aria-hidden />}
              disabled={!may}
              onClick={() => setOpened(!opened)}
            >
              {state === 'done' ? 'More trials' : 'Resume'}
            </Button>
          </Popover.Target>
          <Popover.Dropdown>
            <Stack gap="sm">
              <NumberField
                label="Trials in all"
                min={sweep.trials.length}
                value={trials}
                onChange={(next) => typeof next === 'number' && setTrials(next)}
              />
              <NumberField
                label="Trainings at a time"
                min={1}
                max={64}
                value={workers}
                onChange={(next) => typeof next === 'number' && setWorkers(next)}
              />
              <Group justify="flex-end">
                <Button
                  size="sm"
                  loading={resume.isPending}
                  disabled={state === 'done' && trials <= sweep.asked}
                  onClick={() => resume.mutate()}
                >
                  Go on
                </Button>
              </Group>
            </Stack>
          </Popover.Dropdown>
        </Popover>
      )}
    </>
  );
}
