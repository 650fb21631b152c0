import { Alert, Anchor, Button, Group, Paper, SimpleGrid, Stack, Table, Text, Textarea, Title } from '@mantine/core';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { type ReactNode, useMemo, useState } from 'react';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { CopyBlock } from '../../components/copyable.tsx';
import { Interval } from '../../components/interval.tsx';
import { Go } from '../../components/link.tsx';
import { done, failed } from '../../components/notify.tsx';
import { When } from '../../components/when.tsx';
import { metricWords, within } from '../../metric-words.ts';
import { count, duration, figures } from '../../say.ts';
import type { DrawnRun } from './curves.ts';
import { CurveChart } from './curves-panel.tsx';
import { curvesQuery, evaluationsQuery, type RunDetail } from './queries.ts';

/** What is asked first of a run: how good it is, how it went, what it was made with. */
export function RunOverview({ run, drawn, live }: { run: RunDetail; drawn: readonly DrawnRun[]; live: boolean }) {
  const keys = useMemo(() => keysOf(run), [run]);
  const { data } = useQuery(curvesQuery({ runs: [run.id], keys, points: 300 }, live));
  return (
    <Stack gap="lg">
      {run.status === 'failed' && run.record?.failure != null && (
        <Alert color="red" title="It failed">
          {run.record.failure}
        </Alert>
      )}
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        {keys.map((key) => {
          const curves = (data?.curves ?? []).filter((curve) => curve.key === key);
          return (
            <div key={key} className="chart-card">
              <CurveChart metric={key} curves={curves} runs={drawn} live={live} how={{}} height={220} />
            </div>
          );
        })}
      </SimpleGrid>
      <SimpleGrid cols={{ base: 1, lg: 2 }} spacing="md">
        <Section title="Result">
          <Result run={run} />
        </Section>
        <Section title="Made with">
          <MadeWith run={run} />
        </Section>
        <Section title="Note">
          <Note run={run} />
        </Section>
        <Section title="Tags">
          <Pairs of={visibleTags(run.tags)} none="No tags." />
        </Section>
      </SimpleGrid>
      {run.origin === 'osler' && run.best !== null && (
        <Section title="Go on from here">
          <Next run={run} />
        </Section>
      )}
    </Stack>
  );
}

/** A loss and the metric that the run was chosen by; of another program's run, what looks most like them. */
function keysOf(run: RunDetail): string[] {
  const keys = Object.keys(run.metrics).filter((key) => !key.startsWith('system/'));
  const has = (key: string) => keys.includes(key);
  const best = run.best === null ? undefined : [`val.${run.best.metric}`, run.best.metric].find(has);
  const loss = ['epoch.loss', 'loss', 'train_loss'].find(has) ?? keys.find((key) => /loss/i.test(key));
  const chosen = [
    loss,
    best ??
      keys.find((key) => /^val\..*auroc/i.test(key)) ??
      keys.find((key) => key !== loss && /auroc|acc|f1/i.test(key)) ??
      keys.find((key) => key !== loss),
  ];
  const found = chosen.filter((key) => key !== undefined);
  return found.length === 0 ? ['epoch.loss', 'val.auroc'] : found;
}

function Section({ title, children }: { title: string; children: ReactNode }) {
  return (
    <Paper withBorder p="md">
      <Title order={2} size="h3" mb="xs">
        {title}
      </Title>
      {children}
    </Paper>
  );
}

function Result({ run }: { run: RunDetail }) {
  const ours = run.origin === 'osler';
  const evaluations = useQuery({ ...evaluationsQuery(run.id), enabled: ours });
  const test =
    evaluations.data?.evaluations.find(({ folder }) => folder === 'test') ?? evaluations.data?.evaluations[0];
  const shown = test?.metrics.filter(({ value, detail }) => value !== null && !detail).slice(0, 8) ?? [];
  const rows: [string, ReactNode][] = [
    ...(run.best === null
      ? []
      : [
          [
            `Best epoch, by ${within(metricWords(`val.${run.best.metric}`))}`,
            `${figures(run.best.value, 4)} in epoch ${run.best.epoch}`,
          ] as [string, ReactNode],
        ]),
    ...(run.record === null || run.record.seconds === 0
      ? []
      : [['Trained for', duration(run.record.seconds)] as [string, ReactNode]]),
    ...(run.record === null || run.record.imagesPerSecond === 0
      ? []
      : [['Speed', `${count(Math.round(run.record.imagesPerSecond))} images/s`] as [string, ReactNode]]),
    ...(run.endedAt === null ? [] : [['Ended', <When key="end" at={run.endedAt} />] as [string, ReactNode]]),
    ...run.loggedModels.map(({ id, name, type, status, role }): [string, ReactNode] => [
      role === 'made' ? 'Logged model' : 'Model that it read',
      <span key={id} title={id}>
        {[name, type, MODEL_STATUS[status]].filter((word) => word !== null).join(', ')}
      </span>,
    ]),
  ];
  return (
    <>
      <Rows rows={rows} />
      {test !== undefined ? (
        <>
          <Text size="sm" fw={600} mt="md" mb={4}>
            Measured on {test.folder}, {count(test.samples)} images, with 95% intervals
          </Text>
          <Rows
            rows={shown.map(({ name, label, value, low, high }) => [
              label,
              <Interval key={name} value={value} low={low} high={high} />,
            ])}
          />
          <Anchor
            size="sm"
            component={Link}
            to="/runs/$run"
            params={{ run: run.id } as never}
            search={{ part: 'evaluation' } as never}
          >
            The whole evaluation
          </Anchor>
        </>
      ) : (
        ours &&
        run.status === 'finished' && (
          <Text size="sm" c="dimmed" mt="md">
            Not evaluated yet: figures on validation flatter, as it chose the epoch.{' '}
            <Anchor
              size="sm"
              underline="always"
              component={Link}
              to="/runs/$run"
              params={{ run: run.id } as never}
              search={{ part: 'evaluation' } as never}
            >
              Measure it
            </Anchor>
          </Text>
        )
      )}
    </>
  );
}

const MODEL_STATUS = { pending: 'not uploaded yet', ready: 'ready', failed: 'its upload failed' } as const;

function MadeWith({ run: { record, model, dataset, experiment, params } }: { run: RunDetail }) {
  const rows: [string, ReactNode][] =
    record === null
      ? [
          ['Logged by', 'another program'],
          ['Experiment', String(experiment)],
          ['Parameters', String(Object.keys(params).length)],
        ]
      : [
          ['Network', `${model}, ${record.model.inputSize.join(' × ')} pixels`],
          ['Dataset', dataset],
          ['Classes', record.labels.join(', ')],
          ['Seed', String(record.seed)],
          ...(record.group === null
            ? []
            : [
                [
                  'Group',
                  <Go
                    key="group"
                    to="/runs/groups/$group"
                    params={{ group: record.group.id }}
                    size="sm"
                    underline="always"
                  >
                    {record.group.kind === 'folds'
                      ? `fold ${record.group.index} of ${record.group.of}, counted from 0`
                      : `seed ${record.group.index + 1} of ${record.group.of}`}
                  </Go>,
                ] as [string, ReactNode],
              ]),
          [
            'Engine',
            `LibTorch ${record.engine.libtorch}, ${record.engine.device}, ${record.engine.threads} threads ${record.engine.capability}`,
          ],
          [
            'Osler',
            `${record.code.version}${record.code.commit === null ? '' : `, ${record.code.commit.slice(0, 12)}`}${record.code.dirty ? ', with changes' : ''}`,
          ],
        ];
  return <Rows rows={rows} />;
}

interface RowsProps {
  rows: readonly (readonly [string, ReactNode])[];
  /** How a row's name is shown. Default: as it is. */
  head?: (name: string) => ReactNode;
}

export function Rows({ rows, head }: RowsProps) {
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed">
        Nothing yet.
      </Text>
    );
  return (
    <Table withRowBorders={false} fz="sm" layout="fixed">
      <Table.Tbody>
        {rows.map(([name, value]) => (
          <Table.Tr key={name}>
            <Table.Th fw={400} c="dimmed" pl={0} w="45%" style={{ overflowWrap: 'anywhere' }}>
              {head === undefined ? name : head(name)}
            </Table.Th>
            <Table.Td style={{ overflowWrap: 'anywhere' }}>{value}</Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

export function Pairs({ of, none }: { of: Record<string, string>; none: string }) {
  const rows = Object.entries(of).sort(([a], [b]) => (a < b ? -1 : 1));
  if (rows.length === 0)
    return (
      <Text size="sm" c="dimmed">
        {none}
      </Text>
    );
  return <Rows rows={rows} />;
}

const NOTE = 'mlflow.note.content';
/** What MLflow's clients and Osler keep for themselves. */
const OWN = /^(mlflow\.|osler\.(dataset|engine|code))/;

function visibleTags(tags: Record<string, string>): Record<string, string> {
  return Object.fromEntries(Object.entries(tags).filter(([key]) => !OWN.test(key)));
}

function Note({ run }: { run: RunDetail }) {
  const client = useQueryClient();
  const may = useMay('write');
  const before = run.tags[NOTE] ?? '';
  const [text, setText] = useState<string | null>(null);
  const save = useMutation({
    mutationFn: (note: string) =>
      ask(api.PATCH('/v1/runs/{run}', { params: { path: { run: run.id } }, body: { note } })),
    onSuccess: async () => {
      await client.invalidateQueries({ queryKey: ['run'] });
      setText(null);
      done('The note is kept.');
    },
    onError: failed,
  });
  const changed = text !== null && text !== before;
  return (
    <Stack gap="xs">
      <Textarea
        aria-label="Note"
        placeholder={may ? 'What was tried, and what came of it' : 'No note.'}
        autosize
        minRows={3}
        maxRows={14}
        maxLength={8_000}
        readOnly={!may}
        value={text ?? before}
        onChange={(event) => setText(event.currentTarget.value)}
      />
      {changed && (
        <Group>
          <Button size="xs" loading={save.isPending} onClick={() => save.mutate(text)}>
            Keep
          </Button>
          <Button size="xs" variant="subtle" onClick={() => setText(null)}>
            As it was
          </Button>
        </Group>
      )}
    </Stack>
  );
}

function Next({ run }: { run: RunDetail }) {
  const id = run.id.slice(0, 12);
  const lines = [
    `osler export ${id}         # a signed bundle in a folder, without registering it`,
    `osler reproduce ${id}      # train it again, bit by bit`,
  ];
  return (
    <Stack gap="sm">
      <Group gap="lg">
        <Go to="/runs/$run" params={{ run: run.id }} search={{ part: 'evaluation' }} underline="always" size="sm">
          Measure it, each figure with its interval
        </Go>
        <Go to="/models" search={{ register: run.id }} underline="always" size="sm">
          Register it as a version of a model
        </Go>
        <Suspects run={run} />
      </Group>
      <CopyBlock what="the commands" text={lines.join('\n')} />
    </Stack>
  );
}

/** Its opinion of its own dataset's labels. */
function Suspects({ run: { id, dataset } }: { run: RunDetail }) {
  const [name, version] = (dataset ?? '').split('@');
  if (name === undefined || version === undefined) return null;
  return (
    <Go
      to="/datasets/$name/$version"
      params={{ name, version }}
      search={{ part: 'suspects', by: id }}
      underline="always"
      size="sm"
    >
      Which labels it takes for wrong
    </Go>
  );
}
