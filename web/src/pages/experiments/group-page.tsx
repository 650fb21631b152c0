import './experiments.css';
import { Anchor, Badge, Button, Group, Stack, Table, Text, Title } from '@mantine/core';
import { IconPlayerPlay } from '@tabler/icons-react';
import { useMutation, useQuery, useQueryClient } from '@tanstack/react-query';
import { createLazyRoute, Link } from '@tanstack/react-router';
import { api, ask } from '../../api/client.ts';
import { useMay } from '../../app/session.ts';
import { Absent } from '../../components/absent.tsx';
import { CameToNothing, useWhenEnded } from '../../components/begun.tsx';
import { EmptyState } from '../../components/empty-state.tsx';
import { Go } from '../../components/link.tsx';
import { failed } from '../../components/notify.tsx';
import { Page } from '../../components/page.tsx';
import { lastRead } from '../../components/reading.ts';
import { When } from '../../components/when.tsx';
import { WideTable } from '../../components/wide-table.tsx';
import { count, measure } from '../../say.ts';
import { GroupMeasure } from './group-measure.tsx';
import { groupQuery, isOpen, type Repeated, type Training, trainingsQuery } from './queries.ts';
import { TrainingProgress } from './running-now.tsx';

export const Route = createLazyRoute('/runs/groups/$group')({ component: GroupPage });

/** Several trainings of one recipe: what chance decides, or how every image is answered by a network that did not see it. */
function GroupPage() {
  const { group: id } = Route.useParams();
  const found = useQuery(groupQuery(id));
  const group = lastRead(found);
  const begun = useQuery(trainingsQuery());
  const own = begun.data?.trainings.filter((one) => one.group === group?.id) ?? [];
  useWhenEnded(own, () => void found.refetch());
  if (group === undefined) return <Absent title="Group" query={found} />;
  const open = own.filter(isOpen);
  const runs = group.members.flatMap(({ run }) => (run === null ? [] : [run]));
  const [name = '', version = ''] = group.dataset.split('@');
  return (
    <Page
      title={group.name}
      query={found}
      above={
        <Text size="sm" mb={4}>
          <Anchor component={Link} to="/runs">
            Experiments
          </Anchor>
        </Text>
      }
      about={
        <span>
          {group.members.length} {group.kind} on {group.dataset}, begun <When at={group.createdAt} />.{' '}
          {group.kind === 'seeds'
            ? 'The same recipe from other seeds: what differs is chance.'
            : 'Each network is measured on images that it did not learn from.'}
        </span>
      }
      actions={<Actions group={group} busy={open.length > 0} />}
    >
      <Stack gap="lg">
        {open.map((one) => (
          <div key={one.id} className="chart-card">
            <TrainingProgress training={one} />
          </div>
        ))}
        {open.length === 0 && own[0] !== undefined && own[0].state !== 'finished' && (
          <CameToNothing training={own[0]} what={WHAT[own[0].kind] ?? 'What was begun'} />
        )}
        <section>
          <Group justify="space-between" mb="xs">
            <Title order={2} size="h3">
              Its runs
            </Title>
            <Group gap="md">
              {runs.length > 1 && (
                <Go to="/runs/compare" search={{ run: runs } as never} size="sm">
                  Compare them
                </Go>
              )}
              {group.members.every(({ done }) => done) && (
                <Go
                  to="/datasets/$name/$version"
                  params={{ name, version }}
                  search={{ part: 'suspects', by: group.id }}
                  size="sm"
                >
                  Which labels they take for wrong
                </Go>
              )}
            </Group>
          </Group>
          <Table fz="sm">
            <Table.Tbody>
              {group.members.map((member) => (
                <Table.Tr key={member.name}>
                  <Table.Th fw={400}>
                    {member.run === null ? (
                      member.name
                    ) : (
                      <Go to="/runs/$run" params={{ run: member.run }} size="sm">
                        {member.name}
                      </Go>
                    )}
                  </Table.Th>
                  <Table.Td>
                    {member.done ? 'trained' : member.run === null ? 'not begun' : 'not trained to its end'}
                  </Table.Td>
                  <Table.Td>
                    {group.chosen?.run === member.run && member.run !== null && (
                      <Badge variant="light" color="teal" title="By validation alone: test has no say in it">
                        to go on with
                      </Badge>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </Table.Tbody>
          </Table>
        </section>
        {group.members.every(({ done }) => done) && (
          <GroupMeasure key={group.id} group={group} busy={open.length > 0} />
        )}
        {group.measured.length === 0 ? (
          <EmptyState title="Not measured together yet">
            Once all are trained they are measured on validation: mean, spread, and the interval of the mean.
          </EmptyState>
        ) : (
          group.measured.map((one) => <Measured key={one.split} of={one} />)
        )}
      </Stack>
    </Page>
  );
}

const WHAT: Partial<Record<Training['kind'], string>> = {
  train: 'Training them',
  resume: 'Training them',
  evaluate: 'Measuring them',
  suspects: 'Judging the labels',
};

function Measured({ of: { split, samples, metrics, notes } }: { of: Repeated['measured'][number] }) {
  const [there, lacking] = [metrics.filter(({ mean }) => mean !== null), metrics.filter(({ mean }) => mean === null)];
  const value = (of: number | null) => (of === null ? '' : measure(of));
  return (
    <section>
      <Title order={2} size="h3" mb="xs">
        On {split}, {count(samples)} images
      </Title>
      <WideTable label={`Measured on ${split}`} width={520} fz="sm">
        <Table.Thead>
          <Table.Tr>
            <Table.Th>Metric</Table.Th>
            <Table.Th ta="right">Mean</Table.Th>
            <Table.Th ta="right">Spread (sd)</Table.Th>
            <Table.Th ta="right">95% interval of the mean</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {there.map(({ name, label, mean, sd, low, high, reason }) => (
            <Table.Tr key={name}>
              <Table.Th fw={400}>{label}</Table.Th>
              <Table.Td ta="right">{value(mean)}</Table.Td>
              <Table.Td ta="right">{value(sd)}</Table.Td>
              <Table.Td ta="right" {...(low === null ? { c: 'dimmed' } : {})}>
                {low === null || high === null ? reason : `${value(low)} to ${value(high)}`}
              </Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </WideTable>
      {[...Map.groupBy(lacking, ({ reason }) => reason)].map(([reason, group]) => (
        <Text key={reason} size="sm" c="dimmed" mt="xs" maw={820}>
          Without a figure: {group.map(({ label }) => label).join('; ')}. {reason}
        </Text>
      ))}
      {notes.map((note) => (
        <Text key={note} size="sm" mt="xs">
          {note}
        </Text>
      ))}
    </section>
  );
}

function Actions({ group, busy }: { group: Repeated; busy: boolean }) {
  const client = useQueryClient();
  const may = useMay('write');
  const resume = useMutation({
    mutationFn: () => ask(api.POST('/v1/groups/{group}/resume', { params: { path: { group: group.id } } })),
    onSuccess: () => void client.invalidateQueries({ queryKey: ['running'] }),
    onError: failed,
  });
  if (group.members.every(({ done }) => done)) return null;
  return (
    <Button
      leftSection={<IconPlayerPlay size={16} aria-hidden />}
      disabled={!may || busy}
      loading={resume.isPending}
      onClick={() => resume.mutate()}
    >
      Resume
    </Button>
  );
}
